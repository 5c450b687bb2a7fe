//! What is told where a handler asks for a caller, and none is there.

use axum::{Router, body::Body, routing::get};
use http::Request;
use tokio_test::block_on;
use tower::{Layer as _, ServiceExt as _};
use tower_auth::{
    AuthLayer, Caller,
    audit::Record,
    policy::{self, PolicyExt as _},
    scheme::Bearer,
};

use crate::log::{assert_lines, logged};

async fn me(Caller(_): Caller<u8>) -> &'static str {
    "you"
}

async fn perhaps(caller: Option<Caller<u8>>) -> &'static str {
    caller.map_or("a stranger", |_| "you")
}

/// The status, the policy of the record if there is one, and the one line of the log.
fn told(app: Router, path: &str, token: Option<&str>) -> (u16, Option<String>, String) {
    let request = token
        .into_iter()
        .fold(Request::get(path), |request, token| {
            request.header("authorization", format!("Bearer {token}"))
        });
    let request = request.body(Body::empty()).expect("a request");
    let (response, log) = logged(|| block_on(app.oneshot(request)).expect("an answer"));
    assert_lines(&log, 1);
    let record = response.extensions().get::<Record>();
    let policy = record.and_then(Record::policy).map(str::to_owned);
    (response.status().as_u16(), policy, log)
}

fn routes() -> Router {
    Router::new()
        .route("/me", get(me))
        .route("/perhaps", get(perhaps))
}

fn around(policy: impl policy::Policy<u8>) -> Router {
    let layer = AuthLayer::new(Bearer::fixed("api", "s3cret", 7), policy);
    let layer = layer.build().expect("a layer");
    Router::new().fallback_service(layer.layer(routes()))
}

#[test]
fn a_handler_that_refuses_a_stranger_is_told_as_caller() {
    let (status, policy, line) = told(around(policy::anyone()), "/me", None);
    assert_eq!((status, policy.as_deref()), (401, Some("Caller")));
    assert!(line.starts_with(" INFO"), "{line}");
    assert!(line.contains(r#" policy="Caller""#), "{line}");
}

#[test]
fn a_handler_that_finds_its_caller_or_needs_none_is_told_with_the_policy_of_the_layer() {
    for (path, token) in [
        ("/me", Some("s3cret")),
        ("/perhaps", Some("s3cret")),
        ("/perhaps", None),
    ] {
        let (status, policy, line) = told(around(policy::anyone()), path, token);
        assert_eq!((status, policy), (200, None));
        assert!(line.starts_with("DEBUG"), "{line}");
        assert!(line.contains(r#" policy="anyone""#), "{line}");
    }
}

#[test]
fn a_stranger_who_does_not_reach_the_handler_is_told_with_the_policy_that_refused() {
    let (status, policy, line) = told(around(policy::authenticated().hide()), "/me", None);
    let name = "authenticated.hide()";
    assert_eq!((status, policy.as_deref()), (404, Some(name)));
    assert!(line.contains(&format!(" policy=\"{name}\"")), "{line}");
}

#[test]
fn a_handler_without_a_layer_outside_is_told_as_caller_and_as_our_fault() {
    for path in ["/me", "/perhaps"] {
        let (status, policy, line) = told(routes(), path, Some("s3cret"));
        assert_eq!((status, policy.as_deref()), (500, Some("Caller")));
        assert!(line.starts_with("ERROR"), "{line}");
        assert!(line.contains(r#" policy="Caller""#), "{line}");
    }
}
