//! Tokens that name keys nobody knows, and keys that are new.

use serde_json::json;
use tokio::time::sleep;
use tower_auth::{Step, jwt::KeySource as _};

use crate::{
    desk::{Desk, Says},
    issuer::Issuer,
    keys::{jwk, nameless, set},
    stand::{
        COOLDOWN, MINUTE, SECOND, after, ask, at_once, configured, fetched, keys_of, paused, quiet,
    },
};

const MANY: usize = 10_000;

#[tokio::test(start_paused = true)]
async fn ten_thousand_unknown_keys_make_one_fetch_in_a_cooldown() {
    let (issuer, _paused) = (Issuer::with(&set(&["a"])).await, paused());
    let keys = keys_of(&issuer);
    keys.ready().await.unwrap();

    // Within the cooldown: nobody waits, and nobody is asked.
    for number in 0..MANY {
        assert_eq!(at_once(&keys, &format!("unknown-{number}")).unwrap(), ["a"]);
    }
    quiet().await;
    assert_eq!(issuer.fetches(), 1);

    // After it: one fetch for all of them, and then none again.
    for round in 2..5 {
        after(COOLDOWN).await;
        let callers: Vec<_> = (0..MANY)
            .map(|number| {
                let keys = keys.clone();
                tokio::spawn(async move { ask(&keys, &format!("unknown-{number}")).await })
            })
            .collect();
        for caller in callers {
            assert_eq!(caller.await.unwrap().unwrap(), ["a"]);
        }
        for number in 0..MANY {
            assert_eq!(at_once(&keys, &format!("unknown-{number}")).unwrap(), ["a"]);
        }
        quiet().await;
        assert_eq!(issuer.fetches(), round);
    }
    assert_eq!(issuer.most_open(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_cooldown_ends_when_it_ends() {
    let (issuer, _paused) = (Issuer::with(&set(&["a"])).await, paused());
    let keys = configured(&issuer).cooldown(5 * SECOND).build().unwrap();
    keys.ready().await.unwrap();
    issuer.publish(&set(&["a", "b"]));
    after(5 * SECOND - SECOND / 100).await;
    assert_eq!(at_once(&keys, "b").unwrap(), ["a"]);
    after(SECOND / 100).await;
    assert_eq!(ask(&keys, "b").await.unwrap(), ["a", "b"]);
    assert_eq!(issuer.fetches(), 2);
}

#[tokio::test(start_paused = true)]
async fn every_fetch_begins_a_cooldown() {
    let (issuer, _paused) = (Issuer::with(&set(&["a"])).await, paused());
    let keys = keys_of(&issuer);
    keys.ready().await.unwrap();
    // Nobody asked for this one: it was due.
    after(10 * MINUTE).await;
    fetched(&keys).await;
    assert_eq!(issuer.fetches(), 2);
    assert_eq!(at_once(&keys, "b").unwrap(), ["a"]);
    after(COOLDOWN).await;
    assert!(matches!(keys.keys(Some("b")), Step::Later(_)));
    fetched(&keys).await;
    assert_eq!(issuer.fetches(), 3);
}

#[tokio::test(start_paused = true)]
async fn who_comes_while_keys_are_fetched_anyway_waits_for_them_even_within_the_cooldown() {
    let desk = Desk::with(&set(&["a"]));
    let keys = desk.keys();
    keys.ready().await.unwrap();
    desk.says(Says::Late(SECOND, set(&["a", "b"])));
    let refreshing = tokio::spawn({
        let keys = keys.clone();
        async move { keys.refresh().await }
    });
    sleep(SECOND / 2).await;
    assert_eq!(at_once(&keys, "a").unwrap(), ["a"]);
    assert_eq!(ask(&keys, "b").await.unwrap(), ["a", "b"]);
    refreshing.await.unwrap().unwrap();
    assert_eq!(desk.fetches(), 2);
}

#[tokio::test(start_paused = true)]
async fn known_keys_and_tokens_that_name_none_never_wait() {
    let (issuer, _paused) = (Issuer::with(&set(&["a", "b"])).await, paused());
    let keys = keys_of(&issuer);
    keys.ready().await.unwrap();
    after(COOLDOWN).await;
    assert!(at_once(&keys, "a").is_ok() && at_once(&keys, "b").is_ok());
    assert!(matches!(keys.keys(None), Step::Now(Ok(_))));
    quiet().await;
    assert_eq!(issuer.fetches(), 1);
}

#[tokio::test(start_paused = true)]
async fn names_count_letter_by_letter() {
    let (issuer, _paused) = (Issuer::with(&set(&["key-1"])).await, paused());
    let keys = keys_of(&issuer);
    keys.ready().await.unwrap();
    for kid in ["KEY-1", "key-", "key-1 ", "", "key-1\0", "../key-1"] {
        after(COOLDOWN).await;
        assert!(matches!(keys.keys(Some(kid)), Step::Later(_)), "{kid:?}");
        fetched(&keys).await;
    }
    assert_eq!(issuer.fetches(), 7);
}

#[tokio::test(start_paused = true)]
async fn where_no_key_has_a_name_all_fit_and_nobody_asks() {
    let text = json!({ "keys": [nameless("a"), nameless("b")] }).to_string();
    let (issuer, _paused) = (Issuer::with(&text).await, paused());
    let keys = keys_of(&issuer);
    keys.ready().await.unwrap();
    after(COOLDOWN).await;
    assert_eq!(at_once(&keys, "whatever").unwrap(), ["?", "?"]);
    assert_eq!(issuer.fetches(), 1);
}

#[tokio::test(start_paused = true)]
async fn where_some_keys_have_names_a_new_name_is_asked_for() {
    let text = json!({ "keys": [nameless("a"), jwk("b")] }).to_string();
    let (issuer, _paused) = (Issuer::with(&text).await, paused());
    let keys = keys_of(&issuer);
    keys.ready().await.unwrap();
    after(COOLDOWN).await;
    assert!(at_once(&keys, "b").is_ok());
    assert_eq!(ask(&keys, "c").await.unwrap(), ["?", "b"]);
    assert_eq!(issuer.fetches(), 2);
}

#[tokio::test(start_paused = true)]
async fn keys_rotate_without_anybody_being_told() {
    let (issuer, _paused) = (Issuer::with(&set(&["1"])).await, paused());
    let keys = keys_of(&issuer);
    keys.ready().await.unwrap();
    for new in 2..=20 {
        let (old, new) = (format!("{}", new - 1), format!("{new}"));
        // Published first; used from the next refresh on, or as soon as a token asks for it.
        issuer.publish(&set(&[&old, &new]));
        after(COOLDOWN).await;
        assert_eq!(ask(&keys, &new).await.unwrap(), [&*old, &*new]);
        assert!(at_once(&keys, &old).is_ok());
    }
    // One at the start, and one for each new key.
    assert_eq!(issuer.fetches(), 20);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_is_taken_back_is_gone_with_the_next_fetch() {
    let (issuer, _paused) = (Issuer::with(&set(&["a", "b"])).await, paused());
    let keys = keys_of(&issuer);
    keys.ready().await.unwrap();
    issuer.publish(&set(&["b"]));
    after(10 * MINUTE).await;
    fetched(&keys).await;
    assert_eq!(issuer.fetches(), 2);
    assert_eq!(keys.status().kids(), ["b"]);
    assert_eq!(at_once(&keys, "a").unwrap(), ["b"]);
}
