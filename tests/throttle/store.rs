//! A store that several processes share, which answers later (behind a network, say): the one that
//! the documentation of `Counters` shows, with a clock that is set by hand.

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

/// Longer than any request is under way, in microseconds.
pub(crate) const LONGEST: u64 = 60_000_000;

#[derive(Clone)]
pub(crate) struct Store {
    table: Arc<Mutex<Table>>,
    hand: Hand,
}

#[derive(Default)]
struct Table {
    /// The latest time: a store's does not go back.
    now: u64,
    rows: HashMap<[u8; 32], Row>,
}

/// Until when it owes what stays counted, and the tries that may still be given back.
#[derive(Clone)]
struct Row {
    until: u64,
    held: Vec<u64>,
    expires: u64,
}

impl Row {
    fn until(&self, limit: Limit) -> u64 {
        let held = self.held.iter();
        held.fold(self.until, |until, &since| {
            until.max(since) + micros(limit.every())
        })
    }

    fn settle(&mut self, limit: Limit, now: u64) {
        let old = self.held.partition_point(|&since| since + LONGEST <= now);
        for since in self.held.drain(..old) {
            self.until = self.until.max(since) + micros(limit.every());
        }
    }
}

impl Store {
    pub(crate) fn new(hand: &Hand) -> Self {
        Self {
            table: Arc::default(),
            hand: hand.clone(),
        }
    }

    /// What the store is called.
    pub(crate) fn rows(&self) -> Vec<[u8; 32]> {
        self.table.lock().unwrap().rows.keys().copied().collect()
    }

    fn count(self, asked: Vec<([u8; 32], Limit)>) -> Taken {
        let mut table = self.table.lock().unwrap();
        table.now = table.now.max(self.hand.now());
        let now = table.now;
        table.rows.retain(|_, row| row.expires > now);

        let (mut taken, mut wait) = (Vec::new(), 0);
        for &(name, limit) in &asked {
            let new = || Row {
                until: now,
                held: Vec::new(),
                expires: now,
            };
            let mut row = table.rows.get(&name).cloned().unwrap_or_else(new);
            row.settle(limit, now);
            row.held.push(now);
            let until = row.until(limit);
            row.expires = until.max(now + LONGEST);
            wait = wait.max((until - now).saturating_sub(micros(limit.window())));
            taken.push((name, row));
        }
        if wait > 0 {
            let retry_after = Duration::from_micros(wait);
            return Taken::Exhausted { retry_after };
        }
        table.rows.extend(taken);
        drop(table);
        Taken::Permit(Permit::new(move || {
            Step::later(async move {
                yield_now().await;
                self.give_back(&asked, now);
            })
        }))
    }

    fn give_back(&self, asked: &[([u8; 32], Limit)], since: u64) {
        let mut table = self.table.lock().unwrap();
        if table.now.max(self.hand.now()) - since >= LONGEST {
            return;
        }
        for (name, _) in asked {
            let Some(row) = table.rows.get_mut(name) else {
                continue;
            };
            if let Some(place) = row.held.iter().position(|&there| there == since) {
                row.held.remove(place);
            }
        }
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
            Ok(store.count(asked))
        })
    }
}

pub(crate) fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap()
}
