//! Tokens that nobody thought of.

use std::sync::LazyLock;

use proptest::prelude::*;

use crate::{
    forge::Token,
    keys::encoded,
    stand::{BACKENDS, Service, Verifier, verdict, verifier},
};

/// JSON, or something like it.
fn json() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        Just("iss".to_owned()),
        Just("sub".to_owned()),
        Just("aud".to_owned()),
        Just("exp".to_owned()),
        Just("alg".to_owned()),
        Just("kid".to_owned()),
        Just("typ".to_owned()),
        Just("cnf".to_owned()),
        "[a-z\\\\\"]{0,4}",
    ];
    let leaf = prop_oneof![
        any::<f64>().prop_map(|number| number.to_string()),
        any::<i64>().prop_map(|number| number.to_string()),
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just(r#""https://as.example.net""#.to_owned()),
        Just(r#""https://rs.example.com""#.to_owned()),
        Just(r#""ES256""#.to_owned()),
        Just(r#""at+jwt""#.to_owned()),
        ".{0,8}".prop_map(|text| serde_json::Value::from(text).to_string()),
        ".{0,8}",
    ];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|values| format!("[{}]", values.join(","))),
            prop::collection::vec((name.clone(), inner), 0..8).prop_map(|members| {
                let members: Vec<_> = members
                    .iter()
                    .map(|(name, value)| format!(r#""{name}":{value}"#))
                    .collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

/// Anything, and what looks more and more like a token.
fn junk() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..40).prop_map(encoded),
        json().prop_map(encoded),
        "[A-Za-z0-9_=-]{0,40}",
    ];
    prop_oneof![
        ".{0,60}",
        "[A-Za-z0-9_.-]{0,200}",
        prop::collection::vec(part, 0..6).prop_map(|parts| parts.join(".")),
    ]
}

/// A true token, after a few changes.
fn changed() -> impl Strategy<Value = String> {
    let change = (any::<prop::sample::Index>(), 0_u8..4, any::<char>());
    prop::collection::vec(change, 1..5).prop_map(|changes| {
        let mut letters: Vec<char> = true_token().chars().collect();
        for (place, kind, letter) in changes {
            let place = place.index(letters.len());
            match kind {
                0 => letters[place] = letter,
                1 => letters.insert(place, letter),
                2 => drop(letters.remove(place)),
                _ => {
                    let other = (place * 7 + 3) % letters.len();
                    letters.swap(place, other);
                }
            }
        }
        letters.into_iter().collect()
    })
}

/// One verifier for each backend.
fn verifiers() -> &'static [Verifier] {
    static ALL: LazyLock<Vec<Verifier>> =
        LazyLock::new(|| BACKENDS.iter().map(|backend| verifier(*backend)).collect());
    &ALL
}

fn true_token() -> &'static str {
    static TOKEN: LazyLock<String> = LazyLock::new(|| Token::by("eddsa", "EdDSA").text());
    &TOKEN
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn junk_is_refused(text in junk()) {
        for verifier in verifiers() {
            prop_assert!(verdict(verifier, &text).is_some());
        }
    }

    #[test]
    fn a_true_token_after_a_few_changes_is_refused(text in changed()) {
        prop_assume!(text != true_token());
        for verifier in verifiers() {
            prop_assert!(verdict(verifier, &text).is_some());
        }
    }

    #[test]
    fn whatever_is_signed_is_let_in_or_refused_and_no_panic(header in json(), claims in json()) {
        for token in [Token::by("eddsa", "EdDSA").headed(&header), Token::by("eddsa", "EdDSA").saying(&claims)] {
            for verifier in verifiers() {
                let found = verdict(verifier, &token.text());
                prop_assert!(found != Some("unavailable") && found != Some("refused"));
            }
        }
    }

    #[test]
    fn a_layer_answers_junk_with_401(text in junk()) {
        static SERVICE: LazyLock<Service> = LazyLock::new(|| Service::known(verifier(BACKENDS[0])));
        if let Some(ended) = SERVICE.send(&text) {
            prop_assert_eq!(ended.status, 401);
            prop_assert!(ended.challenge.is_some());
        }
    }
}
