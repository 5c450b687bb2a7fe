//! The contract, which every scheme keeps.

use std::{io, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::Request;
use proptest::prelude::*;
use tower_auth::{
    Attempt, Fault, Login, Missing, Rejection, Remedy, Step,
    challenge::{Ask, read},
    scheme::{ApiKey, Basic, Bearer, Presented, Scheme},
};

use crate::{
    independent,
    watched::{Log, Shown},
};

proptest! {
    // 9110-5.5-c, 9110-11.2-a
    #[test]
    fn junk_is_rejected_or_shown_as_it_came(junk in junk()) {
        let log = Log::default();
        for scheme in log.schemes(|_| Ok(true)) {
            match (attempt(&*scheme, &junk), log.take().as_slice()) {
                (Attempt::Rejected(Rejection::Malformed), []) => {}
                (Attempt::Verified(principal), [shown]) => {
                    prop_assert_eq!(&principal, shown);
                    let shown = if scheme.name() == "Basic" { STANDARD.encode(shown.join(":")) } else { shown.concat() };
                    prop_assert_eq!(shown.as_bytes(), &junk, "{}", scheme.name());
                }
                (_, shown) => prop_assert!(false, "{} showed {shown:?}", scheme.name()),
            }
        }
    }

    // 7617-2-d, 7617-2-g, 7617-2.1-c
    #[test]
    fn basic_shows_the_user_id_and_the_password(user_id in r"[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}:]{0,40}", password in r"[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{0,40}") {
        let log = Log::default();
        let [basic, ..] = log.schemes(|_| Ok(true));
        let credentials = STANDARD.encode(format!("{user_id}:{password}"));
        prop_assert!(matches!(attempt(&*basic, credentials.as_bytes()), Attempt::Verified(_)));
        prop_assert_eq!(log.take(), [[user_id, password]]);
    }

    // 6750-2.1-b
    #[test]
    fn bearer_shows_the_token(token in "[0-9A-Za-z._~+/-]{1,200}={0,5}") {
        let log = Log::default();
        let [_, bearer, _] = log.schemes(|_| Ok(true));
        prop_assert!(matches!(attempt(&*bearer, token.as_bytes()), Attempt::Verified(_)));
        prop_assert_eq!(log.take(), [[token]]);
    }

    // 9110-11.4-e
    #[test]
    fn api_key_shows_the_key(key in "[!-+--~]{1,256}") {
        let log = Log::default();
        let [.., api_key] = log.schemes(|_| Ok(true));
        prop_assert!(matches!(attempt(&*api_key, key.as_bytes()), Attempt::Verified(_)));
        prop_assert_eq!(log.take(), [[key]]);
    }
}

// 9110-15.5.2-b, D-fail-closed
#[test]
fn a_verifier_is_believed() {
    for scheme in Log::default().schemes(|_| Ok(true)) {
        assert!(
            matches!(attempt(&*scheme, WELL_FORMED), Attempt::Verified(_)),
            "{}",
            scheme.name()
        );
    }
    for scheme in Log::default().schemes(|_| Ok(false)) {
        let refused = attempt(&*scheme, WELL_FORMED);
        assert!(
            matches!(refused, Attempt::Rejected(Rejection::Refused)),
            "{}",
            scheme.name()
        );
    }
    for scheme in Log::default().schemes(|_| Err(io::Error::other("the database is away"))) {
        assert!(
            matches!(attempt(&*scheme, WELL_FORMED), Attempt::Unavailable(_)),
            "{}",
            scheme.name()
        );
    }
}

// 7617-2-e
#[test]
fn fixed_credentials_are_compared_whole() {
    let (basic, bearer, api_key) = (
        Basic::fixed("x", "u", "p", alice()),
        Bearer::fixed("x", "t0k", alice()),
        ApiKey::fixed("X-API-Key", "x", "k3y", alice()),
    );
    // u:p, and u:q, x:p, p:u, :, u:, :p, u:pp, uu:p
    is_compared_whole(
        &basic,
        "dTpw dTpx eDpw cDp1 Og== dTo= OnA= dTpwcA== dXU6cA==",
    );
    is_compared_whole(&bearer, "t0k t0 0k t0k1 T0K a");
    is_compared_whole(&api_key, "k3y k3 3y k3y1 K3Y a");
}

fn is_compared_whole(scheme: &dyn Scheme<Principal = Shown>, right_and_wrong: &str) {
    for (place, credentials) in right_and_wrong.split(' ').enumerate() {
        match attempt(scheme, credentials.as_bytes()) {
            Attempt::Verified(who) => assert!(place == 0 && who == alice(), "{credentials}"),
            Attempt::Rejected(Rejection::Refused) => assert!(place > 0, "{credentials}"),
            _ => panic!("{credentials} is neither right nor wrong"),
        }
    }
}

fn alice() -> Shown {
    vec![String::from("alice")]
}

// 7235-4.1-a
#[test]
fn every_challenge_of_every_scheme_reads_back() {
    let missing = missing();
    for scheme in Log::default().schemes(|_| Ok(true)) {
        for ask in asks(&missing) {
            let Some(challenge) = scheme.challenge(ask) else {
                continue;
            };
            let parameters: Vec<_> = challenge
                .parameters()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect();

            let ours = read([challenge.as_header_value()]).unwrap();
            let [ours] = ours.as_slice() else {
                panic!("{challenge} is no single challenge")
            };
            assert_eq!(ours.scheme(), scheme.name());
            assert!(ours.parameters().eq(challenge.parameters()), "{challenge}");

            let theirs = independent::read(&challenge.to_string());
            assert_eq!(theirs, Ok(vec![(scheme.name().to_owned(), parameters)]));
        }
    }
}

// 9110-11.6.1-a, 6750-3.1-d
#[test]
fn every_scheme_can_ask_for_credentials_and_speaks_of_errors_only_where_some_were_sent() {
    for scheme in Log::default().schemes(|_| Ok(true)) {
        for ask in [Ask::Credentials, Ask::Again(Rejection::NotUnderstood)] {
            let Some(challenge) = scheme.challenge(ask) else {
                panic!("`{}` has no challenge for {ask:?}", scheme.name())
            };
            assert!(
                challenge.parameters().any(|(name, _)| name == "realm"),
                "{challenge}"
            );
            assert!(
                challenge
                    .parameters()
                    .all(|(name, _)| !name.starts_with("error")),
                "{challenge}"
            );
        }
        let faulty = Rejection::Faulty(Fault::Expired);
        for rejection in [Rejection::Malformed, Rejection::Refused, faulty] {
            assert!(
                scheme.challenge(Ask::Again(rejection)).is_some(),
                "{}",
                scheme.name()
            );
        }
    }
}

// 6750-3-e, 9470-3-b, 9470-3-d, 7617-2-c
#[test]
fn only_bearer_can_ask_for_more_scopes_and_another_login() {
    let missing = missing();
    let [basic, bearer, api_key] = Log::default().schemes(|_| Ok(true));
    for scheme in [basic, api_key] {
        assert!(scheme.challenge(Ask::MoreScopes(&missing)).is_none());
        assert!(scheme.challenge(Ask::StepUp(&missing)).is_none());
    }
    assert_eq!(
        bearer
            .challenge(Ask::MoreScopes(&missing))
            .unwrap()
            .to_string(),
        r#"Bearer realm="api", error="insufficient_scope", scope="docs:read docs:write", resource_metadata="https://e.example/api""#
    );
    assert_eq!(
        bearer.challenge(Ask::StepUp(&missing)).unwrap().to_string(),
        r#"Bearer realm="api", error="insufficient_user_authentication", acr_values="phrh phr", max_age="300", scope="docs:read docs:write", resource_metadata="https://e.example/api""#
    );
}

// 9110-5.4-a
#[test]
fn credentials_that_are_too_long_are_never_shown() {
    let log = Log::default();
    let [basic, bearer, api_key] = log.schemes(|_| Ok(true));
    let basic_of = |bytes| STANDARD.encode(format!("u:{}", "a".repeat(bytes)));
    let token_of = |bytes| "a".repeat(bytes);
    for (scheme, fits, too_long) in [
        (basic, basic_of(1534), basic_of(1535)),
        (bearer, token_of(8 * 1024), token_of(8 * 1024 + 1)),
        (api_key, token_of(256), token_of(257)),
    ] {
        assert!(
            matches!(attempt(&*scheme, fits.as_bytes()), Attempt::Verified(_)),
            "{}",
            scheme.name()
        );
        assert_eq!(log.take().len(), 1);
        let rejected = attempt(&*scheme, too_long.as_bytes());
        assert!(
            matches!(rejected, Attempt::Rejected(Rejection::Malformed)),
            "{}",
            scheme.name()
        );
        assert!(log.take().is_empty());
    }
}

fn attempt(scheme: &dyn Scheme<Principal = Shown>, credentials: &[u8]) -> Attempt<Shown> {
    let (head, ()) = Request::new(()).into_parts();
    match scheme.attempt(&Presented::new(&head, credentials)) {
        Step::Now(attempt) => attempt,
        Step::Later(_) => panic!("`{}` waits for a verifier that does not", scheme.name()),
    }
}

/// Well-formed for every scheme: base64 of `u:p`.
const WELL_FORMED: &[u8] = b"dTpw";

fn missing() -> Missing {
    let login = Login::one_of(["phrh", "phr"]).and(Login::not_older_than(Duration::from_secs(300)));
    match Remedy::scopes(["docs:read", "docs:write"]).and(Remedy::login(login)) {
        Remedy::Missing(missing) => missing,
        other => panic!("{other:?} is no lack of scopes and of a login"),
    }
}

fn asks(missing: &Missing) -> [Ask<'_>; 8] {
    [
        Ask::Credentials,
        Ask::Again(Rejection::Malformed),
        Ask::Again(Rejection::NotUnderstood),
        Ask::Again(Rejection::Refused),
        Ask::Again(Rejection::Faulty(Fault::Expired)),
        Ask::Again(Rejection::Throttled { retry_after: None }),
        Ask::MoreScopes(missing),
        Ask::StepUp(missing),
    ]
}

/// Bytes that are nothing, and bytes that are nearly credentials.
fn junk() -> impl Strategy<Value = Vec<u8>> {
    let bytes = prop::collection::vec(any::<u8>(), 0..64);
    let base64 = prop::collection::vec(any::<u8>(), 0..32)
        .prop_map(|bytes| STANDARD.encode(bytes).into_bytes());
    let user = any::<(String, String)>()
        .prop_map(|(a, b)| STANDARD.encode(format!("{a}:{b}")).into_bytes());
    let text = r"[ -~\t]{0,40}".prop_map(String::into_bytes);
    let long = (
        prop::sample::select(vec![b'a', b'=', b' ', b',', 0xFF]),
        0..10_000_usize,
    )
        .prop_map(|(byte, times)| vec![byte; times]);
    prop_oneof![4 => bytes, 2 => base64, 2 => user, 2 => text, 1 => long]
}
