//! URLs, read as strictly as their grammar is (RFC 3986), and kept as they are written.

use std::net::{Ipv4Addr, Ipv6Addr};

/// An absolute URL, in the pieces that it is written in. Nothing is decoded or normalized.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Url<'a> {
    /// In lower case.
    pub(crate) scheme: &'a str,
    pub(crate) host: &'a str,
    /// Empty, or with its first slash.
    pub(crate) path: &'a str,
    pub(crate) query: Option<&'a str>,
    pub(crate) fragment: Option<&'a str>,
}

/// Why a text is no such URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoUrl {
    /// It names a user, and perhaps a password: not to be repeated.
    UserInfo,
    Malformed,
}

/// Reads `scheme://host:port/path?query#fragment`. A host outside of ASCII is written as IDNA has it.
pub(crate) fn read(text: &str) -> Result<Url<'_>, NoUrl> {
    let (scheme, rest) = text.split_once("://").ok_or(NoUrl::Malformed)?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at_checked(end).ok_or(NoUrl::Malformed)?;
    if authority.contains('@') {
        return Err(NoUrl::UserInfo);
    }
    let (rest, fragment) = cut(rest, '#');
    let (path, query) = cut(rest, '?');
    let pieces = [
        path,
        query.unwrap_or_default(),
        fragment.unwrap_or_default(),
    ];
    let (host, _) = split_port(authority).ok_or(NoUrl::Malformed)?;
    if !is_scheme(scheme) || !pieces.into_iter().all(is_piece) {
        return Err(NoUrl::Malformed);
    }
    Ok(Url {
        scheme,
        host,
        path,
        query,
        fragment,
    })
}

impl Url<'_> {
    /// Whether clients would ask for another path than the one that is written (RFC 3986 §5.2.4).
    pub(crate) fn has_dot_segments(&self) -> bool {
        self.path.split('/').any(|segment| {
            let plain = segment.to_ascii_lowercase().replace("%2e", ".");
            plain == "." || plain == ".."
        })
    }
}

/// Whether `http` will do where `https` is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plain {
    Never,
    OnLoopback,
}

/// Whether a host is the machine itself, whoever asks (RFC 6890 §2.2).
pub(crate) fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse().is_ok_and(|four: Ipv4Addr| four.is_loopback())
        || literal(host)
            .and_then(|literal| literal.parse().ok())
            .is_some_and(|six: Ipv6Addr| six.is_loopback())
}

/// The same for browsers, which take all names below `localhost` for it (RFC 6761 §6.3). Others may ask
/// someone else for them.
pub(crate) fn is_loopback_to_browsers(host: &str) -> bool {
    let name = host.rsplit_once('.').map_or(host, |(_, last)| last);
    name.eq_ignore_ascii_case("localhost") || is_loopback(host)
}

/// Splits `host:port`, the port left out or not. Nothing else stands there: no user, no empty port.
pub(crate) fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(read_port(port)?)),
        Some(_) | None => (authority, None),
    };
    is_host(host).then_some((host, port))
}

/// One spelling for one port.
fn read_port(text: &str) -> Option<u16> {
    let port = text.parse::<u16>().ok()?;
    (port > 0 && port.to_string() == text).then_some(port)
}

fn is_host(host: &str) -> bool {
    if let Some(address) = literal(host) {
        return address.parse::<Ipv6Addr>().is_ok();
    }
    let mut bytes = host.bytes();
    !host.is_empty() && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
}

/// What stands in brackets: an address of IPv6.
fn literal(host: &str) -> Option<&str> {
    host.strip_prefix('[')?.strip_suffix(']')
}

/// Whether `text` is a scheme as it is written most often (RFC 3986 §3.1): in lower case.
pub(crate) fn is_scheme(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|byte| byte.is_ascii_lowercase())
        && bytes.all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte)
        })
}

/// Whether all characters may stand in a path, a query or a fragment (RFC 3986 §3.3 to §3.5), and
/// each `%` has its two digits.
fn is_piece(text: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let mut is_digit = || bytes.next().is_some_and(|byte| byte.is_ascii_hexdigit());
        let fits = match byte {
            b'%' => is_digit() && is_digit(),
            _ => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(&byte),
        };
        if !fits {
            return false;
        }
    }
    true
}

/// What stands before the first `at`, and what stands behind it.
fn cut(text: &str, at: char) -> (&str, Option<&str>) {
    match text.split_once(at) {
        Some((before, behind)) => (before, Some(behind)),
        None => (text, None),
    }
}
