//! Tokens that want in, one row of a table each.

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer, de::Error as _};
use tower_auth::{
    Fault, Step, Unavailable,
    jwt::{Revocations, TokenIds},
};

use crate::{
    corpus,
    forge::Token,
    stand::{BACKENDS, Ended, Service, verdict, verifier},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    row: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    name: String,
    requirement: String,
    #[serde(default)]
    also: Vec<String>,
    fault: Option<String>,
    #[serde(flatten, deserialize_with = "strictly")]
    token: Token,
}

/// What is flattened forgets which fields it does not know.
fn strictly<'de, D: Deserializer<'de>>(rest: D) -> Result<Token, D::Error> {
    Token::deserialize(toml::Table::deserialize(rest)?).map_err(D::Error::custom)
}

corpus::rows!(Row; also);

/// Every fault that there is: their words, and what callers are told.
pub(crate) const FAULTS: [Fault; 11] = [
    Fault::Malformed,
    Fault::WrongType,
    Fault::UnknownIssuer,
    Fault::UnknownKey,
    Fault::BadSignature,
    Fault::BadClaims,
    Fault::WrongAudience,
    Fault::Expired,
    Fault::NotYetValid,
    Fault::SenderConstrained,
    Fault::Revoked,
];

/// What the caller is told of a fault.
pub(crate) fn description(word: &str) -> &'static str {
    let fault = FAULTS.iter().find(|fault| fault.as_str() == word);
    fault
        .unwrap_or_else(|| panic!("`{word}` is no fault"))
        .description()
}

fn rows() -> Vec<Row> {
    corpus::load("hostile_tokens.toml", |table: &Table| &table.row).row
}

#[test]
fn a_verifier_finds_what_is_wrong_with_a_token() {
    let mut wrong = Vec::new();
    for backend in BACKENDS {
        let verifier = verifier(*backend);
        for row in rows() {
            let found = verdict(&verifier, &row.token.text());
            if found != row.fault.as_deref() {
                wrong.push(format!("{}, {backend:?}: {found:?}", row.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_token_that_is_wrong_ends_in_a_401_that_tells_nothing_of_it() {
    let (mut refused, mut passed, mut descriptions) = (0, 0, BTreeSet::new());
    for backend in BACKENDS {
        let service = Service::known(verifier(*backend));
        for row in rows() {
            let (name, text) = (&row.name, row.token.text());
            let Some(ended) = service.send(&text) else {
                continue;
            };
            let Some(fault) = &row.fault else {
                passed += 1;
                assert_eq!(ended.status, 200, "{name}");
                assert_eq!(ended.subject.as_deref(), Some("5ba552d67"), "{name}");
                continue;
            };
            refused += 1;
            let description = description(fault);
            ended.assert_refused(&text, description, name);
            descriptions.insert(description);
            untold(&ended, &row, &text);
        }
    }
    assert!(refused > 80 * BACKENDS.len(), "{refused}");
    assert!(passed > 15 * BACKENDS.len(), "{passed}");
    for backend in BACKENDS {
        let verifier = verifier(*backend).revocations(Everything);
        let text = Token::by("es256", "ES256").text();
        let ended = Service::known(verifier).send(&text).expect("a field");
        let description = description("revoked");
        ended.assert_refused(&text, description, "revoked");
        descriptions.insert(description);
    }
    let known: BTreeSet<_> = FAULTS.iter().map(|fault| fault.description()).collect();
    assert_eq!(descriptions, known);
}

/// Every token was taken back.
struct Everything;

impl Revocations for Everything {
    fn is_revoked(&self, _: &TokenIds<'_>) -> Step<Result<bool, Unavailable>> {
        Step::Now(Ok(true))
    }
}

/// Neither the token nor what it says: not to the caller, not to the log.
fn untold(ended: &Ended, row: &Row, text: &str) {
    let longest = text.len().min(4000);
    ended.assert_untold(&text.as_bytes()[..longest], &row.name);
    for said in row.token.said() {
        ended.assert_untold(&said[..said.len().min(4000)], &row.name);
    }
}

#[test]
fn callers_are_told_one_of_nine_things_and_not_how_near_a_guess_came() {
    let told: Vec<_> = FAULTS
        .map(|fault| (fault.as_str(), fault.description()))
        .into();
    let expected = [
        ("malformed_token", "the token is malformed"),
        ("wrong_type", "the token is of another type"),
        ("unknown_issuer", "the token is not trusted here"),
        ("unknown_key", "the token is not trusted here"),
        ("bad_signature", "the token is not trusted here"),
        (
            "bad_claims",
            "the token lacks a claim or holds one that is malformed",
        ),
        ("wrong_audience", "the token is for another audience"),
        ("expired", "the token has expired"),
        ("not_yet_valid", "the token is not valid yet"),
        (
            "sender_constrained",
            "the token is bound to a key and came without proof of it",
        ),
        ("revoked", "the token has been revoked"),
    ];
    assert_eq!(told, expected);
}

#[test]
fn nothing_that_callers_are_told_needs_an_escape() {
    // 6750-3-i
    for fault in FAULTS {
        let text = fault.description();
        let is_plain = |byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5B | 0x5D..=0x7E);
        assert!(!text.is_empty() && text.bytes().all(is_plain), "{text}");
    }
}
