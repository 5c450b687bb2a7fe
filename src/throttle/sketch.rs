//! Keys that there is no room for.

use std::sync::{
    Mutex,
    atomic::{AtomicU64, Ordering::SeqCst},
};

use crate::decision::Unavailable;

use super::{
    debt::{Debt, End, Pace},
    poisoned::lock,
};

/// The debts of any number of keys, in a fixed space: a count-min sketch.
///
/// Each key has one cell in each row, and a cell owes what all its keys owe together. The least of
/// a key's cells owes no less than the key does: others can only add to it.
pub(super) struct Sketch {
    rows: Mutex<Rows>,
    /// No cell owes longer, what is held aside.
    until: AtomicU64,
    /// How many tries are held.
    held: AtomicU64,
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
            held: AtomicU64::new(0),
        }
    }

    /// Until when `key` owes at most.
    ///
    /// # Errors
    ///
    /// Where a thread panicked that held the lock.
    pub(super) fn until(&self, key: u64, now: u64) -> Result<u64, Unavailable> {
        // A try that ends is kept before it is no longer held: one of the two shows it.
        if self.held.load(SeqCst) == 0 && self.until.load(SeqCst) <= now {
            return Ok(now);
        }
        let mut rows = lock(&self.rows)?;
        let least = cells(&mut rows, key).map(|cell| cell.until(now)).min();
        Ok(least.unwrap_or(u64::MAX))
    }

    /// Holds a try of `key`.
    ///
    /// # Errors
    ///
    /// Where a thread panicked that held the lock.
    pub(super) fn hold(&self, key: u64, pace: Pace) -> Result<(), Unavailable> {
        let mut rows = lock(&self.rows)?;
        self.held.fetch_add(1, SeqCst);
        for cell in cells(&mut rows, key) {
            cell.hold(pace);
        }
        Ok(())
    }

    /// Lets a try that is held end.
    pub(super) fn end(&self, key: u64, pace: Pace, end: End) {
        let Ok(mut rows) = lock(&self.rows) else {
            return;
        };
        for cell in cells(&mut rows, key) {
            cell.end(pace, end);
            if let Some(paid_at) = cell.paid_at() {
                self.until.fetch_max(paid_at, SeqCst);
            }
        }
        self.held.fetch_sub(1, SeqCst);
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
