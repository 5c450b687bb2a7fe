//! What plain layers leave open: each test shows a difference that gives a document away.
//!
//! None of this is promised. Should one of these tests fail, something was closed, and the
//! documentation can say so.

use std::convert::Infallible;

use axum::{
    Router,
    body::Body,
    extract::MatchedPath,
    http::{HeaderValue, Request, StatusCode, Uri, header::ALLOW},
    response::{IntoResponse as _, Response},
    routing::{MethodRouter, get},
};
use tower::{Layer as _, service_fn, util::MapResponseLayer};
use tower_auth::{
    AuthLayer, Caller,
    policy::{self, Access, PolicyExt as _},
};

use crate::{
    asking::{HIDDEN, nothing_here, open, preflight, request, statuses, told},
    callers::{User, schemes},
    rules::hidden,
};

/// Documents that a layer outside answers for, behind a router that is turned first.
fn around(
    not_found: Router,
    read: MethodRouter,
    turn: impl FnOnce(Router) -> Router,
) -> tower_auth::AuthService<Router, User, Body> {
    let layer = open()
        .not_found(not_found.clone())
        .build()
        .expect("a layer");
    let read = read.layer(layer.require(hidden()).expect("a layer"));
    let router = Router::new().route("/docs/{id}", read);
    layer.layer(turn(router.fallback_service(not_found)))
}

async fn read() -> &'static str {
    "the document"
}

#[tokio::test]
async fn open_the_layer_inside_a_nest_gives_the_not_found_page_half_of_the_path() {
    let nowhere = async |uri: Uri| (StatusCode::NOT_FOUND, format!("nothing at {uri}"));
    let not_found = Router::new().fallback(nowhere);
    let layer = AuthLayer::new(schemes(), hidden()).not_found(not_found.clone());
    let documents = Router::new().route("/docs/{id}", get(read));
    let nested = documents.layer(layer.build().expect("a layer"));
    let app = Router::new()
        .nest("/api", nested)
        .fallback_service(not_found);

    let [(_, _, hidden), (_, _, missing)] = told(&app, request("GET"), "/api").await;
    assert_eq!(hidden, "nothing at /docs/2");
    assert_eq!(missing, "nothing at /api/docz/2");
}

#[tokio::test]
async fn open_the_layer_inside_a_nest_asks_for_credentials_on_real_paths_only() {
    let layer = AuthLayer::new(schemes(), policy::authenticated());
    let documents = Router::new().route("/docs/{id}", get(read));
    let nested = documents.layer(layer.build().expect("a layer"));
    let app = Router::new().nest("/api", nested);

    let told = told(&app, request("GET"), "/api").await;
    assert_eq!(statuses(&told), [401, 404]);
}

#[tokio::test]
async fn open_a_nested_router_with_a_fallback_of_its_own_answers_for_what_is_missing_in_it() {
    let layer = open().not_found(nothing_here()).build().expect("a layer");
    let read = get(read).layer(layer.require(hidden()).expect("a layer"));
    let documents = Router::new().route("/docs/{id}", read);
    let documents = documents.fallback(async || (StatusCode::NOT_FOUND, "not in here"));
    let app = Router::new()
        .nest("/api", documents)
        .fallback_service(nothing_here());

    let [(_, _, hidden), (_, _, missing)] = told(&layer.layer(app), request("GET"), "/api").await;
    assert_eq!(
        [&*hidden, &*missing],
        ["There is nothing here", "not in here"]
    );
}

#[tokio::test]
async fn open_the_route_layer_of_a_method_router_tells_which_methods_there_are() {
    let layer = open().not_found(nothing_here()).build().expect("a layer");
    let read = get(read).route_layer(layer.require(hidden()).expect("a layer"));
    let app = Router::new()
        .route("/docs/{id}", read)
        .fallback_service(nothing_here());

    let told = told(&layer.layer(app), request("POST"), "").await;
    assert_eq!(statuses(&told), [405, 404]);
    assert!(told[0].1.contains(&String::from("allow: \"GET,HEAD\"")));
}

#[tokio::test]
async fn open_the_layer_on_a_single_route_tells_which_methods_there_are() {
    let layer = AuthLayer::new(schemes(), hidden()).not_found(nothing_here());
    let read = get(read).layer(layer.build().expect("a layer"));
    let app = Router::new()
        .route("/docs/{id}", read)
        .fallback_service(nothing_here());

    let told = told(&app, request("POST"), "").await;
    assert_eq!(statuses(&told), [404, 404]);
    let allow = [&told[0], &told[1]]
        .map(|(_, fields, _)| fields.iter().any(|field| field.starts_with(ALLOW.as_str())));
    assert_eq!(allow, [true, false]);
}

#[tokio::test]
async fn open_a_method_not_allowed_fallback_stands_in_front_of_the_layers_of_routes() {
    let app = around(nothing_here(), get(read), |router| {
        router.method_not_allowed_fallback(async || (StatusCode::METHOD_NOT_ALLOWED, "try GET"))
    });

    let told = told(&app, request("POST"), "").await;
    assert_eq!(statuses(&told), [405, 404]);
}

#[tokio::test]
async fn open_a_caller_that_no_policy_hides_is_asked_for_credentials() {
    let layer = open().not_found(nothing_here()).build().expect("a layer");
    let read = get(async |Caller(user): Caller<User>| user.name);
    let app = Router::new()
        .route("/docs/{id}", read)
        .fallback_service(nothing_here());

    let told = told(&layer.layer(app), request("GET"), "").await;
    assert_eq!(statuses(&told), [401, 404]);
}

#[tokio::test]
async fn open_hiding_from_principals_alone_asks_strangers_for_credentials() {
    let layer = open().not_found(nothing_here()).build().expect("a layer");
    let policy = policy::authenticated().hide_from_principals();
    let read = get(read).layer(layer.require(policy).expect("a layer"));
    let app = Router::new()
        .route("/docs/{id}", read)
        .fallback_service(nothing_here());

    let told = told(&layer.layer(app), request("GET"), "").await;
    assert_eq!(statuses(&told), [401, 404]);
}

#[tokio::test]
async fn open_an_outer_policy_that_hides_one_path_tells_it_to_bad_credentials() {
    let elsewhere = |access: &Access<'_, User>| access.raw_head().uri.path() != HIDDEN;
    let layer = AuthLayer::new(schemes(), elsewhere.hide()).not_found(nothing_here());
    let app = Router::new()
        .route("/docs/{id}", get(read))
        .fallback_service(nothing_here());
    let app = layer.build().expect("a layer").layer(app);

    let mut bad = request("GET");
    let wrong = HeaderValue::from_static("wrong");
    bad.headers_mut().insert("x-api-key", wrong);
    let told = told(&app, bad, "").await;
    assert_eq!(statuses(&told), [404, 401]);
}

#[tokio::test]
async fn open_a_layer_further_in_that_changes_responses_misses_what_is_concealed() {
    let sign = MapResponseLayer::new(|response: Response| {
        ([("server-timing", "app;dur=1")], response).into_response()
    });
    let app = around(nothing_here(), get(read), |router| router.layer(sign));

    let [(_, hidden, _), (_, missing, _)] = told(&app, request("GET"), "").await;
    assert_eq!(missing.len(), hidden.len() + 1);
}

#[tokio::test]
async fn open_a_not_found_service_that_is_no_router_keeps_the_body_of_head() {
    let page = service_fn(async |_: Request<_>| {
        let response = (StatusCode::NOT_FOUND, "There is nothing here").into_response();
        Ok::<_, Infallible>(response)
    });
    let layer = open().not_found(page).build().expect("a layer");
    let read = get(read).layer(layer.require(hidden()).expect("a layer"));
    let app = Router::new()
        .route("/docs/{id}", read)
        .fallback_service(nothing_here());

    let [hidden, missing] = told(&layer.layer(app), request("HEAD"), "").await;
    assert_eq!(hidden.2, "There is nothing here");
    assert_eq!(missing.2, "");
    let length = String::from("content-length: \"21\"");
    assert!(!hidden.1.contains(&length) && missing.1.contains(&length));
}

#[tokio::test]
async fn open_a_not_found_page_that_reads_the_body_finds_none_of_what_is_concealed() {
    let not_found = Router::new().fallback(async |body: String| (StatusCode::NOT_FOUND, body));
    let app = around(not_found, get(read), |router| router);

    let [(_, _, hidden), (_, _, missing)] = told(&app, request("PUT"), "").await;
    assert_eq!([&*hidden, &*missing], ["", "<document/>"]);
}

#[tokio::test]
async fn open_a_not_found_page_that_asks_which_route_was_found_tells_that_one_was() {
    let route = async |route: Option<MatchedPath>| {
        let route = route.map_or("none", |_| "one");
        (StatusCode::NOT_FOUND, route)
    };
    let app = around(Router::new().fallback(route), get(read), |router| router);

    let [(_, _, hidden), (_, _, missing)] = told(&app, request("GET"), "").await;
    assert_eq!([&*hidden, &*missing], ["one", "none"]);
}

#[tokio::test]
async fn open_a_layer_that_hides_everything_and_passes_preflights_shows_what_is_inside() {
    let layer = AuthLayer::new(schemes(), hidden()).pass_preflights();
    let layer = layer.not_found(nothing_here()).build().expect("a layer");
    let router = Router::new().route("/docs/{id}", get(read));
    let app = layer.layer(router.fallback_service(nothing_here()));

    let told = told(&app, preflight(), "").await;
    assert_eq!(statuses(&told), [405, 404]);
}
