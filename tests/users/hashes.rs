//! Hashes that others made, and ours.

use std::collections::HashSet;

use proptest::{
    prelude::*,
    sample::{Index, select},
    test_runner::{Config, RngSeed},
};
use serde::Deserialize;
use tower_auth::{
    Secret,
    password::{self, HashError, Parameters},
    verify::UserTable,
};

use crate::{
    corpus,
    stand::{SESAME, Said, ask, run, small},
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
    made_by: String,
    password: String,
    hash: String,
}

corpus::rows!(Row);

fn rows() -> Vec<Row> {
    corpus::load("password_hashes.toml", |table: &Table| &table.row).row
}

#[test]
fn hashes_of_other_implementations_are_verified() {
    let rows = rows();
    let makers: HashSet<_> = rows.iter().map(|row| row.made_by.as_str()).collect();
    assert_eq!(makers, HashSet::from(["argon2-cffi", "hashlib", "passlib"]));
    run(async {
        for row in rows {
            let users = UserTable::new();
            users
                .insert("ann", &row.hash, "Ann")
                .unwrap_or_else(|error| panic!("{}: {error}", row.name));
            assert_eq!(
                ask(&users, "ann", &row.password).await,
                Said::In("Ann"),
                "{}",
                row.name
            );
            let longer = format!("{} ", row.password);
            for wrong in [longer.as_str(), "other", "\u{0}"] {
                assert_eq!(
                    ask(&users, "ann", wrong).await,
                    Said::Refused,
                    "{}",
                    row.name
                );
            }
        }
    });
}

#[test]
fn a_hash_of_ours_is_verified_and_salted_anew_each_time() {
    let password = "Grüße, 世界";
    let hashes = [(); 3].map(|()| password::hash(&Secret::from(password), small()).unwrap());
    assert_eq!(hashes.iter().collect::<HashSet<_>>().len(), 3);
    let users = UserTable::new().parameters(small());
    run(async {
        for hash in &hashes {
            assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
            users.insert("ann", hash, "Ann").unwrap();
            assert_eq!(ask(&users, "ann", password).await, Said::In("Ann"));
            assert_eq!(ask(&users, "ann", "Grüße").await, Said::Refused);
        }
    });
    assert!(users.outdated().is_empty());
}

#[test]
fn a_password_that_could_never_be_sent_is_not_hashed() {
    let hash = |password: String| password::hash(&Secret::from(password), small());
    assert_eq!(hash(String::new()), Err(HashError::EmptyPassword));
    assert_eq!(hash("x".repeat(1_024)), Err(HashError::LongPassword));
    assert_eq!(hash("s3cret\n".to_owned()), Err(HashError::UnfitPassword));
    assert!(hash("x".repeat(1_023)).is_ok());
    assert_eq!(
        HashError::UnfitPassword.to_string(),
        "the password holds a character that `Basic` refuses: is there a line break at its end?"
    );
}

#[test]
fn parameters_stay_within_the_limits() {
    assert!(Parameters::new(262_144, 10, 4).is_ok());
    assert!(Parameters::new(8, 1, 1).is_ok());
    assert_eq!(
        Parameters::default(),
        Parameters::new(19_456, 2, 1).unwrap()
    );
    for (memory, passes, lanes) in [
        (262_145, 1, 1),
        (7, 1, 1),
        (31, 1, 4),
        (64, 0, 1),
        (64, 11, 1),
        (64, 1, 0),
        (64, 1, 5),
        (u32::MAX, u32::MAX, u32::MAX),
    ] {
        let error = Parameters::new(memory, passes, lanes).unwrap_err();
        assert!(matches!(error, HashError::Limit { .. }), "{error}");
    }
}

fn cases(cases: u32) -> Config {
    Config {
        cases,
        rng_seed: RngSeed::Fixed(9106),
        failure_persistence: None,
        ..Config::default()
    }
}

/// Pieces of hashes and of lines.
const PIECES: [&str; 18] = [
    "$",
    ":",
    ",",
    "=",
    "$$",
    "argon2id",
    "scrypt",
    "pbkdf2-sha512",
    "v=19",
    "v=",
    "m=64,t=1,p=1",
    "ln=4,r=8,p=1",
    "i=1,l=32",
    "AAAAAAAAAAAAAAAAAAAAAA",
    "!",
    "\n",
    "\u{feff}",
    "4294967296",
];

proptest! {
    #![proptest_config(cases(4_000))]

    #[test]
    fn no_text_as_a_hash_panics(pieces in prop::collection::vec(select(&PIECES[..]), 0..12), junk in ".{0,8}") {
        let text = pieces.concat() + &junk;
        let users = UserTable::new();
        let _ = users.insert("ann", &text, ());
        let _ = users.load(&text, |_| Ok::<_, String>(()));
        let _ = users.load(&format!("ann:{text}"), |_| Ok::<_, String>(()));
    }

    #[test]
    fn a_hash_in_which_a_character_is_changed_is_refused_or_another(at in any::<Index>(), other in any::<char>()) {
        let place = at.index(SESAME.len());
        let mut changed = SESAME.to_owned();
        changed.replace_range(place..=place, &other.to_string());
        prop_assume!(changed != SESAME);
        let users = UserTable::new();
        // Whatever can be read is cheap, or the change would be one of several characters.
        if users.insert("ann", &changed, "Ann").is_ok() {
            let said = run(ask(&users, "ann", crate::stand::RIGHT));
            prop_assert_eq!(said, Said::Refused);
        }
    }
}
