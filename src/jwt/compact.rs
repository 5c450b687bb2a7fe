//! A token as it stands in a request: three parts, and two dots between them.

use crate::{fault::Fault, json::begins_object};

use super::base64url::decode;

/// The longest token that is looked at, in bytes.
const LONGEST: usize = 8 * 1024;

/// The parts of a token (RFC 7515 §7.1), decoded.
pub(super) struct Compact<'a> {
    pub(super) header: Vec<u8>,
    pub(super) payload: Vec<u8>,
    /// What was signed: the first two parts, as they came.
    pub(super) message: &'a [u8],
    pub(super) signature: Vec<u8>,
}

impl<'a> Compact<'a> {
    /// Five parts are an encrypted token, and none of ours (RFC 7516 §9).
    pub(super) fn read(token: &'a str) -> Result<Self, Fault> {
        Self::split(token).ok_or(Fault::Malformed)
    }

    fn split(token: &'a str) -> Option<Self> {
        if token.len() > LONGEST {
            return None;
        }
        let (message, signature) = token.rsplit_once('.')?;
        // A dot too many is in the payload then, where none is decoded.
        let (header, payload) = message.split_once('.')?;
        let header = decode(header)?;
        // Most of what is no token shows here, before the rest of it is decoded.
        if !begins_object(&header) {
            return None;
        }
        Some(Self {
            header,
            payload: decode(payload)?,
            message: message.as_bytes(),
            signature: decode(signature)?,
        })
    }
}
