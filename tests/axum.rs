//! With axum: handlers that ask who calls, and what a layer covers where it is attached.
#![cfg(feature = "axum")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has failed, and says where"
)]

mod wire;

use std::{
    io::Write as _,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{Request, StatusCode, header::WWW_AUTHENTICATE},
    response::Response,
    routing::{any, get, post},
};
use tower::{Layer as _, Service, ServiceExt as _};
use tower_auth::{
    AuthLayer, Caller, Outcome,
    audit::Record,
    policy::{self, Policy},
    scheme::Bearer,
};

use self::wire::{Sent, Server, read_one, status};

type Name = &'static str;

fn layer(policy: impl Policy<Name>) -> AuthLayer<Name, Body> {
    let bearer = Bearer::fixed("api", "s3cret", "alice");
    AuthLayer::new(bearer, policy).build().expect("a layer")
}

fn guard() -> AuthLayer<Name, Body> {
    layer(policy::authenticated())
}

async fn send<S>(app: &S, method: &str, path: &str, fields: &[(&str, &str)]) -> Response
where
    S: Service<Request<Body>, Response = Response> + Clone,
    S::Error: std::fmt::Debug,
{
    let request = Request::builder().method(method).uri(path);
    let request = fields.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    });
    let request = request.body(Body::empty()).expect("a request");
    app.clone().oneshot(request).await.expect("an answer")
}

const ALICE: [(&str, &str); 1] = [("authorization", "Bearer s3cret")];

/// Handlers that count how often they run.
fn handlers() -> (Router, Arc<AtomicUsize>) {
    type Runs = State<Arc<AtomicUsize>>;
    let runs = Arc::new(AtomicUsize::new(0));
    let router = Router::new()
        .route(
            "/me",
            any(async |State(runs): Runs, Caller(name): Caller<Name>| {
                runs.fetch_add(1, Relaxed);
                name
            }),
        )
        .route(
            "/greeting",
            any(async |State(runs): Runs, caller: Option<Caller<Name>>| {
                runs.fetch_add(1, Relaxed);
                caller.map_or("stranger", |Caller(name)| name)
            }),
        )
        .route(
            "/number",
            any(async |State(runs): Runs, Caller(_): Caller<u32>| {
                runs.fetch_add(1, Relaxed);
            }),
        );
    (router.with_state(Arc::clone(&runs)), runs)
}

async fn body(response: Response) -> String {
    let bytes = axum::body::to_bytes(response.into_body(), 1024)
        .await
        .expect("a body");
    String::from_utf8(bytes.to_vec()).expect("text")
}

#[tokio::test]
async fn a_handler_that_asks_for_a_caller_does_not_run_for_strangers() {
    let (router, runs) = handlers();
    let app = layer(policy::anyone()).layer(router);
    for method in ["GET", "HEAD", "POST", "OPTIONS"] {
        let response = send(&app, method, "/me", &[]).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(
            response.headers()[WWW_AUTHENTICATE],
            r#"Bearer realm="api""#
        );
        let record = response.extensions().get::<Record>().expect("a record");
        assert_eq!(record.outcome(), Outcome::Challenge(()));
        assert_eq!(response.extensions().len(), 1);
    }
    assert_eq!(runs.load(Relaxed), 0);

    let response = send(&app, "GET", "/me", &ALICE).await;
    assert_eq!(body(response).await, "alice");
    assert_eq!(runs.load(Relaxed), 1);
}

#[tokio::test]
async fn a_handler_that_asks_for_a_caller_or_none_runs_for_both() {
    let (router, _) = handlers();
    let app = layer(policy::anyone()).layer(router);
    let stranger = send(&app, "GET", "/greeting", &[]).await;
    assert_eq!(body(stranger).await, "stranger");
    let alice = send(&app, "GET", "/greeting", &ALICE).await;
    assert_eq!(body(alice).await, "alice");
}

#[tokio::test]
async fn a_handler_that_asks_for_a_caller_whom_nobody_verifies_answers_500() {
    let (router, runs) = handlers();
    let around = layer(policy::anyone()).layer(router.clone());
    for fields in [&[][..], &ALICE] {
        for path in ["/me", "/greeting", "/number"] {
            let response = send(&router, "GET", path, fields).await;
            assert_eq!(
                response.status(),
                StatusCode::INTERNAL_SERVER_ERROR,
                "{path}"
            );
            assert_eq!(response.headers().get(WWW_AUTHENTICATE), None);
            let record = response.extensions().get::<Record>().expect("a record");
            assert_eq!(record.outcome(), Outcome::Misconfigured);
        }
        let response = send(&around, "GET", "/number", fields).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }
    assert_eq!(runs.load(Relaxed), 0);
}

#[tokio::test]
async fn a_handler_sees_the_caller_of_the_layer_for_its_type() {
    let (router, _) = handlers();
    let numbers = Bearer::fixed("numbers", "s3cret", 7_u32);
    let numbers = AuthLayer::new(numbers, policy::anyone())
        .build()
        .expect("a layer");
    let app = layer(policy::anyone()).layer(numbers.layer(router));
    assert_eq!(
        send(&app, "GET", "/number", &ALICE).await.status(),
        StatusCode::OK
    );

    // Each stranger is challenged by the layer that would have known them.
    for (path, challenge) in [
        ("/me", r#"Bearer realm="api""#),
        ("/number", r#"Bearer realm="numbers""#),
    ] {
        let response = send(&app, "GET", path, &[]).await;
        assert_eq!(response.headers()[WWW_AUTHENTICATE], challenge);
    }
}

/// The statuses that a stranger gets.
async fn statuses<S, const N: usize>(app: S, requests: [(&str, &str); N]) -> [u16; N]
where
    S: Service<Request<Body>, Response = Response> + Clone,
    S::Error: std::fmt::Debug,
{
    let mut statuses = [0; N];
    for (status, (method, path)) in statuses.iter_mut().zip(requests) {
        *status = send(&app, method, path, &[]).await.status().as_u16();
    }
    statuses
}

async fn open() -> &'static str {
    "open"
}

fn page() -> Router {
    Router::new().route("/page", get(open))
}

fn later() -> Router {
    Router::new().route("/merged", get(open))
}

const MATCHED: [(&str, &str); 3] = [("GET", "/page"), ("HEAD", "/page"), ("POST", "/page")];
const OTHERS: [(&str, &str); 3] = [("GET", "/later"), ("GET", "/merged"), ("GET", "/missing")];
const NESTED: [(&str, &str); 3] = [
    ("GET", "/api/page"),
    ("POST", "/api/page"),
    ("GET", "/api/missing"),
];

#[tokio::test]
async fn around_a_router_as_a_service_the_layer_covers_everything() {
    let nested = page().fallback(open);
    let router = page()
        .nest("/api", nested)
        .nest_service("/service", page())
        .merge(later())
        .route("/later", get(open))
        .method_not_allowed_fallback(open)
        .fallback(open);
    let app = guard().layer(router);
    assert_eq!(statuses(app.clone(), MATCHED).await, [401; 3]);
    assert_eq!(statuses(app.clone(), OTHERS).await, [401; 3]);
    assert_eq!(statuses(app.clone(), NESTED).await, [401; 3]);
    let elsewhere = [
        ("GET", "/service/page"),
        ("OPTIONS", "*"),
        ("FROBNICATE", "/page"),
    ];
    assert_eq!(statuses(app, elsewhere).await, [401; 3]);
}

#[tokio::test]
async fn open_the_layer_of_a_router_does_not_cover_what_is_added_later() {
    let routed = page().layer(guard()).route("/later", get(open));
    assert_eq!(statuses(routed.clone(), MATCHED).await, [401; 3]);
    assert_eq!(statuses(routed, OTHERS).await, [200, 401, 401]);
    // What is merged brings its own answer to what is missing.
    let merged = page().layer(guard()).merge(later());
    assert_eq!(statuses(merged.clone(), MATCHED).await, [401; 3]);
    assert_eq!(statuses(merged, OTHERS).await, [404, 200, 404]);

    let before = page().fallback(open).layer(guard());
    assert_eq!(statuses(before, OTHERS).await, [401; 3]);
    let after = page().layer(guard()).fallback(open);
    assert_eq!(statuses(after, OTHERS).await, [200; 3]);

    let nested = Router::new().nest("/api", page()).layer(guard());
    assert_eq!(statuses(nested, NESTED).await, [401; 3]);
}

#[tokio::test]
async fn open_the_route_layer_of_a_router_does_not_cover_what_is_missing() {
    let app = page()
        .route_layer(guard())
        .route("/later", get(open))
        .merge(later());
    assert_eq!(statuses(app.clone(), MATCHED).await, [401; 3]);
    assert_eq!(statuses(app, OTHERS).await, [200, 200, 404]);

    for app in [
        page().fallback(open).route_layer(guard()),
        page().route_layer(guard()).fallback(open),
    ] {
        assert_eq!(statuses(app, OTHERS).await, [200; 3]);
    }
    let nested = Router::new().nest("/api", page()).route_layer(guard());
    assert_eq!(statuses(nested, NESTED).await, [401, 401, 404]);
    let nested = Router::new()
        .nest("/api", page().fallback(open))
        .route_layer(guard());
    assert_eq!(statuses(nested, NESTED).await, [401, 401, 200]);
    let nested = Router::new()
        .nest_service("/api", page())
        .route_layer(guard());
    assert_eq!(statuses(nested, NESTED).await, [401; 3]);

    let app = page()
        .route_layer(guard())
        .method_not_allowed_fallback(open);
    assert_eq!(statuses(app, MATCHED).await, [401, 401, 200]);
}

#[tokio::test]
async fn open_the_layers_of_a_method_router_cover_one_path_or_less() {
    let app = Router::new().route("/page", get(open).layer(guard()));
    assert_eq!(statuses(app.clone(), MATCHED).await, [401; 3]);
    assert_eq!(statuses(app, OTHERS).await, [404; 3]);

    let app = Router::new().route("/page", get(open).route_layer(guard()));
    assert_eq!(statuses(app.clone(), MATCHED).await, [401, 401, 405]);
    let response = send(&app, "POST", "/page", &[]).await;
    assert_eq!(response.headers()["allow"], "GET,HEAD");

    let app = Router::new().route("/page", get(open).route_layer(guard()).post(open));
    assert_eq!(statuses(app, MATCHED).await, [401, 401, 200]);
}

#[test]
fn an_upgrade_is_refused_before_it_begins() {
    let (router, runs) = handlers();
    let server = Server::new(guard().layer(router));
    let upgrade = Sent::get("/greeting")
        .with("connection", "close, upgrade")
        .with("upgrade", "websocket")
        .with("sec-websocket-version", "13")
        .with("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    let told = server.http1(&upgrade);
    assert_eq!(status(&told), 401);
    assert!(
        !told.to_ascii_lowercase().contains("\r\nupgrade:"),
        "{told}"
    );
    assert_eq!(runs.load(Relaxed), 0);
}

#[test]
fn a_refusal_leaves_the_body_unread_and_the_connection_in_order() {
    let router = Router::new().route("/form", post(async |body: String| body));
    let server = Server::new(guard().layer(router));
    let mut stream = server.connect();
    let form = Sent {
        body: Some("GET /form HTTP/1.1\r\nauthorization: Bearer s3cret\r\n\r\n"),
        ..Sent::new("POST", "/form")
    };
    for _ in 0..3 {
        stream.write_all(&form.bytes()).expect("it is sent");
        let told = read_one(&mut stream);
        assert_eq!(status(&told), 401);
    }
    let form = form.with("authorization", "Bearer s3cret");
    stream.write_all(&form.bytes()).expect("it is sent");
    let told = read_one(&mut stream);
    assert_eq!(status(&told), 200);
    assert!(told.ends_with(form.body.expect("a body")), "{told}");
}

#[test]
fn a_refusal_comes_before_the_body_is_asked_for() {
    let router = Router::new().route("/form", post(async |body: String| body));
    let server = Server::new(guard().layer(router));
    let mut stream = server.connect();
    let head = "POST /form HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\ncontent-length: 9\r\n\r\n";
    stream.write_all(head.as_bytes()).expect("it is sent");
    assert_eq!(status(&read_one(&mut stream)), 401);

    // Those who may are asked for it.
    let mut stream = server.connect();
    let head = head.replace("\r\n\r\n", "\r\nauthorization: Bearer s3cret\r\n\r\n");
    stream.write_all(head.as_bytes()).expect("it is sent");
    stream.set_nodelay(true).expect("no delay");
    let mut told = [0; 25];
    std::io::Read::read_exact(&mut stream, &mut told).expect("an interim answer");
    assert_eq!(&told, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"<a form/>").expect("it is sent");
    assert_eq!(status(&read_one(&mut stream)), 200);
}
