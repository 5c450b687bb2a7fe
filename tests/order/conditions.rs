//! Fields that ask for another answer never win over a refusal, whoever refuses.

use axum::{
    Router,
    extract::Request,
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
};

use crate::{
    deciders::{Decider, REFUSED, Runs, app, conditional, sent, served},
    wire::{Sent, Server, status},
};

/// The fields, and what a handler answers that follows them.
const FIELDS: [(&[(&str, &str)], u16); 13] = [
    (&[("if-none-match", "*")], 304),
    (&[("if-none-match", "\"1\"")], 304),
    (
        &[("if-modified-since", "Sat, 29 Oct 1994 19:43:31 GMT")],
        304,
    ),
    (&[("if-match", "\"2\"")], 412),
    (
        &[("if-unmodified-since", "Sat, 29 Oct 1994 19:43:31 GMT")],
        412,
    ),
    (&[("range", "bytes=0-3")], 206),
    (&[("range", "bytes=99-")], 416),
    (&[("range", "bytes=0-3"), ("if-range", "\"1\"")], 206),
    (&[("expect", "something-else")], 417),
    (&[("te", "trailers")], 200),
    (&[("connection", "close, upgrade"), ("upgrade", "h2c")], 426),
    (
        &[("connection", "close, upgrade"), ("upgrade", "TLS/1.3")],
        426,
    ),
    (&[("connection", "close, te"), ("te", "gzip")], 200),
];

type Wire = fn(&Server, &Sent) -> String;
const WIRES: [(bool, Wire); 2] = [(false, Server::http1), (true, Server::http2)];

fn with(sent: &Sent, fields: &[(&str, &str)]) -> Sent {
    let sent = sent.clone();
    fields
        .iter()
        .fold(sent, |sent, (name, value)| sent.with(name, value))
}

/// HTTP/2 knows no connection fields, and of `TE` only one value (RFC 9113 §8.2.2).
fn travels(fields: &[(&str, &str)], http2: bool) -> bool {
    !http2 || !fields.iter().any(|(name, _)| *name == "connection")
}

/// 9110-13.2.1-a
#[test]
fn no_condition_range_expectation_or_upgrade_changes_a_refusal() {
    for decider in Decider::ALL {
        let (server, runs) = served(decider);
        for (alice, path, expected) in REFUSED {
            for method in ["GET", "HEAD", "POST"] {
                for (http2, wire) in WIRES {
                    let plain = sent(method, alice, path);
                    let told = wire(&server, &plain);
                    assert_eq!(status(&told), expected, "{decider:?} {plain:?}");
                    for (fields, _) in FIELDS.iter().filter(|(fields, _)| travels(fields, http2)) {
                        let asked = with(&plain, fields);
                        assert_eq!(wire(&server, &asked), told, "{decider:?} {asked:?}");
                    }
                }
            }
        }
        assert_eq!(runs.count(), 0, "{decider:?}");
    }
}

#[test]
fn the_handler_would_have_answered_them_all() {
    for decider in Decider::ALL {
        let (server, runs) = served(decider);
        for (http2, wire) in WIRES {
            for (fields, expected) in FIELDS.iter().filter(|(fields, _)| travels(fields, http2)) {
                let asked = with(&sent("GET", true, "/allowed"), fields);
                let before = runs.count();
                assert_eq!(status(&wire(&server, &asked)), *expected, "{asked:?}");
                assert_eq!(runs.count(), before + 1);
            }
        }
    }
}

/// Answers conditions out of what the service inside says, and only of what succeeds (RFC 9110 §13.2.1).
async fn after(request: Request, next: Next) -> Response {
    let status = conditional(request.headers());
    let mut request = request;
    request.headers_mut().clear();
    let response = next.run(request).await;
    match status {
        Some(status) if response.status().is_success() => status.into_response(),
        _ => response,
    }
}

/// Answers conditions without asking the service inside.
async fn before(request: Request, next: Next) -> Response {
    match conditional(request.headers()) {
        Some(status) => status.into_response(),
        None => next.run(request).await,
    }
}

fn between(decider: Decider, conditions: impl Fn(Router) -> Router) -> Server {
    Server::new(app(decider, &Runs::default(), &conditions))
}

/// 9110-13.2.1-a
#[test]
fn a_layer_inside_that_answers_conditions_of_what_succeeds_changes_no_refusal() {
    for decider in Decider::ALL {
        let server = between(decider, |routes| routes.layer(from_fn(after)));
        for (alice, path, expected) in REFUSED {
            for (fields, _) in FIELDS {
                let asked = with(&sent("GET", alice, path), fields);
                let told = server.http1(&asked);
                assert_eq!(status(&told), expected, "{decider:?} {asked:?}");
            }
        }
        for (fields, expected) in FIELDS {
            let asked = with(&sent("GET", true, "/allowed"), fields);
            assert_eq!(status(&server.http1(&asked)), expected, "{asked:?}");
        }
    }
}

#[test]
fn open_a_layer_inside_that_answers_before_anybody_decides_shows_what_is_refused_further_in() {
    for decider in Decider::ALL {
        let server = between(decider, |routes| routes.layer(from_fn(before)));
        let asked = sent("GET", false, "/hidden").with("if-none-match", "*");
        let expected = if decider == Decider::Layer { 404 } else { 304 };
        assert_eq!(status(&server.http1(&asked)), expected, "{decider:?}");
    }
}
