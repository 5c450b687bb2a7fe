//! What somebody sends who wants to know.

use crate::wire::Sent;

/// All of RFC 9110 §9 and RFC 5789 but `CONNECT`, and one that nobody has heard of.
pub(crate) const METHODS: [&str; 9] = [
    "GET",
    "HEAD",
    "OPTIONS",
    "TRACE",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "FROBNICATE",
];

/// Who asks, and the fields that say so.
pub(crate) type Credentials = (&'static str, &'static [(&'static str, &'static str)]);

/// Those who may know that others are refused, and see no document but their own.
pub(crate) const CALLERS: [Credentials; 8] = [
    ("a stranger", &[]),
    (
        "alice, by Basic",
        &[("authorization", "Basic YWxpY2U6d29uZGVybGFuZA==")],
    ),
    (
        "alice, by Bearer",
        &[("authorization", "bearer token-of-alice")],
    ),
    ("alice, by key", &[("x-api-key", "key-of-alice")]),
    (
        "a stranger with a key for elsewhere",
        &[("x-other-key", "key-of-alice")],
    ),
    (
        "a stranger with cookies for elsewhere",
        &[("cookie", "theme=dark; token=token-of-alice; __Host-token=")],
    ),
    (
        "alice, by cookie",
        &[
            ("cookie", "theme=dark"),
            ("cookie", "__Host-token=token-of-alice"),
        ],
    ),
    (
        "alice, by cookie, from a page of the service",
        &[
            ("cookie", "__Host-token=token-of-alice"),
            ("sec-fetch-site", "same-origin"),
            ("origin", "https://localhost"),
        ],
    ),
];

/// Why credentials are rejected, as far as it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// They are not true, or not well-formed.
    Bad,
    /// RFC 6750 §3.1 would have it told that the request is.
    Invalid,
    /// Nobody here reads their scheme.
    Unknown,
    /// Another site has the browser send them. Only what changes something is rejected for it.
    Elsewhere,
}
use self::Why::{Bad, Elsewhere, Invalid, Unknown};

pub(crate) const REJECTED: [(Credentials, Why); 17] = [
    (("malformed Basic", &[("authorization", "Basic %%%")]), Bad),
    (
        (
            "malformed Bearer",
            &[("authorization", "Bearer two tokens")],
        ),
        Invalid,
    ),
    (("malformed key", &[("x-api-key", "two, keys")]), Bad),
    (
        (
            "no credentials behind the name",
            &[("authorization", "Bearer")],
        ),
        Invalid,
    ),
    (("an empty field", &[("authorization", "")]), Invalid),
    (
        ("an unknown scheme", &[("authorization", "Negotiate YQ==")]),
        Unknown,
    ),
    (
        (
            "a wrong password",
            &[("authorization", "Basic YWxpY2U6bG9va2luZy1nbGFzcw==")],
        ),
        Bad,
    ),
    (
        ("a wrong token", &[("authorization", "Bearer token-of-bob")]),
        Bad,
    ),
    (("a wrong key", &[("x-api-key", "key-of-bob")]), Bad),
    (
        (
            "two lines",
            &[
                ("authorization", "Bearer token-of-alice"),
                ("authorization", "Bearer token-of-alice"),
            ],
        ),
        Invalid,
    ),
    (
        (
            "two keys",
            &[("x-api-key", "key-of-alice"), ("x-api-key", "key-of-alice")],
        ),
        Bad,
    ),
    (
        (
            "two explicit schemes",
            &[
                ("authorization", "Bearer token-of-alice"),
                ("x-api-key", "key-of-alice"),
            ],
        ),
        Invalid,
    ),
    (
        (
            "a wrong cookie",
            &[("cookie", "theme=dark; __Host-token=token-of-bob")],
        ),
        Bad,
    ),
    (
        (
            "two cookies",
            &[
                ("cookie", "__Host-token=token-of-alice"),
                ("cookie", "__Host-token=token-of-alice"),
            ],
        ),
        Bad,
    ),
    (
        (
            "a wrong key beside a true cookie",
            &[
                ("x-api-key", "key-of-bob"),
                ("cookie", "__Host-token=token-of-alice"),
            ],
        ),
        Bad,
    ),
    (
        (
            "a true cookie from another site",
            &[
                ("cookie", "__Host-token=token-of-alice"),
                ("sec-fetch-site", "cross-site"),
            ],
        ),
        Elsewhere,
    ),
    (
        (
            "a true cookie from another origin",
            &[
                ("cookie", "__Host-token=token-of-alice"),
                ("origin", "https://evil.example"),
            ],
        ),
        Elsewhere,
    ),
];

/// Fields that make services answer in another way.
pub(crate) const FIELDS: [&[(&str, &str)]; 20] = [
    &[("accept", "text/html,application/xhtml+xml;q=0.9")],
    &[("accept", "application/json")],
    &[("accept", "image/webp;q=0.1, */*;q=0")],
    &[("accept-encoding", "gzip, br"), ("accept-language", "de")],
    &[("if-none-match", "*")],
    &[("if-none-match", "\"1\"")],
    &[("if-match", "*")],
    &[("if-match", "\"2\"")],
    &[("if-modified-since", "Tue, 01 Jan 2030 00:00:00 GMT")],
    &[("if-unmodified-since", "Thu, 01 Jan 1970 00:00:00 GMT")],
    &[("range", "bytes=0-3")],
    &[("range", "bytes=900-"), ("if-range", "\"1\"")],
    &[("expect", "100-continue")],
    &[
        ("connection", "close, upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ],
    &[
        ("origin", "https://example.com"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "authorization"),
    ],
    &[("content-type", "application/xml"), ("te", "trailers")],
    &[("sec-fetch-site", "cross-site")],
    &[("x-forwarded-for", "192.0.2.7")],
    &[("x-forwarded-for", "198.51.100.7")],
    &[("x-forwarded-for", "unknown")],
];

/// A request with these credentials and fields. `POST`, `PUT` and `PATCH` have a body.
pub(crate) fn probe(
    method: &'static str,
    credentials: &Credentials,
    fields: &[&[(&'static str, &str)]],
) -> Sent {
    let mut sent = Sent::new(method, "");
    if matches!(method, "POST" | "PUT" | "PATCH") {
        sent.body = Some("<document/>");
    }
    let fields = fields.iter().copied().flatten();
    for (name, value) in credentials.1.iter().chain(fields) {
        sent = sent.with(name, value);
    }
    sent
}
