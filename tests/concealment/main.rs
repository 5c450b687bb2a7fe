//! What is hidden cannot be told from what does not exist.
#![cfg(feature = "axum")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has failed, and says where"
)]

mod any_shape;
mod apps;
mod asking;
mod by_method;
mod callers;
mod closed;
#[path = "../support/dice.rs"]
mod dice;
mod forms;
#[cfg(all(feature = "address", feature = "deadline", feature = "throttle"))]
mod gated;
mod handlers;
mod oracles;
mod pages;
mod probes;
mod rules;
mod shapes;
#[path = "../support/waiting.rs"]
#[allow(dead_code, reason = "each test uses what it needs")]
mod waiting;
#[path = "../wire/mod.rs"]
mod wire;

use std::sync::LazyLock;

use axum::{Extension, Router, body::Body, extract::OriginalUri, http::StatusCode, routing::get};
use proptest::{
    collection::vec,
    prelude::*,
    sample::{select, subsequence},
    test_runner::{RngSeed, TestRunner},
};
use tower::Layer as _;
use tower_auth::{AuthLayer, policy};

use self::{
    apps::{App, Nesting, Place},
    callers::{ADDING, MANNERS},
    pages::Missing,
    probes::{CALLERS, FIELDS, METHODS, REJECTED, Why, probe},
    rules::RULES,
    wire::{Sent, Server, status},
};

type Servers = LazyLock<Vec<(App, Server)>>;

static SERVERS: Servers = LazyLock::new(|| served(App::square()));

/// Those that take credentials in another manner, or hide by another rule.
static OTHERS: Servers = LazyLock::new(|| served(App::of(&MANNERS, &RULES)));

/// Those that add fields to what others answer.
static ADDERS: Servers = LazyLock::new(|| served(App::of(&ADDING, &RULES)));

fn served(apps: impl IntoIterator<Item = App>) -> Vec<(App, Server)> {
    let apps = apps.into_iter();
    apps.map(|app| (app, Server::new(app.service()))).collect()
}

/// Which of all that can be sent an application is sent.
#[derive(Clone, Copy)]
enum Share {
    All,
    Third(usize),
}

impl Share {
    /// Another third in another nesting: every way to hide gets all of it.
    fn of(app: App) -> Self {
        Self::Third(app.nesting as usize)
    }

    fn takes(self, number: usize) -> bool {
        match self {
            Self::All => true,
            Self::Third(third) => number % 3 == third % 3,
        }
    }
}

/// A hidden document, and paths that are as long and lead nowhere.
fn paths(app: App) -> [String; 3] {
    ["/docs/2", "/docs/9", "/n/such"].map(|path| format!("{}{path}", app.prefix()))
}

/// What a path of this length is called in what is compared: an echo is not a difference.
fn unnamed(answer: &str, path: &str) -> String {
    answer.replace(path, "{path}")
}

/// Sees that nothing differs, and gives what all answer. The path of `sent` is what stands behind
/// each path.
fn same(app: App, server: &Server, sent: &Sent) -> String {
    let [hidden, missing @ ..] = paths(app);
    let query = &sent.path;
    let wires: [fn(&Server, &Sent) -> String; 2] = [Server::http1, Server::http2];
    let [told, _] = wires.map(|wire| {
        let ask = |path: &str| unnamed(&wire(server, &sent.to(&format!("{path}{query}"))), path);
        let told = ask(&hidden);
        for path in &missing {
            assert_eq!(
                told,
                ask(path),
                "{app:?}: {hidden} (left), {path} (right), {sent:?}"
            );
        }
        told
    });
    told
}

/// What is told of credentials that are rejected, wherever they are sent.
fn expected(app: App, method: &str, why: Why) -> u16 {
    let harmless = why == Why::Elsewhere && method != "POST";
    match (app.place, app.manner.name, why) {
        _ if harmless || app.manner.lenient => 404,
        (Place::Layer, ..) | (_, "behind a gateway", Why::Unknown) => 404,
        (_, _, Why::Elsewhere) => 403,
        (_, "strict", Why::Invalid) => 400,
        (_, _, Why::Bad | Why::Invalid | Why::Unknown) => 401,
    }
}

fn methods_answer_alike((app, server): &(App, Server), methods: &[&'static str], share: Share) {
    for (number, method) in methods.iter().copied().enumerate() {
        let callers = CALLERS.iter().enumerate();
        for (_, caller) in callers.filter(|(caller, _)| share.takes(number + caller)) {
            let told = same(*app, server, &probe(method, caller, &[]));
            assert_eq!(status(&told), 404, "{app:?}, {caller:?}");
        }
    }
}

fn bad_credentials_show_nothing((app, server): &(App, Server), share: Share) {
    for (number, (credentials, why)) in REJECTED.iter().enumerate() {
        let methods = ["GET", "HEAD", "POST"].into_iter().enumerate();
        for (_, method) in methods.filter(|(method, _)| share.takes(number + method)) {
            let told = same(*app, server, &probe(method, credentials, &[]));
            let expected = expected(*app, method, *why);
            assert_eq!(
                status(&told),
                expected,
                "{app:?}, {method}, {credentials:?}"
            );
        }
    }
}

fn no_field_shows_anything((app, server): &(App, Server), share: Share) {
    let [stranger, alice, ..] = &CALLERS;
    for (number, fields) in FIELDS.into_iter().enumerate() {
        let asked = [("GET", stranger), ("POST", alice), ("OPTIONS", stranger)];
        let asked = asked.into_iter().enumerate();
        for (_, (method, caller)) in asked.filter(|(asked, _)| share.takes(number + asked)) {
            let told = same(*app, server, &probe(method, caller, &[fields]));
            assert_eq!(status(&told), 404, "{app:?}, {fields:?}");
        }
    }
}

#[test]
fn a_hidden_document_answers_every_method_as_a_missing_one_does() {
    for served in SERVERS.iter() {
        methods_answer_alike(served, &METHODS, Share::of(served.0));
    }
}

#[test]
fn bad_credentials_do_not_show_a_hidden_document() {
    for served in SERVERS.iter() {
        bad_credentials_show_nothing(served, Share::of(served.0));
    }
}

#[test]
fn conditions_ranges_upgrades_and_preflights_do_not_show_a_hidden_document() {
    for served in SERVERS.iter() {
        no_field_shows_anything(served, Share::of(served.0));
    }
}

#[test]
fn no_manner_of_taking_credentials_and_no_rule_shows_a_hidden_document() {
    for served in OTHERS.iter() {
        methods_answer_alike(served, &["GET", "POST"], Share::All);
        bad_credentials_show_nothing(served, Share::All);
    }
    // In the plain manner.
    for served in OTHERS.iter().take(RULES.len()) {
        no_field_shows_anything(served, Share::All);
    }
}

#[test]
fn nothing_that_is_added_to_answers_shows_a_hidden_document() {
    for served in ADDERS.iter() {
        methods_answer_alike(served, &["GET", "HEAD", "OPTIONS"], Share::All);
        bad_credentials_show_nothing(served, Share::of(served.0));
        no_field_shows_anything(served, Share::of(served.0));
    }
}

#[test]
fn nothing_that_is_sent_shows_a_hidden_document() {
    let rejected = REJECTED.iter().map(|(credentials, _)| credentials);
    let credentials: Vec<_> = CALLERS.iter().chain(rejected).copied().collect();
    let servers = SERVERS.iter().chain(OTHERS.iter()).chain(ADDERS.iter());
    let servers: Vec<_> = servers.collect();
    let sent = (
        0..servers.len(),
        select(METHODS.to_vec()),
        select(credentials),
        subsequence(FIELDS.to_vec(), 0..=4),
        vec(("x-[a-z]{1,8}", "[!-~]{1,12}"), 0..3),
        prop::option::of("[?][a-z=&%2/]{0,8}"),
    );
    let config = ProptestConfig {
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(7),
        ..ProptestConfig::default()
    };
    let mut runner = TestRunner::new(config);
    let result = runner.run(
        &sent,
        |(app, method, credentials, fields, others, query)| {
            let (app, server) = servers[app];
            let mut sent = probe(method, &credentials, &fields);
            for (name, value) in &others {
                sent = sent.with(name, value);
            }
            sent.path = query.unwrap_or_default();
            same(*app, server, &sent);
            Ok(())
        },
    );
    result.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn a_hidden_document_answers_as_an_application_without_documents_does() {
    for missing in [Missing::Page, Missing::Echo, Missing::Default] {
        let bare = Server::new(missing.router().unwrap_or_default());
        for (app, server) in SERVERS.iter().filter(|(app, _)| app.missing == missing) {
            for method in METHODS {
                let sent = probe(method, &CALLERS[0], &[]).to(&format!("{}/docs/2", app.prefix()));
                assert_eq!(server.http1(&sent), bare.http1(&sent), "{app:?}, {sent:?}");
                assert_eq!(server.http2(&sent), bare.http2(&sent), "{app:?}, {sent:?}");
            }
        }
    }
}

#[test]
fn those_who_may_know_see_the_document_and_the_methods_it_has() {
    SERVERS
        .iter()
        .chain(OTHERS.iter())
        .chain(ADDERS.iter())
        .for_each(those_who_may_know_see_it);
}

fn those_who_may_know_see_it((app, server): &(App, Server)) {
    let own = Sent::get(&format!("{}/docs/1", app.prefix()));
    let alice = own.with("x-api-key", "key-of-alice");
    assert_eq!(status(&server.http1(&alice)), 200, "{app:?}");

    let root = alice.to(&format!("{}/docs/2", app.prefix()));
    let root = Sent {
        fields: Vec::new(),
        ..root
    }
    .with("authorization", "Bearer token-of-root");
    assert_eq!(status(&server.http2(&root)), 200, "{app:?}");

    let post = Sent {
        method: "POST",
        ..root
    };
    let told = server.http1(&post);
    assert_eq!(status(&told), 405, "{app:?}");
    let allow = format!("\r\nallow: {}\r\n", app.allow());
    assert!(told.contains(&allow), "{app:?}: {told}");
}

#[test]
fn the_not_found_service_is_told_the_whole_path_of_a_nested_route() {
    let nested = |app: &App| app.missing == Missing::Echo && app.nesting == Nesting::Twice;
    for (app, server) in SERVERS.iter().filter(|(app, _)| nested(app)) {
        let told = server.http1(&Sent::get("/api/v1/docs/2?page=1"));
        let uri = r#""uri":"/api/v1/docs/2?page=1""#;
        assert!(told.contains(uri), "{app:?}: {told}");
    }
}

#[test]
fn the_not_found_service_is_told_what_was_asked_for() {
    let not_found = Router::new()
        .fallback(async |uri: OriginalUri| (StatusCode::NOT_FOUND, format!("{uri:?}")));
    let layer = AuthLayer::<_, Body>::new(callers::schemes(), policy::anyone());
    let layer = layer.not_found(not_found.clone()).build().expect("a layer");
    let hidden = layer.require(rules::hidden()).expect("a layer");
    let read = get(async || "the document").layer(hidden);
    let documents = Router::new().route("/docs/{id}", read);
    let router = Router::new()
        .nest("/{tenant}", documents)
        .fallback_service(not_found);
    let server = Server::new(layer.layer(router));

    let hidden = server.http1(&Sent::get("/api/docs/2"));
    let missing = server.http1(&Sent::get("/api/docz/2"));
    assert_eq!(hidden.replace("docs", "docz"), missing);
}

#[test]
fn what_layers_around_the_whole_router_add_is_there_for_the_not_found_service() {
    let not_found = Router::new()
        .fallback(async |theme: Extension<&'static str>| (StatusCode::NOT_FOUND, theme.0));
    let layer = AuthLayer::<_, Body>::new(callers::schemes(), policy::anyone());
    let layer = layer.not_found(not_found.clone()).build().expect("a layer");
    let hidden = layer.require(rules::hidden()).expect("a layer");
    let router = Router::new()
        .route("/docs/{id}", get(async || "the document").layer(hidden))
        .fallback_service(not_found)
        .layer(Extension("dark"));
    let server = Server::new(layer.layer(router));

    let hidden = server.http1(&Sent::get("/docs/2"));
    assert!(
        hidden.contains("404") && hidden.contains("dark"),
        "{hidden}"
    );
    assert_eq!(hidden, server.http1(&Sent::get("/docz/2")));
}
