//! What was taken back, row by row, through a layer.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use serde::Deserialize;
use serde_json::{Map, Value};
use tower_auth::{Clock, jwt::RevocationList};

use crate::{
    corpus::{self, load},
    stand::{Ended, ISSUER, NOW, ask, at, claims, layer, verifier},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    row: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    requirement: String,
    revoked: Vec<Revoked>,
    #[serde(default)]
    token: Map<String, Value>,
    leeway: Option<u64>,
    /// How long after that the token comes.
    #[serde(default)]
    after: i64,
    status: u16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Revoked {
    issuer: Option<String>,
    token: Option<String>,
    session: Option<String>,
    subject: Option<String>,
    up_to: Option<i64>,
    #[serde(default = "an_hour")]
    until: i64,
}

const fn an_hour() -> i64 {
    3600
}

corpus::rows!(Row);

impl Revoked {
    fn enter(&self, list: &RevocationList) {
        let issuer = self.issuer.as_deref().unwrap_or(ISSUER);
        let until = at(self.until);
        match (&self.token, &self.session, &self.subject, self.up_to) {
            (Some(token), None, None, None) => list.revoke_token(issuer, token, until),
            (None, Some(session), None, None) => list.revoke_session(issuer, session, until),
            (None, None, Some(subject), None) => list.revoke_subject(issuer, subject, until),
            (None, None, Some(subject), Some(up_to)) => {
                list.revoke_subject_up_to(issuer, subject, at(up_to), until)
            }
            _ => panic!("one thing is taken back at a time"),
        }
        .unwrap();
    }
}

impl Row {
    /// The claims of the token: those of time as they stand in a token.
    fn claims(&self) -> Value {
        let mut others = self.token.clone();
        for name in ["iat", "exp"] {
            if let Some(seconds) = others.get(name).and_then(Value::as_i64) {
                others.insert(name.to_owned(), (NOW + seconds).into());
            }
        }
        claims(&others.into())
    }
}

/// 6750-3.1-b
#[test]
fn every_token_that_was_taken_back_ends_as_the_table_says() {
    let table: Table = load("revocations.toml", |table: &Table| &table.row);
    for row in &table.row {
        let seconds = Arc::new(AtomicI64::new(0));
        let read = Arc::clone(&seconds);
        let clock = Clock::from_fn(move || at(read.load(Ordering::Relaxed)));
        let list = RevocationList::new().clock(clock.clone());
        let mut verifier = verifier(clock).revocations(list.clone());
        if let Some(leeway) = row.leeway {
            verifier = verifier.leeway(Duration::from_secs(leeway));
        }
        let layer = layer(verifier).unwrap();

        for revoked in &row.revoked {
            revoked.enter(&list);
        }
        seconds.store(row.after, Ordering::Relaxed);
        // Whatever is entered later, too, which is when a list forgets.
        list.revoke_token(
            "https://elsewhere.example.com",
            "t1",
            at(i64::from(i32::MAX)),
        )
        .unwrap();

        let expected = match row.status {
            200 => Ended::with(200, None),
            401 => Ended::revoked(),
            other => panic!("{}: no row ends in {other}", row.name),
        };
        assert_eq!(ask(&layer, &row.claims()), expected, "{}", row.name);
    }
}
