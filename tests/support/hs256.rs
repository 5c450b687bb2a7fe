//! Tokens signed with a secret, by hand.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::Value;
use sha2::{Digest, Sha256};

pub(crate) const SECRET: [u8; 32] = *b"a secret that is shared by tests";

/// An access token with these claims.
pub(crate) fn sign(claims: &Value) -> String {
    let encode = |part: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(part);
    let header = encode(br#"{"typ":"at+jwt","alg":"HS256"}"#);
    let message = format!("{header}.{}", encode(claims.to_string().as_bytes()));
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
