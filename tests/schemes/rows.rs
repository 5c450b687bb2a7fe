//! The corpora of the schemes, behind a layer.

use std::sync::Arc;

use http::header::AUTHORIZATION;
use serde::Deserialize;
use tower_auth::{policy, scheme::Scheme};

use crate::{
    corpus,
    service::{Ended, Service},
    watched::{Answer, Log, Shown},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BasicTable {
    realm: String,
    challenge: String,
    user: Vec<User>,
    row: Vec<BasicRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct User {
    user_id: String,
    password: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BasicRow {
    name: String,
    requirement: String,
    authorization: Vec<String>,
    shown: Option<User>,
    #[serde(default)]
    absent: bool,
    status: u16,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BearerTable {
    realm: String,
    tokens: Vec<String>,
    row: Vec<BearerRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BearerRow {
    name: String,
    requirement: String,
    target: Option<String>,
    authorization: Vec<String>,
    shown: Option<String>,
    #[serde(default)]
    absent: bool,
    status: u16,
    challenge: Option<String>,
    #[serde(default)]
    strict: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ApiKeyTable {
    field: String,
    realm: String,
    challenge: String,
    keys: Vec<String>,
    row: Vec<ApiKeyRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ApiKeyRow {
    name: String,
    requirement: String,
    fields: Vec<(String, String)>,
    shown: Option<String>,
    #[serde(default)]
    absent: bool,
    status: u16,
}

corpus::rows!(BasicRow, BearerRow, ApiKeyRow);

#[test]
fn basic_reads_as_the_corpus_says() {
    let table = corpus::load("basic.toml", |table: &BasicTable| &table.row);
    let pair = |user: User| vec![user.user_id, user.password];
    let users = among(table.user.into_iter().map(pair).collect());
    let rows = table.row.into_iter().map(|row| Case {
        name: row.name,
        target: None,
        fields: authorization(&row.authorization),
        absent: row.absent,
        challenge: (row.status == 401).then(|| table.challenge.clone()),
        shown: row.shown.map(pair),
        status: row.status,
    });
    check(rows, |log| log.basic(&table.realm, users.clone()));
}

#[test]
fn bearer_reads_as_the_corpus_says() {
    let table = corpus::load("bearer.toml", |table: &BearerTable| &table.row);
    let tokens = among(table.tokens.into_iter().map(|token| vec![token]).collect());
    let case = |row: &BearerRow| Case {
        name: row.name.clone(),
        target: row.target.clone(),
        fields: authorization(&row.authorization),
        absent: row.absent,
        challenge: row.challenge.clone(),
        shown: row.shown.clone().map(|token| vec![token]),
        status: row.status,
    };
    let bearer = |log: &Log| log.bearer(&table.realm, tokens.clone());
    check(table.row.iter().map(case), bearer);

    // 6750-3.1-a
    let invalid = format!(r#"Bearer realm="{}", error="invalid_request""#, table.realm);
    let rows = table.row.iter().map(|row| {
        let case = case(row);
        if !row.strict {
            return case;
        }
        Case {
            status: 400,
            challenge: Some(invalid.clone()),
            ..case
        }
    });
    check(rows, |log| bearer(log).strict());
}

#[test]
fn api_key_reads_as_the_corpus_says() {
    let table = corpus::load("api_key.toml", |table: &ApiKeyTable| &table.row);
    let keys = among(table.keys.into_iter().map(|key| vec![key]).collect());
    let rows = table.row.into_iter().map(|row| Case {
        name: row.name,
        target: None,
        fields: row.fields,
        absent: row.absent,
        challenge: (row.status == 401).then(|| table.challenge.clone()),
        shown: row.shown.map(|key| vec![key]),
        status: row.status,
    });
    check(rows, |log| {
        log.api_key(&table.field, &table.realm, keys.clone())
    });
}

/// A row of whichever scheme.
struct Case {
    name: String,
    target: Option<String>,
    fields: Vec<(String, String)>,
    absent: bool,
    shown: Option<Shown>,
    status: u16,
    challenge: Option<String>,
}

/// Sends each row to a service for known callers, and to one for strangers too.
fn check<S: Scheme<Principal = Shown>>(
    rows: impl Iterator<Item = Case>,
    scheme: impl Fn(&Log) -> S,
) {
    let log = Log::default();
    let known = Service::new(&log, scheme(&log), policy::authenticated());
    let strangers = Service::new(&log, scheme(&log), policy::anyone());
    for row in rows {
        let target = row.target.as_deref().unwrap_or("/");
        let expected = Ended {
            status: row.status,
            challenges: row.challenge.into_iter().collect(),
            caller: row.shown.clone().filter(|_| row.status == 200),
            shown: row.shown.into_iter().collect(),
        };
        assert_eq!(known.send(target, &row.fields), expected, "{}", row.name);

        let expected = if row.absent {
            Ended {
                status: 200,
                challenges: Vec::new(),
                ..expected
            }
        } else {
            expected
        };
        let ended = strangers.send(target, &row.fields);
        assert_eq!(ended, expected, "{}, where strangers may", row.name);
    }
}

fn authorization(lines: &[String]) -> Vec<(String, String)> {
    lines
        .iter()
        .map(|line| (AUTHORIZATION.to_string(), line.clone()))
        .collect()
}

fn among(known: Vec<Shown>) -> Arc<Answer> {
    Arc::new(move |shown: &Shown| Ok(known.contains(shown)))
}
