//! Keys that are known one by one.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

use super::debt::{Debt, End, Pace};

/// A part of the table: the debts of as many keys as there is room for. One that is owed is never
/// forgotten; one that is paid is as if it had never been.
pub(super) struct Shard {
    debts: HashMap<u64, Debt, BuildHasherDefault<AsItIs>>,
    room: usize,
    /// No debt of which nothing is held is paid earlier.
    soonest: u64,
}

impl Shard {
    pub(super) fn new(room: usize) -> Self {
        Self {
            debts: HashMap::default(),
            room,
            soonest: u64::MAX,
        }
    }

    /// Until when `key` owes, if it is known.
    pub(super) fn until(&self, key: u64, now: u64) -> Option<u64> {
        self.debts.get(&key).map(|debt| debt.until(now))
    }

    /// Holds a try of `key`. One that was not known begins with a debt until `known`. Says whether
    /// there is room for it.
    pub(super) fn hold(&mut self, key: u64, pace: Pace, now: u64, known: u64) -> bool {
        if let Some(debt) = self.debts.get_mut(&key) {
            debt.hold(pace);
            return true;
        }
        if self.debts.len() >= self.room {
            self.forget_paid(now);
        }
        if self.debts.len() >= self.room {
            return false;
        }
        let mut debt = Debt::known(known);
        debt.hold(pace);
        self.debts.insert(key, debt);
        true
    }

    /// Lets a try that is held end. A key that owes nothing then is forgotten.
    pub(super) fn end(&mut self, key: u64, pace: Pace, end: End, now: u64) {
        let Some(debt) = self.debts.get_mut(&key) else {
            return;
        };
        debt.end(pace, end);
        let debt = *debt;
        if debt.is_paid(now) {
            self.debts.remove(&key);
        } else if let Some(paid_at) = debt.paid_at() {
            self.soonest = self.soonest.min(paid_at);
        }
    }

    fn forget_paid(&mut self, now: u64) {
        if self.soonest > now {
            return;
        }
        self.debts.retain(|_, debt| !debt.is_paid(now));
        let debts = self.debts.values();
        let soonest = debts.filter_map(|debt| debt.paid_at()).min();
        self.soonest = soonest.unwrap_or(u64::MAX);
    }
}

/// Keys are hashes already, of a kind that nobody outside can choose.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}
