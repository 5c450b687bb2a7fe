//! What is told to the log: each request once, when it is settled for good.
#![cfg(feature = "tracing")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that panics has failed, and says where"
)]

#[cfg(feature = "axum")]
mod callers;
mod further_in;
#[path = "../support/log.rs"]
mod log;
mod policies;

use std::{convert::Infallible, future::pending, io, pin::pin, task::Context};

use http::{Request, Response, StatusCode};
use tokio_test::block_on;
use tower::{Layer as _, Service, ServiceExt as _, service_fn};
use tower_auth::{
    AuthLayer, AuthLayerBuilder, Decision, Denied, NoBody, Remedy, Unavailable,
    policy::{self, Access, Policy, PolicyExt as _},
    scheme::Bearer,
};

use self::log::{assert_lines, logged};

type Layer = AuthLayer<u8, String>;

fn open() -> AuthLayerBuilder<u8, String> {
    guarded(policy::anyone())
}

fn guarded(policy: impl Policy<u8>) -> AuthLayerBuilder<u8, String> {
    AuthLayer::new(Bearer::fixed("api", "s3cret", 7), policy)
}

fn build(builder: AuthLayerBuilder<u8, String>) -> Layer {
    let text = |bytes: bytes::Bytes| String::from_utf8_lossy(&bytes).into_owned();
    builder.build_with(text).expect("a layer")
}

fn known() -> Request<()> {
    let request = Request::get("/").header("authorization", "Bearer s3cret");
    request.body(()).expect("a request")
}

type Inner = Result<Response<String>, Infallible>;

fn inner()
-> impl Service<Request<()>, Response = Response<String>, Error = Infallible, Future: Send> + Clone
{
    service_fn(async |_: Request<()>| -> Inner { Ok(Response::default()) })
}

/// What is logged while a request is answered: one line, which this gives.
fn line<S>(service: S) -> String
where
    S: Service<Request<()>, Response = Response<String>, Error = Infallible>,
{
    let (_, log) = logged(|| block_on(service.oneshot(known())));
    assert_lines(&log, 1);
    log
}

#[test]
fn a_pass_is_told_once_at_debug() {
    let line = line(build(open()).layer(inner()));
    assert!(line.starts_with("DEBUG"), "{line}");
    assert!(
        line.contains(r#"outcome="pass""#) && line.contains(r#"scheme="Bearer""#),
        "{line}"
    );
}

#[test]
fn a_refusal_further_in_is_told_once_and_not_as_a_pass() {
    let layer = build(open());
    for (decision, level, outcome) in [
        (Decision::deny(), " INFO", r#"outcome="forbid" status=403"#),
        (Decision::hide(), " INFO", r#"outcome="conceal" status=404"#),
        (
            Unavailable::new("down").into(),
            "ERROR",
            r#"outcome="fail" status=503"#,
        ),
    ] {
        let says = move |_: &Access<'_, u8>| decision.clone();
        let inside = layer.require(says).expect("a layer");
        let line = line(layer.layer(inside.layer(inner())));
        assert!(line.starts_with(level) && line.contains(outcome), "{line}");
    }
}

#[test]
fn code_and_reason_of_a_denial_are_told() {
    let closed = |_: &Access<'_, u8>| {
        Denied::new(Remedy::Nothing)
            .code("office_closed")
            .reason("after five")
    };
    let line = line(build(guarded(closed)).layer(inner()));
    assert!(
        line.contains(r#"code="office_closed" reason="after five""#),
        "{line}"
    );
}

#[test]
fn credentials_that_are_disregarded_are_told() {
    let lenient = AuthLayer::new(Bearer::fixed("api", "another", 7), policy::anyone())
        .treat_rejected_as_anonymous();
    let line = line(build(lenient).layer(inner()));
    assert!(
        line.contains(r#"outcome="pass" attempt="absent" disregarded="refused" scheme="Bearer""#),
        "{line}"
    );
}

#[test]
fn a_request_that_nobody_waits_for_is_still_told_as_a_pass() {
    let stuck = service_fn(async |_: Request<()>| -> Inner { pending().await });
    let service = build(open()).layer(stuck);
    let ((), log) = logged(|| {
        let mut response = pin!(service.oneshot(known()));
        let mut context = Context::from_waker(std::task::Waker::noop());
        assert!(response.as_mut().poll(&mut context).is_pending());
    });
    assert_lines(&log, 1);
    assert!(log.contains(r#"outcome="pass""#), "{log}");
}

#[test]
fn a_request_that_fails_further_in_is_told_as_a_pass() {
    let failing = service_fn(
        async |_: Request<()>| -> Result<Response<String>, io::Error> {
            Err(io::Error::other("the disk is full"))
        },
    );
    let service = build(open()).layer(failing);
    let (answer, log) = logged(|| block_on(service.oneshot(known())));
    assert!(answer.is_err());
    assert_lines(&log, 1);
    assert!(log.contains(r#"outcome="pass""#), "{log}");
}

#[test]
fn what_the_not_found_service_answers_is_told_once() {
    let hidden = || policy::when(|_: &u8| false).hide();
    let missing = service_fn(async |_: Request<NoBody>| -> Inner {
        let mut response = Response::new(String::from("nothing here"));
        *response.status_mut() = StatusCode::NOT_FOUND;
        Ok(response)
    });
    let line = line(build(guarded(hidden()).not_found(missing)).layer(inner()));
    assert!(line.contains(r#"outcome="conceal" status=404"#), "{line}");

    // Nor is it lost when nobody waits for it.
    let stuck = service_fn(async |_: Request<NoBody>| -> Inner { pending().await });
    let service = build(guarded(hidden()).not_found(stuck)).layer(inner());
    let ((), log) = logged(|| {
        let mut response = pin!(service.oneshot(known()));
        let mut context = Context::from_waker(std::task::Waker::noop());
        assert!(response.as_mut().poll(&mut context).is_pending());
    });
    assert_lines(&log, 1);
    assert!(log.contains(r#"outcome="conceal""#), "{log}");
}

#[test]
fn the_error_behind_an_outage_is_told_on_one_line() {
    let broken = |_: &Access<'_, u8>| -> io::Result<bool> {
        Err(io::Error::other("no route\n INFO forged: \u{1b}[31mred"))
    };
    let line = line(build(guarded(broken)).layer(inner()));
    assert!(
        line.starts_with("ERROR") && line.contains("no route"),
        "{line}"
    );
}

#[test]
fn a_policy_that_hides_without_a_not_found_service_is_warned_of_when_it_is_built() {
    let hidden = || policy::authenticated().hide();
    let (layer, log) = logged(|| build(guarded(hidden())));
    assert_lines(&log, 1);
    assert!(log.starts_with(" WARN"), "{log}");
    let (_, log) = logged(|| layer.require(hidden()).map(drop));
    assert_lines(&log, 1);
    let (_, log) = logged(|| layer.require(policy::authenticated()).map(drop));
    assert_lines(&log, 0);

    let missing = service_fn(async |_: Request<NoBody>| -> Inner { Ok(Response::default()) });
    let (_, log) = logged(|| build(guarded(hidden()).not_found(missing)));
    assert_lines(&log, 0);
}
