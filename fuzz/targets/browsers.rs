//! Bytes as what browsers send by themselves or write down: cookies, origins and the query.
//!
//! Each line of the input is a part of one request, named by its first byte: `c` a line of `Cookie`,
//! `o` of `Origin`, `s` of `Sec-Fetch-Site`, `h` of `Host`, `m` of `Sec-Fetch-Mode`, `d` of
//! `Sec-Fetch-Dest`, `q` the query of the URI, `u` the whole URI, `x` the method. The verifiers
//! believe everything. Nothing may panic; what is verified is what a naive reader finds; a cookie
//! that another site sent along changes nothing; our cookie is removed, and no other is touched.

#![no_main]

use std::{
    cell::RefCell,
    convert::Infallible,
    future::{Ready, ready},
    pin::pin,
    task::{Context, Poll, Waker},
};

use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use libfuzzer_sys::fuzz_target;
use tower_auth::{
    AuthLayer, SameOrigin, Secret,
    policy::{self, Access, PolicyExt},
    scheme::{Bearer, Redact, Scheme as _, SchemeExt},
};
use tower_layer::Layer;
use tower_service::Service;

/// Where a token stood, and the token.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Who {
    Cookie(String),
    Query(String),
}

thread_local! {
    static LAYER: AuthLayer<Who, Vec<u8>> = layer(SameOrigin::new(), false);
    static TRUSTING: AuthLayer<Who, Vec<u8>> = layer(SameOrigin::new().also_from("https://b.example").also_same_site(), false);
    static GUARDED: AuthLayer<Who, Vec<u8>> = layer(SameOrigin::new(), true);
    static SEEN: RefCell<Option<Option<Who>>> = const { RefCell::new(None) };
}

fn layer(origins: SameOrigin, guarded: bool) -> AuthLayer<Who, Vec<u8>> {
    let in_cookie = |token: Secret<'_>| Some(Who::Cookie(token.expose().to_owned()));
    let in_query = |token: Secret<'_>| Some(Who::Query(token.expose().to_owned()));
    let schemes = Bearer::new("fuzz", in_cookie)
        .dangerously_in_plain_cookie("token", origins.clone())
        .or(Bearer::new("fuzz", in_query).dangerously_in_query("token"));
    let watch = |access: &Access<'_, Who>| {
        SEEN.set(Some(access.principal().cloned()));
        true
    };
    let rule = if guarded {
        watch.and(policy::same_origin()).boxed()
    } else {
        watch.boxed()
    };
    AuthLayer::new(schemes, rule)
        .build_with(Vec::from)
        .expect("the layer is well configured")
}

/// The fields that are left where the cookie is taken out.
fn stripped(request: &Request<()>) -> HeaderMap {
    let mut head = request.clone().into_parts().0;
    let scheme =
        Bearer::fixed("fuzz", "abc", ()).dangerously_in_plain_cookie("token", SameOrigin::new());
    scheme.redact(&mut head, Redact::Remove);
    head.headers
}

#[derive(Clone)]
struct Inner;

impl Service<Request<()>> for Inner {
    type Response = Response<Vec<u8>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        ready(Ok(Response::new(Vec::new())))
    }
}

/// The status, and whom the policy was shown.
fn send(layer: &AuthLayer<Who, Vec<u8>>, request: &Request<()>) -> (u16, Option<Who>) {
    SEEN.set(None);
    let mut service = layer.layer(Inner);
    let mut context = Context::from_waker(Waker::noop());
    assert!(service.poll_ready(&mut context).is_ready());
    let Poll::Ready(Ok(response)) = pin!(service.call(request.clone())).poll(&mut context) else {
        panic!("nothing here waits");
    };
    if response.status() == StatusCode::UNAUTHORIZED {
        let challenges = response.headers().get_all(header::WWW_AUTHENTICATE);
        assert_eq!(challenges.iter().count(), 1, "both ask for the same");
    }
    let who = SEEN.take().expect("the policy is asked");
    (response.status().as_u16(), who)
}

/// The pairs of all lines, each byte a character.
fn pairs(headers: &HeaderMap) -> Vec<String> {
    let mut pairs = Vec::new();
    for line in headers.get_all(header::COOKIE) {
        let text: String = line
            .as_bytes()
            .iter()
            .map(|&byte| char::from(byte))
            .collect();
        let trimmed = text.split(';').map(|pair| pair.trim_matches([' ', '\t']));
        pairs.extend(trimmed.filter(|pair| !pair.is_empty()).map(str::to_owned));
    }
    pairs
}

fn is_ours(pair: &str) -> bool {
    pair.starts_with("token=")
}

/// The one value of our cookie: `Err` where nobody can say which it is.
fn cookie(pairs: &[String]) -> Result<Option<&str>, ()> {
    let ours: Vec<_> = pairs.iter().filter(|pair| is_ours(pair)).collect();
    match ours.as_slice() {
        [] => Ok(None),
        [one] => Ok(one.strip_prefix("token=").filter(|value| !value.is_empty())),
        _ => Err(()),
    }
}

/// The one value of our parameter.
fn parameter(uri: &Uri) -> Result<Option<String>, ()> {
    let query = uri.query().unwrap_or_default();
    let mut found = None;
    for pair in query.split('&') {
        let mut parts = pair.splitn(2, '=');
        if parts.next() == Some("token") && found.replace(parts.next().unwrap_or("")).is_some() {
            return Err(());
        }
    }
    let Some(mut rest) = found.map(str::as_bytes) else {
        return Ok(None);
    };
    let mut decoded = Vec::new();
    while let [first, behind @ ..] = rest {
        rest = behind;
        decoded.push(match (*first, behind) {
            (b'+', _) => b' ',
            (b'%', [one, two, behind @ ..]) => {
                rest = behind;
                let digits = [*one, *two].map(char::from);
                if !digits.iter().all(char::is_ascii_hexdigit) {
                    return Err(());
                }
                u8::from_str_radix(&String::from_iter(digits), 16).map_err(drop)?
            }
            (b'%', _) => return Err(()),
            (byte, _) => byte,
        });
    }
    String::from_utf8(decoded).map(Some).map_err(drop)
}

/// Whether a token of RFC 6750 is written so.
fn is_token(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    let fits = |char: char| char.is_ascii_alphanumeric() || "-._~+/".contains(char);
    !body.is_empty() && body.chars().all(fits)
}

fn read_request(data: &[u8]) -> Option<Request<()>> {
    let mut request = Request::new(());
    let lines = data
        .split(|&byte| byte == b'\n')
        .filter_map(<[u8]>::split_first);
    for (first, value) in lines.take(12) {
        let name = match first {
            b'c' => "cookie",
            b'o' => "origin",
            b's' => "sec-fetch-site",
            b'h' => "host",
            b'm' => "sec-fetch-mode",
            b'd' => "sec-fetch-dest",
            b'q' => {
                let target = [b"/?", value].concat();
                *request.uri_mut() = Uri::try_from(target.as_slice()).ok()?;
                continue;
            }
            b'u' => {
                *request.uri_mut() = Uri::try_from(value).ok()?;
                continue;
            }
            _ => {
                *request.method_mut() = Method::from_bytes(value).ok()?;
                continue;
            }
        };
        let value = HeaderValue::from_bytes(value).ok()?;
        request.headers_mut().append(name, value);
    }
    Some(request)
}

fuzz_target!(|data: &[u8]| {
    let Some(request) = read_request(data) else {
        return;
    };
    let before = pairs(request.headers());
    let small = request
        .headers()
        .values()
        .map(HeaderValue::len)
        .sum::<usize>()
        < 4096
        && request.uri().query().unwrap_or_default().len() < 4096
        && before.len() <= 64;

    let (status, who) = LAYER.with(|layer| send(layer, &request));
    let others: Vec<_> = before
        .iter()
        .filter(|pair| !is_ours(pair))
        .cloned()
        .collect();
    assert_eq!(
        pairs(&stripped(&request)),
        others,
        "what is left of {before:?}"
    );
    let (with_trust, trusted) = TRUSTING.with(|layer| send(layer, &request));
    let (guarded, _) = GUARDED.with(|layer| send(layer, &request));

    let safe = ["GET", "HEAD", "OPTIONS", "TRACE"].contains(&request.method().as_str());
    let once = |name: &str| {
        let mut lines = request.headers().get_all(name).iter();
        let line = lines.next().map(HeaderValue::as_bytes);
        lines.next().is_none().then_some(line).ok_or(())
    };
    // What no request may pass that another site sent along.
    let foreign = match (once("sec-fetch-site"), once("origin")) {
        (Ok(Some(b"same-origin" | b"none")), _) => false,
        (Ok(None), Ok(None)) => false,
        (Ok(None), Ok(Some(origin))) => {
            let host = request.uri().authority().map_or_else(
                || once("host").ok().flatten().unwrap_or_default().to_vec(),
                |authority| authority.as_str().as_bytes().to_vec(),
            );
            let host = host.to_ascii_lowercase();
            let host = host
                .strip_suffix(b":443")
                .or(host.strip_suffix(b":80"))
                .unwrap_or(&host);
            // A host that `Origin` does not even hold is another.
            host.is_empty()
                || !origin
                    .to_ascii_lowercase()
                    .windows(host.len())
                    .any(|part| part == host)
        }
        _ => true,
    };

    match &who {
        Some(Who::Cookie(token)) => {
            assert_eq!(cookie(&before), Ok(Some(token.as_str())));
            assert_eq!(parameter(request.uri()), Ok(None));
            assert!(is_token(token) && (safe || !foreign), "{request:?}");
            assert_eq!(trusted, who, "trust takes nothing away");
        }
        Some(Who::Query(token)) => {
            assert_eq!(parameter(request.uri()), Ok(Some(token.clone())));
            assert!(is_token(token));
        }
        None => {
            let query = parameter(request.uri());
            let token = cookie(&before);
            if small && query == Ok(None) && (safe || with_trust == 200) {
                assert!(
                    !matches!(token, Ok(Some(token)) if is_token(token) && trusted.is_none()),
                    "{request:?}"
                );
            }
            assert!(
                !small || !matches!(&query, Ok(Some(token)) if is_token(token)),
                "{request:?}"
            );
            // Credentials that are there and do not count are no stranger's.
            let there = query != Ok(None) || token != Ok(None);
            assert!(there || !small || status == 200, "{request:?}");
            assert!(!there || matches!(status, 401 | 403), "{request:?}");
        }
    }
    assert!(guarded != 200 || !foreign, "{request:?}");
});
