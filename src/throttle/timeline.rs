//! A time that does not go back.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, SystemTime},
};

use crate::clock::Clock;

/// A time that does not go back, in microseconds since 1970.
pub(super) struct Timeline {
    clock: Clock,
    latest: AtomicU64,
}

impl Timeline {
    pub(super) const fn new(clock: Clock) -> Self {
        Self {
            clock,
            latest: AtomicU64::new(0),
        }
    }

    /// Asks the clock. It is the application's: nobody who holds a lock calls this.
    ///
    /// A clock that goes back stands still here until it has caught up: nothing is forgiven
    /// meanwhile.
    pub(super) fn ask(&self) {
        self.latest
            .fetch_max(micros(since_1970(self.clock.now())), Ordering::Relaxed);
    }

    /// The latest time that any thread was told. Behind a lock it is no earlier than what was told
    /// to whoever held it before.
    pub(super) fn now(&self) -> u64 {
        self.latest.load(Ordering::Relaxed)
    }
}

/// Whole microseconds: rounded down, so that a moment ago is not later.
pub(super) fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

fn since_1970(time: SystemTime) -> Duration {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
}
