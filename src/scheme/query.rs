//! The reader of parameters in a URI's query.

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
