//! Tokens for those who have no authorization server at hand: signed here, with a secret of this run.

use std::{
    error::Error,
    time::{Duration, SystemTime},
};

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::json;
use tower_auth::jwt::{self, Issuer, Key};

/// The issuer that they name. Nobody can reach it.
const ISSUER: &str = "https://issuer.invalid";

pub(crate) struct OwnTokens {
    secret: [u8; 32],
    audience: String,
}

impl OwnTokens {
    pub(crate) fn new(audience: &str) -> Result<Self, Box<dyn Error>> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret)?;
        // What verifies is chosen by features; what signs is for a program to say where both are on.
        let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
        Ok(Self {
            secret,
            audience: audience.to_owned(),
        })
    }

    pub(crate) fn issuer(&self) -> Result<Issuer, jwt::KeyError> {
        let key = Key::from_secret(jwt::Algorithm::HS256, self.secret)?;
        Ok(Issuer::new(ISSUER, &*self.audience, key))
    }

    /// An access token (RFC 9068) that ends in an hour, or has ended an hour ago.
    pub(crate) fn token(
        &self,
        subject: &str,
        scope: &str,
        ended: bool,
    ) -> Result<String, Box<dyn Error>> {
        const HOUR: Duration = Duration::from_secs(60 * 60);
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
        let issued = if ended {
            now.saturating_sub(2 * HOUR)
        } else {
            now
        };
        let claims = json!({
            "iss": ISSUER,
            "aud": self.audience,
            "sub": subject,
            "client_id": "curl",
            "jti": format!("{subject}-{scope}"),
            "iat": issued.as_secs(),
            "exp": (issued + HOUR).as_secs(),
            "scope": scope,
        });
        let header = Header {
            typ: Some("at+jwt".to_owned()),
            ..Header::new(Algorithm::HS256)
        };
        let key = EncodingKey::from_secret(&self.secret);
        Ok(jsonwebtoken::encode(&header, &claims, &key)?)
    }
}
