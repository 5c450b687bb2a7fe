//! How long the background task lives: with the clones, and with the runtime that it runs on.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use tokio::{
    runtime::{Builder, Runtime},
    time::sleep,
};
use tower_auth::{
    Step,
    jwks::{FetchProblem, RemoteKeys},
    jwt::KeySource as _,
};

use crate::{
    desk::{Desk, Says},
    issuer::{Issuer, KEYS, Reply},
    keys::set,
    stand::{
        COOLDOWN, HOUR, MINUTE, SECOND, ask, at_once, http, keys_of, paused, paused_thread,
        problem, until,
    },
};

fn multi_thread() -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
}

fn single_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// What a future answers where there is no runtime, and nobody wakes it.
fn alone<T>(future: impl Future<Output = T>) -> T {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("waits where nobody wakes it"),
    }
}

#[tokio::test(start_paused = true)]
async fn the_task_ends_with_the_last_clone() {
    let desk = Desk::with(&set(&["a"]));
    let keys = desk.keys();
    let clone = keys.clone();
    keys.ready().await.unwrap();
    drop(keys);
    sleep(HOUR).await;
    let fetches = desk.fetches();
    assert!((6..=8).contains(&fetches), "{fetches}");
    assert!(desk.clones() > 0);

    drop(clone);
    sleep(24 * HOUR).await;
    assert_eq!(desk.fetches(), fetches);
    // And the client is gone with it.
    assert_eq!(desk.clones(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_keeps_the_task_until_it_is_answered() {
    let desk = Desk::with("");
    desk.says(Says::Late(SECOND, set(&["a"])));
    let keys = desk.keys();
    let step = keys.keys(Some("a"));
    drop(keys);
    assert_eq!(step.wait().await.unwrap().len(), 1);
    sleep(24 * HOUR).await;
    assert_eq!((desk.fetches(), desk.clones()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_fetch_that_nobody_needs_any_more_is_given_up() {
    let (issuer, _paused) = (Issuer::with("").await, paused());
    issuer.answer(KEYS, Reply::Begun(String::from("HTTP/1.1 200 OK\r\n")));
    let keys = keys_of(&issuer);
    let asked = keys.keys(Some("a"));
    until("asked", || issuer.fetches() == 1).await;
    assert_eq!(issuer.open(), 1);
    drop((keys, asked));
    until("closed", || issuer.open() == 0).await;
    assert_eq!(issuer.fetches(), 1);
}

#[test]
fn keys_outlive_the_runtime_that_fetched_them() {
    let desk = Desk::with(&set(&["a"]));
    let keys = desk.keys();
    for (number, runtime) in [
        single_thread(),
        multi_thread(),
        single_thread(),
        multi_thread(),
    ]
    .into_iter()
    .enumerate()
    {
        runtime.block_on(async {
            if number == 0 {
                keys.ready().await.unwrap();
            }
            // They are here, and nothing is due.
            assert_eq!(at_once(&keys, "a").unwrap(), ["a"]);
            assert_eq!(desk.fetches(), number + 1);
            keys.refresh().await.unwrap();
        });
        drop(runtime);
        assert_eq!(at_once(&keys, "a").unwrap(), ["a"]);
    }
    assert_eq!(desk.fetches(), 5);
}

#[test]
fn a_runtime_that_ends_during_a_fetch_leaves_it_to_the_next() {
    let desk = Desk::with("");
    desk.says(Says::Nothing);
    let keys = desk.keys();
    for runtime in [single_thread(), multi_thread()] {
        let fetches = desk.fetches();
        let step = runtime.block_on(async {
            let step = keys.keys(Some("a"));
            until("asked", || desk.fetches() > fetches).await;
            step
        });
        drop(runtime);
        // Nobody fetches here, and nobody panics.
        assert!(alone(step.wait()).is_err());
    }
    desk.publish(&set(&["a"]));
    single_thread().block_on(async {
        assert_eq!(ask(&keys, "a").await.unwrap(), ["a"]);
    });
    assert_eq!((desk.fetches(), keys.status().failures()), (3, 0));
}

#[test]
fn who_waits_elsewhere_goes_on_where_a_runtime_ends() {
    let desk = Desk::with("");
    desk.says(Says::Nothing);
    let keys = desk.keys();
    let (ends, stays) = (multi_thread(), multi_thread());
    ends.block_on(async {
        drop(keys.keys(Some("a")));
        until("asked", || desk.fetches() == 1).await;
    });
    let waits: Vec<_> = (0..100)
        .map(|_| {
            let keys = keys.clone();
            let step = keys.keys(Some("a"));
            assert!(matches!(step, Step::Later(_)));
            stays.spawn(step.wait())
        })
        .collect();
    desk.publish(&set(&["a"]));
    drop(ends);
    stays.block_on(async {
        for wait in waits {
            assert_eq!(wait.await.unwrap().unwrap().len(), 1);
        }
    });
    assert_eq!(desk.fetches(), 2);
}

#[test]
fn a_runtime_that_stands_still_is_waited_for_no_longer_than_a_fetch_may_take() {
    let desk = Desk::with("");
    desk.says(Says::Nothing);
    let keys = desk.keys();
    let still = single_thread();
    still.block_on(async {
        drop(keys.keys(Some("a")));
        until("asked", || desk.fetches() == 1).await;
    });
    desk.publish(&set(&["a"]));
    let goes_on = paused_thread();
    goes_on.block_on(async {
        let begun = tokio::time::Instant::now();
        let outage = ask(&keys, "a").await.unwrap_err();
        let waited = begun.elapsed();
        // Twice the timeout, and a second.
        assert!((10 * SECOND..12 * SECOND).contains(&waited), "{waited:?}");
        let why = outage.source().unwrap().to_string();
        assert_eq!(
            why,
            "the key set was being fetched on a runtime that shut down or stands still"
        );
        // Then it is fetched here.
        assert_eq!(ask(&keys, "a").await.unwrap(), ["a"]);
    });
    assert_eq!(desk.fetches(), 2);
    // What wakes up late changes nothing.
    still.block_on(async { sleep(Duration::from_millis(20)).await });
    assert_eq!((desk.fetches(), keys.status().failures()), (2, 0));
}

#[test]
fn a_task_whose_runtime_stands_still_is_replaced_when_it_is_overdue() {
    let desk = Desk::with(&set(&["a"]));
    let keys = desk.keys();
    let still = single_thread();
    still.block_on(keys.ready()).unwrap();
    let goes_on = paused_thread();
    goes_on.block_on(async {
        sleep(10 * MINUTE + 12 * SECOND).await;
        assert_eq!(desk.fetches(), 1);
        assert_eq!(at_once(&keys, "a").unwrap(), ["a"]);
        sleep(SECOND).await;
        assert_eq!(desk.fetches(), 2);
        sleep(HOUR).await;
        assert!((8..=9).contains(&desk.fetches()), "{}", desk.fetches());
    });
}

#[test]
fn a_task_that_rests_where_nothing_wakes_it_is_replaced_when_it_is_asked_in_vain() {
    let desk = Desk::with(&set(&["a"]));
    let keys = desk.keys();
    let still = single_thread();
    still.block_on(keys.ready()).unwrap();
    desk.publish(&set(&["a", "b"]));
    let goes_on = paused_thread();
    goes_on.block_on(async {
        sleep(COOLDOWN).await;
        let begun = tokio::time::Instant::now();
        // What is known is not held back for ever.
        assert_eq!(ask(&keys, "b").await.unwrap(), ["a"]);
        assert!(begun.elapsed() < 12 * SECOND);
        assert_eq!(desk.fetches(), 1);
        let begun = tokio::time::Instant::now();
        assert_eq!(ask(&keys, "b").await.unwrap(), ["a", "b"]);
        assert!(begun.elapsed() < SECOND);
    });
    assert_eq!(desk.fetches(), 2);
}

#[test]
fn without_a_runtime_keys_that_are_known_are_used_and_others_are_an_outage() {
    let desk = Desk::with(&set(&["a"]));
    let keys = desk.keys();
    for _ in 0..3 {
        let outage = alone(ask(&keys, "a")).unwrap_err();
        let why = outage.source().unwrap().to_string();
        assert_eq!(
            why,
            "the key set is fetched on the runtime of tokio, with its timer, and this is not running on one"
        );
        assert_eq!(
            alone(keys.ready()).unwrap_err().problem(),
            FetchProblem::NoRuntime
        );
        assert_eq!(
            alone(keys.refresh()).unwrap_err().problem(),
            FetchProblem::NoRuntime
        );
    }
    assert_eq!(desk.fetches(), 0);

    single_thread().block_on(keys.ready()).unwrap();
    assert_eq!(at_once(&keys, "a").unwrap(), ["a"]);
    assert_eq!(alone(ask(&keys, "unknown")).unwrap(), ["a"]);
    assert_eq!(desk.fetches(), 1);
}

#[test]
fn a_step_that_was_made_without_a_runtime_can_be_waited_for_on_one() {
    let desk = Desk::with(&set(&["a"]));
    let keys = desk.keys();
    let step = keys.keys(Some("a"));
    let waited = single_thread().block_on(step.wait());
    assert_eq!(waited.unwrap().len(), 1);
    assert_eq!(desk.fetches(), 1);
}

#[test]
fn a_runtime_without_a_timer_is_an_outage() {
    let desk = Desk::with(&set(&["a"]));
    let keys = desk.keys();
    let runtime = Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        assert!(ask(&keys, "a").await.is_err());
        assert_eq!(
            keys.ready().await.unwrap_err().problem(),
            FetchProblem::NoRuntime
        );
    });
    single_thread().block_on(async {
        assert_eq!(ask(&keys, "a").await.unwrap(), ["a"]);
    });
}

#[test]
fn a_runtime_without_sockets_is_an_outage() {
    let keys = RemoteKeys::new("http://127.0.0.1:9/", http());
    let keys = keys.allow_http_on_loopback().build().unwrap();
    let runtime = Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        assert!(ask(&keys, "a").await.is_err());
    });
    assert_eq!(problem(&keys), Some(FetchProblem::Panicked));
}

#[tokio::test(start_paused = true)]
async fn one_set_of_keys_serves_many_threads() {
    let desk = Desk::with(&set(&["a"]));
    let keys = desk.keys();
    keys.ready().await.unwrap();
    sleep(COOLDOWN).await;
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..10_000 {
                    assert_eq!(at_once(&keys, "a").unwrap().len(), 1);
                }
            });
        }
    });
    assert_eq!(desk.fetches(), 1);
}
