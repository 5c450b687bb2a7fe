//! Keys, tokens signed with them, and what verifies these.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::json;

/// Who the issuer of these tests is, in tokens.
pub(crate) const ISSUER: &str = "https://as.example.net";
/// Whom its tokens are for.
pub(crate) const AUDIENCE: &str = "https://rs.example.com";

/// A key set of these keys, which are called as they are.
pub(crate) fn set(kids: &[&str]) -> String {
    let keys: Vec<_> = kids.iter().map(|kid| jwk(kid)).collect();
    json!({ "keys": keys }).to_string()
}

/// The public key of this name.
pub(crate) fn jwk(kid: &str) -> serde_json::Value {
    let public = URL_SAFE_NO_PAD.encode(key(kid).verifying_key());
    json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": kid, "x": public })
}

/// The same, without its name.
pub(crate) fn nameless(kid: &str) -> serde_json::Value {
    let mut jwk = jwk(kid);
    jwk.as_object_mut().unwrap().remove("kid");
    jwk
}

/// An access token that is true for an hour, signed with the key of this name.
pub(crate) fn token(kid: &str) -> String {
    let message = message(kid);
    let signature = key(kid).sign(message.as_bytes()).to_bytes();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// The same, signed by nobody.
pub(crate) fn forged(kid: &str) -> String {
    format!("{}.{}", message(kid), "A".repeat(86))
}

fn message(kid: &str) -> String {
    let header = json!({ "typ": "at+jwt", "alg": "EdDSA", "kid": kid });
    let expires = SystemTime::now() + Duration::from_secs(3_600);
    let expires = expires.duration_since(UNIX_EPOCH).unwrap().as_secs();
    let claims = json!({ "iss": ISSUER, "aud": AUDIENCE, "sub": "alice", "exp": expires });
    let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

/// Each name has a key of its own.
fn key(kid: &str) -> SigningKey {
    let mut seed = [0; 32];
    for (place, byte) in kid.bytes().enumerate() {
        seed[place % 32] ^= byte;
    }
    seed[31] ^= 0xA5;
    SigningKey::from_bytes(&seed)
}
