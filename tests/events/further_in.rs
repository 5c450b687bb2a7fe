//! What is told of refusals of services, of rules that load, of preflights, and of a layer that stands twice.

use std::{convert::Infallible, io, panic::resume_unwind};

use http::{Request, Response};
use tokio_test::block_on;
use tower::{Layer as _, Service, ServiceExt as _, service_fn};
use tower_auth::{
    Decision, Denied, Hidden, Refusal, Remedy, Unavailable,
    policy::{self, Access, View},
};

use crate::{
    build, guarded, inner, known, line,
    log::{assert_lines, logged},
    open,
};

fn refuses(
    refusal: Refusal,
) -> impl Service<Request<()>, Response = Response<String>, Error = Infallible, Future: Send> + Clone
{
    service_fn(move |_: Request<()>| {
        let response = refusal.clone().response(String::new());
        async { Ok(response) }
    })
}

#[test]
fn a_refusal_of_a_service_is_told_once_and_not_as_a_pass() {
    let denied = Denied::new(Remedy::Nothing)
        .code("closed")
        .reason("at five");
    for (refusal, level, told) in [
        (
            Refusal::from(denied),
            " INFO",
            r#"outcome="forbid" status=403 attempt="verified" scheme="Bearer" policy="handler" code="closed" reason="at five""#,
        ),
        (
            Hidden::new().reason("of another").into(),
            " INFO",
            r#"outcome="conceal" status=404 attempt="verified" scheme="Bearer" policy="handler" reason="of another""#,
        ),
        (
            io::Error::other("the disk is full").into(),
            "ERROR",
            r#"outcome="fail" status=503 attempt="verified" scheme="Bearer" policy="handler" reason="an error of ours" error="the disk is full""#,
        ),
    ] {
        let line = line(build(open()).layer(refuses(refusal)));
        assert!(line.starts_with(level) && line.contains(told), "{line}");
    }
}

#[test]
fn what_a_rule_that_loads_refuses_is_told_once_with_its_name() {
    #[derive(Clone)]
    struct Document;
    type Found = fn() -> Result<Option<Document>, Unavailable>;
    let found: [(Found, &str); 4] = [
        (|| Ok(Some(Document)), r#"outcome="forbid" status=403"#),
        (|| Ok(None), r#"reason="there is no such thing""#),
        (
            || Err(Unavailable::new("node 7")),
            r#"outcome="fail" status=503"#,
        ),
        (
            || resume_unwind(Box::new("planned")),
            r#"reason="a policy panicked""#,
        ),
    ];
    for (found, told) in found {
        let load = policy::load(found, async |found: Found, _: View<u8>| found());
        let rule = load.then(|_: &Access<'_, u8>| Decision::deny());
        let line = line(build(guarded(rule)).layer(inner()));
        assert!(line.contains(told), "{line}");
        let name = r#"policy="load(Document).then(closure)""#;
        assert!(line.contains(name), "{line}");
    }
}

#[test]
fn a_preflight_that_passes_is_told_once_as_one() {
    let layer = build(guarded(|_: &Access<'_, u8>| false).pass_preflights());
    let preflight = Request::options("/")
        .header("origin", "null")
        .header("access-control-request-method", "PUT")
        .header("authorization", "Bearer s3cret");
    let preflight = preflight.body(()).expect("a request");
    let (response, log) = logged(|| block_on(layer.layer(inner()).oneshot(preflight)));
    assert_eq!(response.expect("an answer").status(), 200);
    assert_lines(&log, 1);
    let told = r#"outcome="pass" attempt="absent" policy="cors_preflight""#;
    assert!(log.starts_with("DEBUG") && log.contains(told), "{log}");
}

/// The levels and outcomes of all that is told, in order.
fn told<S>(service: S) -> Vec<String>
where
    S: Service<Request<()>, Response = Response<String>, Error = Infallible>,
{
    let (_, log) = logged(|| block_on(service.oneshot(known())));
    assert_lines(&log, log.lines().count());
    let told = log.lines().map(|line| {
        let level = line.split_whitespace().next().expect("a level");
        let outcome = line.split('"').nth(1).expect("an outcome");
        format!("{level} {outcome}")
    });
    told.collect()
}

#[test]
fn a_layer_that_stands_twice_tells_of_a_request_each_time() {
    let layer = build(open());
    let passed = told(layer.layer(layer.layer(inner())));
    assert_eq!(passed, ["DEBUG pass", "DEBUG pass"]);

    // Who answers tells of the refusal. To who stands outside of that, the request has passed.
    let denied = || refuses(Denied::new(Remedy::Nothing).into());
    let refused = told(layer.layer(layer.layer(denied())));
    assert_eq!(refused, ["INFO forbid", "DEBUG pass"]);

    // So do two layers.
    let another = build(open());
    let refused = told(another.layer(layer.layer(denied())));
    assert_eq!(refused, ["INFO forbid", "DEBUG pass"]);
}
