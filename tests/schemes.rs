//! Every scheme keeps the contract, and reads what its corpus says as its corpus says.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, and says where"
)]

mod corpus;
mod independent;

use std::{
    convert::Infallible,
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{
    HeaderName, HeaderValue, Request, Response, StatusCode,
    header::{AUTHORIZATION, WWW_AUTHENTICATE},
};
use proptest::prelude::*;
use serde::Deserialize;
use tower::{Layer, ServiceExt, service_fn};
use tower_auth::{
    Attempt, AuthLayer, BasicCredentials, Caller, Login, Missing, Rejection, Remedy, Secret, Step,
    challenge::{Ask, read},
    policy,
    scheme::{ApiKey, Basic, Bearer, Carrier, Presented, Scheme, SchemeExt, Schemes},
};

/// What a verifier was shown: a token, a key, or a user-id and a password.
type Shown = Vec<String>;

/// A verifier's answer, and every scheme's principal: what it was shown.
type Answer = fn(Shown) -> io::Result<Option<Shown>>;

/// All that verifiers were shown, in order.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<Shown>>>);

impl Log {
    fn take(&self) -> Vec<Shown> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    fn basic(&self, realm: &str, answer: impl Fn(Shown) -> io::Result<Option<Shown>> + Send + Sync + 'static) -> Basic<Shown> {
        let log = self.clone();
        Basic::new(realm, move |credentials: BasicCredentials<'_>| {
            let password = credentials.password().expose();
            answer(log.note(vec![credentials.user_id().to_owned(), password.to_owned()]))
        })
    }

    fn secret(&self, answer: impl Fn(Shown) -> io::Result<Option<Shown>> + Send + Sync + 'static) -> impl Fn(Secret<'_>) -> io::Result<Option<Shown>> + Send + Sync + 'static {
        let log = self.clone();
        move |secret: Secret<'_>| answer(log.note(vec![secret.expose().to_owned()]))
    }

    fn note(&self, shown: Shown) -> Shown {
        self.0.lock().unwrap().push(shown.clone());
        shown
    }
}

/// One of each scheme, whose verifiers answer so.
fn schemes(log: &Log, answer: Answer) -> [Box<dyn Scheme<Principal = Shown>>; 3] {
    [
        Box::new(log.basic("staff area", answer)),
        Box::new(Bearer::new("api", log.secret(answer)).resource_metadata("https://e.example/api")),
        Box::new(ApiKey::new("X-API-Key", "api", log.secret(answer))),
    ]
}

fn attempt(scheme: &dyn Scheme<Principal = Shown>, credentials: &[u8]) -> Attempt<Shown> {
    let (head, ()) = Request::new(()).into_parts();
    match scheme.attempt(&Presented::new(&head, credentials)) {
        Step::Now(attempt) => attempt,
        Step::Later(_) => panic!("`{}` waits for a verifier that does not", scheme.name()),
    }
}
