//! Answers that are no key sets, too long, too slow, or somewhere else; and what is taken of a set.

use std::time::Duration;

use serde_json::{Value, json};
use tower_auth::{
    jwks::FetchProblem,
    jwt::{Algorithm, KeySource as _},
};

use crate::{
    desk::{Desk, Says},
    issuer::{Issuer, KEYS, Reply, ok, status},
    keys::{jwk, set},
    stand::{SECOND, after, at_once, configured, keys_of, names, paused, problem, quiet, until},
};

const LONGEST: usize = 256 * 1024;

/// A modulus of 2048 bits (RFC 7515 §A.2).
const MODULUS: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";

fn rsa(more: &Value) -> Value {
    let mut jwk = json!({ "kty": "RSA", "n": MODULUS, "e": "AQAB" });
    let members = more.as_object().unwrap().clone();
    jwk.as_object_mut().unwrap().extend(members);
    jwk
}

fn padded(length: usize) -> String {
    let keys = set(&["a"]);
    format!("{keys}{}", " ".repeat(length - keys.len()))
}

fn many(count: usize) -> String {
    let keys: Vec<_> = (0..count).map(|number| jwk(&format!("{number}"))).collect();
    json!({ "keys": keys }).to_string()
}

/// Sees that each answer is a failed fetch, of one request, that takes no key away.
async fn fail(issuer: &Issuer, cases: Vec<(Reply, FetchProblem)>) {
    let good = keys_of(issuer);
    issuer.publish(&set(&["a"]));
    good.ready().await.unwrap();
    for (number, (reply, wanted)) in cases.into_iter().enumerate() {
        issuer.answer(KEYS, reply.clone());
        let keys = keys_of(issuer);
        let error = keys.ready().await.unwrap_err();
        assert_eq!(error.problem(), wanted, "{number}: {reply:?}");
        assert!(!keys.status().is_usable());
        // One that had keys before has them still.
        assert!(good.refresh().await.is_err());
        assert_eq!(at_once(&good, "a").unwrap(), ["a"]);
        assert_eq!(issuer.fetches(), 1 + 2 * (number + 1), "{number}");
    }
}

fn raw(text: &str) -> Reply {
    Reply::Raw(text.as_bytes().to_vec())
}

#[tokio::test(start_paused = true)]
async fn what_is_no_key_set_is_a_failed_fetch() {
    let (issuer, _paused) = (Issuer::with("").await, paused());
    // Deeper than anybody needs.
    let deep = format!(r#"{{"keys":{}{}}}"#, "[".repeat(9_000), "]".repeat(9_000));
    let texts = [
        "",
        "<html>Sign in</html>",
        "[]",
        r#"{"keys":{}}"#,
        r#"{"jwks":[]}"#,
        &set(&["a"])[1..],
        &format!("{}x", set(&["a"])),
        &format!("\u{feff}{}", set(&["a"])),
        &deep,
    ];
    let mut cases: Vec<_> = texts.iter().map(|text| ok("", text)).collect();
    let mut latin = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n".to_vec();
    latin.extend([0xFF, 0xFE]);
    cases.push(Reply::Raw(latin));
    let cases = cases
        .into_iter()
        .map(|reply| (reply, FetchProblem::Malformed));
    fail(&issuer, cases.collect()).await;
}

#[tokio::test(start_paused = true)]
async fn a_set_without_a_key_that_can_be_used_is_a_failed_fetch() {
    let (issuer, _paused) = (Issuer::with("").await, paused());
    let mut private = jwk("a");
    private["d"] = json!("A".repeat(43));
    let mut encrypts = jwk("a");
    encrypts["use"] = json!("enc");
    let keys = [
        json!({ "kty": "oct", "alg": "HS256", "k": "A".repeat(43) }),
        private,
        encrypts,
        rsa(&json!({ "alg": "none" })),
        rsa(&json!({ "alg": "HS256" })),
        json!({ "kty": "AKP", "kid": "a" }),
    ];
    let texts = keys.iter().map(|jwk| json!({ "keys": [jwk] }).to_string());
    let bare = [r#"{"keys":[]}"#, r#"{"keys":[1,null,"a",[],{}]}"#].map(String::from);
    let cases = texts
        .chain(bare)
        .map(|text| (ok("", &text), FetchProblem::NoUsableKey));
    let mut cases: Vec<_> = cases.collect();
    cases.push((ok("", &many(101)), FetchProblem::TooManyKeys));
    fail(&issuer, cases).await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_too_long_or_broken_is_a_failed_fetch() {
    let (issuer, _paused) = (Issuer::with("").await, paused());
    let cases = vec![
        (ok("", &padded(LONGEST + 1)), FetchProblem::TooLarge),
        // Told, and not sent.
        (
            raw("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"),
            FetchProblem::TooLarge,
        ),
        (Reply::Endless, FetchProblem::TooLarge),
        (raw(""), FetchProblem::Unreachable),
        (raw("SSH-2.0-OpenSSH_9.9\r\n"), FetchProblem::Unreachable),
        (
            raw("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"keys\":["),
            FetchProblem::Unreachable,
        ),
        (
            raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"),
            FetchProblem::Unreachable,
        ),
    ];
    fail(&issuer, cases).await;
}

#[tokio::test(start_paused = true)]
async fn any_status_but_200_is_a_failed_fetch_and_no_redirect_is_followed() {
    let (issuer, _paused) = (Issuer::with("").await, paused());
    let location = format!("Location: {}/elsewhere\r\n", issuer.base());
    issuer.answer("/elsewhere", ok("", &set(&["a"])));
    let with_keys =
        |line: &str| Reply::Whole(format!("HTTP/1.1 {line}\r\n{location}"), set(&["a"]));
    let mut cases = Vec::new();
    for code in [301, 302, 303, 307, 308] {
        let reply = with_keys(&format!("{code} Elsewhere"));
        cases.push((reply, FetchProblem::Redirected(code)));
    }
    for code in [
        201, 203, 206, 300, 305, 400, 401, 403, 404, 410, 429, 500, 502, 503,
    ] {
        cases.push((
            with_keys(&format!("{code} Other")),
            FetchProblem::Status(code),
        ));
    }
    for (line, code) in [("204 No Content", 204), ("304 Not Modified", 304)] {
        cases.push((status(line), FetchProblem::Status(code)));
    }
    fail(&issuer, cases).await;
    assert_eq!(issuer.asked_for("/elsewhere"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_body_without_end_is_read_no_further_than_needed() {
    let (issuer, _paused) = (Issuer::with("").await, paused());
    issuer.answer(KEYS, Reply::Endless);
    let keys = keys_of(&issuer);
    assert!(keys.ready().await.is_err());
    until("closed", || issuer.open() == 0).await;
    // What stands in the buffers of two sockets comes on top.
    assert!(issuer.sent() < 32 * LONGEST, "{}", issuer.sent());
}

#[tokio::test(start_paused = true)]
async fn what_takes_too_long_is_a_failed_fetch_wherever_it_stops() {
    let (issuer, _paused) = (Issuer::with("").await, paused());
    for begun in [
        "",
        "HTTP/1.1 200",
        "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"keys\":[",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{\"keys\":[\r\n",
    ] {
        issuer.answer(KEYS, Reply::Begun(begun.to_owned()));
        let keys = keys_of(&issuer);
        let fetches = issuer.fetches() + 1;
        let waits = tokio::spawn({
            let keys = keys.clone();
            async move { keys.ready().await }
        });
        until("asked", || issuer.fetches() == fetches).await;
        after(5 * SECOND - SECOND / 100).await;
        assert!(!waits.is_finished(), "{begun:?}");
        after(SECOND / 50).await;
        let error = waits.await.unwrap().unwrap_err();
        assert_eq!(error.problem(), FetchProblem::TooLate, "{begun:?}");
        // And nothing is left open.
        drop(keys);
        until("closed", || issuer.open() == 0).await;
    }
}

#[tokio::test(start_paused = true)]
async fn how_long_an_answer_may_take_can_be_said() {
    let desk = Desk::with("");
    desk.says(Says::Late(Duration::from_millis(900), set(&["a"])));
    let keys = desk.configured().timeout(SECOND).build().unwrap();
    keys.ready().await.unwrap();
    desk.says(Says::Late(Duration::from_millis(1_100), set(&["a"])));
    assert_eq!(
        keys.refresh().await.unwrap_err().problem(),
        FetchProblem::TooLate
    );
}

#[tokio::test(start_paused = true)]
async fn as_much_as_may_be_is_taken() {
    let (issuer, _paused) = (Issuer::with("").await, paused());
    for (text, count) in [(padded(LONGEST), 1), (many(100), 100)] {
        issuer.publish(&text);
        let keys = keys_of(&issuer);
        keys.ready().await.unwrap();
        assert_eq!(keys.status().keys(), count);
    }
    // In many small chunks, as a type of its own, with fields that nobody reads.
    let chunks: Vec<_> = set(&["a"])
        .chars()
        .map(|one| format!("1\r\n{one}\r\n"))
        .collect();
    let body = chunks.concat();
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n";
    issuer.answer(
        KEYS,
        Reply::Raw(format!("{head}{body}0\r\n\r\n").into_bytes()),
    );
    keys_of(&issuer).ready().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn of_a_set_that_holds_much_the_public_keys_for_signatures_are_taken() {
    let mut private = jwk("private");
    private["d"] = json!("A".repeat(43));
    let text = json!({
        "keys": [
            { "kty": "oct", "kid": "secret", "alg": "HS256", "k": "A".repeat(43) },
            private,
            { "kty": "EC", "crv": "P-521", "kid": "unknown curve", "x": "AA", "y": "AA" },
            { "kty": "AKP", "alg": "ML-DSA-44", "kid": "unknown kind", "pub": "AA" },
            { "kid": "no kind" },
            "no key",
            rsa(&json!({ "kid": "encrypts", "use": "enc" })),
            rsa(&json!({ "kid": "signs", "use": "sig", "x5c": ["AAAA"], "x5u": "https://evil.example/" })),
            jwk("a"),
        ],
        "other": { "members": true },
    });
    let (issuer, _paused) = (Issuer::with(&text.to_string()).await, paused());
    let keys = keys_of(&issuer);
    keys.ready().await.unwrap();
    assert_eq!(keys.status().kids(), ["signs", "a"]);
    assert_eq!((issuer.seen(), problem(&keys)), (1, None));
}

#[tokio::test(start_paused = true)]
async fn keys_of_rsa_are_for_what_they_say_and_else_for_what_you_say() {
    let text = json!({
        "keys": [rsa(&json!({ "kid": "silent" })), rsa(&json!({ "kid": "says", "alg": "RS512" })), jwk("a")]
    });
    let (issuer, _paused) = (Issuer::with(&text.to_string()).await, paused());
    for (told, is) in [
        (None, Algorithm::RS256),
        (Some(Algorithm::PS256), Algorithm::PS256),
    ] {
        let mut builder = configured(&issuer);
        if let Some(told) = told {
            builder = builder.rsa_keys_are(told);
        }
        let keys = builder.build().unwrap();
        let set = keys.keys(None).wait().await.unwrap();
        assert_eq!(names(&set), ["silent", "says", "a"]);
        let algorithms: Vec<_> = set.iter().map(tower_auth::jwt::Key::algorithm).collect();
        assert_eq!(algorithms, [is, Algorithm::RS512, Algorithm::EdDSA]);
    }
    quiet().await;
    assert_eq!(issuer.fetches(), 2);
}
