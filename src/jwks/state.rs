//! What is known, how old it is, and who fetches it anew, as values: it waits for nothing.

use std::{sync::Arc, time::Duration};

use tokio::{sync::Notify, task::AbortHandle, time::Instant};

use crate::decision::Unavailable;

use super::{error::FetchError, pace::Pace};

/// The least that callers are told to wait.
const SOON: Duration = Duration::from_secs(1);

/// What was fetched, and how long it says that it is fresh.
pub(super) type Fetched<T> = Result<(T, Option<Duration>), FetchError>;

pub(super) struct State<T> {
    pace: Pace,
    good: Option<Good<T>>,
    error: Option<FetchError>,
    failures: u32,
    /// When the last try ended.
    tried: Option<Instant>,
    /// When the next one is due. At once, before the first.
    due: Option<Instant>,
    begun: u64,
    progress: Progress,
    asked_for: bool,
    driver: Option<Driver>,
    drivers: u64,
}

/// How many tries have finished, and how many drivers were lost.
#[derive(Clone, Copy, Default)]
pub(super) struct Progress {
    pub(super) finished: u64,
    pub(super) lost: u64,
}

struct Good<T> {
    value: T,
    since: Instant,
}

/// The one task that fetches.
pub(super) struct Driver {
    number: u64,
    wake: Arc<Notify>,
    /// How to stop it.
    pub(super) task: Option<AbortHandle>,
    flight: Option<Instant>,
    /// If it has not been heard of by then, its runtime is gone, or stands still.
    heard_by: Instant,
}

/// A driver that is to be spawned.
pub(super) struct Hired {
    pub(super) number: u64,
    pub(super) wake: Arc<Notify>,
    /// The one before it, which nobody heard of any more.
    pub(super) replaces: Option<AbortHandle>,
}

/// What the driver does next.
pub(super) enum Next {
    Fetch,
    Rest(Instant),
    /// Another one drives, or nobody needs one any more.
    Leave,
}

/// What to do for somebody who asks.
pub(super) enum Look<T> {
    /// This is all there is to know.
    Known(T),
    /// A try is on its way, and will tell.
    Wait,
    /// Nothing is known, and it is too early to try again.
    Nothing,
}

/// What is known, for a health page.
pub(super) struct Snapshot<T> {
    pub(super) value: Option<T>,
    pub(super) age: Option<Duration>,
    pub(super) next: Option<Duration>,
    pub(super) failures: u32,
    pub(super) error: Option<FetchError>,
    pub(super) begun: u64,
}

impl<T: Clone> State<T> {
    pub(super) const fn new(pace: Pace) -> Self {
        Self {
            pace,
            good: None,
            error: None,
            failures: 0,
            tried: None,
            due: None,
            begun: 0,
            progress: Progress {
                finished: 0,
                lost: 0,
            },
            asked_for: false,
            driver: None,
            drivers: 0,
        }
    }

    /// What is known, and not too old to be used.
    pub(super) fn known(&self, now: Instant) -> Option<&T> {
        let good = self.good.as_ref()?;
        let age = now.saturating_duration_since(good.since);
        (age < self.pace.keep_for).then_some(&good.value)
    }

    /// What to do for somebody to whom `suffices` tells whether what is known will do.
    pub(super) fn look(&mut self, now: Instant, suffices: impl Fn(&T) -> bool) -> Look<T> {
        let known = self.known(now).cloned();
        let waits = match &known {
            Some(value) if suffices(value) => false,
            Some(_) => self.is_fetching() || self.has_cooled_down(now),
            None => self.is_fetching() || self.is_due(now),
        };
        match known {
            _ if waits => {
                self.ask();
                Look::Wait
            }
            Some(value) => Look::Known(value),
            None => Look::Nothing,
        }
    }

    /// Asks for a try, unless one is on its way.
    pub(super) fn ask(&mut self) {
        if !self.is_fetching() {
            self.asked_for = true;
            if let Some(driver) = &self.driver {
                driver.wake.notify_one();
            }
        }
    }

    /// Whether there is nobody who fetches, as far as can be seen.
    pub(super) fn lacks_driver(&self, now: Instant) -> bool {
        self.driver
            .as_ref()
            .is_none_or(|driver| driver.heard_by < now)
    }

    pub(super) fn hire(&mut self, now: Instant) -> Hired {
        self.drivers = self.drivers.saturating_add(1);
        let wake = Arc::new(Notify::new());
        let replaced = self.driver.replace(Driver {
            number: self.drivers,
            wake: Arc::clone(&wake),
            task: None,
            flight: None,
            heard_by: now + self.pace.patience,
        });
        Hired {
            number: self.drivers,
            wake,
            replaces: replaced.and_then(|driver| driver.task),
        }
    }

    /// Remembers how to stop the driver of this number. Gives it back if another one drives already.
    pub(super) fn hired(&mut self, number: u64, task: AbortHandle) -> Option<AbortHandle> {
        match self.driver(number) {
            Some(driver) => {
                driver.task = Some(task);
                None
            }
            None => Some(task),
        }
    }

    /// Forgets the driver of this number, or whichever there is.
    pub(super) fn dismiss(&mut self, number: Option<u64>) -> Option<Driver> {
        let is_meant = |driver: &mut Driver| number.is_none_or(|number| number == driver.number);
        let driver = self.driver.take_if(is_meant)?;
        self.progress.lost = self.progress.lost.saturating_add(1);
        Some(driver)
    }

    pub(super) const fn progress(&self) -> Progress {
        self.progress
    }

    /// The number of the driver.
    pub(super) fn driven_by(&self) -> Option<u64> {
        self.driver.as_ref().map(|driver| driver.number)
    }

    /// What the driver of this number does next.
    pub(super) fn next(&mut self, number: u64, now: Instant) -> Next {
        let (is_due, due, patience) = (
            self.asked_for || self.is_due(now),
            self.due,
            self.pace.patience,
        );
        let Some(driver) = self.driver(number) else {
            return Next::Leave;
        };
        match due {
            Some(due) if !is_due => {
                driver.heard_by = due + patience;
                Next::Rest(due)
            }
            Some(_) | None => {
                driver.heard_by = now + patience;
                driver.flight = Some(now);
                self.asked_for = false;
                self.begun = self.begun.saturating_add(1);
                Next::Fetch
            }
        }
    }

    /// Takes in what the driver of this number fetched. `None` if another one drives.
    pub(super) fn finish(
        &mut self,
        number: u64,
        fetched: Fetched<T>,
        now: Instant,
    ) -> Option<Progress> {
        let since = self.driver(number)?.flight.take().unwrap_or(now);
        match fetched {
            Ok((value, lifetime)) => {
                self.good = Some(Good { value, since });
                self.error = None;
                self.failures = 0;
                self.due = Some(since + Pace::refresh(lifetime));
            }
            Err(error) => {
                self.error = Some(error);
                self.failures = self.failures.saturating_add(1);
                self.due = Some(now + self.pace.retry(self.failures));
            }
        }
        self.tried = Some(now);
        self.progress.finished = self.progress.finished.saturating_add(1);
        Some(self.progress)
    }

    /// How the last try ended.
    pub(super) fn result(&self) -> Result<(), FetchError> {
        self.error.clone().map_or(Ok(()), Err)
    }

    pub(super) fn failures(&self) -> u32 {
        self.failures
    }

    pub(super) fn snapshot(&self, now: Instant) -> Snapshot<T> {
        Snapshot {
            value: self.known(now).cloned(),
            age: self
                .good
                .as_ref()
                .map(|good| now.saturating_duration_since(good.since)),
            next: self.due.map(|due| due.saturating_duration_since(now)),
            failures: self.failures,
            error: self.error.clone(),
            begun: self.begun,
        }
    }

    /// What to say where nothing is known: why, and after how long to ask again.
    pub(super) fn outage(&self, now: Instant, why: Option<FetchError>) -> Unavailable {
        let why = self.error.clone().or(why);
        let outage = why.map_or_else(
            || Unavailable::new("no keys were fetched"),
            Unavailable::from,
        );
        let next = self.due.map(|due| due.saturating_duration_since(now));
        outage.retry_after(next.unwrap_or_default().max(SOON))
    }

    fn driver(&mut self, number: u64) -> Option<&mut Driver> {
        self.driver
            .as_mut()
            .filter(|driver| driver.number == number)
    }

    fn is_fetching(&self) -> bool {
        let flies = self
            .driver
            .as_ref()
            .is_some_and(|driver| driver.flight.is_some());
        self.asked_for || flies
    }

    fn is_due(&self, now: Instant) -> bool {
        self.due.is_none_or(|due| due <= now)
    }

    fn has_cooled_down(&self, now: Instant) -> bool {
        let since = |tried| now.saturating_duration_since(tried);
        self.tried
            .is_none_or(|tried| since(tried) >= self.pace.cooldown)
    }
}
