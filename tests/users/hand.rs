//! A table that remembers, and a clock that is set by hand.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use tower_auth::{
    BasicCredentials, Clock, Step,
    password::Pool,
    verify::{UserTable, Verify as _},
};

use crate::stand::{RIGHT, SESAME, Said, Table, ask, small};

/// A clock that is set by hand, in seconds.
#[derive(Clone, Default)]
pub(crate) struct Hand(Arc<AtomicU64>);

impl Hand {
    pub(crate) fn set(&self, seconds: u64) {
        self.0.store(seconds, Ordering::SeqCst);
    }

    fn clock(&self) -> Clock {
        let hand = self.clone();
        Clock::from_fn(move || {
            let seconds = hand.0.load(Ordering::SeqCst);
            SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 + seconds)
        })
    }
}

/// A table that remembers for 30 seconds.
pub(crate) struct Stand {
    pub(crate) users: Table,
    pub(crate) pool: Pool,
    pub(crate) hand: Hand,
}

impl Stand {
    pub(crate) fn new(capacity: usize) -> Self {
        let (pool, hand) = (Pool::new(1, 0), Hand::default());
        let users = UserTable::new()
            .parameters(small())
            .pool(pool.clone())
            .clock(hand.clock())
            .remember(Duration::from_secs(30), capacity);
        for (user_id, name) in [("ann", "Ann"), ("bob", "Bob"), ("carl", "Carl")] {
            users.insert(user_id, SESAME, name).unwrap();
        }
        Self { users, pool, hand }
    }

    /// Asks whether it is remembered, and no more: nothing is hashed, nothing kept.
    pub(crate) fn look_up(&self, user_id: &str) {
        let credentials = BasicCredentials::new(user_id, RIGHT);
        let step = self.users.verify(credentials);
        assert!(matches!(step, Step::Later(_)), "it is remembered");
    }

    /// What is said, and how many hashes it cost.
    pub(crate) async fn ask(&self, user_id: &str, password: &str) -> (Said<&'static str>, u64) {
        let before = self.pool.hashes();
        let said = ask(&self.users, user_id, password).await;
        (said, self.pool.hashes() - before)
    }
}
