//! What time it is, said by somebody who can be told.

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

/// How far the clocks of others are taken to be from ours, unless somebody says otherwise.
pub(crate) const LEEWAY: Duration = Duration::from_secs(60);

/// And how far at most, whatever is said.
pub(crate) const LONGEST_LEEWAY: Duration = Duration::from_secs(300);

/// What time it is: the system's clock, or one that a test sets.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use tower_auth::Clock;
///
/// let noon = SystemTime::UNIX_EPOCH + Duration::from_secs(43_200);
/// assert_eq!(Clock::fixed(noon).now(), noon);
/// ```
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    /// The system's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::from_fn(SystemTime::now)
    }

    /// A clock that begins with the system's time, and does not jump when somebody sets that: for
    /// how long ago something was, not for what time it is.
    #[must_use]
    pub fn monotonic() -> Self {
        let (begun, start) = (SystemTime::now(), Instant::now());
        Self::from_fn(move || begun.checked_add(start.elapsed()).unwrap_or(begun))
    }

    /// A clock that stands still at `time`.
    #[must_use]
    pub fn fixed(time: SystemTime) -> Self {
        Self::from_fn(move || time)
    }

    /// A clock that asks `now` each time.
    pub fn from_fn(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        (self.0)()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}
