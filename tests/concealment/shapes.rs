//! Requests of any shape, made up from a seed.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri, Version},
};

use crate::{
    dice::Dice,
    probes::{CALLERS, Credentials, FIELDS, METHODS, REJECTED, Why},
};

/// Fields that some service somewhere gives a meaning, beside those of [`FIELDS`].
const MORE: [&[(&str, &str)]; 16] = [
    &[("origin", "https://example.com")],
    &[("origin", "null"), ("access-control-request-method", "GET")],
    &[("origin", ""), ("access-control-request-method", "PUT")],
    &[
        ("origin", "https://example.com"),
        ("access-control-request-method", "DELETE"),
        ("access-control-request-private-network", "true"),
    ],
    &[("range", "bytes=-1, 0-0, 2-"), ("if-range", "*")],
    &[("if-match", "W/\"1\", \"2\""), ("if-none-match", "")],
    &[("if-modified-since", "yesterday")],
    &[("expect", "a miracle")],
    &[
        ("upgrade", "h2c"),
        ("connection", "upgrade, http2-settings"),
    ],
    &[("max-forwards", "0"), ("via", "1.1 somewhere")],
    &[("x-http-method-override", "DELETE")],
    &[
        ("x-original-url", "/elsewhere"),
        ("x-forwarded-prefix", "/api"),
    ],
    &[("forwarded", "for=192.0.2.7;host=example.com;proto=https")],
    &[("host", "example.com"), ("x-forwarded-host", "example.org")],
    &[("transfer-encoding", "chunked"), ("trailer", "x-checksum")],
    &[("content-length", "10"), ("content-encoding", "gzip")],
];

/// What stands behind an id and leads to the same route.
const TAILS: [&str; 24] = [
    "%20",
    "%00",
    "%FF",
    "%C3%A9",
    "%2F",
    "%2f..%2f1",
    "%2E%2E",
    "..",
    ".",
    ".json",
    ";v=1",
    "~",
    ":8080",
    "@",
    "!$&'()*+,=",
    "%",
    "%zz",
    "%2",
    "{id}",
    "\"",
    "|",
    "\u{e9}",
    "%E2%80%AE",
    "1",
];

/// A hidden document, and paths that are as long and lead nowhere.
type Paths = [&'static str; 3];

const ANOTHERS: [Paths; 2] = [
    ["/docs/2", "/docs/9", "/n/such"],
    ["/docs/%32", "/docs/%39", "/n/%75%63"],
];
/// Those of the first user, for all others.
const OWN: [Paths; 2] = [
    ["/docs/1", "/docs/8", "/no/way"],
    ["/docs/%31", "/docs/%38", "/%6eo/way"],
];

/// A request, but for the path.
#[derive(Debug)]
pub(crate) struct Shape {
    method: Method,
    pub(crate) hidden: &'static str,
    pub(crate) missing: &'static str,
    host: &'static str,
    tail: String,
    query: String,
    version: Version,
    fields: HeaderMap,
    body: Option<&'static str>,
}

impl Shape {
    pub(crate) fn of(dice: &mut Dice) -> Self {
        let (credentials, stranger) = credentials(dice);
        let [hidden, missing @ ..] = if stranger && dice.below(2) == 0 {
            dice.one_of(&OWN)
        } else {
            dice.one_of(&ANOTHERS)
        };
        Self {
            method: method(dice),
            hidden,
            missing: dice.one_of(&missing),
            host: dice.one_of(&["", "", "http://localhost", "https://user@example.com:8443"]),
            tail: tail(dice),
            query: query(dice),
            version: dice.one_of(&[Version::HTTP_10, Version::HTTP_11, Version::HTTP_2]),
            fields: fields(dice, &credentials),
            body: dice.one_of(&[
                None,
                None,
                Some("<document/>"),
                Some("0\r\n\r\n"),
                Some("{"),
            ]),
        }
    }

    /// The request for one of the paths.
    pub(crate) fn to(&self, prefix: &str, path: &str) -> Request<Body> {
        let Self {
            host, tail, query, ..
        } = self;
        let uri = format!("{host}{prefix}{path}{tail}{query}");
        let mut request = Request::new(self.body.map_or_else(Body::empty, Body::from));
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = Uri::try_from(uri).expect("a path");
        *request.version_mut() = self.version;
        *request.headers_mut() = self.fields.clone();
        request
    }
}

/// One that everybody knows, or that nobody does.
fn method(dice: &mut Dice) -> Method {
    if dice.below(4) > 0 {
        let known = dice.one_of(&METHODS);
        return known.parse().expect("a method");
    }
    let signs = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~";
    let name: Vec<_> = (0..=dice.below(12)).map(|_| dice.one_of(signs)).collect();
    Method::from_bytes(&name).expect("a method")
}

/// Of one caller, of two at once, twice the same, or spoiled; and whether they are nobody's for sure.
fn credentials(dice: &mut Dice) -> (Vec<Credentials>, bool) {
    let strangers = [CALLERS[0], CALLERS[4], CALLERS[5]];
    match dice.below(8) {
        0..3 => (vec![dice.one_of(&strangers)], true),
        3 => (vec![dice.one_of(&CALLERS)], false),
        4 | 5 => {
            let (credentials, why) = dice.one_of(&REJECTED);
            (vec![credentials], why != Why::Elsewhere)
        }
        6 => {
            let twice = dice.one_of(&CALLERS);
            (vec![twice, twice], false)
        }
        _ => (vec![dice.one_of(&CALLERS), dice.one_of(&REJECTED).0], false),
    }
}

fn tail(dice: &mut Dice) -> String {
    let mut tail = String::new();
    for _ in 0..[0, 0, 0, 1, 1, 2, 3][usize::from(dice.byte() % 7)] {
        tail.push_str(dice.one_of(&TAILS));
    }
    if dice.below(64) == 0 {
        tail.push_str(&"x".repeat(4000));
    }
    tail
}

fn query(dice: &mut Dice) -> String {
    if dice.below(3) > 0 {
        return String::new();
    }
    let signs = b"abc=&%2/?;:@+.~!$'()*,-_{}|";
    let signs = (0..dice.below(12)).map(|_| char::from(dice.one_of(signs)));
    format!("?{}", signs.collect::<String>())
}

fn fields(dice: &mut Dice, credentials: &[Credentials]) -> HeaderMap {
    let mut fields = HeaderMap::new();
    let mut add = |name: &str, value: &[u8]| {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
        fields.append(name, HeaderValue::from_bytes(value).expect("a value"));
    };
    for _ in 0..dice.below(5) {
        let group = match dice.below(2) {
            0 => dice.one_of(&FIELDS),
            _ => dice.one_of(&MORE),
        };
        for (name, value) in group {
            add(name, value.as_bytes());
        }
    }
    for (name, value) in credentials.iter().flat_map(|(_, fields)| *fields) {
        add(name, value.as_bytes());
    }
    for _ in 0..dice.below(3) {
        let name: String = (0..=dice.below(8))
            .map(|_| char::from(b'a' + dice.byte() % 26))
            .collect();
        // Anything but control characters.
        let value: Vec<_> = (0..dice.below(16))
            .map(|_| dice.byte() | 0x20)
            .map(|byte| byte.max(0x21))
            .collect();
        let value: Vec<_> = value.into_iter().filter(|byte| *byte != 0x7f).collect();
        add(&format!("x-{name}"), &value);
    }
    fields
}
