//! One hop: its text, and what that is read as.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// One element of the list, as it was read.
#[derive(Clone, Copy)]
pub(super) enum Hop {
    /// Nothing stands between two commas.
    Empty,
    Address(IpAddr),
    Unreadable,
}

impl Hop {
    /// Reads a node of RFC 7239 §6: IPv4, or IPv6 in brackets, and perhaps a port, which is
    /// dropped. `unknown` and obfuscated names are no addresses.
    pub(super) fn from_node(text: &[u8]) -> Self {
        address(text).map_or(Self::Unreadable, Self::Address)
    }

    /// Reads what `X-Forwarded-For` holds: the same, and IPv6 without brackets, which has no port.
    pub(super) fn from_bare_node(text: &[u8]) -> Self {
        let bare = || str::from_utf8(text).ok()?.parse::<Ipv6Addr>().ok();
        address(text)
            .or_else(|| bare().map(IpAddr::V6))
            .map_or(Self::Unreadable, Self::Address)
    }
}

fn address(text: &[u8]) -> Option<IpAddr> {
    let text = str::from_utf8(text).ok()?;
    if let Some(bracketed) = text.strip_prefix('[') {
        let (address, rest) = bracketed.split_once(']')?;
        let is_whole = rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port);
        return is_whole
            .then(|| address.parse::<Ipv6Addr>().ok())?
            .map(IpAddr::V6);
    }
    let address = match text.split_once(':') {
        Some((address, port)) if is_port(port) => address,
        Some(_) => return None,
        None => text,
    };
    address.parse::<Ipv4Addr>().ok().map(IpAddr::V4)
}

/// Up to five digits, or an obfuscated port (RFC 7239 §6.3).
fn is_port(text: &str) -> bool {
    if let Some(hidden) = text.strip_prefix('_') {
        let is_hidden = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        return !hidden.is_empty() && hidden.bytes().all(is_hidden);
    }
    (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}
