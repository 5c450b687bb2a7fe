//! An issuer of access tokens that an example has for itself: its key is made at the start, and forgotten at the end.

use std::time::{Duration, SystemTime};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use tower_auth::jwt::{Issuer, Key, KeyError};

/// How long its tokens are true.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

pub(crate) struct OwnIssuer {
    key: SigningKey,
    audience: String,
}

impl OwnIssuer {
    /// What its tokens hold in `iss`. Nobody asks there: whoever verifies is handed the key.
    const IDENTIFIER: &str = "https://login.example.com";

    /// An issuer of tokens for `audience`.
    pub(crate) fn new(audience: &str) -> Result<Self, getrandom::Error> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed)?;
        Ok(Self {
            key: SigningKey::from_bytes(&seed),
            audience: audience.to_owned(),
        })
    }

    /// The issuer as a verifier knows it, with the public key as a JSON Web Key (RFC 8037 §2).
    pub(crate) fn trusted(&self) -> Result<Issuer, KeyError> {
        let x = URL_SAFE_NO_PAD.encode(self.key.verifying_key());
        let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "x": x });
        let key = Key::from_jwk(&jwk.to_string())?;
        Ok(Issuer::new(Self::IDENTIFIER, &*self.audience, key).strict())
    }

    /// An access token (RFC 9068 §2) of `subject` that is true for a day, with these claims besides, or instead.
    pub(crate) fn token(&self, subject: &str, claims: Value) -> Result<String, getrandom::Error> {
        let now = ago(Duration::ZERO);
        let mut id = [0; 16];
        getrandom::fill(&mut id)?;
        let mut all = json!({
            "iss": Self::IDENTIFIER,
            "aud": self.audience,
            "sub": subject,
            "client_id": "curl",
            "jti": URL_SAFE_NO_PAD.encode(id),
            "iat": now,
            "exp": now + DAY.as_secs(),
        });
        if let (Value::Object(all), Value::Object(claims)) = (&mut all, claims) {
            all.extend(claims);
        }
        let encoded = |part: Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let header = json!({ "typ": "at+jwt", "alg": "EdDSA" });
        let message = format!("{}.{}", encoded(header), encoded(all));
        let signature = self.key.sign(message.as_bytes()).to_bytes();
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// So long before now, as tokens tell the time (RFC 7519 §2): seconds since 1970.
pub(crate) fn ago(before: Duration) -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    now.unwrap_or_default().saturating_sub(before).as_secs()
}
