//! How many tries at once, and how they come back.

use std::time::Duration;

use crate::inspect::Inspection;

/// How many tries there are at once, and after how long each comes back: a leaky bucket.
///
/// Tries come back one by one, never all at once, and whoever tries with none left changes nothing:
/// it neither costs a try nor puts off the next. A limit without tries, without a time, or of more
/// than a year is found when the layer is built, or by [`Throttle::inspect`](super::Throttle::inspect).
///
/// ```
/// use std::time::Duration;
/// use tower_auth::throttle::Limit;
///
/// let limit = Limit::new(60, Duration::from_secs(30));
/// assert_eq!(limit.window(), Duration::from_secs(1_800));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limit {
    tries: u32,
    every: Duration,
}

/// What takes longer to come back is more likely a slip of the pen than meant.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 60 * 60);

impl Limit {
    /// `tries` at once, of which one comes back `every` so often.
    #[must_use]
    pub const fn new(tries: u32, every: Duration) -> Self {
        Self { tries, every }
    }

    /// How many tries there are at once.
    #[must_use]
    pub const fn tries(self) -> u32 {
        self.tries
    }

    /// After how long one try comes back.
    #[must_use]
    pub const fn every(self) -> Duration {
        self.every
    }

    /// After how long all tries are back, and nothing need be remembered any more.
    #[must_use]
    pub const fn window(self) -> Duration {
        self.every.saturating_mul(self.tries)
    }

    /// Whether it limits anything, and lets anybody in.
    pub(super) const fn is_sound(self) -> bool {
        self.tries > 0 && !self.every.is_zero()
    }

    pub(super) fn inspect(self, name: &'static str, inspection: &mut Inspection) {
        if self.tries == 0 {
            inspection.problem(format!(
                "the limit `{name}` allows `0` tries: nobody would ever be let in, give it at least one"
            ));
        }
        if self.every.is_zero() {
            inspection.problem(format!(
                "the limit `{name}` gives a try back every `0` seconds: nothing would be limited, \
                 give it a time"
            ));
        }
        if self.window() > LONGEST {
            inspection.problem(format!(
                "the limit `{name}` takes `{}` seconds to give all tries back: keep it within a year",
                self.window().as_secs()
            ));
        }
    }
}
