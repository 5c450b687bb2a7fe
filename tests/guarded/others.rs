//! Methods that a path does not have, where the ones that it has are not for everybody.

use axum::{
    Extension,
    http::StatusCode,
    routing::{MethodRouter, any, delete, get, post, put},
};
use proptest::{
    bool,
    collection::vec,
    prop_assert_eq,
    sample::select,
    test_runner::{RngSeed, TestRunner},
};
use tower_auth::{
    Denied, GuardedRouter, Remedy, Unavailable,
    policy::{Access, BoxPolicy, PolicyExt as _, View, anyone, check_with, load},
};

use crate::stand::{
    ALICE, App, BOB, LIAR, ROOT, STRANGER, User, Who, ask, guarded, open, rule, runs,
};

/// Ways to have two methods, hidden and open, at one path.
fn shared(hidden: MethodRouter, opened: MethodRouter) -> [(&'static str, App); 6] {
    let page = |path, name, methods| GuardedRouter::new().route(path, rule(name), methods);
    let secret = |path| page(path, "hidden root", hidden.clone());
    let public = |path| page(path, "anyone", opened.clone());
    let new = GuardedRouter::new;
    [
        ("routes", public("/a/b").merge(secret("/a/b"))),
        ("routes, turned", secret("/a/b").merge(public("/a/b"))),
        ("nested", public("/a/b").nest("/a", secret("/b"))),
        ("nested, turned", secret("/a/b").nest("/a", public("/b"))),
        (
            "nested both",
            new().nest("/a", secret("/b")).nest("/a", public("/b")),
        ),
        (
            "nested root",
            new()
                .nest("/a", new().nest("/b", secret("/")))
                .merge(public("/a/b")),
        ),
    ]
    .map(|(name, router)| (name, guarded(router)))
}

#[tokio::test]
async fn a_method_that_is_not_there_looks_like_the_one_that_is_hidden() {
    for (way, app) in shared(get(open), post(open)) {
        for who in [STRANGER, ALICE] {
            let missing = ask(&app, who, "GET", "/a/nothing").await;
            assert_eq!(missing.status, 404);
            for method in ["GET", "HEAD", "DELETE", "OPTIONS", "FROBNICATE"] {
                let told = ask(&app, who, method, "/a/b").await;
                assert_eq!(told.status, 404, "{way}: {method}");
                assert_eq!(told.fields, missing.fields, "{way}: {method}");
            }
            assert_eq!(runs(), 0, "{way}");
            assert_eq!(ask(&app, who, "POST", "/a/b").await.status, 200);
            assert_eq!(runs(), 1, "{way}");
        }
        // Who may know is told all.
        let told = ask(&app, ROOT, "DELETE", "/a/b").await;
        assert_eq!(told.status, 405, "{way}");
        let mut allow: Vec<_> = told.allow().expect("methods").split(',').collect();
        allow.sort_unstable();
        assert_eq!(allow, ["GET", "HEAD", "POST"], "{way}");
    }
}

#[tokio::test]
async fn of_rules_that_deny_the_first_is_told_whichever_answers_first() {
    let coded = |code: &'static str| Denied::new(Remedy::OtherCredentials).code(code);
    let later = |code: &'static str| {
        check_with(coded(code), async |denied: Denied, _: View<User>| {
            tokio::task::yield_now().await;
            denied
        })
    };
    let now = |code| move |_: &Access<'_, User>| coded(code);
    let routers = [
        GuardedRouter::new()
            .route("/a", later("first"), get(open))
            .route("/a", now("second"), post(open)),
        GuardedRouter::new()
            .route("/a", now("first"), get(open))
            .route("/a", later("second"), post(open)),
    ];
    for router in routers {
        let told = ask(&guarded(router), ALICE, "DELETE", "/a").await;
        assert_eq!(told.status, 403);
        assert!(told.body.contains(r#""code":"first""#), "{}", told.body);
    }
}

#[derive(Clone)]
struct Document;

#[tokio::test]
async fn a_fallback_is_handed_nothing_of_a_route_that_the_caller_may_not_use() {
    let handed = async |document: Option<Extension<Document>>| match document {
        Some(_) => StatusCode::OK,
        None => StatusCode::NO_CONTENT,
    };
    for (name, status) in [("root", 204), ("anyone", 200)] {
        let document = load((), async |(), _: View<User>| {
            Ok::<_, Unavailable>(Some(Document))
        });
        let app = guarded(
            GuardedRouter::new()
                .route("/a", document.then(rule(name)), get(open))
                .route("/a", anyone(), put(open).fallback(handed)),
        );
        assert_eq!(
            ask(&app, ALICE, "PATCH", "/a").await.status,
            status,
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_fallback_for_methods_does_not_tell_what_is_hidden_beside_it() {
    for (way, app) in shared(get(open), post(open).fallback(open)) {
        let missing = ask(&app, STRANGER, "GET", "/a/nothing").await;
        for method in ["GET", "HEAD", "DELETE", "OPTIONS", "FROBNICATE"] {
            let told = ask(&app, STRANGER, method, "/a/b").await;
            assert_eq!(told.status, 404, "{way}: {method}");
            assert_eq!(told.fields, missing.fields, "{way}: {method}");
        }
        assert_eq!(runs(), 0, "{way}");
        assert_eq!(ask(&app, STRANGER, "POST", "/a/b").await.status, 200);
        assert_eq!(ask(&app, ROOT, "GET", "/a/b").await.status, 200);
        assert_eq!(ask(&app, ROOT, "DELETE", "/a/b").await.status, 200);
        assert_eq!(runs(), 3, "{way}");
    }
}

#[tokio::test]
async fn a_fallback_for_methods_stands_behind_the_policy_of_its_route() {
    let alone = || GuardedRouter::new().route("/page", rule("alice"), get(open).fallback(open));
    let beside = || GuardedRouter::new().route("/page", rule("anyone"), put(open));
    for (way, router) in [
        ("alone", alone()),
        ("before", alone().merge(beside())),
        ("behind", beside().merge(alone())),
    ] {
        let app = guarded(router);
        for (who, status) in [(STRANGER, 401), (LIAR, 401), (BOB, 403)] {
            for method in ["GET", "HEAD", "DELETE", "FROBNICATE"] {
                let told = ask(&app, who, method, "/page").await;
                assert_eq!(
                    (told.status, told.allow()),
                    (status, None),
                    "{way}: {method}"
                );
            }
        }
        assert_eq!(runs(), 0, "{way}");
        for method in ["GET", "HEAD", "DELETE", "FROBNICATE"] {
            assert_eq!(ask(&app, ALICE, method, "/page").await.status, 200, "{way}");
        }
        assert_eq!(runs(), 4, "{way}");
    }
}

#[tokio::test]
async fn any_answers_every_other_method_by_its_own_policy() {
    for (way, app) in shared(get(open).delete(open), any(open)) {
        for method in ["POST", "PUT", "OPTIONS", "FROBNICATE"] {
            let told = ask(&app, STRANGER, method, "/a/b").await;
            assert_eq!((told.status, told.allow()), (200, None), "{way}: {method}");
        }
        for method in ["GET", "HEAD", "DELETE"] {
            assert_eq!(
                ask(&app, STRANGER, method, "/a/b").await.status,
                404,
                "{way}"
            );
            assert_eq!(ask(&app, ROOT, method, "/a/b").await.status, 200, "{way}");
        }
    }
    runs();
}

/// What a policy says, whoever asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Says {
    Deny,
    Allow,
    Unavailable,
    Hide,
}

impl Says {
    const ALL: [Self; 4] = [Self::Deny, Self::Allow, Self::Unavailable, Self::Hide];

    /// As a policy that answers at once, or after a while.
    fn policy(self, waits: bool) -> BoxPolicy<User> {
        let name = match self {
            Self::Deny => "root",
            Self::Allow => "anyone",
            Self::Unavailable => "away",
            Self::Hide => "hidden root",
        };
        if waits {
            let later = check_with((), async |(), _: View<User>| {
                tokio::task::yield_now().await;
                Ok::<_, Unavailable>(true)
            });
            later.then(rule(name)).boxed()
        } else {
            rule(name)
        }
    }

    /// What Alice is told, who is a caller and nobody's root.
    fn status(self, allowed: u16) -> u16 {
        match self {
            Self::Deny => 403,
            Self::Allow => allowed,
            Self::Unavailable => 503,
            Self::Hide => 404,
        }
    }
}

/// A method router of one method, in the order in which there are routes.
fn one(place: usize) -> MethodRouter {
    match place {
        0 => get(open),
        1 => post(open),
        2 => put(open),
        _ => delete(open),
    }
}

#[test]
fn hidden_outweighs_unavailable_outweighs_allowed_outweighs_denied() {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.expect("a runtime");

    let route = (select(&Says::ALL[..]), bool::ANY, bool::ANY);
    let seed = proptest::test_runner::Config {
        rng_seed: RngSeed::Fixed(7),
        failure_persistence: None,
        ..proptest::test_runner::Config::with_cases(400)
    };
    let mut runner = TestRunner::new(seed);
    let result = runner.run(&(vec(route, 2..=4), bool::ANY), |(routes, own)| {
        let mut router = GuardedRouter::new();
        for (place, (says, waits, nested)) in routes.iter().enumerate() {
            let mut methods = one(place);
            if own && place == 0 {
                methods = methods.fallback(open);
            }
            let policy = says.policy(*waits);
            router = if *nested {
                router.nest("/a", GuardedRouter::new().route("/b", policy, methods))
            } else {
                router.route("/a/b", policy, methods)
            };
        }
        let app = guarded(router);
        let said = routes.iter().map(|(says, ..)| *says);
        let worst = said.clone().max().expect("a route");
        // A fallback of its own is its route's, too.
        let expected = match worst {
            Says::Allow if own => routes[0].0.status(200),
            says if own => says.status(200),
            says => says.status(405),
        };
        runs();
        let told = runtime.block_on(ask(&app, ALICE, "FROBNICATE", "/a/b"));
        prop_assert_eq!(told.status, expected);
        prop_assert_eq!(told.allow().is_some(), matches!(expected, 200 | 405));
        prop_assert_eq!(runs(), usize::from(expected == 200));
        for ((says, ..), method) in routes.iter().zip(["GET", "POST", "PUT", "DELETE"]) {
            let told = runtime.block_on(ask(&app, ALICE, method, "/a/b"));
            prop_assert_eq!(told.status, says.status(200));
        }
        Ok(())
    });
    result.expect("it holds");
}

/// Everybody who calls, in one order.
const EVERYBODY: [Who; 5] = [STRANGER, LIAR, ALICE, BOB, ROOT];

#[tokio::test]
async fn whoever_may_use_one_of_the_methods_may_learn_that_there_is_no_other() {
    let router = GuardedRouter::new()
        .route("/page", anyone(), get(open))
        .route("/page", rule("alice"), post(open))
        .route("/page", rule("root"), put(open));
    let app = guarded(router);
    let all = Some("GET,HEAD,POST,PUT");
    let rows: [(&str, [u16; 5], Option<&str>); 6] = [
        ("GET", [200, 401, 200, 200, 200], None),
        ("HEAD", [200, 401, 200, 200, 200], None),
        ("POST", [401, 401, 200, 403, 403], None),
        ("PUT", [401, 401, 403, 403, 200], None),
        ("OPTIONS", [405, 401, 405, 405, 405], all),
        ("FROBNICATE", [405, 401, 405, 405, 405], all),
    ];
    for (method, statuses, allow) in rows {
        for (who, status) in EVERYBODY.into_iter().zip(statuses) {
            let told = ask(&app, who, method, "/page").await;
            assert_eq!(told.status, status, "{who:?} {method}");
            let allow = allow.filter(|_| status == 405);
            assert_eq!(told.allow(), allow, "{who:?} {method}");
        }
    }
}
