//! What is open to whom, as data.

use std::collections::HashMap;

use axum::{
    Router,
    extract::{MatchedPath, OriginalUri, State},
    http::Method,
    routing::{
        MethodFilter, MethodRouter, any, any_service, connect, delete, get, get_service, head, on,
        options, patch, post, put, trace,
    },
};
use tower_auth::{
    GuardedRouter,
    policy::{self, PolicyExt as _, View, anyone, authenticated, named, role, scope},
};
use tower_http::{cors::CorsLayer, set_header::SetResponseHeaderLayer};

use crate::stand::{ROOT, User, ask, guarded, open, rule, runs};

async fn counted(State(_): State<u32>) -> &'static str {
    open().await
}

/// A router with all that a router may have.
fn router() -> GuardedRouter<User> {
    let documents = GuardedRouter::new()
        .route("/", scope("docs:read"), get(counted))
        .route(
            "/",
            role("editor").or(role("root")),
            post(counted).put(counted),
        )
        .route(
            "/{id}",
            authenticated().hide(),
            get(counted).delete(counted),
        )
        .nest(
            "/{id}/versions",
            GuardedRouter::new()
                .route("/", authenticated().hide(), get(counted))
                .route("/{version}/{*part}", anyone(), any(counted)),
        );
    let loaded = policy::load((), async |(), _: View<User>| {
        Ok::<_, std::io::Error>(Some(7_u8))
    });
    let gold = loaded.then(authenticated());
    GuardedRouter::new()
        .route("/", anyone(), get(open))
        .nest("/documents", documents.with_state(7))
        .route("/gold", gold, get(open))
        .nest_service("/files", role("root"), Router::new().fallback(open))
        .route(
            "/late",
            named("a rule of ours", anyone()),
            on(MethodFilter::PATCH, open),
        )
        .nest(
            "/slash/",
            GuardedRouter::new().route("/", anyone(), get(open)),
        )
        .merge(GuardedRouter::new().route("/merged", role("root"), patch(open)))
}

#[test]
fn routes_are_listed_in_the_order_in_which_they_were_added() {
    let routes: Vec<_> = router().routes().iter().map(ToString::to_string).collect();
    assert_eq!(
        routes,
        [
            "GET,HEAD / anyone",
            "GET,HEAD /documents scope(docs:read)",
            "POST,PUT /documents any_of(role(editor), role(root))",
            "GET,HEAD,DELETE /documents/{id} authenticated.hide()",
            "GET,HEAD /documents/{id}/versions authenticated.hide()",
            "* /documents/{id}/versions/{version}/{*part} anyone",
            "GET,HEAD /gold load(u8).then(authenticated)",
            "* /files/{*rest} role(root)",
            "PATCH /late \"a rule of ours\"",
            "GET,HEAD /slash/ anyone",
            "PATCH /merged role(root)",
        ]
    );
    assert_eq!(runs(), 0);
    let routes = router().routes();
    let route = &routes[3];
    assert_eq!(route.path(), "/documents/{id}");
    assert_eq!(route.policy(), "authenticated.hide()");
    assert_eq!(
        route.methods(),
        Some(&[Method::GET, Method::HEAD, Method::DELETE][..])
    );
    assert_eq!(routes[5].methods(), None);
    assert_eq!(routes, router().routes());
}

#[test]
fn methods_are_those_of_allow_and_all_of_them_where_something_answers_all() {
    let service = || get_service(Router::new().fallback(open));
    let rows: [(MethodRouter, &str); 24] = [
        (get(open), "GET,HEAD"),
        (head(open), "HEAD"),
        (post(open).get(open), "POST,GET,HEAD"),
        (get(open).post(open), "GET,HEAD,POST"),
        (head(open).get(open), "HEAD,GET"),
        (get(open).head(open), "GET,HEAD"),
        (get(open).merge(head(open)), "GET,HEAD"),
        (put(open).patch(open).delete(open), "PUT,PATCH,DELETE"),
        (options(open).trace(open), "OPTIONS,TRACE"),
        (connect(open), "CONNECT"),
        (trace(open).merge(delete(open)), "TRACE,DELETE"),
        (
            on(MethodFilter::GET.or(MethodFilter::PUT), open),
            "GET,HEAD,PUT",
        ),
        (service(), "GET,HEAD"),
        (get(open).layer(CorsLayer::very_permissive()), "GET,HEAD"),
        // What stands in the answers of its layers and handlers is not asked.
        (
            get(open).layer(SetResponseHeaderLayer::overriding(
                axum::http::header::ALLOW,
                axum::http::HeaderValue::from_static("POST"),
            )),
            "GET,HEAD",
        ),
        (any(open), "*"),
        (any(open).get(open), "*"),
        (get(open).merge(any(open)), "*"),
        (any_service(Router::new()), "*"),
        (get(open).fallback(open), "*"),
        (get(open).fallback_service(Router::new()), "*"),
        (MethodRouter::new().fallback(open), "*"),
        (
            get(open)
                .merge(MethodRouter::new().fallback(open))
                .layer(CorsLayer::new()),
            "*",
        ),
        (MethodRouter::new(), "-"),
    ];
    for (place, (methods, expected)) in rows.into_iter().enumerate() {
        let routes = GuardedRouter::<User>::new()
            .route("/a", anyone(), methods)
            .routes();
        assert_eq!(
            routes[0].to_string(),
            format!("{expected} /a anyone"),
            "row {place}"
        );
    }
    assert_eq!(runs(), 0);
}

#[tokio::test]
async fn a_route_without_methods_answers_405_to_those_whom_its_policy_lets_in() {
    let app = GuardedRouter::new().route("/page", rule("alice"), MethodRouter::new());
    let app = guarded(app);
    for method in ["GET", "FROBNICATE"] {
        for (who, status, allow) in [
            (None, 401, None),
            (Some("bob"), 403, None),
            (Some("alice"), 405, Some("")),
        ] {
            let told = ask(&app, who, method, "/page").await;
            assert_eq!((told.status, told.allow()), (status, allow), "{who:?}");
        }
    }
}

#[tokio::test]
async fn each_route_that_is_listed_is_the_one_that_is_found() {
    /// Says which route it is.
    async fn found(matched: Option<MatchedPath>, OriginalUri(uri): OriginalUri) -> String {
        matched.map_or_else(
            || format!("service {uri}"),
            |matched| matched.as_str().to_owned(),
        )
    }
    let inner = || {
        GuardedRouter::new()
            .route("/", anyone(), get(found).post(found))
            .route("/page", role("root"), any(found))
            .route("/{id}", role("root"), put(found).fallback(found))
            .route("/{id}/{*rest}", scope("docs:read"), delete(found))
            .nest_service("/service", role("root"), Router::new().fallback(found))
    };
    let router = inner()
        .nest("/one", inner())
        .nest("/slash/", inner().nest("/in/{room}/", inner()))
        .nest(
            "/of/{tenant}",
            inner().nest("/more", inner().nest("/yet", inner())),
        );
    let listed = router.routes();
    assert_eq!(listed.len(), 5 * 7);
    let app = guarded(router);
    let mut seen = HashMap::new();
    for route in listed {
        // Something for each parameter.
        let path: Vec<_> = route
            .path()
            .split('/')
            .map(|segment| match segment.strip_prefix('{') {
                Some(name) if name.starts_with('*') => "x/y",
                Some(_) => "7",
                None => segment,
            })
            .collect();
        let path = path.join("/");
        let methods = route.methods().map_or_else(
            || {
                vec![
                    "GET".to_owned(),
                    "TRACE".to_owned(),
                    "FROBNICATE".to_owned(),
                ]
            },
            |methods| methods.iter().map(ToString::to_string).collect(),
        );
        for method in methods {
            let told = ask(&app, ROOT, &method, &path).await;
            assert_eq!(told.status, 200, "{method} {path}");
            let expected = if route.path().ends_with("/service/{*rest}") {
                format!("service {path}")
            } else {
                route.path().to_owned()
            };
            let body = if method == "HEAD" { "" } else { &expected };
            assert_eq!(told.body, body, "{method} {path}");
        }
        *seen.entry(route.path().to_owned()).or_insert(0) += 1;
    }
    assert!(seen.values().all(|times| *times == 1), "{seen:?}");
}

#[test]
fn a_router_is_shown_with_its_policies_and_nothing_of_its_handlers() {
    let router = GuardedRouter::<User>::new()
        .route("/", role("a\nb"), get(open))
        .nest(
            "/in",
            GuardedRouter::new().route("/page", anyone(), get(open)),
        )
        .nest_service("/files", anyone(), Router::new());
    assert_eq!(
        format!("{router:?}"),
        "[/: role(\"a\\nb\"), /in: [/page: anyone], /files/*: anyone]"
    );
    assert_eq!(router.routes()[0].to_string(), "GET,HEAD / role(\"a\\nb\")");
}
