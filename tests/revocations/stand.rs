//! A service whose tokens are taken back, and the tokens.

use std::{
    convert::Infallible,
    time::{Duration, SystemTime},
};

use http::{
    Request, Response,
    header::{RETRY_AFTER, WWW_AUTHENTICATE},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tower::{Layer, ServiceExt, service_fn};
use tower_auth::{
    AuthLayer, BuildError, Clock,
    jwt::{Algorithm, Issuer, JwtVerifier, Key, KeySource, Revocations, StandardClaims},
    policy,
    scheme::Bearer,
};

use crate::{
    hs256::{SECRET, sign},
    support::{inner::Body, waiting::block_on},
};

pub(crate) const ISSUER: &str = "https://as.example.net";
pub(crate) const NOW: i64 = 1_800_000_000;

/// The time this many seconds from now.
pub(crate) fn at(seconds: i64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(NOW + seconds).unwrap())
}

/// The claims of Alice's token, with these in their place. What is "" is left out.
pub(crate) fn claims(others: &Value) -> Value {
    let mut claims = json!({
        "iss": ISSUER, "aud": "https://rs.example.com", "sub": "alice", "client_id": "app",
        "jti": "t1", "sid": "s1", "iat": NOW - 60, "exp": NOW + 3600,
    });
    for (name, value) in others.as_object().unwrap() {
        if value == "" {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    claims
}

/// A verifier by this clock.
pub(crate) fn verifier(clock: Clock) -> JwtVerifier<StandardClaims> {
    verifier_of(clock)
}

pub(crate) fn verifier_of<C: DeserializeOwned>(clock: Clock) -> JwtVerifier<C> {
    verifier_by(key(), clock)
}

pub(crate) fn key() -> Key {
    Key::from_secret(Algorithm::HS256, SECRET).unwrap()
}

/// A verifier that has its keys from there.
pub(crate) fn verifier_by<C: DeserializeOwned>(
    keys: impl KeySource + Clone,
    clock: Clock,
) -> JwtVerifier<C> {
    let issuer = |identifier: &str| Issuer::new(identifier, "https://rs.example.com", keys.clone());
    JwtVerifier::new(issuer(ISSUER))
        .or(issuer("https://login.example.org"))
        .clock(clock)
}

pub(crate) fn layer<C: Clone + Send + Sync + 'static>(
    verifier: JwtVerifier<C>,
) -> Result<AuthLayer<C, Body>, BuildError> {
    AuthLayer::new(Bearer::new("api", verifier), policy::authenticated()).build()
}

/// How a request with this token ends: its status, its challenge, and when to try again.
#[derive(Debug, PartialEq)]
pub(crate) struct Ended {
    pub(crate) status: u16,
    pub(crate) challenge: Option<String>,
    pub(crate) retry_after: Option<String>,
}

impl Ended {
    pub(crate) fn with(status: u16, challenge: Option<&str>) -> Self {
        Self {
            status,
            challenge: challenge.map(str::to_owned),
            retry_after: None,
        }
    }

    pub(crate) fn revoked() -> Self {
        Self::with(
            401,
            Some(
                r#"Bearer realm="api", error="invalid_token", error_description="the token has been revoked""#,
            ),
        )
    }
}

pub(crate) fn ask<C: Clone + Send + Sync + 'static>(
    layer: &AuthLayer<C, Body>,
    claims: &Value,
) -> Ended {
    let service = layer.layer(service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(Response::new(Body::default()))
    }));
    let token = format!("Bearer {}", sign(claims));
    let request = Request::get("/")
        .header("authorization", token)
        .body(())
        .unwrap();
    let Ok(response) = block_on(service.oneshot(request));
    let field = |name| {
        let value = response.headers().get(name);
        value.map(|value| value.to_str().unwrap().to_owned())
    };
    Ended {
        status: response.status().as_u16(),
        challenge: field(WWW_AUTHENTICATE),
        retry_after: field(RETRY_AFTER),
    }
}

/// The layer whose revocations are these, at this moment.
pub(crate) fn layer_with(
    revocations: impl Revocations,
    clock: Clock,
) -> AuthLayer<StandardClaims, Body> {
    layer(verifier(clock).revocations(revocations)).unwrap()
}
