//! Keys as others write them (RFC 7517).

use serde::Deserialize;
use tower_auth::jwt::{Key, KeySet};

use crate::{
    corpus,
    forge::Token,
    keys,
    stand::{BACKENDS, verdict, verifier_with},
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
    #[serde(default)]
    also: Vec<String>,
    jwk: String,
    algorithm: Option<String>,
    error: Option<String>,
}

corpus::rows!(Row; also);

#[test]
fn a_key_is_read_as_the_corpus_says_and_skipped_in_a_set_if_it_is_none() {
    // 7517-5-c
    let good = keys::jwk("es384", Some("ES384"));
    for row in corpus::load("jwk.toml", |table: &Table| &table.row).row {
        let read = Key::from_jwk(&row.jwk);
        let algorithm = read.as_ref().map(|key| key.algorithm().to_string());
        let error = read.as_ref().map_err(|error| format!("{error:?}"));
        assert_eq!(algorithm.ok(), row.algorithm, "{}", row.name);
        assert_eq!(error.err(), row.error, "{}", row.name);
        // What is no JSON makes a set none, too; and of members that stand twice, a set has the last.
        if serde_json::from_str::<serde_json::Value>(&row.jwk).is_ok() && row.name != "two_kids" {
            let jwks = format!(r#"{{"more":1,"keys":[{},{good}]}}"#, row.jwk);
            let set = KeySet::from_jwks(&jwks).expect("a good key");
            assert_eq!(
                set.len(),
                1 + usize::from(row.algorithm.is_some()),
                "{}",
                row.name
            );
        }
    }
}

#[test]
fn a_set_is_an_object_with_a_list_of_keys_of_which_one_is_usable() {
    // 7517-5-a, 7517-5-b
    let good = keys::jwk("es256", Some("ES256"));
    assert_eq!(
        KeySet::from_jwks(&format!(r#"{{"keys":[{good}]}}"#))
            .unwrap()
            .len(),
        1
    );
    let bad = [
        String::new(),
        "{}".into(),
        "[]".into(),
        good.clone(),
        format!("[{good}]"),
        format!("[[{good}]]"),
        r#"{"keys":[]}"#.into(),
        r#"{"keys":{}}"#.into(),
        r#"{"keys":null}"#.into(),
        format!(r#"{{"keys":{good}}}"#),
        format!(r#"{{"Keys":[{good}]}}"#),
        format!(r#"{{"keys":[{good}],"keys":[{good}]}}"#),
        format!(r#"{{"keys":[{good}]}} {{}}"#),
        format!(r#"{{"keys":[{}]}}"#, vec![&*good; 101].join(",")),
        format!(r#"{{"keys":[{good},7]"#),
    ];
    for text in bad {
        assert!(KeySet::from_jwks(&text).is_err(), "{text}");
    }
    let with_junk = format!(r#"{{"keys":[7,null,"x",[],{{}},{good}]}}"#);
    assert_eq!(KeySet::from_jwks(&with_junk).unwrap().len(), 1);
}

#[test]
fn keys_of_several_kinds_may_share_a_kid() {
    // 7517-4.5-a
    let signers = [
        ("es256", "ES256"),
        ("es384", "ES384"),
        ("eddsa", "EdDSA"),
        ("rsa", "RS256"),
    ];
    let jwks = signers.map(|(name, algorithm)| {
        let jwk = keys::jwk(name, Some(algorithm));
        jwk.replace(&format!(r#""kid":"{name}""#), r#""kid":"shared""#)
    });
    let keys = KeySet::from_jwks(&format!(r#"{{"keys":[{}]}}"#, jwks.join(","))).expect("keys");
    assert_eq!(keys.len(), signers.len());
    for backend in BACKENDS {
        let verifier = verifier_with(*backend, keys.clone());
        for (name, algorithm) in signers {
            let header = format!(r#"{{"typ":"at+jwt","alg":"{algorithm}","kid":"shared"}}"#);
            let token = Token::by(name, algorithm).headed(&header).text();
            assert_eq!(verdict(&verifier, &token), None, "{algorithm}");
        }
    }
}

#[test]
fn a_point_that_is_on_no_curve_verifies_nothing() {
    // 8725-3.4-a
    let jwk = keys::jwk("es256", Some("ES256"));
    let off = jwk.replace(r#""y":"x_"#, r#""y":"y_"#);
    assert_ne!(jwk, off);
    let Ok(key) = Key::from_jwk(&off) else { return };
    for backend in BACKENDS {
        let token = Token::by("es256", "ES256").text();
        let verifier = verifier_with(*backend, key.clone());
        assert_eq!(verdict(&verifier, &token), Some("bad_signature"));
    }
}
