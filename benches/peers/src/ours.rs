//! This crate: its verifier alone, and its layer around a router.

use axum::{Router, routing::get};
use serde::de::DeserializeOwned;
use tower::Layer as _;
use tower_auth::{
    AuthLayer, Caller, Secret, Step,
    jwt::{Issuer, JwtVerifier, KeySet, StandardClaims},
    policy,
    scheme::Bearer,
    verify::{Verdict, Verify as _},
};

use super::{
    backend::Backend,
    contender::Contender,
    keys::Keys,
    tokens::{AUDIENCE, Claims, ISSUER},
};

pub fn alone(keys: &Keys, backend: Backend) -> [Contender; 2] {
    [
        Contender::alone(
            "tower-auth, the same struct",
            backend,
            read::<Claims>(keys, backend),
            |claims| &claims.sub,
        ),
        Contender::alone(
            "tower-auth, StandardClaims",
            backend,
            read::<StandardClaims>(keys, backend),
            StandardClaims::subject,
        ),
    ]
}

pub fn apps(keys: &Keys, backend: Backend) -> [Contender; 2] {
    let typed = Router::new().route(
        "/me",
        get(|Caller(claims): Caller<Claims>| async { claims.sub }),
    );
    let standard = Router::new().route(
        "/me",
        get(|Caller(claims): Caller<StandardClaims>| async move { claims.subject().to_owned() }),
    );
    [
        Contender::app(
            "tower-auth, the same struct",
            Some(backend),
            layer::<Claims>(keys, backend).layer(typed),
        ),
        Contender::app(
            "tower-auth, StandardClaims",
            Some(backend),
            layer::<StandardClaims>(keys, backend).layer(standard),
        ),
    ]
}

fn read<C>(keys: &Keys, backend: Backend) -> impl Fn(&str) -> Option<C> + 'static
where
    C: Clone + DeserializeOwned + Send + Sync + 'static,
{
    let verifier = verifier::<C>(keys, backend);
    move |token| match verifier.verify(Secret::from(token)) {
        Step::Now(Verdict::Verified(claims)) => Some(claims),
        Step::Now(_) => None,
        Step::Later(_) => panic!("the keys are here"),
    }
}

fn layer<C>(keys: &Keys, backend: Backend) -> AuthLayer<C, axum::body::Body>
where
    C: Clone + DeserializeOwned + Send + Sync + 'static,
{
    let bearer = Bearer::new("api", verifier::<C>(keys, backend));
    AuthLayer::new(bearer, policy::authenticated())
        .build()
        .expect("a layer")
}

fn verifier<C>(keys: &Keys, backend: Backend) -> JwtVerifier<C>
where
    C: Clone + DeserializeOwned + Send + Sync + 'static,
{
    let keys = KeySet::from(keys.ours());
    JwtVerifier::new(Issuer::new(ISSUER, AUDIENCE, keys)).backend(backend.ours())
}
