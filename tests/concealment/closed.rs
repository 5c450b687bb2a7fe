//! What a guarded router closes of what plain layers leave open, and what it cannot close.

use std::convert::Infallible;

use axum::{
    Router,
    body::Body,
    extract::{MatchedPath, OriginalUri, RawPathParams},
    http::{HeaderValue, Request, StatusCode, Uri},
    response::{IntoResponse as _, Response},
    routing::{MethodRouter, get},
};
use tower::{service_fn, util::MapResponseLayer};
use tower_auth::{
    AuthLayer, AuthLayerBuilder, AuthService, Caller, GuardedRouter, Hidden,
    policy::{self, Access, BoxPolicy, Policy, PolicyExt as _},
};

use crate::{
    asking::{Told, answer, nothing_here, open, preflight, request, statuses, told},
    callers::{User, schemes},
    rules::hidden,
};

const METHODS: [&str; 6] = ["GET", "HEAD", "POST", "OPTIONS", "TRACE", "FROBNICATE"];

async fn read() -> &'static str {
    "the document"
}

fn documents(policy: impl Policy<User>, read: MethodRouter) -> GuardedRouter<User> {
    GuardedRouter::new().route("/docs/{id}", policy, read)
}

fn guarded(
    layer: AuthLayerBuilder<User, Body>,
    router: GuardedRouter<User>,
) -> AuthService<Router, User, Body> {
    let layer = layer.build().expect("a layer");
    router.guarded_by(&layer).expect("a router")
}

/// With any method, a hidden document and a missing path are told alike; gives what is told of `GET`.
async fn alike(app: AuthService<Router, User, Body>, prefix: &str) -> Told {
    for method in METHODS {
        let [hidden, missing] = told(&app, request(method), prefix).await;
        assert_eq!(hidden, missing, "{method}");
        assert_eq!(hidden.0, StatusCode::NOT_FOUND, "{method}");
    }
    let [hidden, _] = told(&app, request("GET"), prefix).await;
    hidden
}

#[tokio::test]
async fn closed_a_nest_gives_the_not_found_page_the_whole_path() {
    let nowhere = async |uri: Uri, original: OriginalUri| {
        let [uri, original] = [uri, original.0].map(|uri| uri.to_string().replace("docs", "docz"));
        (
            StatusCode::NOT_FOUND,
            format!("nothing at {uri}, {original}"),
        )
    };
    let layer = open().not_found(Router::new().fallback(nowhere));
    let nested = GuardedRouter::new().nest("/api", documents(hidden(), get(read)));
    let (_, _, page) = alike(guarded(layer, nested), "/api").await;
    assert_eq!(page, "nothing at /api/docz/2, /api/docz/2");
}

#[tokio::test]
async fn closed_a_nest_asks_for_credentials_on_every_path() {
    let layer = AuthLayer::new(schemes(), policy::authenticated());
    let nested = GuardedRouter::new().nest("/api", documents(hidden(), get(read)));
    let app = guarded(layer, nested);
    for method in METHODS {
        let [hidden, missing] = told(&app, request(method), "/api").await;
        assert_eq!(hidden.0, StatusCode::UNAUTHORIZED);
        assert_eq!(hidden, missing);
    }
}

#[tokio::test]
async fn closed_no_nest_has_an_answer_of_its_own_for_what_is_missing_in_it() {
    let nested = GuardedRouter::new().nest("/api", documents(hidden(), get(read)));
    let around = GuardedRouter::new().nest("/all", nested.route("/", policy::anyone(), get(read)));
    let app = guarded(open().not_found(nothing_here()), around);
    let (_, _, page) = alike(app, "/all/api").await;
    assert_eq!(page, "There is nothing here");
}

#[tokio::test]
async fn closed_a_rule_stands_before_the_methods_that_a_route_does_not_have() {
    let sign = || MapResponseLayer::new(|response: Response| ([("x-signed", "yes")], response));
    let wrong = async || (StatusCode::METHOD_NOT_ALLOWED, "try GET");
    let routes: [(&str, MethodRouter); 5] = [
        ("as it is", get(read)),
        ("with a route layer", get(read).route_layer(sign())),
        ("with a layer", get(read).layer(sign())),
        ("with a fallback", get(read).fallback(wrong)),
        (
            "with all",
            get(read).route_layer(sign()).fallback(wrong).layer(sign()),
        ),
    ];
    for (route, read) in routes {
        let app = guarded(open().not_found(nothing_here()), documents(hidden(), read));
        let (_, fields, page) = alike(app, "").await;
        assert_eq!(
            (fields.len(), &*page),
            (2, "There is nothing here"),
            "{route}"
        );
    }
}

#[tokio::test]
async fn closed_a_not_found_service_that_is_no_router_answers_head_everywhere_alike() {
    let page = service_fn(async |_: Request<_>| {
        let response = (StatusCode::NOT_FOUND, "There is nothing here").into_response();
        Ok::<_, Infallible>(response)
    });
    let app = guarded(open().not_found(page), documents(hidden(), get(read)));
    alike(app, "").await;
}

#[tokio::test]
async fn closed_a_not_found_page_that_breaks_its_promise_finds_no_fields_anywhere() {
    let page = Router::new().fallback(async |request: Request<Body>| {
        let (fields, found) = (request.headers().len(), request.extensions().len());
        (StatusCode::NOT_FOUND, format!("{fields} fields, {found}"))
    });
    let refuses = get(async || Err::<(), _>(Hidden::new())).fallback(async || Hidden::new());
    for router in [
        documents(hidden(), get(read)),
        documents(policy::anyone(), refuses),
    ] {
        let app = guarded(open().not_found_by_target(page.clone()), router);
        let (_, _, page) = alike(app, "").await;
        assert!(page.starts_with("0 fields, "), "{page}");
    }
}

#[tokio::test]
async fn closed_a_not_found_page_finds_a_body_nowhere() {
    let page = Router::new()
        .fallback(async |body: String| (StatusCode::NOT_FOUND, format!("{} bytes", body.len())));
    let app = guarded(open().not_found(page), documents(hidden(), get(read)));
    let (_, _, page) = alike(app, "").await;
    assert_eq!(page, "0 bytes");
}

#[tokio::test]
async fn closed_a_not_found_page_is_not_told_which_route_was_found() {
    let route = async |route: Option<MatchedPath>, parameters: RawPathParams| {
        let parameters = parameters.iter().count();
        (StatusCode::NOT_FOUND, format!("{route:?}, {parameters}"))
    };
    let service =
        service_fn(async |_: Request<Body>| Ok::<_, Infallible>("a document".into_response()));
    let ways: [(&str, &str, GuardedRouter<User>); 3] = [
        ("flat", "", documents(hidden(), get(read))),
        (
            "nested",
            "/api",
            GuardedRouter::new().nest("/{tenant}", documents(hidden(), get(read))),
        ),
        (
            "a service",
            "",
            GuardedRouter::new().nest_service("/docs", hidden(), service),
        ),
    ];
    for (way, prefix, router) in ways {
        let page = Router::new().fallback(route);
        let app = guarded(open().not_found(page), router);
        let (_, _, page) = alike(app, prefix).await;
        assert!(page.starts_with("None, "), "{way}: {page}");
    }
}

#[tokio::test]
async fn closed_a_preflight_that_passes_the_layer_is_asked_about_by_the_rule_of_its_route() {
    let layer = open().pass_preflights().not_found(nothing_here());
    let app = guarded(layer, documents(hidden(), get(read)));
    let [hidden, missing] = told(&app, preflight(), "").await;
    assert_eq!(hidden, missing);
    assert_eq!(hidden.0, StatusCode::NOT_FOUND);
}

/// Where nothing was hidden, another route would answer there.
#[tokio::test]
async fn open_a_hidden_route_in_the_place_of_another_leaves_a_hole_in_it() {
    for wide in ["/{page}/{id}", "/docs/{id}", "/{*page}"] {
        let router = GuardedRouter::new().route("/docs/2", hidden(), get(read));
        let router = router.route(wide, policy::anyone(), get(read));
        let app = guarded(open().not_found(nothing_here()), router);
        for (method, hole, beside) in [("GET", 404, 200), ("POST", 404, 405)] {
            let request = request(method);
            let [there, elsewhere] =
                ["/docs/2", "/docs/3"].map(|path| answer(&app, &request, String::from(path)));
            let statuses = [there.await.0.as_u16(), elsewhere.await.0.as_u16()];
            assert_eq!(statuses, [hole, beside], "{wide}, {method}");
        }
    }
}

#[tokio::test]
async fn open_a_guarded_route_that_anybody_may_pass_shows_what_its_own_layers_and_callers_refuse() {
    let layer = open().not_found(nothing_here()).build().expect("a layer");
    let inside = layer.require(hidden()).expect("a layer");
    let hides_by_itself = documents(policy::anyone(), get(read).route_layer(inside));
    let app = hides_by_itself.guarded_by(&layer).expect("a router");
    let wrong_method = told(&app, request("POST"), "").await;
    assert_eq!(statuses(&wrong_method), [405, 404]);

    let asks_who_calls = get(async |Caller(user): Caller<User>| user.name);
    let app = documents(policy::anyone(), asks_who_calls);
    let app = app.guarded_by(&layer).expect("a router");
    let strangers = told(&app, request("GET"), "").await;
    assert_eq!(statuses(&strangers), [401, 404]);
}

#[tokio::test]
async fn open_a_guarded_router_that_hides_from_principals_alone_asks_strangers_for_credentials() {
    let policy: BoxPolicy<User> = policy::authenticated().hide_from_principals().boxed();
    let app = guarded(
        open().not_found(nothing_here()),
        documents(policy, get(read)),
    );
    let told = told(&app, request("GET"), "").await;
    assert_eq!(statuses(&told), [401, 404]);
}

#[tokio::test]
async fn open_a_policy_around_a_guarded_router_that_hides_one_path_tells_it_to_bad_credentials() {
    let elsewhere = |access: &Access<'_, User>| access.raw_head().uri.path() != "/docs/2";
    let layer = AuthLayer::new(schemes(), elsewhere.hide());
    let app = guarded(
        layer.not_found(nothing_here()),
        documents(policy::anyone(), get(read)),
    );
    let mut bad = request("GET");
    let wrong = HeaderValue::from_static("wrong");
    bad.headers_mut().insert("x-api-key", wrong);
    let told = told(&app, bad, "").await;
    assert_eq!(statuses(&told), [404, 401]);
}
