//! The text of one hop, as an address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Reads a node of RFC 7239 §6: IPv4, or IPv6 in brackets, and perhaps a port, which is dropped.
/// `unknown` and obfuscated names are no addresses.
pub(super) fn address(text: &[u8]) -> Option<IpAddr> {
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

/// Reads what `X-Forwarded-For` holds: the same, and IPv6 without brackets, which has no port.
pub(super) fn bare_address(text: &[u8]) -> Option<IpAddr> {
    let bare = || str::from_utf8(text).ok()?.parse::<Ipv6Addr>().ok();
    address(text).or_else(|| bare().map(IpAddr::V6))
}

/// Up to five digits, or an obfuscated port (RFC 7239 §6.3).
fn is_port(text: &str) -> bool {
    if let Some(hidden) = text.strip_prefix('_') {
        let is_hidden = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        return !hidden.is_empty() && hidden.bytes().all(is_hidden);
    }
    (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}
