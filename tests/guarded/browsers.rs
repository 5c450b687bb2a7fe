//! Preflights of browsers, where cross-origin requests are answered route by route, and around.

use axum::{
    http::{Method, Request},
    routing::{get, options, put},
};
use tower::Layer as _;
use tower_auth::{AuthLayer, GuardedRouter, policy::anyone};
use tower_http::cors::{Any, CorsLayer};

use crate::stand::{ALICE, Told, User, builder, open, request, rule, runs, send};

fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::PUT])
}

fn router() -> GuardedRouter<User> {
    GuardedRouter::new()
        .route("/open", anyone(), get(open).layer(cors()))
        .route("/closed", rule("alice"), get(open).layer(cors()))
        .route("/hidden", rule("hidden alice"), get(open).layer(cors()))
        .route("/none", anyone(), get(open))
        .route("/closed-none", rule("alice"), get(open))
        // A preflight says nothing of who calls, so it has a policy of its own.
        .route("/split", anyone(), options(open).layer(cors()))
        .route("/split", rule("alice"), put(open).layer(cors()))
}

fn layer(passes: bool) -> AuthLayer<User, axum::body::Body> {
    let builder = builder();
    let builder = if passes {
        builder.pass_preflights()
    } else {
        builder
    };
    builder.build().expect("a layer")
}

fn preflight(path: &str) -> Request<axum::body::Body> {
    let mut request = request(None, "OPTIONS", path);
    let fields = request.headers_mut();
    fields.insert("origin", "https://app.example".parse().expect("a value"));
    let asks = "access-control-request-method";
    fields.insert(asks, "PUT".parse().expect("a value"));
    request
}

fn is_answered(told: &Told) -> bool {
    told.fields.contains_key("access-control-allow-methods")
}

#[tokio::test]
async fn a_preflight_that_the_layer_passes_is_still_asked_about_by_the_route() {
    for passes in [false, true] {
        let app = router().guarded_by(&layer(passes)).expect("an app");
        for (path, status, answered) in [
            ("/open", 200, true),
            ("/closed", 401, false),
            ("/hidden", 404, false),
            ("/none", 405, false),
            ("/closed-none", 401, false),
            ("/split", 200, true),
            ("/missing", 404, false),
        ] {
            let told = send(&app, preflight(path)).await;
            assert_eq!(told.status, status, "{passes} {path}");
            assert_eq!(is_answered(&told), answered, "{passes} {path}");
        }
    }
    assert_eq!(runs(), 0);
}

#[tokio::test]
async fn a_layer_that_demands_a_login_passes_preflights_only_where_it_is_told_to() {
    for (passes, status) in [(false, 401), (true, 200)] {
        let builder = AuthLayer::new(crate::stand::bearer(), rule("members"));
        let builder = if passes {
            builder.pass_preflights()
        } else {
            builder
        };
        let app = router().guarded_by(&builder.build().expect("a layer"));
        let told = send(&app.expect("an app"), preflight("/split")).await;
        assert_eq!((told.status, is_answered(&told)), (status, passes));
    }
}

#[tokio::test]
async fn around_the_app_cross_origin_requests_are_answered_for_all_paths_alike() {
    let app = router().guarded_by(&layer(false)).expect("an app");
    let app = cors().layer(app);
    let there = send(&app, preflight("/closed-none")).await;
    assert_eq!(there.status, 200);
    assert!(is_answered(&there));
    for path in ["/hidden", "/none", "/missing"] {
        assert_eq!(send(&app, preflight(path)).await, there, "{path}");
    }
    // And a browser can read what is refused.
    let mut put = request(None, "PUT", "/split");
    put.headers_mut()
        .insert("origin", "https://app.example".parse().expect("a value"));
    let told = send(&app, put).await;
    assert_eq!(told.status, 401);
    assert_eq!(told.fields["access-control-allow-origin"], "*");
    let mut get = request(ALICE, "GET", "/closed-none");
    get.headers_mut()
        .insert("origin", "https://app.example".parse().expect("a value"));
    assert_eq!(send(&app, get).await.status, 200);
    assert_eq!(runs(), 1);
}
