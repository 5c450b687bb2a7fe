//! Refusals come before the body: it is neither asked for nor waited for, whoever refuses.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use axum::{Router, body::Body, extract::Request, routing::any};
use tower::{Layer as _, ServiceExt as _};
use tower_auth::{Caller, Denied, Refusal, Remedy};

use crate::{
    deciders::{Decider, REFUSED, Runs, app, head, layers, served, write},
    stand::Name,
    watched::Watched,
    wire::{Server, read_one, status},
};

/// 9110-10.1.1-a
#[tokio::test]
async fn nobody_looks_at_the_body_of_a_refused_request() {
    for decider in Decider::ALL {
        let runs = Runs::default();
        let app = app(decider, &runs, &|routes| routes);
        let body = Watched::of(1);
        let ask = |alice: bool, path: &str| {
            let request = Request::post(path);
            let request = if alice {
                request.header("authorization", "Bearer s3cret")
            } else {
                request
            };
            let body = Body::new(body.clone());
            app.clone().oneshot(request.body(body).expect("a request"))
        };
        for (alice, path, expected) in REFUSED {
            let Ok(response) = ask(alice, path).await;
            assert_eq!(response.status(), expected, "{decider:?}");
            assert_eq!(body.polled(), 0, "{decider:?} {path}");
        }
        let Ok(response) = ask(true, "/allowed").await;
        assert_eq!(response.status(), 200, "{decider:?}");
        assert_eq!(body.polled(), 2, "{decider:?}");
    }
}

/// 9110-10.1.1-a
#[test]
fn the_refusal_does_not_wait_for_a_body_however_it_is_framed() {
    let framings = [
        "content-length: 1",
        "content-length: 1000000000000",
        "transfer-encoding: chunked",
        "expect: 100-continue\r\ncontent-length: 9",
        "expect: 100-continue\r\ntransfer-encoding: chunked",
        "expect: 100-Continue\r\ncontent-length: 1000000000000",
    ];
    for decider in Decider::ALL {
        let (server, runs) = served(decider);
        for (alice, path, expected) in REFUSED {
            for framing in framings {
                let mut stream = server.connect();
                write(&mut stream, &head(alice, path, framing));
                // An interim answer would be read first.
                let told = read_one(&mut stream);
                assert_eq!(status(&told), expected, "{decider:?} {path} {framing}");
            }
        }
        assert_eq!(runs.count(), 0);
    }
}

const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// Reads what comes back until it is clear whether it is an interim answer.
fn is_continue(stream: &mut TcpStream) -> bool {
    let mut told = [0; 12];
    stream.read_exact(&mut told).expect("an answer");
    if told != CONTINUE[..12] {
        return false;
    }
    let mut rest = [0; CONTINUE.len() - 12];
    stream.read_exact(&mut rest).expect("the rest");
    true
}

/// 9110-10.1.1-a
#[test]
fn those_who_may_are_asked_for_the_body() {
    for decider in Decider::ALL {
        let (server, _) = served(decider);
        let mut stream = server.connect();
        let fields = "expect: 100-continue\r\ncontent-length: 9";
        write(&mut stream, &head(true, "/allowed", fields));
        assert!(is_continue(&mut stream), "{decider:?}");
        write(&mut stream, "<a form/>");
        let told = read_one(&mut stream);
        assert!(told.ends_with("\r\n\r\n<a form/>"), "{decider:?}: {told}");
    }
}

/// A handler that takes the body before it refuses, and one whose caller is taken first.
fn eager() -> Server {
    let (auth, _) = layers(Decider::Handler);
    let refuse = async |_: String| Refusal::from(Denied::new(Remedy::Nothing));
    let caller = async |Caller(_): Caller<Name>, body: String| body;
    let routes = Router::new()
        .route("/eager", any(refuse))
        .route("/caller", any(caller));
    Server::new(auth.layer(routes))
}

#[test]
fn an_extractor_that_refuses_comes_before_the_body() {
    let server = eager();
    let mut stream = server.connect();
    let fields = "expect: 100-continue\r\ncontent-length: 1000000000000";
    write(&mut stream, &head(false, "/caller", fields));
    assert_eq!(status(&read_one(&mut stream)), 401);
}

#[test]
fn open_a_handler_that_takes_the_body_as_an_argument_has_it_read_before_it_refuses() {
    let server = eager();
    let mut stream = server.connect();
    let fields = "expect: 100-continue\r\ncontent-length: 9";
    write(&mut stream, &head(false, "/eager", fields));
    assert!(is_continue(&mut stream));
    write(&mut stream, "<a form/>");
    assert_eq!(status(&read_one(&mut stream)), 403);

    // What is wrong with the body is told first.
    let mut stream = server.connect();
    write(&mut stream, &head(false, "/eager", "content-length: 4"));
    stream.write_all(&[0xff; 4]).expect("it is sent");
    assert_eq!(status(&read_one(&mut stream)), 400);
}
