//! The issuer: keys, tokens, and how often it was asked.

use std::{
    error::Error,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use axum::{Json, Router, extract::State, http::StatusCode, routing::get};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};

use super::AUDIENCE;

pub(crate) struct Issuer {
    name: String,
    keys: Mutex<Keys>,
    away: AtomicBool,
    asked: AtomicUsize,
}

struct Keys {
    published: Vec<(String, SigningKey)>,
    made: usize,
    /// A token that the current key has signed.
    token: String,
}

type Outcome = Result<(), Box<dyn Error>>;

impl Issuer {
    /// An issuer with one key.
    pub(crate) fn new(name: &str) -> Result<Self, Box<dyn Error>> {
        let issuer = Self {
            name: name.to_owned(),
            keys: Mutex::new(Keys {
                published: Vec::new(),
                made: 0,
                token: String::new(),
            }),
            away: AtomicBool::new(false),
            asked: AtomicUsize::new(0),
        };
        issuer.publish_another()?;
        issuer.sign_with_it()?;
        Ok(issuer)
    }

    pub(crate) fn routes(self: Arc<Self>) -> Router {
        Router::new().route("/jwks", get(jwks)).with_state(self)
    }

    pub(crate) fn publish_another(&self) -> Outcome {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed)?;
        let mut keys = self.lock()?;
        let kid = format!("key-{}", keys.made);
        keys.made += 1;
        keys.published.push((kid, SigningKey::from_bytes(&seed)));
        Ok(())
    }

    /// From now on, tokens are signed with the key that was published last.
    pub(crate) fn sign_with_it(&self) -> Outcome {
        let mut keys = self.lock()?;
        let (kid, key) = keys.published.last().ok_or("there is no key")?;
        let message = self.message(kid)?;
        let signature = key.sign(message.as_bytes()).to_bytes();
        keys.token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature));
        Ok(())
    }

    pub(crate) fn take_back_the_old_one(&self) -> Outcome {
        self.lock()?.published.remove(0);
        Ok(())
    }

    pub(crate) fn go_away(&self) {
        self.away.store(true, Ordering::SeqCst);
    }

    pub(crate) fn come_back(&self) {
        self.away.store(false, Ordering::SeqCst);
    }

    pub(crate) fn times_asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// A token that is valid.
    pub(crate) fn token(&self) -> Result<String, Box<dyn Error>> {
        Ok(self.lock()?.token.clone())
    }

    /// A token that names a key which nobody has.
    pub(crate) fn forged(&self, kid: &str) -> Result<String, Box<dyn Error>> {
        Ok(format!("{}.{}", self.message(kid)?, "A".repeat(86)))
    }

    fn message(&self, kid: &str) -> Result<String, Box<dyn Error>> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
        let expires = (now + Duration::from_secs(3_600)).as_secs();
        let header = json!({ "typ": "at+jwt", "alg": "EdDSA", "kid": kid });
        let claims = json!({ "iss": self.name, "aud": AUDIENCE, "sub": "alice", "exp": expires });
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        Ok(format!("{}.{}", part(header), part(claims)))
    }

    fn lock(&self) -> Result<MutexGuard<'_, Keys>, Box<dyn Error>> {
        self.keys
            .lock()
            .map_err(|_| "the keys were left half changed".into())
    }
}

async fn jwks(State(issuer): State<Arc<Issuer>>) -> Result<Json<Value>, StatusCode> {
    issuer.asked.fetch_add(1, Ordering::SeqCst);
    if issuer.away.load(Ordering::SeqCst) {
        return Err(StatusCode::SERVICE_UNAVAILABLE);
    }
    let keys = issuer
        .lock()
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let keys = keys.published.iter().map(|(kid, key)| {
        let x = URL_SAFE_NO_PAD.encode(key.verifying_key());
        json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": kid, "x": x })
    });
    Ok(Json(json!({ "keys": keys.collect::<Vec<_>>() })))
}
