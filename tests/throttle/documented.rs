//! The store that the documentation of `Counters` shows, and tries that are older than any request.

use std::time::Duration;

use tower_auth::throttle::{Bucket, Counters as _, Limit, Taken};

use crate::{
    model::now,
    stand::Hand,
    store::{LONGEST, Store},
};

/// What nobody gives back in time stays counted, and its row goes.
#[test]
fn a_process_that_dies_leaves_nothing_to_clear_up() {
    let hand = Hand::new();
    let store = Store::new(&hand);
    let bucket = [Bucket::new(
        Some("alice"),
        None,
        Limit::new(3, Duration::from_secs(10)),
    )];
    let take = || match now(store.take(&bucket)).unwrap() {
        Taken::Permit(permit) => Some(permit),
        Taken::Exhausted { .. } => None,
    };
    let late = take().unwrap();
    std::mem::forget(take().unwrap());
    hand.pass(Duration::from_micros(LONGEST));
    let counted: Vec<_> = (0..3).map(|_| take().unwrap()).collect();
    now(late.give_back());
    assert!(take().is_none(), "it takes nothing of the others with it");
    drop(counted);
    hand.pass(Duration::from_micros(LONGEST));
    let bob = [Bucket::new(
        Some("bob"),
        None,
        Limit::new(3, Duration::from_secs(10)),
    )];
    assert!(matches!(now(store.take(&bob)), Ok(Taken::Permit(_))));
    assert_eq!(store.rows().len(), 1, "hers is forgotten");
}

#[test]
fn a_store_that_settles_old_tries_keeps_them_counted() {
    let hand = Hand::new();
    let store = Store::new(&hand);
    let limit = Limit::new(2, Duration::from_secs(3_600));
    let bucket = [Bucket::new(Some("alice"), None, limit)];
    let take = || match now(store.take(&bucket)).unwrap() {
        Taken::Permit(permit) => Some(permit),
        Taken::Exhausted { .. } => None,
    };
    drop(take().unwrap());
    hand.pass(Duration::from_micros(LONGEST));
    let second = take().unwrap();
    hand.pass(Duration::from_micros(LONGEST));
    assert!(take().is_none(), "two are counted");
    now(second.give_back());
    assert!(take().is_none(), "it was too late");
    hand.pass(Duration::from_micros(3_600_000_000 - 2 * LONGEST));
    drop(take().unwrap());
    assert!(take().is_none());
}
