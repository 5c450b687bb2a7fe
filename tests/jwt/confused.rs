//! Keys and algorithms in every pairing that a stranger can try.

use std::{
    io::ErrorKind,
    net::TcpListener,
    sync::{Arc, Mutex},
};

use tower_auth::{
    Secret, Step, Unavailable,
    jwt::{Algorithm, Key, KeyError, KeySet, KeySource},
    verify::{Verdict, Verify as _},
};

use crate::{
    forge::Token,
    keys::{self, KNOWN_TO_ALL, OURS},
    stand::{BACKENDS, OTHER_ISSUER, Service, verdict, verifier, verifier_with},
};

const ALGORITHMS: [&str; 12] = [
    "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256",
    "ES384", "EdDSA",
];

/// The algorithms that a key can sign by at all.
fn able(name: &str) -> &'static [&'static str] {
    match name {
        "hs256" | "hs384" | "hs512" => &ALGORITHMS[..3],
        "rsa" | "rsa_2" => &ALGORITHMS[3..9],
        "es384" => &ALGORITHMS[10..11],
        "eddsa" => &ALGORITHMS[11..],
        _ => &ALGORITHMS[9..10],
    }
}

#[test]
fn a_key_verifies_by_its_own_algorithm_and_by_no_other_whatever_the_header_says() {
    // 8725-3.1-a, 8725-3.1-b, 7515-5.2-d, 7519-7.2-f, 7517-4.4-a, 8037-4-a
    let mut let_in = 0;
    for (name, own) in OURS {
        let key = Key::from_jwk(&keys::jwk(name, Some(own))).expect("a key");
        for backend in BACKENDS {
            let verifier = verifier_with(*backend, key.clone());
            for by in able(name) {
                for said in ALGORITHMS {
                    for kid in ["", r#","kid":"hs256""#, &format!(r#","kid":"{name}""#)] {
                        let header = format!(r#"{{"typ":"at+jwt","alg":"{said}"{kid}}}"#);
                        let token = Token::by(name, by).headed(&header).text();
                        let is_true = *by == own
                            && said == own
                            && (!kid.contains("hs256") || name == "hs256");
                        let found = verdict(&verifier, &token);
                        assert_eq!(found.is_none(), is_true, "{name} by {by} as {header}");
                        let_in += usize::from(is_true);
                    }
                }
            }
        }
    }
    assert_eq!(let_in, (2 * OURS.len() + 1) * BACKENDS.len());
}

#[test]
fn nothing_that_everybody_knows_is_a_secret() {
    // 8725-3.1-a
    let all = KeySet::from_jwks(&keys::jwks()).expect("keys");
    let public = all
        .iter()
        .filter(|key| !key.id().expect("a kid").starts_with("hs"));
    let public: KeySet = public.cloned().collect();
    assert_eq!(public.len(), OURS.len() - 3);
    for backend in BACKENDS {
        for verifier in [verifier(*backend), verifier_with(*backend, public.clone())] {
            for known in KNOWN_TO_ALL {
                for algorithm in &ALGORITHMS[..3] {
                    for kid in OURS
                        .map(|(name, _)| format!(r#","kid":"{name}""#))
                        .into_iter()
                        .chain([String::new()])
                    {
                        let header = format!(r#"{{"typ":"at+jwt","alg":"{algorithm}"{kid}}}"#);
                        let token = Token::by(known, algorithm).headed(&header).text();
                        let found = verdict(&verifier, &token);
                        assert!(
                            matches!(found, Some("unknown_key" | "bad_signature")),
                            "{known}, {header}: {found:?}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn no_public_key_can_be_made_a_secret_and_no_secret_a_public_key() {
    // 7518-3.2-a, 7515-10.1-a, 8725-3.5-a
    let [pem, der] = ["rsa pem", "rsa der"].map(keys::secret);
    let pem = String::from_utf8(pem).expect("PEM");
    for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
        assert!(Key::from_pem(algorithm, &pem).is_err());
        assert!(Key::from_der(algorithm, &der).is_err());
        let least = algorithm.as_str()[2..].parse::<usize>().expect("bits") / 8;
        assert!(Key::from_secret(algorithm, vec![7; least - 1]).is_err());
        assert!(Key::from_secret(algorithm, vec![7; least]).is_ok());
        assert!(Key::from_secret(algorithm, "correct horse battery").is_err());
    }
    for algorithm in [
        Algorithm::RS256,
        Algorithm::PS256,
        Algorithm::ES256,
        Algorithm::EdDSA,
    ] {
        assert!(Key::from_secret(algorithm, &der).is_err());
    }
    assert!(Key::from_pem(Algorithm::RS256, &pem).is_ok());
    assert!(Key::from_pem(Algorithm::ES256, &pem).is_err());
}

#[test]
fn what_is_wrong_with_a_key_is_told_with_what_to_do() {
    let said = |read: Result<Key, KeyError>| read.expect_err("no key").to_string();
    let pem = |label: &str| format!("-----BEGIN {label}-----\nMAA=\n-----END {label}-----\n");
    let secret = said(Key::from_secret(Algorithm::HS384, "s3cret"));
    assert!(
        secret.ends_with("for `HS384`: give 48 bytes at least, made by chance"),
        "{secret}"
    );
    let certificate = said(Key::from_pem(Algorithm::RS256, &pem("CERTIFICATE")));
    assert!(
        certificate.contains("`openssl x509 -pubkey -noout`"),
        "{certificate}"
    );
    let private = said(Key::from_pem(Algorithm::RS256, &pem("PRIVATE KEY")));
    assert!(private.ends_with("give the public one"), "{private}");
    let set = said(Key::from_jwk(r#"{"keys":[]}"#));
    assert!(set.ends_with("to `KeySet::from_jwks`"), "{set}");
    let unnamed = said(Key::from_jwk(r#"{"kty":"oct","k":"AAAA"}"#));
    assert!(
        unnamed.contains("name one of `HS256` to `HS512`"),
        "{unnamed}"
    );
    let missing = KeySet::from_file("no/such/jwks.json").expect_err("no file");
    assert_eq!(
        missing.to_string(),
        "the file of keys `no/such/jwks.json` cannot be read"
    );
}

#[test]
fn urls_and_keys_in_a_header_are_not_followed() {
    // 8725-3.10-b, 7515-4.1.2-a
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("a listener");
    let url = format!("http://{}/keys", listener.local_addr().expect("an address"));
    for backend in BACKENDS {
        let service = Service::known(verifier(*backend));
        for (by, status) in [("es256", 200), ("a stranger's es256", 401)] {
            for name in ["jku", "x5u", "jwks_uri", "iss"] {
                let header = format!(r#"{{"typ":"at+jwt","alg":"ES256","{name}":"{url}"}}"#);
                let token = Token::by(by, "ES256").headed(&header).text();
                let ended = service.send(&token).expect("a field of HTTP");
                assert_eq!(ended.status, status, "{by}, {name}");
            }
        }
    }
    let nobody = listener.accept().expect_err("nobody connects");
    assert_eq!(nobody.kind(), ErrorKind::WouldBlock);
}

/// Says which key it was asked for.
struct Asked(KeySet, Arc<Mutex<Vec<Option<String>>>>);

impl KeySource for Asked {
    fn keys(&self, kid: Option<&str>) -> Step<Result<KeySet, Unavailable>> {
        self.1.lock().unwrap().push(kid.map(str::to_owned));
        self.0.keys(kid)
    }
}

#[test]
fn keys_are_asked_for_only_for_a_token_of_their_issuer_that_can_be_read() {
    // 7519-11.1-a, 8725-3.10-a
    let asked = Arc::new(Mutex::new(Vec::new()));
    let keys = KeySet::from_jwks(&keys::jwks()).expect("keys");
    let verifier = verifier_with(BACKENDS[0], Asked(keys, Arc::clone(&asked)));
    let token = || Token::by("es256", "ES256");
    let long = format!(
        r#"{{"typ":"at+jwt","alg":"ES256","kid":"{}"}}"#,
        "k".repeat(129)
    );
    let never = [
        token().headed(&long),
        token().headed("[]"),
        token().claiming("iss", r#""https://evil.example""#),
        token().claiming("iss", &format!(r#""{OTHER_ISSUER}""#)),
        token().claiming("sub", "7"),
    ];
    for token in never {
        assert!(verdict(&verifier, &token.text()).is_some());
    }
    assert!(asked.lock().unwrap().is_empty());
    let escaped = r#"{"typ":"at+jwt","alg":"ES256","kid":"..\/\u0000\n"}"#;
    assert_eq!(
        verdict(&verifier, &token().headed(escaped).text()),
        Some("unknown_key")
    );
    assert_eq!(verdict(&verifier, &token().text()), None);
    let unnamed = r#"{"typ":"at+jwt","alg":"ES256"}"#;
    assert_eq!(verdict(&verifier, &token().headed(unnamed).text()), None);
    let asked = asked.lock().unwrap();
    let asked: Vec<_> = asked.iter().map(Option::as_deref).collect();
    assert_eq!(asked, [Some("../\0\n"), Some("es256"), None]);
}

#[test]
fn a_subject_is_one_of_its_issuer() {
    // 7519-4.1.2-a, 8725-3.8-a
    for backend in BACKENDS {
        let verifier = verifier(*backend);
        let ours = Token::by("es256", "ES256").text();
        let theirs = Token::by("another issuer's es256", "ES256");
        let theirs = theirs
            .claiming("iss", &format!(r#""{OTHER_ISSUER}""#))
            .text();
        let [ours, theirs] = [ours, theirs].map(|token| {
            let verdict = tokio_test::block_on(verifier.verify(Secret::from(&*token)).wait());
            match verdict {
                Verdict::Verified(claims) => {
                    (claims.issuer().to_owned(), claims.subject().to_owned())
                }
                _ => panic!("both are true"),
            }
        });
        assert_eq!(ours.1, theirs.1);
        assert_ne!(ours.0, theirs.0);
    }
}

#[test]
fn of_more_keys_than_eight_that_fit_the_first_eight_are_tried() {
    // D-most-tried
    let stranger = Key::from_jwk(&keys::jwk("a stranger's es256", None)).expect("a key");
    let ours = Key::from_jwk(&keys::jwk("es256", None)).expect("a key");
    for (before, found) in [
        (0, None),
        (7, None),
        (8, Some("bad_signature")),
        (90, Some("bad_signature")),
    ] {
        let keys: KeySet = vec![stranger.clone(); before]
            .into_iter()
            .chain([ours.clone()])
            .collect();
        for backend in BACKENDS {
            let verifier = verifier_with(*backend, keys.clone());
            let token = Token::by("es256", "ES256").text();
            assert_eq!(verdict(&verifier, &token), found, "{before}");
        }
    }
}
