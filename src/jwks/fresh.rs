//! How long an answer says that it is fresh (RFC 9111 §4.2).

use std::time::{Duration, SystemTime};

use http::{
    HeaderMap,
    header::{AGE, CACHE_CONTROL, DATE, EXPIRES},
};

/// How long the answer stays fresh from `now` on, less the time that it spent in caches. `None` if it
/// does not say. What says it, and cannot be read, is stale (RFC 9111 §4.2.1).
pub(super) fn lifetime(fields: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let said = match cache_control(fields) {
        Said::Lifetime(lifetime) => lifetime,
        Said::Nothing => expires(fields, now)?,
    };
    Some(said.saturating_sub(age(fields)))
}

enum Said {
    Nothing,
    Lifetime(Duration),
}

/// RFC 9111 §5.2.2: who must not store, or must ask each time, asks as often as may be.
fn cache_control(fields: &HeaderMap) -> Said {
    let mut max_age = None;
    for line in fields.get_all(CACHE_CONTROL) {
        for directive in parts(line.as_bytes()) {
            let (name, value) = match directive.iter().position(|&byte| byte == b'=') {
                Some(place) => {
                    let (name, value) = directive.split_at(place);
                    (name, Some(value.get(1..).unwrap_or_default()))
                }
                None => (directive, None),
            };
            match (name.to_ascii_lowercase().as_slice(), value) {
                (b"no-store", _) | (b"no-cache", None) => return Said::Lifetime(Duration::ZERO),
                // The first one counts (RFC 9111 §4.2.1).
                (b"max-age", value) if max_age.is_none() => {
                    max_age = Some(value.and_then(seconds).unwrap_or_default());
                }
                _ => {}
            }
        }
    }
    max_age.map_or(Said::Nothing, Said::Lifetime)
}

/// RFC 9111 §5.3.
fn expires(fields: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let date = |value: Option<&http::HeaderValue>| {
        httpdate::parse_http_date(value?.to_str().ok()?.trim()).ok()
    };
    let expires = fields.get(EXPIRES)?;
    let sent = date(fields.get(DATE)).unwrap_or(now);
    let left = date(Some(expires)).and_then(|expires| expires.duration_since(sent).ok());
    Some(left.unwrap_or_default())
}

/// RFC 9111 §5.1: what cannot be read is ignored.
fn age(fields: &HeaderMap) -> Duration {
    let first = fields
        .get(AGE)
        .and_then(|value| parts(value.as_bytes()).next());
    first.and_then(seconds).unwrap_or_default()
}

/// RFC 9111 §1.2.2, as a token or quoted (§5.2). What is too large is as large as can be.
fn seconds(value: &[u8]) -> Option<Duration> {
    let bare = value
        .strip_prefix(b"\"")
        .and_then(|rest| rest.strip_suffix(b"\""))
        .unwrap_or(value);
    if bare.is_empty() || !bare.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let digit = |sum: u64, &byte: &u8| {
        let digit = u64::from(byte.saturating_sub(b'0'));
        sum.saturating_mul(10).saturating_add(digit)
    };
    Some(Duration::from_secs(bare.iter().fold(0, digit)))
}

/// The members of a list (RFC 9110 §5.6.1). A comma in quotes parts nothing.
fn parts(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let (mut quoted, mut escaped) = (false, false);
    let members = line.split(move |&byte| {
        let parts = byte == b',' && !quoted;
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ => {}
        }
        parts
    });
    members
        .map(<[u8]>::trim_ascii)
        .filter(|member| !member.is_empty())
}
