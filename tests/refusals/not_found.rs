//! What the not-found service is told of a request that a handler hides.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
};

use axum::{
    Extension, Router,
    body::Body,
    extract::{Path, Request},
    middleware::{self, Next},
    routing::{any, get},
};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode, request::Parts};
use http_body_util::BodyExt as _;
use tower::{Layer as _, service_fn};
use tower_auth::{
    AuthLayer, Caller, Denied, Hidden, NoBody, Refusal, Remedy, Unavailable,
    policy::{self, Access, Policy, PolicyExt as _, View},
    reply::{Content, Refused},
};

use crate::stand::{User, ask, open, send, text};

/// All that the not-found service was told.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<Parts>>>);

impl Told {
    fn layer(&self) -> AuthLayer<User, Body> {
        self.around(policy::anyone())
    }

    /// A layer with a policy of its own.
    fn around(&self, policy: impl Policy<User>) -> AuthLayer<User, Body> {
        let told = Arc::clone(&self.0);
        let not_found = service_fn(move |request: http::Request<NoBody>| {
            let told = Arc::clone(&told);
            async move {
                let (head, body) = request.into_parts();
                let body = body.collect().await.unwrap().to_bytes();
                assert!(body.is_empty());
                told.lock().unwrap().push(head);
                let mut response = Response::new(Body::from("nothing here"));
                *response.status_mut() = StatusCode::NOT_FOUND;
                Ok::<_, Infallible>(response)
            }
        });
        let layer = crate::stand::guarded(policy);
        layer.not_found(not_found).build().unwrap()
    }

    fn take(&self) -> Parts {
        let mut told = self.0.lock().unwrap();
        assert_eq!(told.len(), 1);
        told.pop().unwrap()
    }
}

/// What was loaded, or added on the way.
#[derive(Clone)]
struct Thing;

async fn change(mut request: Request, next: Next) -> axum::response::Response {
    let note = HeaderValue::from_static("changed");
    request.headers_mut().insert("x-note", note);
    request.extensions_mut().insert(Thing);
    next.run(request).await
}

async fn hide(Path(_): Path<u32>, Extension(_): Extension<Thing>) -> Result<(), Hidden> {
    Err(Hidden::new())
}

fn noted(caller: &str, path: &str, method: &Method) -> Request {
    let request = ask(caller, path).method(method);
    let request = request.header("x-note", "first").header("x-note", "second");
    request
        .header("content-length", "6")
        .body(Body::from("a body"))
        .unwrap()
}

fn fields(request: &Request) -> HeaderMap {
    request.headers().clone()
}

// D-hidden-identical
#[test]
fn the_not_found_service_is_told_method_uri_fields_and_caller_as_they_came() {
    let told = Told::default();
    let hidden = Router::new().route("/docs/{id}", any(hide));
    let hidden = hidden.layer(middleware::from_fn(change));
    let app = told.layer().layer(Router::new().nest("/api", hidden));
    for method in [Method::GET, Method::HEAD, Method::PUT, Method::OPTIONS] {
        for caller in ["alice", "alice_by_basic", "stranger"] {
            let path = "/api/docs/7?page=2";
            let request = noted(caller, path, &method);
            let sent = fields(&request);
            let response = send(&app, request);
            assert_eq!(response.status(), StatusCode::NOT_FOUND);
            assert_eq!(text(response), "nothing here");

            let head = told.take();
            assert_eq!(head.method, method);
            assert_eq!(head.uri, path);
            assert_eq!(head.headers, sent);
            let known = Caller::<User>::of(&head.extensions).map(|user| user.name);
            let expected = (caller != "stranger").then_some("alice");
            assert_eq!(known, expected);
            assert!(head.extensions.get::<Thing>().is_none());
            // Who calls, and nothing else.
            assert_eq!(head.extensions.len(), 1);
        }
    }
}

#[test]
fn the_not_found_service_is_not_told_what_was_loaded_and_handed_on() {
    let told = Told::default();
    let auth = told.layer();
    let load = || {
        policy::load((), async |(), _: View<User>| {
            Ok::<_, Unavailable>(Some(Thing))
        })
    };
    // A handler hides it, or the policy itself; inside, what was loaded is there.
    let passing = auth.require(load().then(policy::anyone())).unwrap();
    let hiding = load().then(policy::when(|_: &User| false).hide());
    let hiding = auth.require(hiding).unwrap();
    let routes = Router::new()
        .route("/handler/{id}", get(hide).layer(passing))
        .route("/route/{id}", get(async || "the document").layer(hiding));
    let app = auth.layer(routes);
    for path in ["/handler/7", "/route/7"] {
        let response = send(&app, noted("alice", path, &Method::GET));
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert!(told.take().extensions.get::<Thing>().is_none(), "{path}");
    }

    // Nor is it where the layer outside hides what it loaded itself.
    let told = Told::default();
    let hiding = load().then(policy::when(|_: &User| false).hide());
    let app = told.around(hiding).layer(Router::new());
    send(&app, noted("alice", "/7", &Method::GET));
    assert!(told.take().extensions.get::<Thing>().is_none());
}

// D-hidden-identical
#[test]
fn a_not_found_service_by_target_is_told_method_and_uri_as_they_came_and_nothing_else() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&seen);
    let page = service_fn(move |request: http::Request<NoBody>| {
        told.lock().unwrap().push(request.into_parts().0);
        async { Ok::<_, Infallible>(Response::new(Body::from("nothing here"))) }
    });
    let auth = open().not_found_by_target(page).build().unwrap();
    let hidden = auth.require(policy::when(|_: &User| false).hide()).unwrap();
    let routes = Router::new()
        .route("/handler/{id}", any(async || Err::<(), _>(Hidden::new())))
        .route("/route/{id}", any(async || "the document").layer(hidden));
    let app = auth.layer(Router::new().nest("/api", routes));
    for path in ["/api/handler/7?page=2", "/api/route/7?page=2"] {
        for method in [Method::GET, Method::HEAD, Method::PUT] {
            let response = send(&app, noted("alice", path, &method));
            assert_eq!(text(response), "nothing here");
            let head = seen.lock().unwrap().pop().unwrap();
            assert_eq!(
                (head.method, head.uri.to_string()),
                (method.clone(), path.to_owned())
            );
            assert!(
                head.headers.is_empty() && head.extensions.is_empty(),
                "{path}"
            );
        }
    }
    assert!(seen.lock().unwrap().is_empty());
}

// D-hidden-identical
#[test]
fn the_not_found_service_is_told_what_the_layer_outside_hands_on_wherever_it_is_refused() {
    let told = Told::default();
    let auth = told.around(|access: &Access<'_, User>| {
        access.hand_on(Thing);
        true
    });
    let hidden = auth.require(policy::when(|_: &User| false).hide()).unwrap();
    let routes = Router::new()
        .route("/handler/{id}", get(hide))
        .route("/route/{id}", get(async || "the document").layer(hidden));
    let app = auth.layer(routes);
    for path in ["/handler/7", "/route/7"] {
        send(&app, noted("alice", path, &Method::GET));
        let head = told.take();
        assert!(head.extensions.get::<Thing>().is_some(), "{path}");
        let known = Caller::<User>::of(&head.extensions).map(|user| user.name);
        assert_eq!(known, Some("alice"));
    }
}

// D-hidden-identical
#[test]
fn a_not_found_service_that_refuses_answers_alike_for_what_is_hidden_and_what_is_missing() {
    async fn refuse() -> Result<(), Refusal> {
        Err(Denied::new(Remedy::OtherCredentials).into())
    }
    let echo = |refused: &Refused<'_>| {
        let head = refused.head();
        Content::text(format!(
            "{} {} {:?}",
            head.method,
            head.uri.path(),
            head.headers
        ))
    };
    let not_found = Router::new().fallback(refuse);
    let auth = open()
        .reply(echo)
        .not_found(not_found.clone())
        .build()
        .unwrap();
    let hidden = auth.require(policy::when(|_: &User| false).hide()).unwrap();
    let hidden = get(async || "the document").layer(hidden);
    let routes = Router::new()
        .route("/docs/7", hidden)
        .fallback_service(not_found);
    let app = auth.layer(routes);
    for caller in ["stranger", "alice"] {
        for method in [Method::GET, Method::HEAD, Method::POST] {
            let hidden = send(&app, noted(caller, "/docs/7", &method));
            let missing = send(&app, noted(caller, "/docs/8", &method));
            assert_eq!(hidden.status(), missing.status());
            assert_eq!(hidden.headers(), missing.headers(), "{caller}, {method}");
            let [hidden, missing] = [hidden, missing].map(text);
            assert_eq!(hidden.replace("/docs/7", "/docs/8"), missing);
        }
    }
}
