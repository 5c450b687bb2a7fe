//! What a key owes, as one instant.

use super::limit::Limit;

/// What a key owes, as the instant at which it owes nothing any more. Times are microseconds.
///
/// It is the workload of a queue: each try adds the time after which it comes back, and what is
/// owed drains as time passes.
#[derive(Clone, Copy, Default)]
pub(super) struct Debt {
    until: u64,
    /// The sum of all that was given back. It wraps: only differences are looked at.
    returned: u64,
}

/// A [`Limit`], in microseconds.
#[derive(Clone, Copy)]
pub(super) struct Pace {
    every: u64,
    most: u64,
}

/// What is needed to give a try back: the instant that it led to, plus what had been given back by
/// then.
#[derive(Clone, Copy)]
pub(super) struct Receipt(u64);

impl Debt {
    /// A debt until `until`, of which nothing can be given back that was owed before. `returned` is that of a debt
    /// of the same key, or a later one.
    pub(super) const fn new(until: u64, returned: u64) -> Self {
        Self { until, returned }
    }

    pub(super) const fn until(self) -> u64 {
        self.until
    }

    pub(super) const fn returned(self) -> u64 {
        self.returned
    }

    /// Adds a try.
    pub(super) fn take(&mut self, pace: Pace, now: u64) -> Receipt {
        self.until = self.until.max(now).saturating_add(pace.every);
        Receipt(self.until.wrapping_add(self.returned))
    }

    /// Takes away what is left of a try: what has drained meanwhile was given back by time.
    ///
    /// Since the try was taken, at least the instant that it led to was owed, less what has
    /// been given back of others. So this much was owed all the time, and would not have drained
    /// earlier had the try never been: nothing of another's is taken away.
    pub(super) fn give_back(&mut self, receipt: Receipt, pace: Pace, now: u64) {
        if self.until == u64::MAX {
            return;
        }
        let still = receipt.0.wrapping_sub(self.returned).wrapping_sub(now);
        let left = still.cast_signed().max(0).cast_unsigned().min(pace.every);
        self.until = self.until.saturating_sub(left);
        self.returned = self.returned.wrapping_add(left);
    }
}

impl Pace {
    /// Rounded up, so that tries do not come back early.
    pub(super) fn of(limit: Limit) -> Self {
        let rounded = limit.every().as_nanos().div_ceil(1_000);
        let every = u64::try_from(rounded).unwrap_or(u64::MAX);
        Self {
            every,
            most: every.saturating_mul(limit.tries().into()),
        }
    }

    /// How long a key that owes until `until` waits for its next try. 0: no longer.
    pub(super) fn wait(self, until: u64, now: u64) -> u64 {
        let after = until.max(now).saturating_add(self.every);
        (after - now).saturating_sub(self.most)
    }
}

/// The later of two sums that wrap.
pub(super) const fn later(one: u64, other: u64) -> u64 {
    if one.wrapping_sub(other) < 1 << 63 {
        one
    } else {
        other
    }
}
