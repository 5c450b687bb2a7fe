//! A store that several processes share, which answers later: behind a network, say.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::task::yield_now;
use tower_auth::{
    Step, Unavailable,
    throttle::{Bucket, Counters, Limit, Permit, Taken},
};

use crate::stand::Hand;

/// Tries, kept one by one for each bucket: there is room for one where a queue that serves one of
/// them at a time has room.
#[derive(Clone)]
pub(crate) struct Store {
    tries: Arc<Mutex<Tries>>,
    hand: Hand,
}

#[derive(Default)]
struct Tries {
    next: u64,
    /// When, and which.
    rows: HashMap<[u8; 32], Vec<(u64, u64)>>,
}

impl Store {
    pub(crate) fn new(hand: &Hand) -> Self {
        Self {
            tries: Arc::default(),
            hand: hand.clone(),
        }
    }

    /// What the store is called.
    pub(crate) fn rows(&self) -> Vec<[u8; 32]> {
        self.tries.lock().unwrap().rows.keys().copied().collect()
    }

    fn take(&self, asked: &[([u8; 32], Limit)]) -> Taken {
        let now = self.hand.now();
        let mut tries = self.tries.lock().unwrap();
        let wait = asked.iter().map(|(row, limit)| {
            let tries = tries.rows.get(row).map(Vec::as_slice).unwrap_or_default();
            wait(tries, *limit, now)
        });
        let wait = wait.max().unwrap_or_default();
        if wait > 0 {
            let retry_after = Duration::from_micros(wait);
            return Taken::Exhausted { retry_after };
        }
        tries.next += 1;
        let number = tries.next;
        for (row, _) in asked {
            tries.rows.entry(*row).or_default().push((now, number));
        }
        let store = self.clone();
        Taken::Permit(Permit::new(move || {
            Step::later(async move {
                yield_now().await;
                let mut tries = store.tries.lock().unwrap();
                for row in tries.rows.values_mut() {
                    row.retain(|&(_, there)| there != number);
                }
            })
        }))
    }
}

impl Counters for Store {
    fn take(&self, buckets: &[Bucket<'_>]) -> Step<Result<Taken, Unavailable>> {
        let asked = buckets.iter();
        let asked = asked.map(|bucket| (bucket.digest(b"pepper"), bucket.limit()));
        let asked: Vec<_> = asked.collect();
        let store = self.clone();
        Step::later(async move {
            yield_now().await;
            Ok(store.take(&asked))
        })
    }
}

/// How long a bucket waits that has had these tries, in order, in microseconds.
pub(crate) fn wait(tries: &[(u64, u64)], limit: Limit, now: u64) -> u64 {
    let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap();
    let every = micros(limit.every());
    let served = tries
        .iter()
        .fold(0, |served, &(at, _)| at.max(served) + every);
    (served.max(now) + every - now).saturating_sub(micros(limit.window()))
}
