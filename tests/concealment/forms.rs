//! Requests as no library writes them, byte by byte on the wire.

use std::{
    io::{Read as _, Write as _},
    slice::from_ref,
    sync::LazyLock,
};

use axum::{
    Router,
    body::Body,
    response::{IntoResponse as _, Response},
    routing::{delete, get},
};
use tower::service_fn;
use tower_auth::{
    AuthService, GuardedRouter, Hidden,
    policy::{self, PolicyExt as _, role},
};

use crate::{
    asking::open,
    callers::User,
    pages::Missing,
    rules::{DOCUMENTS, hidden, loaded},
    wire::{Server, read_one, status, without_time},
};

/// What is hidden, and what is missing, of the same length.
const PATHS: [[&str; 2]; 8] = [
    ["/docs/2", "/doct/2"],
    ["/api/docs/2", "/api/doct/2"],
    ["/notes/2", "/notez/2"],
    ["/files/2", "/filez/2"],
    ["/files", "/filez"],
    ["/tree/a/b", "/tref/a/b"],
    ["/loaded/2", "/loades/2"],
    ["/loaded/9", "/loades/9"],
];

fn app(missing: Missing) -> AuthService<Router, User, Body> {
    let documents = || {
        GuardedRouter::new()
            .route("/docs/{id}", hidden(), get(read))
            .route("/docs/{id}", role("admin").hide(), delete(read))
    };
    let files = service_fn(async |_| Ok::<Response, _>("a file".into_response()));
    let refusing = get(refuse).fallback(refuse);
    let router = documents()
        .nest("/api", documents())
        .route("/notes/{id}", policy::anyone(), refusing)
        .nest_service("/files", role("admin").hide(), files)
        .route("/tree/{*rest}", role("admin").hide(), get(read))
        .route("/loaded/{id}", loaded(DOCUMENTS), get(read))
        .route("/open", policy::anyone(), get(read));
    let layer = match missing.router() {
        Some(page) => open().not_found(page),
        None => open(),
    };
    let layer = layer.build().expect("a layer");
    router.guarded_by(&layer).expect("a router")
}

async fn read() -> &'static str {
    "the document"
}

async fn refuse() -> Hidden {
    Hidden::new()
}

/// By itself, and behind another router.
static SERVERS: LazyLock<Vec<Server>> = LazyLock::new(|| {
    let pages = [Missing::Echo, Missing::Default];
    let alone = pages.map(|page| Server::new(app(page)));
    let behind = pages.map(|page| Server::new(Router::new().fallback_service(app(page))));
    alone.into_iter().chain(behind).collect()
});

/// All that comes back until the server closes, which the last request asks of it.
fn transcript(server: &Server, sent: &[u8]) -> String {
    let mut stream = server.connect();
    stream.write_all(sent).expect("the request is sent");
    let mut answer = Vec::new();
    let end = stream
        .read_to_end(&mut answer)
        .map_err(|error| error.kind());
    let answer = without_time(&String::from_utf8_lossy(&answer));
    format!(
        "{answer}\n{}",
        end.map_or_else(|kind| kind.to_string(), |_| String::from("closed"))
    )
}

/// Sees that nothing differs, on any server and for any path, spelt so; and gives all that is told.
/// Strangers and users ask in turns.
fn alike(spell: impl Fn(&str) -> String, form: impl Fn(&str, &str) -> String) -> Vec<String> {
    let callers = ["", "x-api-key: key-of-alice\r\n"];
    let mut all = Vec::new();
    for (number, server) in SERVERS.iter().enumerate() {
        for (place, [hidden, missing]) in PATHS.into_iter().enumerate() {
            let caller = callers[(number + number / 2 + place) % 2];
            let [told, other] = [hidden, missing].map(|path| {
                let target = spell(path);
                let told = transcript(server, form(&target, caller).as_bytes());
                told.replace(&target, "{path}").replace(path, "{path}")
            });
            let sent = form(&spell(hidden), caller);
            assert_eq!(told, other, "{hidden} (left), {missing} (right): {sent}");
            all.push(told);
        }
    }
    all
}

/// Every answer has one of these statuses.
fn all_are(told: &[String], statuses: &[&str]) {
    for told in told {
        let status = told.split([' ', '\r']).nth(1).unwrap_or("none");
        assert!(statuses.contains(&status), "{told}");
    }
}

fn get_of(target: &str, rest: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{rest}\r\n")
}

#[test]
fn other_spellings_of_a_hidden_path_are_as_missing_as_those_of_a_missing_one() {
    let spelt: [fn(&str) -> String; 17] = [
        |path| format!("{path}/"),
        |path| format!("{path}//"),
        |path| format!("/{path}"),
        |path| format!("{path}/."),
        |path| format!("{path}/../2"),
        |path| format!("/.{path}"),
        |path| format!("/n/..{path}"),
        |path| format!("/%2e{path}"),
        |path| path.replacen('/', "//", 2),
        |path| path.replace("/2", "%2F2"),
        |path| path.replace('o', "%6f"),
        |path| path.to_uppercase(),
        |path| format!("{path}%FF"),
        |path| format!("{path};v=1"),
        |path| format!("{path}?"),
        |path| format!("{path}?a=%FF&b"),
        |path| format!("{path}{}", "x".repeat(40_000)),
    ];
    for spell in spelt {
        all_are(&alike(spell, get_of), &["404"]);
    }
    let told = alike(|path| format!("{path}{}", "x".repeat(70_000)), get_of);
    all_are(&told, &["414"]);
}

#[test]
fn parameters_that_are_no_text_do_not_show_a_hidden_route() {
    for id in ["%FF", "%C0%AF", "%ED%A0%80", "%00", "%", "%zz"] {
        let told = alike(|path| format!("{}{id}", &path[..path.len() - 1]), get_of);
        all_are(&told, &["404"]);
    }
}

#[test]
fn the_form_of_the_target_does_not_show_a_hidden_document() {
    for before in [
        "http://localhost",
        "https://localhost:8443",
        "http://user:word@elsewhere.example",
        "ftp://localhost",
        "HTTP://LOCALHOST",
    ] {
        let told = alike(|path| format!("{before}{path}"), get_of);
        all_are(&told, &["404"]);
    }
    let told = alike(|path| format!("{path}#fragment"), get_of);
    all_are(&told, &["404", "400"]);
    // Not a target at all.
    let told = alike(|path| path.trim_start_matches('/').to_owned(), get_of);
    all_are(&told, &["404", "400"]);
}

#[test]
fn asking_about_the_whole_server_tells_nothing_of_it() {
    for server in SERVERS.iter() {
        for (method, expected) in [("OPTIONS", "404"), ("GET", "404"), ("FROBNICATE", "404")] {
            let request = format!("{method} * HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
            let told = transcript(server, request.as_bytes());
            all_are(from_ref(&told), &[expected]);
            assert!(!told.contains("\r\nallow:"), "{told}");
        }
    }
}

#[test]
fn older_versions_do_not_show_a_hidden_document() {
    for rest in ["", "host: localhost\r\n", "connection: close\r\n"] {
        for method in ["GET", "HEAD", "POST", "FROBNICATE"] {
            let told = alike(str::to_owned, |target, caller| {
                format!("{method} {target} HTTP/1.0\r\n{rest}{caller}\r\n")
            });
            all_are(&told, &["404"]);
        }
    }
    let told = alike(str::to_owned, |target, caller| {
        format!("GET {target} HTTP/0.9\r\n{caller}\r\n")
    });
    all_are(&told, &["400", "none"]);
}

#[test]
fn methods_of_other_protocols_do_not_show_a_hidden_document() {
    let methods = [
        "PROPFIND",
        "M-SEARCH",
        "QUERY",
        "get",
        "PRI",
        "G!#$%&'*+-.^_`|~9",
    ];
    for method in methods {
        let told = alike(str::to_owned, |target, caller| {
            let rest = format!("host: a\r\nconnection: close\r\n{caller}\r\n");
            format!("{method} {target} HTTP/1.1\r\n{rest}")
        });
        all_are(&told, &["404"]);
    }
}

/// With a request behind it, which is answered only where the connection stays open.
fn bodies() -> Vec<(&'static str, &'static str)> {
    vec![
        ("content-length: 5\r\n", "a doc"),
        ("content-length: 0\r\n", ""),
        ("expect: 100-continue\r\ncontent-length: 5\r\n", "a doc"),
        (
            "expect: 100-continue\r\ntransfer-encoding: chunked\r\n",
            "5\r\na doc\r\n0\r\n\r\n",
        ),
        ("transfer-encoding: chunked\r\n", "5\r\na doc\r\n0\r\n\r\n"),
        (
            "transfer-encoding: chunked\r\n",
            "5;why=not\r\na doc\r\n0\r\n\r\n",
        ),
        (
            "transfer-encoding: chunked\r\nte: trailers\r\ntrailer: x-sum\r\n",
            "5\r\na doc\r\n0\r\nx-sum: 7\r\n\r\n",
        ),
        ("transfer-encoding: chunked\r\n", "zz\r\nno chunk\r\n"),
        ("transfer-encoding: gzip\r\n", "?"),
        (
            "content-length: 5\r\ntransfer-encoding: chunked\r\n",
            "5\r\na doc\r\n0\r\n\r\n",
        ),
        ("content-length: 5\r\ncontent-length: 6\r\n", "a doc!"),
        (
            "upgrade: websocket\r\nconnection: upgrade\r\ncontent-length: 0\r\n",
            "",
        ),
        (
            "upgrade: h2c\r\nconnection: upgrade, http2-settings\r\nhttp2-settings: AAMAAABkAAQAoAAA\r\n",
            "",
        ),
    ]
}

#[test]
fn no_body_and_nothing_behind_it_shows_a_hidden_document() {
    let behind = "GET /open HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let mut answered = 0;
    for (fields, body) in bodies() {
        for method in ["POST", "GET"] {
            let told = alike(str::to_owned, |target, caller| {
                let head = format!("{method} {target} HTTP/1.1\r\nhost: localhost\r\n");
                format!("{head}{fields}{caller}\r\n{body}{behind}")
            });
            all_are(&told, &["404", "400"]);
            let open = told.iter().filter(|told| told.contains("the document"));
            answered += open.count();
            let goes_on = told.iter().any(|told| told.contains("100 Continue"));
            assert!(!goes_on, "{told:?}");
        }
    }
    assert!(answered > 500, "connections stay open");
}

/// Nobody waits for a body.
#[test]
fn a_body_that_does_not_come_does_not_show_a_hidden_document() {
    let unsent = [
        "content-length: 9\r\n\r\nhalf",
        "transfer-encoding: chunked\r\n\r\n5\r\nhal",
    ];
    for rest in unsent {
        for server in SERVERS.iter() {
            for [hidden, missing] in PATHS {
                let [told, other] = [hidden, missing].map(|path| {
                    let mut stream = server.connect();
                    let head = format!("POST {path} HTTP/1.1\r\nhost: localhost\r\n{rest}");
                    stream
                        .write_all(head.as_bytes())
                        .expect("half of it is sent");
                    read_one(&mut stream).replace(path, "{path}")
                });
                assert_eq!(told, other, "{hidden} (left), {missing} (right): {rest}");
                assert_eq!(status(&told), 404);
            }
        }
    }
}

#[test]
fn many_requests_on_one_connection_do_not_show_a_hidden_document() {
    let methods = ["GET", "HEAD", "POST", "OPTIONS", "DELETE", "GET"];
    let told = alike(str::to_owned, |target, caller| {
        let asked = methods
            .map(|method| format!("{method} {target} HTTP/1.1\r\nhost: localhost\r\n{caller}\r\n"));
        asked.concat() + &get_of(target, caller)
    });
    for told in told {
        assert_eq!(told.matches("HTTP/1.1 404 Not Found").count(), 7, "{told}");
    }
}

#[test]
fn open_a_handler_that_reads_the_body_before_it_refuses_lets_it_come() {
    let reads = async |body: String| {
        drop(body);
        Hidden::new()
    };
    let router = GuardedRouter::new().route("/docs/{id}", policy::anyone(), get(reads));
    let layer = open().build().expect("a layer");
    let server = Server::new(router.guarded_by(&layer).expect("a router"));
    let [hidden, missing] = ["/docs/2", "/doct/2"].map(|path| {
        let fields = "expect: 100-continue\r\ncontent-length: 5\r\n";
        let request = get_of(path, fields) + "a doc";
        transcript(&server, request.as_bytes())
    });
    let [hidden, missing] = [hidden, missing].map(|told| told.contains("100 Continue"));
    assert_eq!([hidden, missing], [true, false]);
}
