//! The corpora of the schemes, behind a layer.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{StatusCode, header::AUTHORIZATION};
use serde::Deserialize;
use tower_auth::scheme::SchemeExt;

use crate::{
    corpus,
    service::Service,
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
    status: u16,
    challenge: Option<String>,
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
    status: u16,
}

macro_rules! rows {
    ($($row:ty),*) => {$(
        impl corpus::Row for $row {
            fn name(&self) -> &str {
                &self.name
            }

            fn requirement(&self) -> &str {
                &self.requirement
            }
        }
    )*};
}

rows!(BasicRow, BearerRow, ApiKeyRow);

#[test]
fn basic_reads_as_the_corpus_says() {
    let table = corpus::load("basic.toml", |table: &BasicTable| &table.row);
    let users: Vec<_> = table
        .user
        .into_iter()
        .map(|user| vec![user.user_id, user.password])
        .collect();
    let log = Log::default();
    let service = Service::new(&log, log.basic(&table.realm, among(users)));
    for row in table.row {
        let ended = service.send("/", &authorization(&row.authorization));
        let shown = row.shown.map(|user| vec![user.user_id, user.password]);
        ended.check(
            &row.name,
            shown,
            row.status,
            (row.status == 401).then_some(&table.challenge),
        );
    }
}

#[test]
fn bearer_reads_as_the_corpus_says() {
    let table = corpus::load("bearer.toml", |table: &BearerTable| &table.row);
    let tokens: Vec<_> = table.tokens.into_iter().map(|token| vec![token]).collect();
    let log = Log::default();
    let service = Service::new(&log, log.bearer(&table.realm, among(tokens)));
    for row in table.row {
        let target = row.target.as_deref().unwrap_or("/");
        let ended = service.send(target, &authorization(&row.authorization));
        ended.check(
            &row.name,
            row.shown.map(|token| vec![token]),
            row.status,
            row.challenge.as_ref(),
        );
    }
}

#[test]
fn api_key_reads_as_the_corpus_says() {
    let table = corpus::load("api_key.toml", |table: &ApiKeyTable| &table.row);
    let keys: Vec<_> = table.keys.into_iter().map(|key| vec![key]).collect();
    let log = Log::default();
    let service = Service::new(&log, log.api_key(&table.field, &table.realm, among(keys)));
    for row in table.row {
        let ended = service.send("/", &row.fields);
        let challenge = (row.status == 401).then_some(&table.challenge);
        ended.check(
            &row.name,
            row.shown.map(|key| vec![key]),
            row.status,
            challenge,
        );
    }
}

// What no table can say.

// 9110-5.4-a
#[test]
fn a_value_of_60_000_bytes_is_never_an_anonymous_caller() {
    let log = Log::default();
    let answer: Arc<Answer> = Arc::new(|_| Ok(true));
    let junk = "a".repeat(60_000);
    let basic = format!("Basic {}", STANDARD.encode(format!("u:{junk}")));
    let services = [
        (
            Service::new(&log, log.basic("x", answer.clone())),
            "Authorization",
            basic,
        ),
        (
            Service::new(&log, log.bearer("x", answer.clone())),
            "Authorization",
            format!("Bearer {junk}"),
        ),
        (
            Service::new(&log, log.api_key("X-API-Key", "x", answer)),
            "X-API-Key",
            junk,
        ),
    ];
    for (service, field, value) in services {
        let ended = service.send("/", &[(field.to_owned(), value)]);
        assert_eq!(ended.status, StatusCode::UNAUTHORIZED);
        assert_eq!(ended.challenges.len(), 1);
        assert!(ended.shown.is_empty());
    }
}

// 9110-11.6.1-e, 9110-11.3-d, 6750-3.1-d
#[test]
fn each_challenge_has_a_line_of_its_own_in_the_order_given() {
    let log = Log::default();
    let answer: Arc<Answer> = Arc::new(|_| Ok(false));
    let schemes = log
        .bearer("a", answer.clone())
        .or(log.basic("b", answer.clone()))
        .or(log.api_key("X-API-Key", "c", answer));
    let service = Service::new(&log, schemes);
    let [bearer, basic, api_key] = [
        r#"Bearer realm="a""#,
        r#"Basic realm="b", charset="UTF-8""#,
        r#"ApiKey realm="c""#,
    ];
    let tried = r#"Bearer realm="a", error="invalid_token""#;

    let challenges = |fields: &[String]| service.send("/", &authorization(fields)).challenges;
    assert_eq!(challenges(&[]), [bearer, basic, api_key]);
    assert_eq!(
        challenges(&[String::from("Basic Og==")]),
        [bearer, basic, api_key]
    );
    assert_eq!(
        challenges(&[String::from("Bearer abc")]),
        [tried, basic, api_key]
    );
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
