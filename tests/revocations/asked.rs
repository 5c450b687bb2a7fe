//! Stores that are asked: when, about what, and what comes of their answers.

use std::{
    panic::resume_unwind,
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::{Value, json};
use tower_auth::{
    Clock, Inspection, Step, Unavailable,
    jwt::{KeySet, KeySource, RevocationList, Revocations, TokenIds, revocations_with},
};

use crate::stand::{
    Ended, ISSUER, NOW, ask, at, claims, key, layer, layer_with, verifier, verifier_by, verifier_of,
};

fn clock() -> Clock {
    Clock::fixed(at(0))
}

/// Answers by a function, at once.
struct Says<F>(F);

impl<F: Fn(&TokenIds<'_>) -> Result<bool, Unavailable> + Send + Sync + 'static> Revocations
    for Says<F>
{
    fn is_revoked(&self, token: &TokenIds<'_>) -> Step<Result<bool, Unavailable>> {
        Step::Now((self.0)(token))
    }
}

/// Answers the same, after a while.
fn waits<F>(says: F) -> impl Revocations
where
    F: Fn(&TokenIds<'_>) -> Result<bool, Unavailable> + Clone + Send + Sync + 'static,
{
    revocations_with(says, async |says: F, token: TokenIds<'static>| {
        tokio::task::yield_now().await;
        says(&token)
    })
}

/// How Alice's token ends where revocations answer so at once, and where they do after a while.
fn ends<F>(says: F) -> Ended
where
    F: Fn(&TokenIds<'_>) -> Result<bool, Unavailable> + Clone + Send + Sync + 'static,
{
    let token = claims(&json!({}));
    let now = ask(&layer_with(Says(says.clone()), clock()), &token);
    let later = ask(&layer_with(waits(says), clock()), &token);
    assert_eq!(now, later);
    now
}

/// 6750-3.1-b
#[test]
fn a_token_that_a_store_knows_is_refused_like_one_that_is_not_true() {
    assert_eq!(ends(|_| Ok(true)), Ended::revoked());
    assert_eq!(ends(|_| Ok(false)), Ended::with(200, None));
}

#[test]
fn a_store_that_is_away_lets_nobody_in() {
    assert_eq!(
        ends(|_| Err(Unavailable::new("the store is away"))),
        Ended::with(503, None)
    );
    let a_while = |_: &TokenIds<'_>| {
        let away = Unavailable::new("the store is away");
        Err(away.retry_after(Duration::from_secs(7)))
    };
    let ended = ends(a_while);
    assert_eq!((ended.status, ended.challenge), (503, None));
    assert_eq!(ended.retry_after.as_deref(), Some("7"));
}

#[test]
fn a_store_that_panics_lets_nobody_in() {
    let panics = |_: &TokenIds<'_>| resume_unwind(Box::new("in the store"));
    assert_eq!(ends(panics), Ended::with(503, None));
}

#[test]
fn any_error_of_a_store_of_ones_own_is_an_outage() {
    let store = revocations_with((), async |(), _: TokenIds<'static>| {
        Err::<bool, _>(std::io::Error::other("no route to host"))
    });
    let ended = ask(&layer_with(store, clock()), &claims(&json!({})));
    assert_eq!(ended, Ended::with(503, None));
}

#[test]
fn a_store_is_told_all_that_a_token_is_known_by() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let listening = Arc::clone(&told);
    let listens = move |token: &TokenIds<'_>| {
        listening.lock().unwrap().push(token.clone().into_owned());
        Ok(false)
    };
    let layer = layer_with(Says(listens), clock());
    let bare = json!({ "jti": "", "sid": "", "iat": "", "exp": NOW });
    let escaped =
        json!({ "jti": "a\"\u{e9}", "sub": "b\\", "sid": "\u{1f980}", "iat": f64::from(1) + 0.5 });
    for others in [json!({}), bare, escaped] {
        assert_eq!(ask(&layer, &claims(&others)).status, 200);
    }
    let told = told.lock().unwrap();
    let told: Vec<_> = told
        .iter()
        .map(|token| {
            (
                token.issuer(),
                token.token_id(),
                token.subject(),
                token.session(),
                token.issued_at(),
                token.expires(),
            )
        })
        .collect();
    let second_and_a_half = std::time::UNIX_EPOCH + Duration::from_millis(1500);
    assert_eq!(
        told,
        [
            (
                ISSUER,
                Some("t1"),
                Some("alice"),
                Some("s1"),
                Some(at(-60)),
                at(3600)
            ),
            (ISSUER, None, Some("alice"), None, None, at(0)),
            (
                ISSUER,
                Some("a\"é"),
                Some("b\\"),
                Some("🦀"),
                Some(second_and_a_half),
                at(3600)
            ),
        ]
    );
}

#[test]
fn a_store_is_asked_once_about_a_true_token_and_never_about_another() {
    let asked = Arc::new(Mutex::new(0));
    let counting = Arc::clone(&asked);
    let counts = move |_: &TokenIds<'_>| {
        *counting.lock().unwrap() += 1;
        Ok(true)
    };
    let layer = layer_with(Says(counts), clock());
    for (name, value) in [
        ("exp", json!(NOW - 60)),
        ("nbf", json!(NOW + 61)),
        ("aud", json!("https://another.example.com")),
        ("iss", json!("https://another.example.net")),
        ("sub", json!("")),
        (
            "cnf",
            json!({ "jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" }),
        ),
        ("scope", json!(7)),
    ] {
        let ended = ask(&layer, &claims(&json!({ name: value })));
        assert_eq!(ended.status, 401, "{name}");
        assert_ne!(ended, Ended::revoked(), "{name}");
    }
    assert_eq!(*asked.lock().unwrap(), 0);
    assert_eq!(ask(&layer, &claims(&json!({}))), Ended::revoked());
    assert_eq!(*asked.lock().unwrap(), 1);
}

#[test]
fn a_token_whose_end_cannot_be_told_is_refused_where_one_could_be_taken_back() {
    let endless = claims(&json!({ "exp": 1e300 }));
    let any = || verifier_of::<Value>(clock());
    assert_eq!(ask(&layer(any()).unwrap(), &endless).status, 200);
    let asked = any().revocations(Says(|_: &TokenIds<'_>| Ok(false)));
    assert_eq!(ask(&layer(asked).unwrap(), &endless).status, 401);
}

/// Keys that are fetched first.
#[derive(Clone)]
struct Fetched;

impl KeySource for Fetched {
    fn keys(&self, _: Option<&str>) -> Step<Result<KeySet, Unavailable>> {
        Step::later(async {
            tokio::task::yield_now().await;
            Ok(key().into())
        })
    }
}

#[test]
fn a_token_whose_keys_are_fetched_first_is_asked_about_like_any_other() {
    let list = RevocationList::new().clock(clock());
    list.revoke_token(ISSUER, "t1", at(3600)).unwrap();
    let revoked = claims(&json!({}));
    let other = claims(&json!({ "jti": "t2" }));
    let verifier = || verifier_by::<Value>(Fetched, clock());
    let shared = list.clone();
    let store = revocations_with(
        shared,
        async |list: RevocationList, token: TokenIds<'static>| {
            tokio::task::yield_now().await;
            list.is_revoked(&token).wait().await
        },
    );
    for verifier in [verifier().revocations(list), verifier().revocations(store)] {
        let layer = layer(verifier).unwrap();
        assert_eq!(ask(&layer, &revoked), Ended::revoked());
        assert_eq!(ask(&layer, &other), Ended::with(200, None));
    }
}

#[test]
fn of_several_revocations_the_last_holds() {
    let verifier = verifier(clock())
        .revocations(Says(|_: &TokenIds<'_>| Ok(true)))
        .revocations(Says(|_: &TokenIds<'_>| Ok(false)));
    let ended = ask(&layer(verifier).unwrap(), &claims(&json!({})));
    assert_eq!(ended, Ended::with(200, None));
}

/// What a service does when somebody logs out everywhere, from one end to the other.
#[test]
fn who_is_logged_out_everywhere_comes_back_with_a_fresh_token() {
    let list = RevocationList::new().clock(clock());
    let layer = layer_with(list.clone(), clock());
    let phone = claims(&json!({ "jti": "phone", "sid": "s1" }));
    let laptop = claims(&json!({ "jti": "laptop", "sid": "s2" }));
    let bob = claims(&json!({ "jti": "bobs", "sid": "s3", "sub": "bob" }));
    let statuses = || [&phone, &laptop, &bob].map(|claims| ask(&layer, claims).status);

    assert_eq!(statuses(), [200, 200, 200]);
    list.revoke_session(ISSUER, "s1", at(3600)).unwrap();
    assert_eq!(statuses(), [401, 200, 200]);
    list.revoke_subject(ISSUER, "alice", at(3600)).unwrap();
    assert_eq!(statuses(), [401, 401, 200]);
    let fresh = claims(&json!({ "jti": "fresh", "sid": "s4", "iat": NOW + 1 }));
    assert_eq!(ask(&layer, &fresh), Ended::with(200, None));
}

#[test]
fn a_list_without_room_is_not_built() {
    for nested in [false, true] {
        let list = RevocationList::with_capacity(0);
        let verifier = verifier(clock());
        let verifier = if nested {
            let list: Arc<dyn Revocations> = Arc::new(list);
            verifier.revocations(list)
        } else {
            verifier.revocations(list)
        };
        let error = layer(verifier).err().unwrap();
        assert_eq!(
            error.to_string(),
            "the list of revocations has room for `0` entries: give it room for some thousands"
        );
    }
}

#[test]
fn a_store_says_itself_what_is_wrong_with_it() {
    struct Unset;
    impl Revocations for Unset {
        fn is_revoked(&self, _: &TokenIds<'_>) -> Step<Result<bool, Unavailable>> {
            Step::Now(Ok(false))
        }

        fn inspect(&self, inspection: &mut Inspection) {
            inspection.problem("the store has no address: set one");
        }
    }
    let error = layer(verifier(clock()).revocations(Unset)).err().unwrap();
    assert_eq!(error.to_string(), "the store has no address: set one");
}
