//! The holes of a plain router with a layer, and the same intentions where there are none.

use axum::{
    Router,
    body::Body,
    routing::{any, get, post},
};
use tower_auth::{
    AuthLayer, GuardedRouter,
    policy::{self, authenticated},
};

use crate::stand::{ALICE, LIAR, STRANGER, User, ask, bearer, guarded, open, runs};

/// A way to leave a plain router open, and the same meant with a guarded one.
struct Hole {
    name: &'static str,
    /// What a stranger gets through with.
    method: &'static str,
    path: &'static str,
    plain: fn(AuthLayer<User, Body>) -> Router,
    guarded: fn() -> GuardedRouter<User>,
}

fn page() -> Router {
    Router::new().route("/page", get(open))
}

fn later() -> Router {
    Router::new().route("/later", get(open))
}

fn guarded_page() -> GuardedRouter<User> {
    GuardedRouter::new().route("/page", authenticated(), get(open))
}

fn guarded_later() -> GuardedRouter<User> {
    GuardedRouter::new().route("/later", authenticated(), get(open))
}

/// A page for all paths that lead nowhere else is a route.
fn guarded_rest() -> GuardedRouter<User> {
    GuardedRouter::new().route("/{*rest}", authenticated(), any(open))
}

const fn hole(
    name: &'static str,
    (method, path): (&'static str, &'static str),
    plain: fn(AuthLayer<User, Body>) -> Router,
    guarded: fn() -> GuardedRouter<User>,
) -> Hole {
    Hole {
        name,
        method,
        path,
        plain,
        guarded,
    }
}

const LATER: (&str, &str) = ("GET", "/later");
const MISSING: (&str, &str) = ("GET", "/missing");
const POST: (&str, &str) = ("POST", "/page");

fn fallback_too() -> GuardedRouter<User> {
    guarded_page().merge(guarded_rest())
}

fn both() -> GuardedRouter<User> {
    guarded_page().merge(guarded_later())
}

fn post_too() -> GuardedRouter<User> {
    GuardedRouter::new().route("/page", authenticated(), get(open).post(open))
}

fn others_too() -> GuardedRouter<User> {
    GuardedRouter::new().route("/page", authenticated(), get(open).fallback(open))
}

/// `Router::layer` covers what is there already.
fn of_layer() -> [Hole; 7] {
    [
        hole(
            "layer, then route",
            LATER,
            |guard| page().layer(guard).route("/later", get(open)),
            both,
        ),
        hole(
            "layer, then merge",
            LATER,
            |guard| page().layer(guard).merge(later()),
            both,
        ),
        hole(
            "layer, then nest",
            ("GET", "/api/later"),
            |guard| page().layer(guard).nest("/api", later()),
            || guarded_page().nest("/api", guarded_later()),
        ),
        hole(
            "layer, then nest_service",
            ("GET", "/api/later"),
            |guard| page().layer(guard).nest_service("/api", later()),
            || guarded_page().nest_service("/api", authenticated(), later()),
        ),
        hole(
            "layer, then fallback",
            MISSING,
            |guard| page().layer(guard).fallback(open),
            fallback_too,
        ),
        hole(
            "layer, then merge of a fallback",
            MISSING,
            |guard| page().layer(guard).merge(Router::new().fallback(open)),
            fallback_too,
        ),
        hole(
            "layer, then method_not_allowed_fallback",
            POST,
            |guard| page().layer(guard).method_not_allowed_fallback(open),
            others_too,
        ),
    ]
}

/// `Router::route_layer` covers no fallback, wherever that is set.
fn of_route_layer() -> [Hole; 6] {
    [
        hole(
            "route_layer, then route",
            LATER,
            |guard| page().route_layer(guard).route("/later", get(open)),
            both,
        ),
        hole(
            "route_layer, then merge",
            LATER,
            |guard| page().route_layer(guard).merge(later()),
            both,
        ),
        hole(
            "route_layer, then fallback",
            MISSING,
            |guard| page().route_layer(guard).fallback(open),
            fallback_too,
        ),
        hole(
            "fallback, then route_layer",
            MISSING,
            |guard| page().fallback(open).route_layer(guard),
            fallback_too,
        ),
        hole(
            "nested fallback, then route_layer",
            ("GET", "/api/missing"),
            |guard| {
                Router::new()
                    .nest("/api", page().fallback(open))
                    .route_layer(guard)
            },
            || GuardedRouter::new().nest("/api", guarded_page().merge(guarded_rest())),
        ),
        hole(
            "route_layer, then method_not_allowed_fallback",
            POST,
            |guard| page().route_layer(guard).method_not_allowed_fallback(open),
            others_too,
        ),
    ]
}

/// The layers of a method router cover the methods that are there already.
fn of_method_routers() -> [Hole; 6] {
    [
        hole(
            "route_layer of a method router, then post",
            POST,
            |guard| Router::new().route("/page", get(open).route_layer(guard).post(open)),
            post_too,
        ),
        hole(
            "layer of a method router, then post",
            POST,
            |guard| Router::new().route("/page", get(open).layer(guard).post(open)),
            post_too,
        ),
        hole(
            "layer of a method router, then merge",
            POST,
            |guard| Router::new().route("/page", get(open).layer(guard).merge(post(open))),
            post_too,
        ),
        hole(
            "layer of a method router, then the same path",
            POST,
            |guard| {
                let page = Router::new().route("/page", get(open).layer(guard));
                page.route("/page", post(open))
            },
            post_too,
        ),
        hole(
            "layer of a method router, then fallback",
            POST,
            |guard| Router::new().route("/page", get(open).layer(guard).fallback(open)),
            others_too,
        ),
        hole(
            "route_layer of a method router with a fallback",
            POST,
            |guard| Router::new().route("/page", get(open).fallback(open).route_layer(guard)),
            others_too,
        ),
    ]
}

/// Each is one line that looks as good as its neighbours.
fn holes() -> impl Iterator<Item = Hole> {
    let of_routers = of_layer().into_iter().chain(of_route_layer());
    of_routers.chain(of_method_routers())
}

fn guard() -> AuthLayer<User, Body> {
    AuthLayer::new(bearer(), authenticated())
        .build()
        .expect("a layer")
}

#[tokio::test]
async fn open_a_plain_router_lets_strangers_through_each_hole() {
    for hole in holes() {
        let app = (hole.plain)(guard());
        let told = ask(&app, STRANGER, hole.method, hole.path).await;
        assert_eq!((told.status, runs()), (200, 1), "{}", hole.name);
    }
}

#[tokio::test]
async fn a_guarded_router_has_none_of_the_holes() {
    for hole in holes() {
        let app = guarded((hole.guarded)());
        for who in [STRANGER, LIAR] {
            let told = ask(&app, who, hole.method, hole.path).await;
            assert_eq!((told.status, runs()), (401, 0), "{}", hole.name);
            assert!(
                told.fields.contains_key("www-authenticate"),
                "{}",
                hole.name
            );
        }
        // What was meant is there.
        let told = ask(&app, ALICE, hole.method, hole.path).await;
        assert_eq!((told.status, runs()), (200, 1), "{}", hole.name);
    }
}

#[tokio::test]
async fn where_a_guarded_router_has_nothing_nobody_runs() {
    let app = guarded(guarded_page().nest("/api", guarded_later()));
    let requests = [
        ("GET", "/missing", [404, 401, 404]),
        ("GET", "/", [404, 401, 404]),
        ("GET", "/api", [404, 401, 404]),
        ("GET", "/api/", [404, 401, 404]),
        ("GET", "/api/missing", [404, 401, 404]),
        ("GET", "/page/", [404, 401, 404]),
        ("GET", "//page", [404, 401, 404]),
        ("OPTIONS", "*", [404, 401, 404]),
        ("POST", "/page", [401, 401, 405]),
        ("OPTIONS", "/api/later", [401, 401, 405]),
        ("FROBNICATE", "/page", [401, 401, 405]),
    ];
    for (method, path, statuses) in requests {
        for (who, status) in [STRANGER, LIAR, ALICE].into_iter().zip(statuses) {
            let told = ask(&app, who, method, path).await;
            assert_eq!(told.status, status, "{who:?} {method} {path}");
            let allow = (status == 405).then_some("GET,HEAD");
            assert_eq!(told.allow(), allow, "{who:?} {method} {path}");
        }
    }
    assert_eq!(runs(), 0);

    // Nor where there is nothing at all.
    let app = guarded(GuardedRouter::new());
    assert_eq!(ask(&app, STRANGER, "GET", "/").await.status, 404);
    assert_eq!(
        ask(&app, STRANGER, "CONNECT", "localhost:80").await.status,
        404
    );
}

#[tokio::test]
async fn the_policy_of_the_layer_stands_before_all_routes_and_paths() {
    let auth = AuthLayer::new(bearer(), authenticated()).build();
    let auth = auth.expect("a layer");
    let app = GuardedRouter::new().route("/page", policy::anyone(), get(open));
    let app = app.guarded_by(&auth).expect("an app");
    for (method, path) in [("GET", "/page"), ("POST", "/page"), ("GET", "/missing")] {
        assert_eq!(ask(&app, STRANGER, method, path).await.status, 401);
    }
    assert_eq!(runs(), 0);
    assert_eq!(ask(&app, ALICE, "GET", "/page").await.status, 200);
    assert_eq!(ask(&app, ALICE, "GET", "/missing").await.status, 404);
    assert_eq!(runs(), 1);
}
