//! What becomes of a connection after a refusal whose body was not read.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::TcpStream,
};

use crate::{
    deciders::{Decider, REFUSED, head, served, write},
    wire::{read_one, status},
};

/// What must never run: it stands inside of bodies.
const SMUGGLED: &str =
    "GET /allowed HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer s3cret\r\n\r\n";

fn chunked(body: &str) -> String {
    format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len())
}

/// Writes what the server may not want any more, and reads until it has closed: all that comes back.
fn rest(stream: &mut TcpStream, text: &str) -> String {
    let mut told = Vec::new();
    // Whoever closed has a system that says so at once, or after a while.
    let _ = stream.write_all(text.as_bytes());
    match stream.read_to_end(&mut told) {
        Ok(_) => {}
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{error}"),
    }
    String::from_utf8(told).expect("text")
}

/// 9110-10.1.1-b
#[test]
fn a_body_that_has_come_whole_is_passed_over_and_the_connection_goes_on() {
    for decider in Decider::ALL {
        let (server, runs) = served(decider);
        let mut stream = server.connect();
        for (alice, path, expected) in REFUSED {
            let length = format!("content-length: {}", SMUGGLED.len());
            for body in [
                head(alice, path, &length) + SMUGGLED,
                head(alice, path, "transfer-encoding: chunked") + &chunked(SMUGGLED),
            ] {
                write(&mut stream, &body);
                let told = read_one(&mut stream);
                assert_eq!(status(&told), expected, "{decider:?} {body}");
                assert!(!told.contains("\r\nconnection:"), "{told}");
            }
        }
        assert_eq!(runs.count(), 0);
        write(&mut stream, SMUGGLED);
        assert_eq!(status(&read_one(&mut stream)), 200, "{decider:?}");
        assert_eq!(runs.count(), 1);
    }
}

/// 9110-10.1.1-b
#[test]
fn a_body_that_has_not_come_closes_the_connection_and_what_stands_in_it_never_runs() {
    for decider in Decider::ALL {
        let (server, runs) = served(decider);
        for (alice, path, expected) in REFUSED {
            for (framing, begun) in [
                ("content-length: 1000000", "the beginning"),
                ("content-length: 1000000", ""),
                ("transfer-encoding: chunked", "f4240\r\nthe beginning"),
                ("transfer-encoding: chunked", ""),
                // The body was not asked for, and yet whatever comes is taken for it.
                ("expect: 100-continue\r\ncontent-length: 1000000", ""),
            ] {
                let mut stream = server.connect();
                write(&mut stream, &(head(alice, path, framing) + begun));
                let told = read_one(&mut stream);
                assert_eq!(status(&told), expected, "{decider:?} {path} {framing}");
                // It is not told beforehand: hyper knows only afterwards.
                assert!(!told.contains("\r\nconnection:"), "{told}");
                let more = rest(&mut stream, SMUGGLED);
                assert_eq!(more, "", "{decider:?} {path} {framing}");
            }
        }
        assert_eq!(runs.count(), 0, "{decider:?}");
    }
}

/// A server has read the head, answered, and not yet looked for the body: whether it goes on depends on
/// whether the rest is there when it looks.
#[test]
fn a_body_whose_rest_comes_late_closes_or_is_passed_over_and_nothing_in_between() {
    for decider in Decider::ALL {
        let (server, runs) = served(decider);
        for (alice, path, expected) in REFUSED {
            let mut stream = server.connect();
            let length = format!("content-length: {}", SMUGGLED.len() + 1);
            write(&mut stream, &(head(alice, path, &length) + "<"));
            assert_eq!(
                status(&read_one(&mut stream)),
                expected,
                "{decider:?} {path}"
            );
            let before = runs.count();
            let last = SMUGGLED.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n");
            let more = rest(&mut stream, &format!("{SMUGGLED}{last}"));
            let ran = runs.count() - before;
            if more.is_empty() {
                assert!(ran <= 1, "{decider:?}: {ran} of one request ran");
            } else {
                assert_eq!((status(&more), ran), (200, 1), "{decider:?} {path}: {more}");
                assert_eq!(more.matches("HTTP/1.1 ").count(), 1, "{more}");
            }
        }
    }
}

#[test]
fn pipelined_requests_are_answered_in_order_each_by_itself() {
    for decider in Decider::ALL {
        let (server, runs) = served(decider);
        let mut stream = server.connect();
        let form = |alice, path| {
            let length = format!("content-length: {}", SMUGGLED.len());
            head(alice, path, &length) + SMUGGLED
        };
        let mut all = String::new();
        let mut expected = Vec::new();
        for (alice, path, status) in REFUSED {
            all += &form(alice, path);
            all += &form(true, "/allowed");
            all += SMUGGLED;
            expected.extend([status, 200, 200]);
        }
        write(&mut stream, &all);
        for (place, expected) in expected.iter().enumerate() {
            let told = read_one(&mut stream);
            assert_eq!(
                status(&told),
                *expected,
                "{decider:?}, the one at {place}: {told}"
            );
            if place % 3 == 1 {
                assert!(told.ends_with(SMUGGLED), "{told}");
            }
        }
        assert_eq!(runs.count(), 2 * REFUSED.len(), "{decider:?}");
    }
}
