//! Paths of which everybody may use one method, and few may know of another.

use axum::{
    Router,
    body::Body,
    http::{HeaderValue, StatusCode, header::ALLOW},
    routing::{MethodRouter, any, get, post},
};
use tower::ServiceExt as _;
use tower_auth::{
    AuthService, GuardedRouter,
    policy::{self, PolicyExt as _, role},
};

use crate::{
    asking::{nothing_here, open, request, statuses, told},
    callers::User,
};

type Guarded = GuardedRouter<User>;

const PATH: &str = "/docs/{id}";

async fn read() -> &'static str {
    "the document"
}

async fn write() -> StatusCode {
    StatusCode::NO_CONTENT
}

async fn try_another() -> (StatusCode, &'static str) {
    (StatusCode::METHOD_NOT_ALLOWED, "try another")
}

fn readable(path: &str, read: MethodRouter) -> Guarded {
    GuardedRouter::new().route(path, policy::anyone(), read)
}

fn hidden(path: &str, write: MethodRouter) -> Guarded {
    GuardedRouter::new().route(path, role("admin").hide(), write)
}

fn nested(prefix: &str, router: Guarded) -> Guarded {
    GuardedRouter::new().nest(prefix, router)
}

fn guarded(router: Guarded) -> AuthService<Router, User, Body> {
    let layer = open().not_found(nothing_here()).build().expect("a layer");
    router.guarded_by(&layer).expect("a router")
}

/// All read `/api/docs/2`, and nobody but root may know that it can be written.
fn ways() -> Vec<(&'static str, Guarded)> {
    let flat = "/api/docs/{id}";
    let readable_in = |prefix: &str| nested(prefix, readable(PATH, get(read)));
    let hidden_in = |prefix: &str| nested(prefix, hidden(PATH, post(write)));
    let deep = nested(
        "/api",
        hidden_in("/docs").merge(nested("/docs", hidden("/", post(write)))),
    );
    vec![
        (
            "flat",
            readable(flat, get(read)).merge(hidden(flat, post(write))),
        ),
        (
            "the other way round",
            hidden(flat, post(write)).merge(readable(flat, get(read))),
        ),
        (
            "in one nest",
            nested(
                "/api",
                readable(PATH, get(read)).merge(hidden(PATH, post(write))),
            ),
        ),
        (
            "the hidden one in a nest",
            readable(flat, get(read)).merge(hidden_in("/api")),
        ),
        (
            "the other one in a nest",
            hidden(flat, post(write)).merge(readable_in("/api")),
        ),
        ("in two nests", readable_in("/api").merge(hidden_in("/api"))),
        (
            "in two nests, the other way round",
            hidden_in("/api").merge(readable_in("/api")),
        ),
        (
            "in a nest of a nest",
            nested("/api", nested("/docs", hidden("/{id}", post(write))))
                .merge(readable(flat, get(read))),
        ),
        (
            "in a nest with a slash",
            nested("/api/", hidden(PATH, post(write))).merge(readable_in("/api")),
        ),
        (
            "of several paths",
            deep.merge(readable_in("/api")).merge(hidden_in("/api")),
        ),
        (
            "with an answer of its own to other methods",
            readable(flat, get(read).fallback(try_another)).merge(hidden(flat, post(write))),
        ),
        (
            "hidden with an answer of its own to other methods",
            hidden(flat, post(write).fallback(try_another)).merge(readable(flat, get(read))),
        ),
        (
            "in two nests with an answer of its own",
            hidden_in("/api").merge(nested(
                "/api",
                readable(PATH, get(read).fallback(try_another)),
            )),
        ),
    ]
}

#[tokio::test]
async fn a_hidden_method_answers_as_those_that_are_not_there_and_as_a_missing_path() {
    for (way, router) in ways() {
        let app = guarded(router);
        let [read, _] = told(&app, request("GET"), "/api").await;
        assert_eq!((read.0.as_u16(), &*read.2), (200, "the document"), "{way}");
        for method in ["POST", "PUT", "OPTIONS", "TRACE", "FROBNICATE"] {
            let [hidden, missing] = told(&app, request(method), "/api").await;
            assert_eq!(hidden, missing, "{way}, {method}");
            assert_eq!(hidden.0, StatusCode::NOT_FOUND, "{way}, {method}");
        }
    }
}

#[tokio::test]
async fn who_may_know_of_all_methods_is_told_which_there_are() {
    for (way, router) in ways() {
        let app = guarded(router);
        let mut asked = request("PUT").map(Body::from);
        *asked.uri_mut() = "/api/docs/2".parse().expect("a path");
        let root = HeaderValue::from_static("Bearer token-of-root");
        asked.headers_mut().insert("authorization", root);
        let answer = app.oneshot(asked).await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED, "{way}");
        let allow = answer.headers()[ALLOW].to_str().expect("text");
        let mut names: Vec<_> = allow.split(',').collect();
        names.sort_unstable();
        assert_eq!(names, ["GET", "HEAD", "POST"], "{way}");
    }
}

#[tokio::test]
async fn an_answer_of_its_own_to_other_methods_stands_behind_the_rule_of_its_route() {
    let mine = role("admin");
    let router = GuardedRouter::new()
        .route(PATH, mine, get(read).fallback(try_another))
        .route(PATH, policy::anyone(), post(write));
    let app = guarded(router);
    for (method, status) in [("GET", 401), ("PUT", 401), ("POST", 204)] {
        let told = told(&app, request(method), "").await;
        assert_eq!(statuses(&told), [status, 404], "{method}");
    }
}

/// Such a route has every method but those that others have.
#[tokio::test]
async fn a_hidden_method_beside_a_route_for_any_answers_as_a_missing_path() {
    let app = guarded(readable(PATH, any(read)).merge(hidden(PATH, post(write))));
    let [hidden, missing] = told(&app, request("POST"), "").await;
    assert_eq!(hidden, missing);
    let told = told(&app, request("PUT"), "").await;
    assert_eq!(statuses(&told), [200, 404]);
    assert!(!told[0].1.iter().any(|field| field.starts_with("allow")));
}
