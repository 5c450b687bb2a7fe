//! Every bit of a true token, turned.

use crate::{
    forge::Token,
    stand::{BACKENDS, Service, Verifier, verdict, verifier},
};

const SIGNED: [(&str, &str); 5] = [
    ("hs256", "HS256"),
    ("es256", "ES256"),
    ("eddsa", "EdDSA"),
    ("rsa", "RS256"),
    ("rsa_2", "PS256"),
];

fn for_each(mut see: impl FnMut(&Verifier, &str, &str)) {
    for backend in BACKENDS {
        let verifier = verifier(*backend);
        for (name, algorithm) in SIGNED {
            let token = Token::by(name, algorithm).text();
            assert_eq!(verdict(&verifier, &token), None, "{algorithm}, {backend:?}");
            see(&verifier, &token, algorithm);
        }
    }
}

#[test]
fn a_token_with_one_bit_turned_is_refused() {
    // 6750-5.2-a, 7515-5.2-c
    for_each(|verifier, token, algorithm| {
        let mut turned = 0;
        for place in 0..token.len() {
            for bit in 0..8 {
                let mut bytes = token.as_bytes().to_vec();
                bytes[place] ^= 1 << bit;
                // A text of Rust is UTF-8, and so is all that `Bearer` shows.
                let Ok(text) = String::from_utf8(bytes) else {
                    continue;
                };
                turned += 1;
                let found = verdict(verifier, &text);
                assert!(found.is_some(), "{algorithm}: byte {place}, bit {bit}");
            }
        }
        assert_eq!(turned, token.len() * 7);
    });
}

#[test]
fn a_token_with_one_bit_turned_is_a_401() {
    for backend in BACKENDS {
        let service = Service::known(verifier(*backend));
        let token = Token::by("eddsa", "EdDSA").text();
        assert_eq!(service.send(&token).expect("a field").status, 200);
        let mut sent = 0;
        for place in 0..token.len() {
            for bit in 0..8 {
                let mut bytes = token.as_bytes().to_vec();
                bytes[place] ^= 1 << bit;
                let bytes = [b"Bearer ", &*bytes].concat();
                let Some(ended) = service.send_bytes(&bytes) else {
                    continue;
                };
                sent += 1;
                assert_eq!(ended.status, 401, "byte {place}, bit {bit}");
            }
        }
        assert!(sent > token.len() * 7, "{sent}");
    }
}

#[test]
fn a_token_cut_short_at_any_byte_is_refused() {
    // 7515-5.2-a
    for_each(|verifier, token, algorithm| {
        for end in 0..token.len() {
            assert!(
                verdict(verifier, &token[..end]).is_some(),
                "{algorithm}: {end}"
            );
            assert!(
                verdict(verifier, &token[end + 1..]).is_some(),
                "{algorithm}: {end}"
            );
        }
    });
}

#[test]
fn a_token_with_a_byte_more_anywhere_is_refused() {
    for_each(|verifier, token, algorithm| {
        for place in 0..=token.len() {
            for more in ["A", ".", "=", "~", " ", "\n", "\0"] {
                let (front, back) = token.split_at(place);
                let text = format!("{front}{more}{back}");
                assert!(
                    verdict(verifier, &text).is_some(),
                    "{algorithm}: `{more}` at {place}"
                );
            }
        }
    });
}

#[test]
fn parts_of_several_true_tokens_make_no_other_true_one() {
    // 7515-5.2-c
    let tokens: Vec<[String; 3]> = SIGNED
        .iter()
        .flat_map(|(name, algorithm)| {
            let token = Token::by(name, algorithm);
            [token.clone(), token.claiming("sub", r#""another""#)]
        })
        .map(|token| token.parts())
        .collect();
    for backend in BACKENDS {
        let verifier = verifier(*backend);
        let mut let_in = 0;
        for first in &tokens {
            for second in &tokens {
                for third in &tokens {
                    let text = format!("{}.{}.{}", first[0], second[1], third[2]);
                    let is_one = tokens.iter().any(|token| text == token.join("."));
                    assert_eq!(verdict(&verifier, &text).is_none(), is_one);
                    let_in += usize::from(is_one);
                }
            }
        }
        assert!(let_in >= tokens.len(), "{let_in}");
    }
}
