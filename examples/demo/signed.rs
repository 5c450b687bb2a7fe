//! Tokens that somebody else has signed, and that say by themselves whose they are (RFC 9068).

use std::{error::Error, time::Duration};

use axum::{Router, body::Body, routing::get};
use serde_json::json;
use tower_auth::{
    AuthLayer, Caller,
    jwt::{JwtVerifier, StandardClaims},
    policy,
    reply::Problem,
    scheme::Bearer,
};

use super::{
    accounts::{PEOPLE, REALM},
    guide::{Named, Try},
    issuer::{OwnIssuer, ago},
};

pub(crate) const NOTE: &str = "What is wrong with a token is told, in words that are few. The tokens are of this run, and true for a day.";

/// With a token's name where the token is to stand.
pub(crate) const TRIES: &[Try] = &[
    Try(401, "", "/jwt/me"),
    Try(200, "-H 'Authorization: Bearer {alice}'", "/jwt/me"),
    Try(200, "-H 'Authorization: Bearer {cathy}'", "/jwt/me"),
    Try(401, "-H 'Authorization: Bearer {ended}'", "/jwt/me"),
    Try(401, "-H 'Authorization: Bearer {elsewhere}'", "/jwt/me"),
    Try(401, "-H 'Authorization: Bearer alice-token'", "/jwt/me"),
];

/// The tokens of a demo that can be reached at `base`, each with its name, and what takes them.
pub(crate) fn tokens(base: &str) -> Result<(Named, Router), Box<dyn Error>> {
    let issuer = OwnIssuer::new(base)?;
    let mut named = Named::new();
    for person in &PEOPLE {
        let roles: Vec<_> = person.role.into_iter().collect();
        let claims = json!({ "scope": person.scopes.join(" "), "roles": roles });
        named.push((person.name, issuer.token(person.name, claims)?));
    }
    let an_hour_ago = ago(Duration::from_secs(60 * 60));
    for (name, claims) in [
        ("ended", json!({ "exp": an_hour_ago })),
        ("elsewhere", json!({ "aud": "https://shop.example.com" })),
    ] {
        named.push((name, issuer.token("alice", claims)?));
    }

    let verifier = JwtVerifier::<StandardClaims>::new(issuer.trusted()?);
    let auth = AuthLayer::<_, Body>::new(Bearer::new(REALM, verifier), policy::authenticated())
        .reply(Problem::new().without_timestamp())
        .build()?;
    let router = Router::new().route("/jwt/me", get(me).layer(auth));
    Ok((named, router))
}

async fn me(Caller(claims): Caller<StandardClaims>) -> String {
    let scopes: Vec<_> = claims.scopes().collect();
    let roles: Vec<_> = claims.roles().collect();
    format!(
        "Hello, {}!\nscopes: {}\nroles: {}\n",
        claims.subject(),
        scopes.join(" "),
        roles.join(" "),
    )
}
