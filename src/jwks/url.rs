//! From where keys are fetched: over TLS, or from this machine.

use std::net::{Ipv4Addr, Ipv6Addr};

use http::{Uri, uri::Scheme};

/// Where plain HTTP may be spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plain {
    /// Nowhere.
    Never,
    /// With this machine.
    Loopback,
}

/// Reads a URL, or says what must change.
pub(super) fn read(url: &str, plain: Plain) -> Result<Uri, &'static str> {
    const ABSOLUTE: &str = "begin with `https://` and name a host";
    // The parser leaves out what stands behind `#`.
    if url.contains('#') {
        return Err("leave out the fragment");
    }
    let uri: Uri = url.parse().map_err(|_| ABSOLUTE)?;
    let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
        return Err(ABSOLUTE);
    };
    if authority.as_str().contains('@') {
        return Err("leave out user and password");
    }
    let host = authority.host();
    if host.is_empty() {
        return Err(ABSOLUTE);
    }
    if authority.as_str() != host && authority.port_u16().is_none_or(|port| port == 0) {
        return Err("name a port of 1 to 65535, or none");
    }
    if *scheme == Scheme::HTTPS {
        return Ok(uri);
    }
    match plain {
        _ if *scheme != Scheme::HTTP => Err(ABSOLUTE),
        Plain::Loopback if is_loopback(host) => Ok(uri),
        Plain::Loopback => Err("begin with `https://`: plain HTTP is for this machine alone"),
        Plain::Never => Err(
            "begin with `https://`, or call `allow_http_on_loopback` for a test on this machine",
        ),
    }
}

/// Reads the identifier of an issuer (RFC 8414 §2).
pub(super) fn read_issuer(issuer: &str, plain: Plain) -> Result<Uri, &'static str> {
    let uri = read(issuer, plain)?;
    match uri.query() {
        Some(_) => Err("leave out the query"),
        None => Ok(uri),
    }
}

/// Whether it is plain HTTP with this machine.
pub(super) fn is_plain(uri: &Uri) -> bool {
    uri.scheme() == Some(&Scheme::HTTP)
}

fn is_loopback(host: &str) -> bool {
    let literal = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    match literal {
        Some(six) => six.parse().is_ok_and(|six: Ipv6Addr| six.is_loopback()),
        None => {
            host.eq_ignore_ascii_case("localhost")
                || host.parse().is_ok_and(|four: Ipv4Addr| four.is_loopback())
        }
    }
}
