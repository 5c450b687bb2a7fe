//! Tokens signed with a secret, by hand.
#![allow(dead_code, reason = "each test uses what it needs")]

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::Value;
use sha2::{Digest, Sha256};

pub(crate) const SECRET: [u8; 32] = *b"a secret that is shared by tests";

/// An access token with these claims.
pub(crate) fn sign(claims: &Value) -> String {
    sign_as("at+jwt", &claims.to_string())
}

/// A token of this type, or of none, with these claims as they are written.
pub(crate) fn sign_as(typ: &str, claims: &str) -> String {
    let encode = |part: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(part);
    let header = match typ {
        "" => encode(br#"{"alg":"HS256"}"#),
        typ => encode(format!(r#"{{"typ":"{typ}","alg":"HS256"}}"#).as_bytes()),
    };
    let message = format!("{header}.{}", encode(claims.as_bytes()));
    let signature = encode(&mac(message.as_bytes()));
    format!("{message}.{signature}")
}

/// HMAC (RFC 2104) with SHA-256.
fn mac(message: &[u8]) -> [u8; 32] {
    let pad = |with: u8| {
        let mut block = [with; 64];
        for (byte, secret) in block.iter_mut().zip(SECRET) {
            *byte ^= secret;
        }
        block
    };
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(message);
    let outer = Sha256::new()
        .chain_update(pad(0x5c))
        .chain_update(inner.finalize());
    outer.finalize().into()
}
