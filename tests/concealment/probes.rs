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
pub(crate) const CALLERS: [Credentials; 5] = [
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
];

pub(crate) const REJECTED: [Credentials; 12] = [
    ("malformed Basic", &[("authorization", "Basic %%%")]),
    (
        "malformed Bearer",
        &[("authorization", "Bearer two tokens")],
    ),
    ("malformed key", &[("x-api-key", "two, keys")]),
    (
        "no credentials behind the name",
        &[("authorization", "Bearer")],
    ),
    ("an empty field", &[("authorization", "")]),
    ("an unknown scheme", &[("authorization", "Negotiate YQ==")]),
    (
        "a wrong password",
        &[("authorization", "Basic YWxpY2U6bG9va2luZy1nbGFzcw==")],
    ),
    ("a wrong token", &[("authorization", "Bearer token-of-bob")]),
    ("a wrong key", &[("x-api-key", "key-of-bob")]),
    (
        "two lines",
        &[
            ("authorization", "Bearer token-of-alice"),
            ("authorization", "Bearer token-of-alice"),
        ],
    ),
    (
        "two keys",
        &[("x-api-key", "key-of-alice"), ("x-api-key", "key-of-alice")],
    ),
    (
        "two explicit schemes",
        &[
            ("authorization", "Bearer token-of-alice"),
            ("x-api-key", "key-of-alice"),
        ],
    ),
];

/// Fields that make services answer in another way.
pub(crate) const FIELDS: [&[(&str, &str)]; 16] = [
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
