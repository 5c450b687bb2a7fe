//! Which policy decided is told, to the log and to layers outside.

use std::{convert::Infallible, io};

use http::{Request, Response, StatusCode};
use tokio_test::block_on;
use tower::{Layer as _, Service, ServiceExt as _, service_fn};
use tower_auth::{
    AuthLayer, AuthLayerBuilder, NoBody, Secret,
    audit::Record,
    policy::{self, Access, HasRole, Policy, PolicyExt as _, named, role},
    scheme::Bearer,
};

use crate::log::{assert_lines, logged};

#[derive(Clone)]
struct User;

impl HasRole for User {
    fn has_role(&self, role: &str) -> bool {
        role == "editor"
    }
}

type Layer = AuthLayer<User, String>;

fn layer(policy: impl Policy<User>) -> Layer {
    build(AuthLayer::new(Bearer::fixed("api", "s3cret", User), policy))
}

fn build(builder: AuthLayerBuilder<User, String>) -> Layer {
    let missing = service_fn(async |_: Request<NoBody>| {
        let mut response = Response::new(String::from("nothing here"));
        *response.status_mut() = StatusCode::NOT_FOUND;
        Ok::<_, Infallible>(response)
    });
    let text = |bytes: bytes::Bytes| String::from_utf8_lossy(&bytes).into_owned();
    let builder = builder.not_found(missing);
    builder.build_with(text).expect("a layer")
}

fn inner()
-> impl Service<Request<()>, Response = Response<String>, Error = Infallible, Future: Send> + Clone
{
    service_fn(async |_: Request<()>| Ok(Response::default()))
}

/// The status of the answer, and the policy of its record, if it has one.
type Told = (u16, Option<Option<String>>);

/// What is told of a request with this token: by the answer, and in one line.
fn told<S>(service: S, token: Option<&str>) -> (Told, String)
where
    S: Service<Request<()>, Response = Response<String>, Error = Infallible>,
{
    let request = token.into_iter().fold(Request::get("/"), |request, token| {
        request.header("authorization", format!("Bearer {token}"))
    });
    let request = request.body(()).expect("a request");
    let (response, log) = logged(|| block_on(service.oneshot(request)).expect("an answer"));
    assert_lines(&log, 1);
    let record = response.extensions().get::<Record>();
    let policy = record.map(|record| record.policy().map(str::to_owned));
    ((response.status().as_u16(), policy), log)
}

/// What the log calls the policy: as it stands there, between quotes.
fn logged_policy(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once(r#" policy=""#)?;
    Some(rest.split_once('"')?.0)
}

const KNOWN: Option<&str> = Some("s3cret");
const WRONG: Option<&str> = Some("wrong");

#[test]
fn a_refusal_is_told_with_the_policy_that_refused() {
    let admins = || role("admin");
    let open = layer(policy::anyone());
    let editors = layer(role("editor"));
    for (outside, inside, token, status, name) in [
        (&open, admins().boxed(), KNOWN, 403, "role(admin)"),
        (&open, admins().boxed(), None, 401, "role(admin)"),
        (
            &open,
            admins().hide().boxed(),
            KNOWN,
            404,
            "role(admin).hide()",
        ),
        (
            &open,
            admins().hide().boxed(),
            None,
            404,
            "role(admin).hide()",
        ),
        (
            &editors,
            admins().hide().boxed(),
            KNOWN,
            404,
            "role(admin).hide()",
        ),
        (&editors, admins().hide().boxed(), None, 401, "role(editor)"),
        // Credentials that are not believed are judged outside, where strangers may pass.
        (&open, admins().hide().boxed(), WRONG, 401, "anyone"),
        (
            &editors,
            admins().hide().boxed(),
            WRONG,
            401,
            "role(editor)",
        ),
        (
            &open,
            named("members", admins()).or(role("owner")).boxed(),
            KNOWN,
            403,
            "any_of(members, role(owner))",
        ),
    ] {
        let inside = outside.require(inside).expect("a layer");
        let (answer, line) = told(outside.layer(inside.layer(inner())), token);
        assert_eq!(answer, (status, Some(Some(name.to_owned()))), "{line}");
        assert_eq!(logged_policy(&line), Some(name), "{line}");
    }
}

#[test]
fn the_innermost_policy_that_refused_is_told_and_no_other() {
    let open = layer(policy::anyone());
    let require = |policy: policy::BoxPolicy<User>| open.require(policy).expect("a layer");
    let editors = require(role("editor").boxed());
    let admins = require(role("admin").boxed());
    let (_, line) = told(open.layer(editors.layer(admins.layer(inner()))), KNOWN);
    assert_eq!(logged_policy(&line), Some("role(admin)"), "{line}");
    let (_, line) = told(open.layer(admins.layer(editors.layer(inner()))), KNOWN);
    assert_eq!(logged_policy(&line), Some("role(admin)"), "{line}");
}

#[test]
fn a_pass_is_told_with_the_policy_of_the_layer_whatever_was_asked_further_in() {
    for (outside, name) in [
        (layer(policy::anyone()), "anyone"),
        (
            layer(policy::authenticated().hide()),
            "authenticated.hide()",
        ),
    ] {
        let inside = outside.require(role("editor")).expect("a layer");
        let (answer, line) = told(outside.layer(inside.layer(inner())), KNOWN);
        // The answer is the inner service's own.
        assert_eq!(answer, (200, None));
        assert!(line.contains(r#"outcome="pass""#), "{line}");
        assert_eq!(logged_policy(&line), Some(name), "{line}");
    }
}

#[test]
fn an_attempt_that_could_not_be_checked_is_told_without_a_policy() {
    let away = |_: Secret<'_>| Err::<Option<User>, _>(io::Error::other("away"));
    let outside = build(AuthLayer::new(Bearer::new("api", away), role("admin")));
    let (answer, line) = told(outside.layer(inner()), KNOWN);
    assert_eq!(answer, (503, Some(None)), "{line}");
    assert!(!line.contains("policy"), "{line}");
    // Whoever presents nothing is decided about.
    let (answer, line) = told(outside.layer(inner()), None);
    assert_eq!(answer, (401, Some(Some("role(admin)".into()))), "{line}");
}

#[test]
fn a_policy_that_fails_is_told_by_its_name() {
    let broken = |_: &Access<'_, User>| Err::<bool, _>(io::Error::other("no route"));
    let open = layer(policy::anyone());
    let inside = open.require(named("members", broken)).expect("a layer");
    let (answer, line) = told(open.layer(inside.layer(inner())), KNOWN);
    assert_eq!(answer, (503, Some(Some("members".into()))), "{line}");
    assert_eq!(logged_policy(&line), Some("members"), "{line}");
}

#[test]
fn a_policy_without_the_layer_that_verifies_callers_is_told_by_its_name() {
    let inside = layer(policy::anyone()).require(role("admin"));
    let (answer, line) = told(inside.expect("a layer").layer(inner()), KNOWN);
    assert_eq!(answer, (500, Some(Some("role(admin)".into()))), "{line}");
    assert_eq!(logged_policy(&line), Some("role(admin)"), "{line}");
}

#[test]
fn a_name_cannot_write_the_log() {
    let name = "members\" outcome=\"pass\n ERROR forged";
    let (answer, line) = told(layer(named(name, role("admin"))).layer(inner()), KNOWN);
    assert_eq!(answer.0, 403);
    assert!(line.starts_with(" INFO"), "{line}");
    assert_eq!(line.matches(r#" outcome=""#).count(), 1, "{line}");
}
