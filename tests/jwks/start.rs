//! The first fetch: who makes it, and how many wait for it.

use tower_auth::{
    Step,
    jwks::{Document, FetchProblem},
    jwt::KeySource as _,
};

use crate::{
    issuer::{Issuer, Reply, status},
    keys::set,
    stand::{HOUR, after, ask, at_once, keys_of, paused, problem, quiet, until},
};

const MANY: usize = 10_000;

#[tokio::test(start_paused = true)]
async fn nothing_is_fetched_before_anybody_asks() {
    let (issuer, _paused) = (Issuer::with(&set(&["a"])).await, paused());
    let keys = keys_of(&issuer);
    after(HOUR).await;
    assert_eq!(issuer.seen(), 0);
    let status = keys.status();
    assert_eq!(
        (status.keys(), status.fetches(), status.failures()),
        (0, 0, 0)
    );
    assert!(!status.is_usable());
    assert!(
        status.age().is_none() && status.next_fetch().is_none() && status.last_error().is_none()
    );
}

#[tokio::test(start_paused = true)]
async fn ready_fetches_once_and_then_knows() {
    let (issuer, _paused) = (Issuer::with(&set(&["a", "b"])).await, paused());
    let keys = keys_of(&issuer);
    keys.ready().await.unwrap();
    keys.ready().await.unwrap();
    assert_eq!(issuer.fetches(), 1);
    let status = keys.status();
    assert_eq!(status.kids(), ["a", "b"]);
    assert_eq!(
        (status.keys(), status.fetches(), status.failures()),
        (2, 1, 0)
    );
    assert!(status.is_usable() && status.age().is_some());
    assert_eq!(at_once(&keys, "a").unwrap(), ["a", "b"]);
    assert_eq!(issuer.fetches(), 1);
}

#[tokio::test(start_paused = true)]
async fn ready_tells_why_there_are_no_keys() {
    let (issuer, _paused) = (Issuer::with("").await, paused());
    issuer.answer("/jwks", status("500 Internal Server Error"));
    let keys = keys_of(&issuer);
    let error = keys.ready().await.unwrap_err();
    assert_eq!(error.problem(), FetchProblem::Status(500));
    assert_eq!(error.document(), Document::KeySet);
    assert_eq!(error.to_string(), "the key set was answered with `500`");
    assert_eq!((issuer.fetches(), keys.status().failures()), (1, 1));
    assert_eq!(problem(&keys), Some(FetchProblem::Status(500)));
}

#[tokio::test(start_paused = true)]
async fn the_first_token_fetches() {
    let (issuer, _paused) = (Issuer::with(&set(&["a"])).await, paused());
    let keys = keys_of(&issuer);
    assert_eq!(ask(&keys, "a").await.unwrap(), ["a"]);
    // And another one, which names another key, is answered at once.
    assert_eq!(at_once(&keys, "b").unwrap(), ["a"]);
    assert_eq!(issuer.fetches(), 1);
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_callers_at_once_make_one_fetch() {
    let (issuer, _paused) = (Issuer::with(&set(&["a"])).await, paused());
    let keys = keys_of(&issuer);
    let callers: Vec<_> = (0..MANY)
        .map(|number| {
            let keys = keys.clone();
            // Half of them ask for a key that is not there.
            let kid = if number % 2 == 0 { "a" } else { "b" };
            tokio::spawn(async move { ask(&keys, kid).await })
        })
        .collect();
    for caller in callers {
        assert_eq!(caller.await.unwrap().unwrap(), ["a"]);
    }
    assert_eq!((issuer.fetches(), issuer.most_open()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_callers_share_a_failure() {
    let (issuer, _paused) = (Issuer::with("").await, paused());
    issuer.answer("/jwks", status("503 Service Unavailable"));
    let keys = keys_of(&issuer);
    let callers: Vec<_> = (0..MANY)
        .map(|_| {
            let keys = keys.clone();
            tokio::spawn(async move { ask(&keys, "a").await })
        })
        .collect();
    for caller in callers {
        let outage = caller.await.unwrap().unwrap_err();
        let source = outage.source().unwrap().to_string();
        assert_eq!(source, "the key set was answered with `503`");
    }
    assert_eq!(issuer.fetches(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_is_cancelled_cancels_nothing() {
    let (issuer, _paused) = (Issuer::with("").await, paused());
    issuer.answer("/jwks", Reply::Begun(String::from("HTTP/1.1 200 OK\r\n")));
    let keys = keys_of(&issuer);
    // Never polled, and polled.
    drop(keys.keys(Some("a")));
    let waits = tokio::spawn({
        let keys = keys.clone();
        async move { ask(&keys, "a").await }
    });
    until("asked", || issuer.fetches() == 1).await;
    waits.abort();
    quiet().await;
    assert_eq!((issuer.fetches(), issuer.open()), (1, 1));

    // The first fetch is still on its way, and whoever comes joins it.
    let joins = keys.keys(Some("a"));
    assert!(matches!(joins, Step::Later(_)));
    issuer.publish(&set(&["a"]));
    after(std::time::Duration::from_secs(5)).await;
    let outage = joins.wait().await.err().unwrap();
    assert_eq!(
        outage.source().unwrap().to_string(),
        "the key set was not here in time"
    );
    assert_eq!(issuer.fetches(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_is_cancelled_before_the_answer_leaves_it_to_others() {
    let (issuer, _paused) = (Issuer::with(&set(&["a"])).await, paused());
    let keys = keys_of(&issuer);
    drop(keys.keys(Some("a")));
    until("fetched", || keys.status().is_usable()).await;
    assert_eq!(at_once(&keys, "a").unwrap(), ["a"]);
    assert_eq!(issuer.fetches(), 1);
}

#[tokio::test(start_paused = true)]
async fn refreshing_joins_a_fetch_that_is_on_its_way_and_waits_for_no_cooldown() {
    let (issuer, _paused) = (Issuer::with(&set(&["a"])).await, paused());
    let keys = keys_of(&issuer);
    let (one, two) = tokio::join!(keys.refresh(), keys.refresh());
    assert!(one.is_ok() && two.is_ok());
    assert_eq!(issuer.fetches(), 1);
    issuer.publish(&set(&["b"]));
    keys.refresh().await.unwrap();
    assert_eq!(issuer.fetches(), 2);
    assert_eq!(at_once(&keys, "b").unwrap(), ["b"]);
}

#[tokio::test(start_paused = true)]
async fn an_issuer_is_sent_a_get_and_nothing_of_the_callers() {
    let (issuer, _paused) = (Issuer::with(&set(&["a"])).await, paused());
    let keys = keys_of(&issuer);
    assert!(ask(&keys, "<secret>").await.is_ok());
    let head = issuer.last_head().to_ascii_lowercase();
    let mut lines: Vec<_> = head.trim_end().lines().collect();
    lines[1..].sort_unstable();
    let host = format!("host: {}", issuer.base().trim_start_matches("http://"));
    let wanted = [
        "get /jwks http/1.1",
        "accept: application/jwk-set+json, application/json",
        &host,
        "user-agent: tower-auth",
    ];
    assert_eq!(lines, wanted);
}
