//! Issuers that do not answer, for a while or for longer.

use std::time::Duration;

use tokio::time::sleep;
use tower_auth::{Step, Unavailable, jwks::FetchProblem, jwt::KeySource as _};

use crate::{
    desk::{Desk, Says},
    issuer::Issuer,
    keys::set,
    stand::{COOLDOWN, HOUR, MINUTE, SECOND, after, ask, at_once, keys_of, paused, problem, until},
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Why keys are not to be had, and after how long to ask again.
fn told(outage: &Unavailable) -> (String, Duration) {
    let source = outage.source().expect("why").to_string();
    (source, outage.retry_delay().expect("a time"))
}

#[tokio::test(start_paused = true)]
async fn keys_are_kept_through_an_outage_and_fetched_again_after_it() {
    let (mut issuer, _paused) = (Issuer::with(&set(&["a"])).await, paused());
    let keys = keys_of(&issuer);
    keys.ready().await.unwrap();
    issuer.stop().await;
    after(10 * MINUTE).await;
    until("failed", || keys.status().failures() == 1).await;
    assert_eq!(problem(&keys), Some(FetchProblem::Unreachable));
    assert_eq!(at_once(&keys, "a").unwrap(), ["a"]);

    for failures in 2..8 {
        after(COOLDOWN).await;
        until("failed", || keys.status().failures() == failures).await;
        assert_eq!(at_once(&keys, "a").unwrap(), ["a"]);
        assert_eq!(at_once(&keys, "b").unwrap(), ["a"]);
    }
    issuer.publish(&set(&["a", "b"]));
    issuer.start().await;
    after(COOLDOWN).await;
    until("recovered", || keys.status().failures() == 0).await;
    assert_eq!(at_once(&keys, "b").unwrap(), ["a", "b"]);
    // Before the outage and after it; nobody was there in between.
    assert_eq!(issuer.fetches(), 2);
    assert_eq!((keys.status().fetches(), problem(&keys)), (9, None));
}

#[tokio::test(start_paused = true)]
async fn an_issuer_that_fails_is_asked_again_after_1_2_4_8_16_and_30_seconds() {
    let desk = Desk::with(&set(&["a"]));
    let keys = desk.keys();
    keys.ready().await.unwrap();
    desk.says(Says::Down);
    sleep(10 * MINUTE + HOUR).await;
    let pauses = desk.pauses();
    let most = [600, 1, 2, 4, 8, 16].map(Duration::from_secs);
    for (place, &pause) in pauses.iter().enumerate() {
        let most = most.get(place).copied().unwrap_or(30 * SECOND);
        // Up to a quarter earlier, and a tenth where it is a refresh; timers are sharp to a millisecond.
        let least = most * if place == 0 { 90 } else { 75 } / 100;
        let range = least..=most + SECOND / 100;
        assert!(range.contains(&pause), "{place}: {pause:?}");
    }
    // 3569 seconds are left for the pauses of 22.5 to 30 seconds.
    assert!((125..=175).contains(&desk.fetches()), "{}", desk.fetches());
    assert_eq!(keys.status().failures() as usize, desk.fetches() - 1);
}

#[tokio::test(start_paused = true)]
async fn keys_are_good_for_a_day_without_their_issuer_and_not_for_longer() {
    let desk = Desk::with(&set(&["a"]));
    let keys = desk.keys();
    keys.ready().await.unwrap();
    desk.says(Says::Status(502));
    sleep(DAY - SECOND).await;
    assert_eq!(at_once(&keys, "a").unwrap(), ["a"]);
    assert!(keys.status().is_usable());
    sleep(SECOND).await;

    let outage = ask(&keys, "a").await.unwrap_err();
    let (why, wait) = told(&outage);
    assert_eq!(why, "the key set was answered with `502`");
    assert!((SECOND..=COOLDOWN).contains(&wait), "{wait:?}");
    let status = keys.status();
    assert!(!status.is_usable() && status.kids().is_empty());
    assert!(status.age().is_some_and(|age| age >= DAY));

    // It takes one good answer to go on.
    desk.publish(&set(&["b"]));
    sleep(COOLDOWN).await;
    assert_eq!(at_once(&keys, "b").unwrap(), ["b"]);
    assert_eq!(keys.status().failures(), 0);
}

#[tokio::test(start_paused = true)]
async fn how_long_keys_are_kept_can_be_said() {
    let desk = Desk::with(&set(&["a"]));
    let keys = desk.configured().keep_for(2 * HOUR).build().unwrap();
    keys.ready().await.unwrap();
    desk.says(Says::Down);
    sleep(2 * HOUR - SECOND).await;
    assert!(at_once(&keys, "a").is_ok());
    sleep(SECOND).await;
    assert!(ask(&keys, "a").await.is_err());
}

#[tokio::test(start_paused = true)]
async fn what_is_good_is_as_old_as_the_request_for_it() {
    let desk = Desk::with("");
    desk.says(Says::Late(4 * SECOND, set(&["a"])));
    let keys = desk.configured().keep_for(HOUR).build().unwrap();
    keys.ready().await.unwrap();
    assert_eq!(keys.status().age(), Some(4 * SECOND));
    desk.says(Says::Nothing);
    sleep(HOUR - 5 * SECOND).await;
    assert!(at_once(&keys, "a").is_ok());
    sleep(SECOND).await;
    assert!(ask(&keys, "a").await.is_err());
}

#[tokio::test(start_paused = true)]
async fn without_keys_callers_are_told_when_to_ask_again_and_nobody_waits() {
    let desk = Desk::with("");
    desk.says(Says::Down);
    let keys = desk.keys();
    // The first one waits for the fetch; those after it, until the next is due, do not.
    assert!(ask(&keys, "a").await.is_err());
    for _ in 0..1_000 {
        let (why, wait) = told(&at_once(&keys, "a").unwrap_err());
        assert_eq!(why, "the key set could not be fetched");
        assert_eq!(wait, SECOND);
    }
    assert_eq!(desk.fetches(), 1);
    sleep(5 * MINUTE).await;
    let fetches = desk.fetches();
    let (_, wait) = told(&at_once(&keys, "a").unwrap_err());
    assert!((SECOND..=COOLDOWN).contains(&wait), "{wait:?}");
    assert_eq!(desk.fetches(), fetches);
}

#[tokio::test(start_paused = true)]
async fn without_keys_the_issuer_is_asked_until_it_answers_whether_or_not_callers_come() {
    let desk = Desk::with("");
    desk.says(Says::Down);
    let keys = desk.keys();
    assert!(keys.ready().await.is_err());
    sleep(10 * MINUTE).await;
    desk.publish(&set(&["a"]));
    sleep(COOLDOWN).await;
    assert_eq!(at_once(&keys, "a").unwrap(), ["a"]);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_key_hurries_an_issuer_that_fails_no_more_than_the_cooldown_allows() {
    let desk = Desk::with(&set(&["a"]));
    let keys = desk.configured().cooldown(10 * MINUTE).build().unwrap();
    keys.ready().await.unwrap();
    desk.says(Says::Down);
    sleep(HOUR).await;
    let before = desk.fetches();
    for _ in 0..3_600 {
        assert_eq!(ask(&keys, "b").await.unwrap(), ["a"]);
        sleep(SECOND).await;
    }
    // Six by the clock alone, at the latest; each begins a cooldown of its own.
    let more = desk.fetches() - before;
    assert!((6..=8).contains(&more), "{more}");
    // The last word on this issuer: what is known is still given to those who ask.
    assert!(matches!(keys.keys(Some("a")), Step::Now(Ok(_))));
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_a_key_that_can_be_used_takes_no_key_away() {
    let desk = Desk::with(&set(&["a"]));
    let keys = desk.keys();
    keys.ready().await.unwrap();
    for text in [
        r#"{"keys":[]}"#,
        "",
        "<html>",
        r#"{"keys":[{"kty":"oct","k":"AAAA","alg":"HS256"}]}"#,
    ] {
        desk.publish(text);
        assert!(keys.refresh().await.is_err(), "{text}");
        assert_eq!(at_once(&keys, "a").unwrap(), ["a"]);
    }
    assert_eq!((desk.fetches(), keys.status().failures()), (5, 4));
}

#[tokio::test(start_paused = true)]
async fn nothing_that_is_told_names_the_url() {
    let desk = Desk::with("");
    desk.says(Says::Down);
    let keys = desk.keys();
    let error = keys.ready().await.unwrap_err();
    let outage = at_once(&keys, "a").unwrap_err();
    let told = format!("{error} {error:?} {outage:?} {keys:?} {:?}", keys.status());
    for word in ["canary", "as.example.net", "refused"] {
        assert!(!told.contains(word), "{told}");
    }
    // For the log, what the client said is there.
    let source = std::error::Error::source(&error).unwrap();
    assert_eq!(source.to_string(), "connection refused");
}
