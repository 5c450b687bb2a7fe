//! What policies read of the route that a request leads to.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::Body,
    extract::{MatchedPath, Path},
    routing::{MethodRouter, get},
};
use serde::{Deserialize, de::DeserializeOwned};
use tower::{Layer as _, service_fn};
use tower_auth::{
    AuthLayer, Unavailable,
    policy::{self, Access, Policy, PolicyExt as _, View},
};

use crate::stand::{User, ask, guarded, open, send, text};

/// What a policy read: the template, and the parameters. An outage is `Err`.
type Read<T> = (Option<String>, Result<Option<T>, ()>);

/// A policy that reads, at once and later, and lets everybody in.
fn reading<T>(seen: &Arc<Mutex<Vec<Read<T>>>>) -> impl Policy<User>
where
    T: DeserializeOwned + Send + 'static,
{
    let later = policy::check_with(
        Arc::clone(seen),
        async |seen: Arc<Mutex<Vec<Read<T>>>>, view: View<User>| {
            let route = view.route().map(str::to_owned);
            let path = view.path().map_err(drop);
            seen.lock().unwrap().push((route, path));
            true
        },
    );
    let seen = Arc::clone(seen);
    let now = move |access: &Access<'_, User>| {
        let route = access.route().map(str::to_owned);
        let path = access.path().map_err(drop);
        seen.lock().unwrap().push((route, path));
        true
    };
    now.and(later)
}

/// What is read on the route of an application, which is asked for this path.
fn read<T>(app: impl FnOnce(MethodRouter) -> Router, path: &str) -> Read<T>
where
    T: DeserializeOwned + PartialEq + std::fmt::Debug + Send + 'static,
{
    let seen = Arc::default();
    let auth: AuthLayer<User, Body> = open().build().unwrap();
    let rule = auth.require(reading(&seen)).unwrap();
    let route = get(async || "the document").layer(rule);
    let request = ask("alice", path).body(Body::empty()).unwrap();
    let response = send(&auth.layer(app(route)), request);
    assert_eq!(response.status(), 200, "{path}");
    let mut seen = seen.lock().unwrap();
    let (later, now) = (seen.pop().unwrap(), seen.pop().unwrap());
    assert_eq!(now, later, "{path}");
    assert!(seen.is_empty());
    now
}

fn at(template: &'static str) -> impl FnOnce(MethodRouter) -> Router {
    move |route| Router::new().route(template, route)
}

fn found<T>(template: &str, parameters: T) -> Read<T> {
    (Some(template.to_owned()), Ok(Some(parameters)))
}

fn unreadable<T>(template: &str) -> Read<T> {
    (Some(template.to_owned()), Ok(None))
}

fn outage<T>(template: &str) -> Read<T> {
    (Some(template.to_owned()), Err(()))
}

#[derive(Debug, Deserialize, PartialEq)]
struct Named {
    tenant: String,
    id: u32,
}

#[test]
fn the_template_is_told_with_all_that_it_is_nested_in() {
    let flat = at("/docs/{id}");
    assert_eq!(read(flat, "/docs/7?page=2"), found("/docs/{id}", 7_u32));

    let documents = |route| Router::new().route("/docs/{id}", route);
    let once = |route| Router::new().nest("/api", documents(route));
    assert_eq!(read(once, "/api/docs/7"), found("/api/docs/{id}", 7_u32));

    let twice =
        |route| Router::new().nest("/{tenant}", Router::new().nest("/v1", documents(route)));
    let template = "/{tenant}/v1/docs/{id}";
    let both = (String::from("acme"), 7_u32);
    assert_eq!(read(twice, "/acme/v1/docs/7"), found(template, both));
    let named = Named {
        tenant: String::from("acme"),
        id: 7,
    };
    assert_eq!(read(twice, "/acme/v1/docs/7"), found(template, named));

    let merged = |route| Router::new().nest("/a", Router::new().merge(documents(route)));
    assert_eq!(read(merged, "/a/docs/7"), found("/a/docs/{id}", 7_u32));

    let rest = at("/files/{*rest}");
    let expected = found("/files/{*rest}", String::from("a/b"));
    assert_eq!(read(rest, "/files/a/b"), expected);
}

#[test]
fn parameters_are_decoded_once() {
    for (sent, decoded) in [
        ("plain", "plain"),
        ("a%20b", "a b"),
        ("a+b", "a+b"),
        ("a%2Fb", "a/b"),
        ("a%2fb", "a/b"),
        ("%2e%2e", ".."),
        ("..", ".."),
        ("%252e", "%2e"),
        ("%C3%A9", "é"),
        ("a%00b", "a\0b"),
        ("%3Fa%23b", "?a#b"),
        ("%zz", "%zz"),
    ] {
        let path = format!("/names/{sent}");
        let expected = found("/names/{name}", decoded.to_owned());
        assert_eq!(read(at("/names/{name}"), &path), expected, "{sent}");
    }
}

#[test]
fn what_the_caller_wrote_wrongly_is_none() {
    let number = |path| read::<u32>(at("/docs/{id}"), path);
    for path in [
        "/docs/one",
        "/docs/-1",
        "/docs/4294967296",
        "/docs/7%20",
        "/docs/%2e",
        "/docs/7%00",
    ] {
        assert_eq!(number(path), unreadable("/docs/{id}"), "{path}");
    }
    // No UTF-8, for any type that reads.
    for path in ["/docs/%ff", "/docs/7%c3", "/docs/%ed%a0%80"] {
        assert_eq!(number(path), unreadable("/docs/{id}"), "{path}");
        assert_eq!(
            read::<String>(at("/docs/{id}"), path),
            unreadable("/docs/{id}")
        );
    }
    let two = |path| read::<Named>(at("/{tenant}/{id}"), path);
    assert_eq!(two("/acme/one"), unreadable("/{tenant}/{id}"));
    assert_eq!(two("/%ff/7"), unreadable("/{tenant}/{id}"));
}

#[test]
fn what_no_caller_can_help_is_an_outage() {
    // Too many, too few, none, others.
    assert_eq!(
        read::<(u32, u32)>(at("/docs/{id}"), "/docs/7"),
        outage("/docs/{id}")
    );
    assert_eq!(
        read::<u32>(at("/{tenant}/{id}"), "/7/7"),
        outage("/{tenant}/{id}")
    );
    assert_eq!(read::<u32>(at("/docs"), "/docs"), outage("/docs"));
    // A type that no path can be.
    assert_eq!(
        read::<Vec<Vec<u32>>>(at("/docs/{id}"), "/docs/7"),
        outage("/docs/{id}")
    );
    // Outside of any route.
    let fallback = |route: MethodRouter| Router::new().fallback_service(route);
    assert_eq!(read::<u32>(fallback, "/docs/7"), (None, Err(())));
    let nested =
        |route: MethodRouter| Router::new().nest("/api", Router::new().fallback_service(route));
    assert_eq!(read::<u32>(nested, "/api/docs/7").0, None);
}

/// A policy that needs the number 7 in the path.
fn seven(access: &Access<'_, User>) -> Result<bool, Unavailable> {
    Ok(access.path::<u32>()? == Some(7))
}

#[test]
fn an_outage_is_503_and_an_unreadable_path_is_a_refusal() {
    let auth: AuthLayer<User, Body> = open().build().unwrap();
    let rule = || auth.require(seven).unwrap();
    let page = || get(async || "the document").layer(rule());
    let router = Router::new()
        .route("/docs/{id}", page())
        .route("/docs", page())
        .route("/two/{a}/{b}", page())
        .fallback_service(page());
    let app = auth.layer(router);
    for (path, status) in [
        ("/docs/7", 200),
        ("/docs/%37", 200),
        ("/docs/8", 403),
        ("/docs/seven", 403),
        ("/docs/%ff", 403),
        ("/docs", 503),
        ("/two/7/7", 503),
        ("/elsewhere", 503),
    ] {
        let request = ask("alice", path).body(Body::empty()).unwrap();
        assert_eq!(send(&app, request).status(), status, "{path}");
    }

    // The layer's own policy stands outside of the router.
    let auth: AuthLayer<User, Body> = guarded(seven).build().unwrap();
    let page = || get(async || "the document");
    let app = auth.layer(Router::new().route("/docs/{id}", page()));
    let request = || ask("alice", "/docs/7").body(Body::empty()).unwrap();
    assert_eq!(send(&app, request()).status(), 503);
    // On each route, it stands inside.
    let inside = Router::new().route("/docs/{id}", page()).route_layer(auth);
    assert_eq!(send(&inside, request()).status(), 200);
}

#[test]
fn what_the_layer_outside_reads_of_the_route_is_nothing() {
    let seen: Arc<Mutex<Vec<Read<u32>>>> = Arc::default();
    let auth: AuthLayer<User, Body> = guarded(reading(&seen)).build().unwrap();
    let page = get(async || "the document");
    let app = auth.layer(Router::new().route("/docs/{id}", page));
    let request = ask("alice", "/docs/7").body(Body::empty()).unwrap();
    assert_eq!(send(&app, request).status(), 200);
    assert_eq!(*seen.lock().unwrap(), [(None, Err(())), (None, Err(()))]);

    // Nor is there a router without one.
    let service = service_fn(async |_: http::Request<Body>| {
        Ok::<_, std::convert::Infallible>(http::Response::new(Body::empty()))
    });
    let request = ask("alice", "/docs/7").body(Body::empty()).unwrap();
    seen.lock().unwrap().clear();
    assert_eq!(send(&auth.layer(service), request).status(), 200);
    assert_eq!(*seen.lock().unwrap(), [(None, Err(())), (None, Err(()))]);
}

/// What the router makes of URIs that others read in another way: a template and a parameter, or nothing.
const READINGS: [(&str, Option<&str>); 28] = [
    ("/docs/7", Some("/docs/{id} 7")),
    ("/docs/%37", Some("/docs/{id} 7")),
    ("/docs/%2e%2e", Some("/docs/{id} ..")),
    ("/docs/..", Some("/docs/{id} ..")),
    ("/docs/.", Some("/docs/{id} .")),
    (
        "/docs/..%2f..%2fadmin%2fkeys",
        Some("/docs/{id} ../../admin/keys"),
    ),
    ("/docs/../admin/keys", None),
    ("/docs/%2e%2e/admin/keys", None),
    ("//docs/7", None),
    ("/docs//7", None),
    ("/docs/7/", None),
    ("/docs/7//", None),
    ("/./docs/7", None),
    ("/%2e/docs/7", None),
    ("/%64ocs/7", None),
    ("/DOCS/7", None),
    ("/docs%2f7", None),
    ("/docs/7;admin=1", Some("/docs/{id} 7;admin=1")),
    ("/docs/7?/admin/keys", Some("/docs/{id} 7")),
    ("/admin/keys", Some("/admin/{*rest} keys")),
    ("/admin//keys", Some("/admin/{*rest} /keys")),
    ("/admin/../docs/7", Some("/admin/{*rest} ../docs/7")),
    ("/admin/%2e%2e/docs/7", Some("/admin/{*rest} ../docs/7")),
    ("/api/docs/7", Some("/api/docs/{id} 7")),
    ("/api//docs/7", None),
    ("//api/docs/7", None),
    ("/api/%2e%2e/docs/7", None),
    ("/api/docs/%2e%2e", Some("/api/docs/{id} ..")),
];

#[test]
fn a_policy_decides_on_what_the_router_made_of_the_uri() {
    let seen: Arc<Mutex<Vec<Read<String>>>> = Arc::default();
    let auth: AuthLayer<User, Body> = open().build().unwrap();
    let rule = || auth.require(reading(&seen)).unwrap();
    let read =
        async |matched: MatchedPath, Path(id): Path<String>| format!("{} {id}", matched.as_str());
    let documents = Router::new()
        .route("/docs/{id}", get(read).layer(rule()))
        .route("/admin/{*rest}", get(read).layer(rule()));
    let app = auth.layer(documents.clone().nest("/api", documents));
    for (path, reading) in READINGS {
        let request = ask("alice", path).body(Body::empty()).unwrap();
        let response = send(&app, request);
        let read: Vec<_> = seen.lock().unwrap().drain(..).collect();
        let Some(reading) = reading else {
            assert_eq!(response.status(), 404, "{path}");
            assert!(read.is_empty(), "{path}");
            continue;
        };
        assert_eq!(text(response), reading, "the handler: {path}");
        let (route, id) = reading.split_once(' ').unwrap();
        let policy = found(route, id.to_owned());
        assert_eq!(read, [policy.clone(), policy], "the policy: {path}");
    }
}

#[test]
fn a_parameter_that_the_route_does_not_have_is_an_outage_and_one_that_cannot_be_read_a_refusal() {
    // The caller can help neither the one nor the other, but the first is ours.
    let template = "/{tenant}/{document}";
    assert_eq!(read(at(template), "/acme/7"), outage::<Named>(template));
    let template = "/{tenant}/{id}";
    assert_eq!(read(at(template), "/acme/x"), unreadable::<Named>(template));
    // A struct takes the parameters that it names.
    let template = "/{tenant}/{id}/{page}";
    let named = Named {
        tenant: String::from("acme"),
        id: 7,
    };
    assert_eq!(read(at(template), "/acme/7/2"), found(template, named));
}
