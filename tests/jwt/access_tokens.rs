//! Access tokens of RFC 9068, and how a request with each ends.

use std::{collections::BTreeMap, time::Duration};

use serde::Deserialize;
use tower_auth::{
    Login,
    jwt::{Backend, Issuer, JwtVerifier, Key, StandardClaims},
    policy::{self, BoxPolicy, PolicyExt as _},
};

use crate::{
    corpus,
    hostile::description,
    stand::{BACKENDS, Service, Verifier, clock, verdict},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    now: u64,
    issuer: String,
    audience: String,
    jwk: String,
    row: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    requirement: String,
    #[serde(default)]
    also: Vec<String>,
    #[serde(default)]
    leeway: u64,
    #[serde(default)]
    strict: bool,
    scope: Option<String>,
    acr: Option<String>,
    max_age: Option<u64>,
    asks: Option<BTreeMap<String, String>>,
    fault: Option<String>,
    status: u16,
    token: String,
}

corpus::rows!(Row; also);

fn table() -> Table {
    corpus::load("at_jwt.toml", |table: &Table| &table.row)
}

impl Table {
    fn verifier(&self, backend: Backend, row: &Row, strict: bool) -> Verifier {
        let key = Key::from_jwk(&self.jwk).expect("a key");
        let issuer = Issuer::new(&self.issuer, &self.audience, key);
        let issuer = if strict { issuer.strict() } else { issuer };
        JwtVerifier::new(issuer)
            .clock(clock(self.now))
            .leeway(Duration::from_secs(row.leeway))
            .backend(backend)
    }

    fn policy(&self, row: &Row) -> BoxPolicy<StandardClaims> {
        if let Some(scope) = &row.scope {
            return policy::scope(scope.clone()).boxed();
        }
        let age = row
            .max_age
            .map(|age| Login::not_older_than(Duration::from_secs(age)));
        let class = row.acr.clone().map(|acr| Login::one_of([acr]));
        match age.or(class) {
            Some(login) => policy::login(login).clock(clock(self.now)).boxed(),
            None => policy::authenticated().boxed(),
        }
    }
}

#[test]
fn access_tokens_end_as_the_corpus_says() {
    let table = table();
    for backend in BACKENDS {
        for row in &table.row {
            // 9068-4-h
            let name = &row.name;
            let verifier = || table.verifier(*backend, row, row.strict);
            assert_eq!(
                verdict(&verifier(), &row.token),
                row.fault.as_deref(),
                "{name}"
            );
            let service = Service::new(verifier(), table.policy(row));
            let ended = service.send(&row.token).expect("a field of HTTP");
            assert_eq!(ended.status, row.status, "{name}");
            match (&row.fault, &row.asks) {
                (Some(fault), None) => {
                    ended.assert_refused(&row.token, description(fault), name);
                    ended.assert_untold(row.token.as_bytes(), name);
                }
                (None, Some(asks)) => {
                    let challenge = ended.challenge.expect("a challenge");
                    let challenge: BTreeMap<_, _> = challenge.into_iter().collect();
                    for (name, value) in asks {
                        assert_eq!(challenge.get(name), Some(value), "{name}");
                    }
                }
                (None, None) => assert!(ended.subject.is_some(), "{name}"),
                (Some(_), Some(_)) => panic!("{name} is refused, and asked for more"),
            }
        }
    }
}

#[test]
fn what_rfc_9068_requires_beyond_what_must_be_checked_is_required_where_it_is_asked_for() {
    // 9068-2.2-a
    let table = table();
    let strict = table.row.iter().filter(|row| row.strict);
    assert_eq!(strict.clone().count(), 3);
    for row in strict {
        for backend in BACKENDS {
            let lenient = table.verifier(*backend, row, false);
            assert_eq!(verdict(&lenient, &row.token), None, "{}", row.name);
        }
    }
    let complete = table.row.iter().find(|row| row.name == "an_access_token");
    let complete = complete.expect("a row");
    for backend in BACKENDS {
        let strict = table.verifier(*backend, complete, true);
        assert_eq!(verdict(&strict, &complete.token), None);
    }
}

#[test]
fn a_leeway_of_five_minutes_can_be_built_and_a_longer_one_cannot() {
    // 7519-4.1.4-c
    let table = table();
    let row = &table.row[0];
    for (seconds, builds) in [(0, true), (60, true), (300, true), (301, false)] {
        let verifier = table.verifier(BACKENDS[0], row, false);
        let verifier = verifier.leeway(Duration::from_secs(seconds));
        let bearer = tower_auth::scheme::Bearer::new("api", verifier);
        let layer = tower_auth::AuthLayer::new(bearer, policy::authenticated());
        assert_eq!(layer.build_with(Vec::from).is_ok(), builds, "{seconds}");
    }
    // Where no layer is built, nobody has said so, and five minutes are all there is.
    let late = table
        .row
        .iter()
        .find(|row| row.name == "expired_before_1970");
    let late = late.expect("a row");
    let forgiving = table
        .verifier(BACKENDS[0], late, false)
        .leeway(Duration::MAX);
    assert_eq!(verdict(&forgiving, &late.token), Some("expired"));
}
