//! From where keys are fetched: over TLS, or from this machine.

use http::Uri;

use crate::url::{self, NoUrl, Plain, Url, is_loopback};

/// Reads a URL, or says what must change.
pub(super) fn read(text: &str, plain: Plain) -> Result<Uri, &'static str> {
    let url = parts(text)?;
    match (url.scheme, plain) {
        ("https", _) => {}
        ("http", Plain::OnLoopback) if is_loopback(url.host) => {}
        ("http", Plain::OnLoopback) => {
            return Err("begin with `https://`: plain HTTP is for this machine alone");
        }
        ("http", Plain::Never) => {
            return Err(
                "begin with `https://`, or call `allow_http_on_loopback` for a test on this machine",
            );
        }
        (_, _) => return Err("begin with `https://`"),
    }
    text.parse().map_err(|_| "give a shorter one")
}

/// Reads the identifier of an issuer (RFC 8414 §2).
pub(super) fn read_issuer(issuer: &str, plain: Plain) -> Result<Uri, &'static str> {
    let uri = read(issuer, plain)?;
    if uri.query().is_some() {
        return Err("leave out the query");
    }
    if uri.path().contains("/.well-known/") {
        return Err("leave out `/.well-known/` and what is behind it, which is added here");
    }
    Ok(uri)
}

/// Whether it is plain HTTP with this machine.
pub(super) fn is_plain(uri: &Uri) -> bool {
    uri.scheme_str() == Some("http")
}

fn parts(text: &str) -> Result<Url<'_>, &'static str> {
    match url::read(text) {
        Ok(Url {
            fragment: Some(_), ..
        }) => Err("leave out the fragment"),
        Ok(url) => Ok(url),
        Err(NoUrl::UserInfo) => Err("leave out user and password"),
        Err(NoUrl::Malformed) => Err(
            "begin with `https://`, name a host, a port of 1 to 65535 or none, and escape what is no \
             character of a URL",
        ),
    }
}
