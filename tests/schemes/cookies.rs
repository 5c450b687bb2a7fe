//! What is read from cookies, and what becomes of them.

use std::sync::{Arc, Mutex};

use http::{HeaderMap, HeaderValue, Request, header::COOKIE, request::Parts};
use proptest::{prelude::*, sample::select, test_runner::RngSeed};
use serde::Deserialize;
use tower_auth::{
    Attempt, AuthLayer, Rejection, SameOrigin, Step,
    policy::{self, Access, PolicyExt},
    scheme::{Bearer, Presented, Redact, Scheme},
};

use crate::{
    corpus,
    service::{Ended, Service},
    watched::{Answer, Log, Shown},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    cookie: String,
    realm: String,
    tokens: Vec<String>,
    row: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    requirement: String,
    lines: Vec<String>,
    shown: Option<String>,
    #[serde(default)]
    absent: bool,
    status: u16,
    error: Option<String>,
    #[serde(default)]
    strict: bool,
    left: Vec<String>,
}

corpus::rows!(Row);

impl Row {
    fn ended(&self, realm: &str, strict: bool, strangers: bool) -> Ended {
        let (status, error) = match self {
            row if row.strict && strict => (400, Some("invalid_request")),
            row if row.absent && strangers => (200, None),
            row => (row.status, row.error.as_deref()),
        };
        let error = error.map(|error| format!(r#", error="{error}""#));
        let challenge = format!(r#"Bearer realm="{realm}"{}"#, error.unwrap_or_default());
        let shown: Vec<Shown> = self.shown.iter().map(|token| vec![token.clone()]).collect();
        Ended {
            status,
            challenges: if status == 200 {
                Vec::new()
            } else {
                vec![challenge]
            },
            caller: shown.first().filter(|_| status == 200).cloned(),
            shown,
        }
    }
}

#[test]
fn cookies_are_read_as_the_corpus_says_and_others_are_left() {
    let table = corpus::load("cookies.toml", |table: &Table| &table.row);
    let log = Log::default();
    let known = table.tokens.clone();
    let answer: Arc<Answer> = Arc::new(move |shown: &Shown| Ok(known.contains(&shown.concat())));
    let seen = Arc::new(Mutex::new(HeaderMap::new()));
    for strict in [false, true] {
        for strangers in [false, true] {
            for strip in [false, true] {
                let bearer = log.bearer(&table.realm, answer.clone());
                let bearer = bearer.in_cookie(&table.cookie, SameOrigin::new());
                let bearer = if strict { bearer.strict() } else { bearer };
                let watch = Arc::clone(&seen);
                let policy = move |access: &Access<'_, Shown>| {
                    *watch.lock().unwrap() = access.headers().clone();
                    strangers
                };
                let layer = AuthLayer::new(bearer, policy.or(policy::authenticated()));
                let layer = if strip {
                    layer.strip_credentials()
                } else {
                    layer
                };
                let service = Service::of(&log, layer);
                for row in &table.row {
                    let fields = row
                        .lines
                        .iter()
                        .map(|line| (COOKIE.to_string(), line.clone()));
                    let ended = service.send("/", &fields.collect::<Vec<_>>());
                    assert_eq!(
                        ended,
                        row.ended(&table.realm, strict, strangers),
                        "{}",
                        row.name
                    );

                    let seen = seen.lock().unwrap();
                    let lines: Vec<_> = seen.get_all(COOKIE).iter().collect();
                    let left = if strip { &row.left } else { &row.lines };
                    assert_eq!(
                        lines,
                        left.iter().map(String::as_str).collect::<Vec<_>>(),
                        "{}",
                        row.name
                    );
                    assert!(
                        lines.iter().all(|line| line.is_sensitive() != strip),
                        "{}",
                        row.name
                    );
                }
            }
        }
    }
}

// 9110-5.4-a
#[test]
fn a_cookie_in_more_than_8_kib_or_64_cookies_is_malformed_wherever_it_stands() {
    let others = |count: usize| "a=1;".repeat(count);
    let filler = |length: usize| format!("a={}", "x".repeat(length - 2));
    // The line, and what is added to it.
    let ours = "token=abc".len();
    let cases: [(Vec<String>, Option<&str>); 10] = [
        (vec![others(63) + "token=abc"], Some("abc")),
        (vec![others(64) + "token=abc"], None),
        (vec![String::from("token=abc;") + &others(64)], None),
        (
            vec![others(32), others(32), String::from("token=abc")],
            None,
        ),
        (vec![";".repeat(1000) + "token=abc"], Some("abc")),
        (vec![filler(8192 - ours - 2) + "; token=abc"], Some("abc")),
        (vec![filler(8192 - ours - 1) + "; token=abc"], None),
        (
            vec![filler(8192 - ours - 2), String::from("token=abc")],
            Some("abc"),
        ),
        (
            vec![filler(8192 - ours - 1), String::from("token=abc")],
            None,
        ),
        (
            vec![String::from("token=abc"), filler(8192 - ours - 1)],
            None,
        ),
    ];
    // Others, however many, make nothing of nothing.
    for lines in [vec![filler(8193)], vec![others(65), filler(9000)]] {
        let mut head = Request::new(()).into_parts().0;
        for line in &lines {
            head.headers
                .append(COOKIE, HeaderValue::from_str(line).unwrap());
        }
        assert_eq!(found(&head), Ok(None));
    }
    for (lines, expected) in cases {
        let mut request = Request::new(());
        for line in &lines {
            let line = HeaderValue::from_str(line).unwrap();
            request.headers_mut().append(COOKIE, line);
        }
        let found = found(&request.into_parts().0);
        let lengths: Vec<_> = lines.iter().map(String::len).collect();
        assert_eq!(
            found,
            expected
                .ok_or(Wrong::Malformed)
                .map(|token| Some(token.into())),
            "{lengths:?}"
        );
    }
}

#[derive(Debug, PartialEq)]
enum Wrong {
    Malformed,
    CrossOrigin,
}

fn token() -> Bearer<String> {
    let everything = |token: tower_auth::Secret<'_>| Some(token.expose().to_owned());
    Bearer::new("api", everything).dangerously_in_plain_cookie("token", SameOrigin::new())
}

/// What a scheme that believes everything finds in the cookie `token`.
fn found(head: &Parts) -> Result<Option<String>, Wrong> {
    match token().attempt(&Presented::new(head, b"")) {
        Step::Now(Attempt::Absent) => Ok(None),
        Step::Now(Attempt::Verified(token)) => Ok(Some(token)),
        Step::Now(Attempt::Rejected(Rejection::Malformed)) => Err(Wrong::Malformed),
        Step::Now(Attempt::Rejected(Rejection::CrossOrigin)) => Err(Wrong::CrossOrigin),
        _ => panic!("it judges nothing, and waits for nobody"),
    }
}

/// The pairs, as a naive reader finds them: each byte a character, all lines in one.
fn pairs(head: &Parts) -> Vec<String> {
    let lines = head.headers.get_all(COOKIE).iter();
    let text = |line: &HeaderValue| {
        line.as_bytes()
            .iter()
            .map(|&byte| char::from(byte))
            .collect::<String>()
    };
    let joined = lines.map(text).collect::<Vec<_>>().join("; ");
    let pairs = joined
        .split(';')
        .map(|pair| pair.trim_matches([' ', '\t']).to_owned());
    pairs.filter(|pair| !pair.is_empty()).collect()
}

fn is_ours(pair: &str) -> bool {
    pair.starts_with("token=")
}

/// What a naive reader finds.
fn expected(head: &Parts) -> Result<Option<String>, Wrong> {
    let pairs = pairs(head);
    let ours: Vec<_> = pairs.iter().filter(|pair| is_ours(pair)).collect();
    match ours.as_slice() {
        [] => Ok(None),
        _ if pairs.len() > 64 => Err(Wrong::Malformed),
        [one] => match one.split_at("token=".len()).1 {
            "" => Ok(None),
            value if value.trim_end_matches('=').is_empty() => Err(Wrong::Malformed),
            value => {
                let mut body = value.trim_end_matches('=').chars();
                let fits = body.all(|char| char.is_ascii_alphanumeric() || "-._~+/".contains(char));
                fits.then(|| Some(value.to_owned())).ok_or(Wrong::Malformed)
            }
        },
        _ => Err(Wrong::Malformed),
    }
}

fn line() -> impl Strategy<Value = HeaderValue> {
    let words = vec![
        "token=",
        "token",
        "=",
        "abc",
        "a=1",
        "Token=",
        "xtoken=",
        ";",
        ";",
        "; ",
        " ",
        "\t",
        ",",
        "\"",
        "%3D",
        "\u{A0}",
        "token=abc",
        "==",
    ];
    let words =
        prop::collection::vec(select(words), 0..12).prop_map(|words| words.concat().into_bytes());
    let bytes = prop::collection::vec(any::<u8>(), 0..24);
    let many = (1..70_usize).prop_map(|times| "a;".repeat(times).into_bytes());
    (
        prop_oneof![8 => words, 1 => bytes, 1 => many],
        any::<bool>(),
    )
        .prop_filter_map("no line", |(bytes, sensitive)| {
            let mut line = HeaderValue::from_bytes(&bytes).ok()?;
            line.set_sensitive(sensitive);
            Some(line)
        })
}

fn head() -> impl Strategy<Value = Parts> {
    prop::collection::vec(line(), 0..4).prop_map(|lines| {
        let mut head = Request::new(()).into_parts().0;
        head.headers
            .append("accept", HeaderValue::from_static("token=abc"));
        for line in lines {
            head.headers.append(COOKIE, line);
        }
        head
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, rng_seed: RngSeed::Fixed(6265), ..ProptestConfig::default() })]

    // 6265bis-4.2.1-a, 6265bis-4.2.2-a, 6265bis-4.1.3-b
    #[test]
    fn cookies_are_read_as_a_naive_reader_reads_them(head in head()) {
        prop_assert_eq!(found(&head), expected(&head), "{:?}", pairs(&head));
    }

    // 6265bis-4.2.1-a
    #[test]
    fn no_cookie_but_ours_is_removed_or_changed(head in head()) {
        let mut left = head.clone();
        token().redact(&mut left, Redact::Remove);

        let before = pairs(&head).into_iter().filter(|pair| !is_ours(pair));
        prop_assert_eq!(pairs(&left), before.collect::<Vec<_>>());
        prop_assert_eq!(found(&left), Ok(None));
        prop_assert_eq!(&left.headers["accept"], "token=abc");

        let mut after = left.headers.get_all(COOKIE).iter();
        for line in head.headers.get_all(COOKIE) {
            let mut alone = head.clone();
            alone.headers.clear();
            alone.headers.append(COOKIE, line.clone());
            let pairs = pairs(&alone);
            if pairs.iter().any(|pair| is_ours(pair)) && pairs.iter().all(|pair| is_ours(pair)) {
                continue;
            }
            let rest = after.next().unwrap();
            prop_assert_eq!(rest.is_sensitive(), line.is_sensitive());
            if !pairs.iter().any(|pair| is_ours(pair)) {
                prop_assert_eq!(rest, line);
            }
        }
        prop_assert_eq!(after.next(), None);
    }

    // 6750-5.3-b
    #[test]
    fn a_cookie_that_another_site_sent_along_is_never_read(head in head(), method in select(vec!["POST", "PUT", "PATCH", "DELETE", "QUERY", "CONNECT", "get"])) {
        let mut head = head;
        head.method = method.parse().unwrap();
        let there = expected(&head) != Ok(None);
        head.headers.append("sec-fetch-site", HeaderValue::from_static("cross-site"));
        prop_assert_eq!(found(&head), if there { Err(Wrong::CrossOrigin) } else { Ok(None) });
    }

    #[test]
    fn all_lines_of_cookies_are_marked_and_nothing_else(head in head()) {
        let mut marked = head.clone();
        token().redact(&mut marked, Redact::Mark);
        prop_assert_eq!(&marked.headers, &head.headers);
        for (name, value) in &marked.headers {
            prop_assert_eq!(value.is_sensitive(), name == COOKIE);
        }
    }
}
