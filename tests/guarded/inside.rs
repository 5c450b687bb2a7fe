//! What policies and handlers of guarded routes see, and layers of others further in.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::SystemTime,
};

use axum::{
    Extension, Router,
    body::Body,
    extract::{MatchedPath, Path},
    http::{HeaderValue, header::VARY},
    response::IntoResponse,
    routing::{any, get, post},
};
use tower::{Layer as _, ServiceExt as _};
use tower_auth::{
    AuthLayer, Caller, Clock, Denied, GuardedRouter, Hidden, Refusal, Remedy, Unavailable,
    policy::{self, Access, PolicyExt as _, View, anyone, authenticated, owner},
    scheme::Bearer,
};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::stand::{
    ALICE, BOB, ROOT, STRANGER, User, ask, auth, bearer, builder, guarded, open, rule, runs,
};

/// Who wrote what.
#[derive(Clone)]
struct Document {
    owner: &'static str,
}

#[tokio::test]
async fn a_policy_sees_the_route_and_its_parameters_with_all_it_is_nested_in() {
    let sees = |route: &'static str, expected: &'static str| {
        move |access: &Access<'_, User>| {
            let parameters = access.path::<Vec<(String, String)>>()?.unwrap_or_default();
            let parameters: Vec<_> = parameters
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            Ok::<_, Unavailable>(access.route() == Some(route) && parameters.join(" ") == expected)
        }
    };
    let inner = GuardedRouter::new()
        .route("/", sees("/of/{tenant}", "tenant=a b"), get(open))
        .route(
            "/{id}",
            sees("/of/{tenant}/{id}", "tenant=a b id=7"),
            get(open),
        )
        .nest(
            "/in/{room}",
            GuardedRouter::new().route(
                "/{*rest}",
                sees(
                    "/of/{tenant}/in/{room}/{*rest}",
                    "tenant=a b room=r rest=x/y",
                ),
                get(open),
            ),
        );
    let app = GuardedRouter::new().nest("/of/{tenant}", inner);
    let app = guarded(app.route("/", sees("/", ""), get(open)));
    for path in ["/", "/of/a%20b", "/of/a%20b/7", "/of/a%20b/in/r/x/y"] {
        assert_eq!(ask(&app, STRANGER, "GET", path).await.status, 200, "{path}");
    }
    assert_eq!(ask(&app, ALICE, "GET", "/of/ab/7").await.status, 403);
    assert_eq!(runs(), 4);
}

#[tokio::test]
async fn what_a_rule_loads_is_the_handlers_and_is_loaded_once() {
    let loads = Arc::new(AtomicUsize::new(0));
    let documents = policy::load(
        Arc::clone(&loads),
        async |loads: Arc<AtomicUsize>, view: View<User>| {
            loads.fetch_add(1, Relaxed);
            let Some((_, id)) = view.path::<(String, u32)>()? else {
                return Ok(None);
            };
            let owner = ["alice", "bob"].get(id as usize).copied();
            Ok::<_, Unavailable>(owner.map(|owner| Document { owner }))
        },
    );
    let mine = owner(|access: &Access<'_, User>| Some(access.extension::<Document>()?.owner));
    let mine = Arc::new(documents.then(mine.hide()));
    let read = async |document: Extension<Document>, Path((room, id)): Path<(String, u32)>| {
        format!("{room} {id} {}", document.owner)
    };
    let room = GuardedRouter::new()
        .route("/{id}", Arc::clone(&mine), get(read))
        .route("/{id}", mine.or(rule("root")), post(open));
    let app = guarded(GuardedRouter::new().nest("/{room}", room));
    for (who, method, path, status, times) in [
        (ALICE, "GET", "/lab/0", 200, 1),
        (ALICE, "HEAD", "/lab/0", 200, 1),
        (ALICE, "GET", "/lab/1", 404, 1),
        (ALICE, "GET", "/lab/2", 404, 1),
        (ALICE, "GET", "/lab/two", 404, 1),
        // Strangers cost no database a thing.
        (STRANGER, "GET", "/lab/0", 404, 0),
        (STRANGER, "PUT", "/lab/0", 404, 0),
        // Whoever might use one of the methods is asked about by both.
        (ALICE, "PUT", "/lab/0", 405, 2),
        (ALICE, "PUT", "/lab/1", 404, 2),
        (ROOT, "PUT", "/lab/1", 404, 1),
        (ROOT, "POST", "/lab/1", 200, 0),
        (BOB, "POST", "/lab/1", 200, 1),
    ] {
        let told = ask(&app, who, method, path).await;
        assert_eq!(told.status, status, "{who:?} {method} {path}");
        assert_eq!(loads.swap(0, Relaxed), times, "{who:?} {method} {path}");
    }
    let told = ask(&app, BOB, "GET", "/lab/1").await;
    assert_eq!(told.body, "lab 1 bob");
}

#[tokio::test]
async fn a_handler_of_a_guarded_route_refuses_like_its_policy() {
    let refuse = |refusal: Refusal| get(async move || refusal.into_response());
    let caller = get(async |Caller(user): Caller<User>| user.name);
    let app = GuardedRouter::new()
        .route("/caller", anyone(), caller)
        .route("/hidden", anyone(), refuse(Hidden::new().into()))
        .route(
            "/denied",
            anyone(),
            refuse(Denied::new(Remedy::OtherCredentials).into()),
        )
        .route("/away", anyone(), refuse(Unavailable::new("away").into()));
    let app = guarded(app);
    let missing = ask(&app, STRANGER, "GET", "/missing").await;
    assert_eq!(ask(&app, STRANGER, "GET", "/hidden").await, missing);
    for (path, statuses) in [
        ("/caller", [401, 200]),
        ("/denied", [401, 403]),
        ("/away", [503, 503]),
    ] {
        for (who, status) in [STRANGER, ALICE].into_iter().zip(statuses) {
            assert_eq!(ask(&app, who, "GET", path).await.status, status, "{path}");
        }
    }
}

#[tokio::test]
async fn a_rule_of_another_layer_inside_is_500_and_lets_nobody_through() {
    let other = auth().require(anyone()).expect("a rule");
    let numbers = AuthLayer::<_, Body>::new(Bearer::fixed("numbers", "7", 7_u32), anyone());
    let numbers = numbers
        .build()
        .expect("a layer")
        .require(anyone())
        .expect("a rule");
    let own = auth();
    let same = own.require(rule("alice")).expect("a rule");
    let app = GuardedRouter::new()
        .route("/other", anyone(), any(open).layer(other.clone()))
        .route("/numbers", anyone(), any(open).layer(numbers))
        .route("/behind", rule("alice"), any(open).layer(other.clone()))
        .route("/same", authenticated(), any(open).layer(same))
        .nest_service(
            "/service",
            anyone(),
            other.layer(Router::new().fallback(open)),
        );
    let app = app.guarded_by(&own).expect("an app");
    for path in ["/other", "/numbers", "/service", "/service/page"] {
        for who in [STRANGER, ALICE] {
            assert_eq!(ask(&app, who, "GET", path).await.status, 500, "{path}");
        }
    }
    for (who, behind, same) in [(STRANGER, 401, 401), (BOB, 403, 403), (ALICE, 500, 200)] {
        assert_eq!(
            ask(&app, who, "GET", "/behind").await.status,
            behind,
            "{who:?}"
        );
        assert_eq!(ask(&app, who, "GET", "/same").await.status, same, "{who:?}");
    }
    assert_eq!(runs(), 1);
}

#[tokio::test]
async fn two_apps_of_one_router_each_know_their_own_layer() {
    let router = || GuardedRouter::new().route("/page", rule("alice"), get(open));
    let app = router().guarded_by(&auth()).expect("an app");
    // An app inside of another verifies for itself, and answers for itself.
    let outer = GuardedRouter::new().nest_service("/in", anyone(), app);
    let outer = guarded(outer);
    assert_eq!(ask(&outer, ALICE, "GET", "/in/page").await.status, 200);
    assert_eq!(ask(&outer, STRANGER, "GET", "/in/page").await.status, 401);
    assert_eq!(
        ask(&outer, STRANGER, "GET", "/in/missing").await.status,
        404
    );
    assert_eq!(runs(), 1);
}

#[tokio::test]
async fn layers_of_a_route_stand_inside_of_its_policy() {
    let mark = SetResponseHeaderLayer::overriding(VARY, HeaderValue::from_static("x-mark"));
    let app = GuardedRouter::new().route("/page", rule("alice"), get(open).layer(mark));
    let app = guarded(app);
    let told = ask(&app, ALICE, "GET", "/page").await;
    assert_eq!(told.fields["vary"], "x-mark");
    for (who, method) in [(STRANGER, "GET"), (BOB, "POST")] {
        let told = ask(&app, who, method, "/page").await;
        assert!(!told.fields.contains_key("vary"), "{told:?}");
    }
    // Without its methods, too, for those who may pass.
    let told = ask(&app, ALICE, "POST", "/page").await;
    assert_eq!(
        (told.status, &told.fields["vary"]),
        (405, &HeaderValue::from_static("x-mark"))
    );
    runs();
}

#[tokio::test]
async fn without_a_not_found_service_hidden_and_missing_are_empty_and_alike() {
    let layers = [
        AuthLayer::new(bearer(), anyone())
            .clock(Clock::fixed(SystemTime::UNIX_EPOCH))
            .build(),
        builder().no_store_on_not_found().build(),
    ];
    for auth in layers {
        let app = GuardedRouter::new()
            .route("/hidden", rule("hidden root"), get(open))
            .nest(
                "/in",
                GuardedRouter::new().route("/hidden", rule("hidden root"), get(open)),
            );
        let app = app.guarded_by(&auth.expect("a layer")).expect("an app");
        for method in ["GET", "HEAD", "POST", "OPTIONS", "FROBNICATE"] {
            for who in [STRANGER, ALICE] {
                let missing = ask(&app, who, method, "/missing").await;
                assert_eq!(missing.status, 404);
                for path in ["/hidden", "/in/hidden", "/in/missing"] {
                    assert_eq!(
                        ask(&app, who, method, path).await,
                        missing,
                        "{method} {path}"
                    );
                }
            }
        }
    }
    assert_eq!(runs(), 0);
}

#[tokio::test]
async fn a_not_found_page_that_looks_for_a_route_finds_none_where_one_is_hidden() {
    async fn page(
        matched: Option<MatchedPath>,
        Path(found): Path<Vec<(String, String)>>,
    ) -> String {
        format!("{matched:?} {found:?}")
    }
    let auth = builder().not_found(Router::new().fallback(page)).build();
    let hidden = || rule("hidden root");
    let app = GuardedRouter::new()
        .route("/a/{id}", hidden(), get(open))
        .nest(
            "/b/{id}",
            GuardedRouter::new().route("/c", hidden(), get(open)),
        )
        .nest_service("/d/{id}", hidden(), Router::new().fallback(open));
    let app = app.guarded_by(&auth.expect("a layer")).expect("an app");
    let missing = ask(&app, ALICE, "GET", "/missing").await;
    assert_eq!(missing.body, "None []");
    for path in ["/a/7", "/b/7/c", "/b/7/d", "/d/7", "/d/7/e"] {
        for method in ["GET", "POST"] {
            assert_eq!(
                ask(&app, ALICE, method, path).await,
                missing,
                "{method} {path}"
            );
        }
    }
}

#[tokio::test]
async fn the_policy_of_a_nested_service_is_told_of_no_route_below_the_prefix() {
    let sees = |access: &Access<'_, User>| {
        let (below, uri) = (access.route().is_none(), access.raw_head().uri.path());
        let tenant = access.path::<Vec<(String, String)>>()?.unwrap_or_default();
        Ok::<_, Unavailable>(below && uri == "/page" && tenant[0].1 == "acme")
    };
    let app = GuardedRouter::new().nest_service("/of/{tenant}", sees, Router::new().fallback(open));
    let app = guarded(app);
    for (path, status) in [
        ("/of/acme/page", 200),
        ("/of/acme", 401),
        ("/of/other/page", 401),
    ] {
        assert_eq!(
            ask(&app, STRANGER, "GET", path).await.status,
            status,
            "{path}"
        );
    }
    assert_eq!(runs(), 1);
}

#[tokio::test]
async fn a_caller_is_verified_once_whatever_the_routes_ask() {
    let verified = Arc::new(AtomicUsize::new(0));
    let counts = Arc::clone(&verified);
    let bearer = Bearer::new("api", move |_: tower_auth::Secret<'_>| {
        counts.fetch_add(1, Relaxed);
        Some(7_u32)
    });
    let auth = AuthLayer::new(bearer, authenticated())
        .build()
        .expect("a layer");
    let app = GuardedRouter::new()
        .route("/page", authenticated(), get(open))
        .route("/page", authenticated(), post(open));
    let app = app.guarded_by(&auth).expect("an app");
    for (method, path, status) in [
        ("GET", "/page", 200),
        ("PUT", "/page", 405),
        ("GET", "/no", 404),
    ] {
        let request = crate::stand::request(ALICE, method, path);
        let response = app.clone().oneshot(request).await.expect("an answer");
        assert_eq!(response.status(), status);
        assert_eq!(verified.swap(0, Relaxed), 1, "{method} {path}");
    }
    runs();
}
