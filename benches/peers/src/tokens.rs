//! Tokens: a good one, and some that are not.

use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Header, encode};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::keys::{KID, Keys};

pub const ISSUER: &str = "https://as.example.net";
pub const AUDIENCE: &str = "https://rs.example.com";
pub const SUBJECT: &str = "5ba552d67";

/// What every contender reads from a token.
#[derive(Clone, Deserialize, Serialize)]
pub struct Claims {
    pub iss: String,
    pub sub: String,
    pub aud: String,
    pub exp: u64,
    pub client_id: String,
    pub scope: String,
}

/// One request's worth of each.
pub struct Tokens {
    pub valid: String,
    pub expired: String,
    /// Signed with somebody else's key.
    pub forged: String,
    pub junk: String,
    /// To check contenders with, and not measured: they end as an expired one does.
    pub elsewhere: String,
    pub stranger: String,
}

impl Tokens {
    pub fn new(keys: &Keys) -> Self {
        let hour = 3600;
        Self {
            valid: mint(keys, ISSUER, AUDIENCE, hour),
            expired: mint(keys, ISSUER, AUDIENCE, -hour),
            forged: mint(&Keys::new(keys.algorithm), ISSUER, AUDIENCE, hour),
            junk: "7fb1e2c3d4a59687.78695a4b3c2d1e0f7fb1e2c3d4a59687.8695a4b3c2d1e0f7".to_owned(),
            elsewhere: mint(keys, ISSUER, "https://other.example.com", hour),
            stranger: mint(keys, "https://other.example.net", AUDIENCE, hour),
        }
    }
}

/// A token as in RFC 9068 §2.2, for so many seconds.
fn mint(keys: &Keys, issuer: &str, audience: &str, seconds: i64) -> String {
    let header = Header {
        typ: Some("at+jwt".to_owned()),
        kid: Some(KID.to_owned()),
        ..Header::new(keys.algorithm)
    };
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("1970");
    let now = i64::try_from(since.as_secs()).expect("a time");
    let claims = json!({
        "iss": issuer,
        "sub": SUBJECT,
        "aud": audience,
        "exp": now + seconds,
        "iat": now - 7200,
        "jti": "dbe39bf3a3ba4238a513f51d6e1691c4",
        "client_id": "s6BhdRkqt3",
        "scope": "openid profile docs:read docs:write",
        "auth_time": now - 7200,
        "acr": "urn:example:silver",
        "roles": ["reader", "editor"],
    });
    encode(&header, &claims, &keys.signing).expect("a token")
}
