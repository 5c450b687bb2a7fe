//! Signed tokens that RFCs print, and others made of those.

use std::{collections::HashMap, time::Duration};

use serde::Deserialize;
use tower_auth::jwt::{Issuer, JwtVerifier, Key};

use crate::{
    corpus,
    hostile::description,
    stand::{AUDIENCE, BACKENDS, Service, Verifier, clock, verdict},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    now: u64,
    issuer: String,
    key: Vec<Named>,
    row: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
    jwk: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    requirement: String,
    #[serde(default)]
    also: Vec<String>,
    key: String,
    fault: String,
    token: String,
}

corpus::rows!(Row; also);

#[test]
fn tokens_that_rfcs_print_are_found_to_be_signed_and_others_are_not() {
    // 8725-bis-a
    let table = corpus::load("jws.toml", |table: &Table| &table.row);
    let jwks = table.key.iter().map(|key| (&*key.name, &*key.jwk));
    let jwks: HashMap<_, _> = jwks.collect();
    for backend in BACKENDS {
        for row in &table.row {
            let verifier = || -> Verifier {
                let key = Key::from_jwk(jwks[&*row.key]).expect("a key");
                let issuer = Issuer::new(&table.issuer, AUDIENCE, key);
                JwtVerifier::new(issuer.token_types(["JWT"]).or_untyped())
                    .clock(clock(table.now))
                    .leeway(Duration::ZERO)
                    .backend(*backend)
            };
            let found = verdict(&verifier(), &row.token);
            assert_eq!(found, Some(&*row.fault), "{}, {backend:?}", row.name);

            let Some(ended) = Service::known(verifier()).send(&row.token) else {
                continue;
            };
            ended.assert_refused(&row.token, description(&row.fault), &row.name);
            ended.assert_untold(row.token.as_bytes(), &row.name);
        }
    }
}
