//! Bytes as a JSON Web Token, and as what stands in one that is signed.
//!
//! An input with a line feed is a header and claims, which are signed as they are; any other is a token
//! as it is sent. Nothing may panic; a token that nobody signed is never verified; and of one that is
//! verified, another reader of JSON finds that it is what must be required of it.

#![no_main]

use std::{
    sync::LazyLock,
    time::{Duration, SystemTime},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac as _};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use sha2::Sha256;
use tower_auth::{
    Clock, Secret, Step,
    jwt::{Algorithm, Issuer, JwtVerifier, Key, StandardClaims},
    verify::{Verdict, Verify as _},
};

const NOW: u32 = 1_700_000_000;
const ISSUER: &str = "https://as.example.net";
const AUDIENCE: &str = "https://rs.example.com";
const SECRET: [u8; 32] = [7; 32];

static VERIFIER: LazyLock<JwtVerifier<StandardClaims>> = LazyLock::new(|| {
    let key = Key::from_secret(Algorithm::HS256, SECRET).expect("a secret");
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW.into());
    JwtVerifier::new(Issuer::new(ISSUER, AUDIENCE, key))
        .clock(Clock::fixed(now))
        .leeway(Duration::ZERO)
});

fn verify(token: &str) -> Option<StandardClaims> {
    match VERIFIER.verify(Secret::from(token)) {
        Step::Now(Verdict::Verified(claims)) => Some(claims),
        Step::Now(Verdict::Faulty(_)) => None,
        _ => panic!("the keys are known, and the token is one"),
    }
}

fn sign(message: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(&SECRET).expect("a secret");
    mac.update(message.as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
    format!("{message}.{signature}")
}

fn assert_rightly(header: &[u8], claims: &[u8], found: &StandardClaims) {
    let [header, claims] = [header, claims].map(|json| {
        let json: Value = serde_json::from_slice(json).expect("JSON");
        assert!(json.is_object());
        json
    });
    let typ = header["typ"].as_str().expect("a type").to_ascii_lowercase();
    assert!(matches!(&*typ, "at+jwt" | "application/at+jwt"));
    assert_eq!(header["alg"], "HS256");
    for refused in ["crit", "b64", "zip", "enc"] {
        assert_eq!(header.get(refused), None);
    }
    assert_eq!(claims["iss"], ISSUER);
    assert_eq!(claims["sub"].as_str(), Some(found.subject()));
    assert!(!found.subject().is_empty());
    match &claims["aud"] {
        Value::Array(all) => {
            assert!(all.contains(&AUDIENCE.into()) && all.iter().all(Value::is_string))
        }
        one => assert_eq!(one, AUDIENCE),
    }
    assert!(claims["exp"].as_f64().expect("a number") > f64::from(NOW));
    let begin = claims
        .get("nbf")
        .map(|begin| begin.as_f64().expect("a number"));
    assert!(begin.is_none_or(|begin| begin <= f64::from(NOW)));
    assert!(claims.get("iat").is_none_or(Value::is_number));
    assert_eq!(claims.get("cnf"), None);
}

fuzz_target!(|data: &[u8]| {
    match data.iter().position(|&byte| byte == b'\n') {
        None => {
            if let Ok(token) = str::from_utf8(data) {
                assert!(verify(token).is_none(), "nobody signed it");
            }
        }
        Some(end) => {
            let (header, claims) = (&data[..end], &data[end + 1..]);
            let [first, second] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part));
            if let Some(found) = verify(&sign(&format!("{first}.{second}"))) {
                assert_rightly(header, claims, &found);
            }
        }
    }
});
