//! Keys that are known one by one.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

use super::debt::{Debt, Pace, Receipt, later};

/// A part of the table: the debts of as many keys as there is room for. One that is owed is never
/// forgotten; one that has drained is as if it had never been.
pub(super) struct Shard {
    debts: HashMap<u64, Debt, BuildHasherDefault<AsItIs>>,
    room: usize,
    /// No debt drains earlier.
    soonest: u64,
    /// No debt that was forgotten had more given back.
    returned: u64,
}

impl Shard {
    pub(super) fn new(room: usize) -> Self {
        Self {
            debts: HashMap::default(),
            room,
            soonest: u64::MAX,
            returned: 0,
        }
    }

    /// Until when `key` owes, if it is known.
    pub(super) fn until(&self, key: u64) -> Option<u64> {
        self.debts.get(&key).map(|debt| debt.until())
    }

    /// Adds a try of `key`. One that was not known begins with a debt until `known`. `None` where
    /// there is no room for it.
    pub(super) fn take(&mut self, key: u64, pace: Pace, now: u64, known: u64) -> Option<Receipt> {
        if let Some(debt) = self.debts.get_mut(&key) {
            return Some(debt.take(pace, now));
        }
        if self.debts.len() >= self.room {
            self.forget_drained(now);
        }
        if self.debts.len() >= self.room {
            return None;
        }
        let mut debt = Debt::new(known, self.returned);
        let receipt = debt.take(pace, now);
        self.soonest = self.soonest.min(debt.until());
        self.debts.insert(key, debt);
        Some(receipt)
    }

    pub(super) fn give_back(&mut self, key: u64, receipt: Receipt, pace: Pace, now: u64) {
        let Some(debt) = self.debts.get_mut(&key) else {
            return;
        };
        debt.give_back(receipt, pace, now);
        let debt = *debt;
        if debt.until() <= now {
            self.debts.remove(&key);
            self.returned = later(self.returned, debt.returned());
        } else {
            self.soonest = self.soonest.min(debt.until());
        }
    }

    fn forget_drained(&mut self, now: u64) {
        if self.soonest > now {
            return;
        }
        let (mut soonest, mut returned) = (u64::MAX, self.returned);
        self.debts.retain(|_, debt| {
            let owed = debt.until() > now;
            if owed {
                soonest = soonest.min(debt.until());
            } else {
                returned = later(returned, debt.returned());
            }
            owed
        });
        (self.soonest, self.returned) = (soonest, returned);
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
