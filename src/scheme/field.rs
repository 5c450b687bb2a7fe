//! The one reader of `Authorization` and `Proxy-Authorization` (RFC 9110 §11.6.2).

use http::{HeaderMap, HeaderName, header, request::Parts};

use crate::grammar::is_tchar;

use super::contract::Redact;

/// The longest value that is looked at: credentials of 8 KiB, and room for the scheme's name.
/// Longer ones are malformed.
pub(super) const LONGEST: usize = 8 * 1024 + 64;

/// What a field of credentials holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field<'a> {
    /// It is not there.
    Absent,
    /// It is there once.
    Once(&'a [u8]),
    /// It is there more than once, or too long: nobody can say which part is meant.
    Malformed,
}

/// Reads a field that may be there once.
pub(super) fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Field<'a> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Field::Absent,
        (Some(value), None) if value.len() <= LONGEST => Field::Once(value.as_bytes().trim_ascii()),
        (Some(_), _) => Field::Malformed,
    }
}

/// Splits `Scheme credentials`. `None` if that is not what it is.
///
/// One or more spaces part the two; no other whitespace does. Without credentials, the second
/// part is empty.
pub(super) fn split(value: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = value
        .iter()
        .position(|&byte| !is_tchar(byte))
        .unwrap_or(value.len());
    let (scheme, rest) = value.split_at_checked(end)?;
    if scheme.is_empty() {
        return None;
    }
    match rest.iter().position(|&byte| byte != b' ') {
        None => Some((scheme, &[])),
        Some(0) => None,
        Some(spaces) => Some((scheme, rest.get(spaces..)?)),
    }
}

/// Marks every line of a field as sensitive, or removes them.
pub(super) fn redact(head: &mut Parts, name: &HeaderName, how: Redact) {
    match how {
        Redact::Mark => {
            let lines = head.headers.iter_mut().filter(|(there, _)| *there == name);
            lines.for_each(|(_, value)| value.set_sensitive(true));
        }
        Redact::Remove => {
            head.headers.remove(name);
        }
    }
}

/// Whether a field has no meaning of its own. What is marked sensitive, removed, or read as a key
/// must not be what the connection, another scheme or the router lives on.
pub(super) fn is_free(name: &HeaderName) -> bool {
    const TAKEN: [HeaderName; 11] = [
        header::AUTHORIZATION,
        header::PROXY_AUTHORIZATION,
        header::COOKIE,
        header::HOST,
        header::CONNECTION,
        header::CONTENT_LENGTH,
        header::CONTENT_TYPE,
        header::TRANSFER_ENCODING,
        header::TE,
        header::UPGRADE,
        header::EXPECT,
    ];
    !TAKEN.contains(name)
}
