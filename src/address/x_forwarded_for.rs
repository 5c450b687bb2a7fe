//! `X-Forwarded-For`, read from the right.

use super::node::Hop;

/// The hops on one line, the last one first. Each is read when it is asked for.
///
/// An empty one is unreadable: no rule says that proxies may write it, and to skip what a proxy
/// did not say is to believe what stands left of it.
pub(super) fn hops(line: &[u8]) -> impl Iterator<Item = Hop> {
    line.rsplit(|&byte| byte == b',')
        .map(|text| Hop::from_bare_node(trim(text)))
}

fn trim(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}
