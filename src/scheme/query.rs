//! The reader of parameters in a URI's query.

use std::borrow::Cow;

use http::Uri;

use super::field::{Field, LONGEST};

/// Reads a parameter that may be there once, as it is written: nothing is decoded. The name is
/// compared as bytes; one that is spelled with escapes is another name.
pub(super) fn single<'a>(uri: &'a Uri, name: &str) -> Field<'a> {
    let query = uri.query().unwrap_or_default();
    let mut values = query.split('&').filter_map(|pair| {
        let (there, value) = pair.split_once('=').unwrap_or((pair, ""));
        (there == name).then_some(value)
    });
    match (values.next(), values.next()) {
        (None, _) => Field::Absent,
        (Some(value), None) if value.len() <= LONGEST => Field::Once(value.as_bytes()),
        (Some(_), _) => Field::Malformed,
    }
}

/// Decodes a value that a form wrote (`application/x-www-form-urlencoded`). `None` if it is not
/// what one writes, or holds what `+` stands for there: a space, which no token has.
pub(super) fn decode(value: &[u8]) -> Option<Cow<'_, str>> {
    if value.contains(&b'+') {
        return None;
    }
    if !value.contains(&b'%') {
        return str::from_utf8(value).ok().map(Cow::Borrowed);
    }
    let mut decoded = Vec::with_capacity(value.len());
    let mut bytes = value.iter();
    while let Some(&byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => (digit(*bytes.next()?)? << 4) | digit(*bytes.next()?)?,
            _ => byte,
        });
    }
    String::from_utf8(decoded).ok().map(Cow::Owned)
}

/// Whether a name is written the same with and without escapes (RFC 3986 §2.3).
pub(super) fn is_plain(name: &str) -> bool {
    let mut bytes = name.bytes();
    !name.is_empty() && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

fn digit(byte: u8) -> Option<u8> {
    let digit = char::from(byte).to_digit(16)?;
    u8::try_from(digit).ok()
}
