//! Keys that there is no room for.

use std::sync::{
    Mutex,
    atomic::{AtomicU64, Ordering},
};

use crate::decision::Unavailable;

use super::{
    debt::{Debt, Pace, Receipt},
    poisoned::lock,
    timeline::Timeline,
};

/// The debts of any number of keys, in a fixed space: a count-min sketch of instants.
///
/// Each key has one cell in each row, and a cell is the debt of all its keys together. The least of a key's
/// cells is no less than what it owes: others can only add to it.
pub(super) struct Sketch {
    rows: Mutex<Rows>,
    /// No cell owes longer.
    until: AtomicU64,
}

type Rows = [Box<[Debt]>; ROWS];

/// Each key's hash has 16 bits for each row.
const ROWS: usize = 4;
const WIDEST: usize = 1 << 16;

impl Sketch {
    /// Rows of `width` cells each, or a few more.
    pub(super) fn new(width: usize) -> Self {
        let width = width.clamp(16, WIDEST).next_power_of_two();
        let row = || vec![Debt::default(); width].into_boxed_slice();
        Self {
            rows: Mutex::new([row(), row(), row(), row()]),
            until: AtomicU64::new(0),
        }
    }

    /// Until when `key` owes at most.
    ///
    /// # Errors
    ///
    /// Where a thread panicked that held the lock.
    pub(super) fn until(&self, key: u64, now: u64) -> Result<u64, Unavailable> {
        if self.until.load(Ordering::Relaxed) <= now {
            return Ok(0);
        }
        let mut rows = lock(&self.rows)?;
        let least = cells(&mut rows, key).map(|cell| cell.until()).min();
        Ok(least.unwrap_or(u64::MAX))
    }

    /// Adds a try of `key`, and answers with what gives it back: a receipt of each row.
    ///
    /// # Errors
    ///
    /// Where a thread panicked that held the lock.
    pub(super) fn take(
        &self,
        key: u64,
        pace: Pace,
        time: &Timeline,
    ) -> Result<Vec<Receipt>, Unavailable> {
        let mut rows = lock(&self.rows)?;
        let now = time.now();
        let take = |cell: &mut Debt| {
            let receipt = cell.take(pace, now);
            self.until.fetch_max(cell.until(), Ordering::Relaxed);
            receipt
        };
        Ok(cells(&mut rows, key).map(take).collect())
    }

    pub(super) fn give_back(&self, key: u64, receipts: Vec<Receipt>, pace: Pace, time: &Timeline) {
        let Ok(mut rows) = lock(&self.rows) else {
            return;
        };
        let now = time.now();
        for (cell, receipt) in cells(&mut rows, key).zip(receipts) {
            cell.give_back(receipt, pace, now);
        }
    }
}

/// The cells of `key`, one in each row.
fn cells(rows: &mut Rows, key: u64) -> impl Iterator<Item = &mut Debt> {
    rows.iter_mut()
        .zip([48, 32, 16, 0])
        .filter_map(move |(row, shift)| {
            let [.., high, low] = (key >> shift).to_be_bytes();
            let place = usize::from(u16::from_be_bytes([high, low]));
            let width = row.len();
            row.get_mut(place % width)
        })
}
