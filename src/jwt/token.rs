//! What a token says, while nothing of it is proven.

use serde::Deserialize;

use crate::fault::Fault;

use super::{algorithm::Algorithm, claims::Claims, compact::Compact, header::Header};

/// What a token says. Its algorithm is one of ours.
pub(super) struct Token<'a> {
    pub(super) algorithm: Algorithm,
    pub(super) header: Header<'a>,
    pub(super) claims: Claims<'a>,
    pub(super) compact: &'a Compact<'a>,
}

impl<'a> Token<'a> {
    pub(super) fn read(compact: &'a Compact<'_>) -> Result<Self, Fault> {
        let header: Header<'_> = read(&compact.header).map_err(|_| Fault::Malformed)?;
        let algorithm = header.algorithm.ok_or(Fault::UnknownKey)?;
        let claims = read(&compact.payload).map_err(|error| {
            // Whether it is JSON at all is another fault than what it says.
            if error.is_data() {
                Fault::BadClaims
            } else {
                Fault::Malformed
            }
        })?;
        Ok(Self {
            algorithm,
            header,
            claims,
            compact,
        })
    }
}

/// One JSON object in UTF-8, and nothing behind it.
fn read<'a, T: Deserialize<'a>>(json: &'a [u8]) -> serde_json::Result<T> {
    serde_json::from_slice(json)
}
