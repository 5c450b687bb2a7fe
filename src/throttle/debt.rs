//! What a key owes.

use super::limit::Limit;

/// What a key owes. Each try costs the time after which it comes back, and time pays. Times are
/// microseconds.
#[derive(Clone, Copy, Default)]
pub(super) struct Debt {
    /// When all tries that stay counted have come back.
    until: u64,
    /// What the tries cost of which nobody knows yet whether they stay counted. Time pays nothing
    /// of it.
    held: u64,
}

/// A [`Limit`], in microseconds.
#[derive(Clone, Copy)]
pub(super) struct Pace {
    every: u64,
    most: u64,
}

/// How a try ends that was held.
#[derive(Clone, Copy)]
pub(super) enum End {
    /// As if it had never been: not a moment of another's is taken away.
    GivenBack,
    /// It stays counted, from the time on at which it began.
    Kept { since: u64 },
}

impl Debt {
    /// A debt that is known to last until `until`.
    pub(super) const fn known(until: u64) -> Self {
        Self { until, held: 0 }
    }

    /// Until when the key owes, if all that is held stays counted.
    pub(super) fn until(self, now: u64) -> u64 {
        self.until.max(now).saturating_add(self.held)
    }

    /// Whether it owes nothing, and nothing is held.
    pub(super) const fn is_paid(self, now: u64) -> bool {
        self.until <= now && self.held == 0
    }

    /// When it is paid, if nothing is held.
    pub(super) const fn paid_at(self) -> Option<u64> {
        if self.held == 0 {
            Some(self.until)
        } else {
            None
        }
    }

    /// Holds a try.
    pub(super) fn hold(&mut self, pace: Pace) {
        self.held = self.held.saturating_add(pace.every);
    }

    /// Lets a try end that was held.
    pub(super) fn end(&mut self, pace: Pace, end: End) {
        self.held = self.held.saturating_sub(pace.every);
        if let End::Kept { since } = end {
            self.until = self.until.max(since).saturating_add(pace.every);
        }
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
