//! The verifier of claims.

use std::time::{Duration, SystemTime};

use serde::de::DeserializeOwned;
use serde_json::Value;
use tower_auth::{
    Clock, Fault, Secret,
    jwt::{Algorithm, Issuer, JwtVerifier, Key},
    verify::{Verdict, Verify},
};

use crate::{
    hs256::{SECRET, sign_as},
    support::waiting::block_on,
};

pub(crate) fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// A verifier of tokens with this `typ`, of the issuer and for the audience that `claims` name, at the time
/// at which they were issued.
pub(crate) fn verifier<C: DeserializeOwned>(typ: &str, claims: &Value) -> JwtVerifier<C> {
    let text = |value: &Value| {
        value
            .as_str()
            .unwrap_or("https://rs.example.com")
            .to_owned()
    };
    let audience = match &claims["aud"] {
        Value::Array(several) => text(&several[0]),
        one => text(one),
    };
    let key = Key::from_secret(Algorithm::HS256, SECRET).unwrap();
    let issuer = Issuer::new(text(&claims["iss"]), audience, key);
    let issuer = match typ {
        "" => issuer.or_untyped(),
        typ => issuer.token_types([typ]),
    };
    let now = claims["iat"].as_u64().unwrap();
    JwtVerifier::new(issuer).clock(Clock::fixed(at(now)))
}

pub(crate) fn verify<C: Send + Sync + 'static>(
    verifier: &JwtVerifier<C>,
    typ: &str,
    claims: &str,
) -> Result<C, Fault> {
    verify_token(verifier, &sign_as(typ, claims))
}

pub(crate) fn verify_token<C: Send + Sync + 'static>(
    verifier: &JwtVerifier<C>,
    token: &str,
) -> Result<C, Fault> {
    match block_on(verifier.verify(Secret::from(token)).wait()) {
        Verdict::Verified(claims) => Ok(claims),
        Verdict::Faulty(fault) => Err(fault),
        Verdict::Refused | Verdict::Unavailable(_) => panic!("a verifier of tokens says why"),
    }
}
