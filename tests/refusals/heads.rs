//! What a reply is shown of a request that a handler refuses, and what is left of the handler's response.

use axum::{
    Router,
    body::Body,
    extract::Request,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use http::{HeaderMap, HeaderValue, Method, Uri, header::SET_COOKIE};
use tower::Layer as _;
use tower_auth::{
    Caller, Denied, NeedsLogin, Refusal, Remedy,
    policy::Access,
    reply::{Content, Plain, Refused, Reply},
};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::stand::{User, ask, open, send, text};

/// Repeats what it is shown.
fn echo(refused: &Refused<'_>) -> Content {
    let head = refused.head();
    let note = head.headers.get("x-note");
    let known = Caller::<User>::of(&head.extensions);
    Content::text(format!(
        "{} {} {note:?} {:?} {}",
        head.method,
        head.uri,
        head.version,
        known.map_or("nobody", |user| user.name)
    ))
}

/// The same, without a need for the head.
struct Blind;

impl Reply for Blind {
    fn content(&self, refused: &Refused<'_>) -> Content {
        echo(refused)
    }

    fn needs_head(&self) -> bool {
        false
    }
}

async fn refuse() -> Result<(), Refusal> {
    Err(NeedsLogin::new().into())
}

/// Changes all of the head that a layer can change.
async fn change(mut request: Request, next: Next) -> Response {
    let note = HeaderValue::from_static("changed");
    *request.method_mut() = Method::DELETE;
    *request.uri_mut() = Uri::from_static("/changed");
    request.headers_mut().insert("x-note", note);
    request.extensions_mut().clear();
    next.run(request).await
}

/// A handler that refuses, in a router in a router.
fn nested() -> Router {
    let documents = Router::new().route("/docs/{id}", any(refuse));
    let changed = Router::new()
        .route("/changed/{id}", any(refuse))
        .layer(middleware::from_fn(change));
    let all = documents.merge(changed);
    Router::new().nest("/api", Router::new().nest("/v1", all))
}

fn noted(caller: &str, path: &str, method: Method) -> Request {
    let request = ask(caller, path).method(method).header("x-note", "a note");
    request.body(Body::from("a body")).unwrap()
}

#[test]
fn a_reply_that_needs_the_head_sees_it_as_it_came_where_a_handler_refuses() {
    let app = open().reply(echo).build().unwrap().layer(nested());
    for path in ["/api/v1/docs/7?page=2", "/api/v1/changed/7?page=2"] {
        for method in [Method::GET, Method::PUT] {
            for (caller, name) in [("alice", "alice"), ("stranger", "nobody")] {
                let response = send(&app, noted(caller, path, method.clone()));
                let expected = format!(r#"{method} {path} Some("a note") HTTP/1.1 {name}"#);
                assert_eq!(text(response), expected);
            }
        }
    }
}

#[test]
fn a_reply_that_needs_the_head_sees_where_a_nested_route_refuses() {
    let auth = open().reply(echo).build().unwrap();
    let closed = auth.require(|_: &Access<'_, User>| Denied::new(Remedy::Nothing));
    let route = get(async || "the document").layer(closed.unwrap());
    let app = auth.layer(Router::new().nest("/api", Router::new().route("/docs/{id}", route)));
    let response = send(&app, noted("alice", "/api/docs/7?page=2", Method::GET));
    let expected = r#"GET /api/docs/7?page=2 Some("a note") HTTP/1.1 alice"#;
    assert_eq!(text(response), expected);
}

#[test]
fn a_reply_that_does_not_need_the_head_is_told_the_method_alone() {
    let app = open().reply(Blind).build().unwrap().layer(nested());
    let response = send(&app, noted("alice", "/api/v1/docs/7?page=2", Method::PUT));
    assert_eq!(text(response), "PUT / None HTTP/1.1 nobody");
}

// 9110-9.3.2-a
#[test]
fn head_is_refused_with_the_length_of_get_whatever_the_reply() {
    let apps = [
        open().build().unwrap().layer(nested()),
        open().reply(Plain).build().unwrap().layer(nested()),
        open()
            .reply(|_: &Refused<'_>| Content::html("<h1>no</h1>"))
            .build()
            .unwrap()
            .layer(nested()),
    ];
    for app in apps {
        for path in ["/api/v1/docs/7", "/api/v1/changed/7"] {
            let get = send(&app, noted("alice", path, Method::GET));
            let head = send(&app, noted("alice", path, Method::HEAD));
            assert_eq!(head.status(), 403);
            assert_eq!(head.headers(), get.headers());
            let length = head.headers()["content-length"]
                .to_str()
                .unwrap()
                .to_owned();
            assert_eq!(text(get).len().to_string(), length);
            assert_eq!(text(head), "");
        }
    }
}

// 9110-9.3.2-a
#[test]
fn head_is_refused_without_a_body_though_a_layer_inside_makes_it_get() {
    async fn get_it(mut request: Request, next: Next) -> Response {
        *request.method_mut() = Method::GET;
        next.run(request).await
    }
    for builder in [open(), open().reply(Plain), open().reply(echo)] {
        let auth = builder.build().unwrap();
        let closed = auth.require(|_: &Access<'_, User>| Denied::new(Remedy::Nothing));
        let closed = get(async || "the document").layer(closed.unwrap());
        let routes = Router::new()
            .route("/route", closed)
            .route("/caller", get(async |_: Caller<User>| "the document"))
            .route("/handler", get(refuse))
            .layer(middleware::from_fn(get_it));
        let app = auth.layer(routes);
        for path in ["/route", "/caller", "/handler"] {
            let response = send(&app, noted("stranger", path, Method::HEAD));
            assert_ne!(response.headers()["content-length"], "0", "{path}");
            assert_eq!(text(response), "", "{path}");
        }
    }
}

/// A handler that has begun to answer, in layers that add to responses.
fn begun() -> Router {
    async fn begin() -> Response {
        let cookie = [(SET_COOKIE, "handler=1"), (http::header::ETAG, "\"1\"")];
        let mut response = (cookie, "half a document").into_response();
        let refusal = Refusal::from(Denied::new(Remedy::OtherCredentials));
        response.extensions_mut().insert(refusal);
        response
    }
    let cookie = SetResponseHeaderLayer::appending(SET_COOKIE, HeaderValue::from_static("layer=1"));
    let router = Router::new().route("/refused", get(begin));
    let error = get(async || ([(SET_COOKIE, "handler=1")], Err::<(), _>(NeedsLogin::new())));
    let router = router
        .route("/error", error)
        .route("/", get(async || "whole"));
    router.layer(cookie)
}

fn cookies(fields: &HeaderMap) -> usize {
    fields.get_all(SET_COOKIE).iter().count()
}

#[test]
fn nothing_that_a_handler_or_a_layer_inside_began_to_answer_is_left() {
    let app = open().build().unwrap().layer(begun());
    let none = open().build().unwrap().layer(nested());
    let expected = send(&none, noted("alice", "/api/v1/docs/7", Method::GET));
    for path in ["/refused", "/error"] {
        let inside = send(&begun(), noted("alice", path, Method::GET));
        assert!(cookies(inside.headers()) > 1, "they are there inside");
        let response = send(&app, noted("alice", path, Method::GET));
        assert_eq!(response.headers(), expected.headers());
        assert_eq!(response.extensions().len(), 1);
    }
    assert_eq!(
        text(send(&app, noted("alice", "/refused", Method::GET))),
        text(expected)
    );
    let whole = send(&app, noted("alice", "/", Method::GET));
    assert_eq!(cookies(whole.headers()), 1, "what passes keeps it");
}
