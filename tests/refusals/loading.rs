//! Things that are loaded before the policy decides about them.

use std::{
    future::pending,
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use axum::{Extension, Router, body::Body, routing::get};
use http::{Method, Request};
use tokio_test::block_on;
use tower::{Layer as _, ServiceExt as _};
use tower_auth::{
    AuthLayer, Unavailable,
    policy::{self, Access, BoxPolicy, Policy, PolicyExt as _, View, owner, role},
};

use crate::{
    stand::{User, ask, guarded, open, record, send, text, told},
    waiting::still_waits,
};

/// A document, and the how-manieth load it came from.
#[derive(Debug)]
struct Document {
    owner: u32,
    public: bool,
    serial: usize,
}

type Shared = Arc<Document>;

/// What loads documents, and counts.
#[derive(Clone, Default)]
struct Database {
    begun: Arc<AtomicUsize>,
    /// Held while something is on its way.
    held: Arc<()>,
}

impl Database {
    async fn load(self, id: Option<&str>) -> Result<Option<Shared>, io::Error> {
        let serial = self.begun.fetch_add(1, SeqCst) + 1;
        let found = |owner, public| {
            let document = Document {
                owner,
                public,
                serial,
            };
            Ok(Some(Arc::new(document)))
        };
        let _held = Arc::clone(&self.held);
        match id {
            Some("of_alice") => found(1, false),
            Some("of_bob") => found(2, false),
            Some("public") => found(2, true),
            Some("late") => {
                tokio::task::yield_now().await;
                found(1, false)
            }
            Some("stuck") => pending().await,
            Some("away") => Err(io::Error::other("canary: the database is away")),
            Some("panics") => panic!("a loader panics, and this is seen in the output"),
            Some("none") | None => Ok(None),
            Some(other) => panic!("`{other}` is no document of these tests"),
        }
    }
}

/// Loads what the path names. What is no text leads to nothing.
async fn find(database: Database, view: View<User>) -> Result<Option<Shared>, Unavailable> {
    let id = view.path::<String>()?;
    Ok(database.load(id.as_deref()).await?)
}

fn of(access: &Access<'_, User>) -> Option<u32> {
    Some(access.extension::<Shared>()?.owner)
}

fn may_change() -> impl Policy<User> {
    owner(of).or(role("admin"))
}

fn may_see() -> impl Policy<User> {
    let public = |access: &Access<'_, User>| {
        access
            .extension::<Shared>()
            .is_some_and(|document| document.public)
    };
    public.or(may_change())
}

/// As a database would answer: later.
fn may_see_later() -> impl Policy<User> {
    policy::check_with((), async |(), view: View<User>| {
        tokio::task::yield_now().await;
        let document = view.extension::<Shared>();
        let id = view.principal().map(|user| user.id);
        document.is_some_and(|there| there.public || Some(there.owner) == id || id == Some(0))
    })
}

/// Policies about documents, by name.
fn named(name: &str, database: Database) -> BoxPolicy<User> {
    let load = policy::load(database, find);
    match name {
        "hidden" => load.then(may_see().hide()).boxed(),
        "hidden_later" => load.then(may_see_later().hide()).boxed(),
        "told" => load.then(may_see()).boxed(),
        "changes" => load.then(may_see().hide().and(may_change())).boxed(),
        "anyone" => load.then(policy::anyone()).boxed(),
        "strangers_too" => load.for_strangers_too().then(may_see().hide()).boxed(),
        other => panic!("`{other}` is no policy of these tests"),
    }
}

fn guard(policy: impl Policy<User>) -> tower_auth::AuthService<Router, User, Body> {
    let auth: AuthLayer<User, Body> = open().build().unwrap();
    let read = async |document: Extension<Shared>| document.serial.to_string();
    let route = get(read).post(read).layer(auth.require(policy).unwrap());
    auth.layer(Router::new().route("/docs/{id}", route))
}

fn request(caller: &str, id: &str) -> Request<Body> {
    let path = format!("/docs/{id}");
    ask(caller, &path).body(Body::empty()).unwrap()
}

/// What is asked for: another's, one's own, one that is absent, an id that cannot be read, and so on.
const IDS: [&str; 8] = [
    "of_alice", "of_bob", "public", "none", "%ff", "late", "away", "panics",
];

/// For each policy and caller the statuses for these ids, and how often each is loaded.
const ANSWERS: &[(&str, &str, [u16; 8], usize)] = &[
    ("hidden", "stranger", [404; 8], 0),
    (
        "hidden",
        "alice",
        [200, 404, 200, 404, 404, 200, 503, 503],
        1,
    ),
    (
        "hidden",
        "alice_by_basic",
        [200, 404, 200, 404, 404, 200, 503, 503],
        1,
    ),
    ("hidden", "bob", [404, 200, 200, 404, 404, 404, 503, 503], 1),
    (
        "hidden",
        "root",
        [200, 200, 200, 404, 404, 200, 503, 503],
        1,
    ),
    ("hidden", "mallory", [401; 8], 0),
    ("hidden_later", "stranger", [404; 8], 0),
    (
        "hidden_later",
        "alice",
        [200, 404, 200, 404, 404, 200, 503, 503],
        1,
    ),
    (
        "hidden_later",
        "root",
        [200, 200, 200, 404, 404, 200, 503, 503],
        1,
    ),
    ("told", "stranger", [401; 8], 0),
    ("told", "alice", [200, 403, 200, 404, 404, 200, 503, 503], 1),
    ("told", "mallory", [401; 8], 0),
    ("changes", "stranger", [404; 8], 0),
    (
        "changes",
        "alice",
        [200, 404, 403, 404, 404, 200, 503, 503],
        1,
    ),
    (
        "changes",
        "bob",
        [404, 200, 200, 404, 404, 404, 503, 503],
        1,
    ),
    (
        "changes",
        "root",
        [200, 200, 200, 404, 404, 200, 503, 503],
        1,
    ),
    (
        "anyone",
        "stranger",
        [200, 200, 200, 404, 404, 200, 503, 503],
        1,
    ),
    (
        "anyone",
        "alice",
        [200, 200, 200, 404, 404, 200, 503, 503],
        1,
    ),
    ("anyone", "mallory", [401; 8], 0),
    (
        "strangers_too",
        "stranger",
        [404, 404, 200, 404, 404, 404, 503, 503],
        1,
    ),
    (
        "strangers_too",
        "alice",
        [200, 404, 200, 404, 404, 200, 503, 503],
        1,
    ),
    ("strangers_too", "mallory", [401; 8], 0),
];

#[test]
fn each_caller_is_told_of_each_document_what_the_policy_says() {
    for (policy, caller, statuses, loads) in ANSWERS {
        let database = Database::default();
        let app = guard(named(policy, database.clone()));
        for (id, status) in IDS.into_iter().zip(statuses) {
            for method in [Method::GET, Method::HEAD, Method::POST] {
                let before = database.begun.load(SeqCst);
                let mut request = request(caller, id);
                *request.method_mut() = method.clone();
                let response = send(&app, request);
                let case = format!("{policy}, {caller}, {id}, {method}");
                assert_eq!(response.status(), *status, "{case}");
                let serial = database.begun.load(SeqCst);
                assert_eq!(serial - before, *loads, "{case}");
                // The handler gets what was loaded for this request, and nothing loads again.
                if *status == 200 && method != Method::HEAD {
                    assert_eq!(text(response), serial.to_string(), "{case}");
                }
            }
        }
        assert_eq!(
            Arc::strong_count(&database.begun),
            2,
            "nothing holds on to the database"
        );
    }
}

// D-hidden-identical
#[test]
fn what_is_absent_or_unreadable_is_answered_as_what_is_hidden() {
    let app = guard(named("hidden", Database::default()));
    let ask = |id| {
        let response = send(&app, request("alice", id));
        (
            response.status(),
            response.headers().clone(),
            text(response),
        )
    };
    let hidden = ask("of_bob");
    assert_eq!(hidden.0, 404);
    for id in ["none", "%ff"] {
        assert_eq!(ask(id), hidden, "{id}");
    }
}

#[test]
fn an_outage_while_loading_tells_the_caller_nothing() {
    let app = guard(named("hidden", Database::default()));
    for id in ["away", "panics"] {
        let response = send(&app, request("alice", id));
        assert_eq!(told(&response), (503, vec![]), "{id}");
        assert!(!text(response).contains("canary"), "{id}");
    }
    let absent = send(&app, request("alice", "none"));
    assert_eq!(record(&absent).reason(), Some("there is no such thing"));
}

#[test]
fn a_load_that_nobody_waits_for_is_dropped_and_lets_nobody_in() {
    let database = Database::default();
    let app = guard(named("hidden", database.clone()));
    let mut response = Box::pin(app.oneshot(request("alice", "stuck")));
    assert!(block_on(async { still_waits(response.as_mut()) }));
    assert_eq!(database.begun.load(SeqCst), 1);
    let held = Arc::strong_count(&database.held);
    drop(response);
    assert!(Arc::strong_count(&database.held) < held);
    assert_eq!(Arc::strong_count(&database.held), 1);
    assert_eq!(database.begun.load(SeqCst), 1);
}

#[test]
fn a_layers_own_policy_may_load_by_the_uri() {
    let load = policy::load(
        Database::default(),
        async |database: Database, view: View<User>| {
            let id = view
                .raw_head()
                .uri
                .path()
                .rsplit('/')
                .next()
                .map(str::to_owned);
            database.load(id.as_deref()).await
        },
    );
    let auth = guarded(load.then(may_see().hide())).build().unwrap();
    let read = get(async |document: Extension<Shared>| document.serial.to_string());
    let app = auth.layer(Router::new().route("/docs/{id}", read));
    for (caller, id, status) in [
        ("alice", "of_alice", 200),
        ("alice", "of_bob", 404),
        ("alice", "away", 503),
        ("stranger", "of_alice", 404),
        // Asked as for a stranger, so that bad credentials see nothing either.
        ("mallory", "of_alice", 404),
        ("mallory", "away", 404),
    ] {
        let response = send(&app, request(caller, id));
        assert_eq!(response.status(), status, "{caller}, {id}");
    }
}

#[test]
fn the_parameters_of_a_route_cannot_be_read_outside_of_the_router() {
    let database = Database::default();
    let auth = guarded(named("anyone", database.clone())).build().unwrap();
    let app = auth.layer(Router::new().route("/docs/{id}", get(async || "the document")));
    let response = send(&app, request("alice", "of_alice"));
    assert_eq!(told(&response), (503, vec![]));
    assert_eq!(database.begun.load(SeqCst), 0);
}
