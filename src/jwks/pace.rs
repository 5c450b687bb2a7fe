//! How often may be fetched, and how long keys are good.

use std::{collections::hash_map::RandomState, hash::BuildHasher as _, time::Duration};

/// What is fetched is fetched again after this long, if it says that it is fresh for less.
const SOONEST: Duration = Duration::from_secs(60);
/// Or for more: a key that its issuer takes back is gone then.
const LATEST: Duration = Duration::from_secs(60 * 60);
/// Or if it does not say.
const UNTOLD: Duration = Duration::from_secs(10 * 60);
/// After the first failure.
const RETRY: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// The least time between two fetches that unknown keys ask for, and the most between two while
    /// they fail.
    pub(super) cooldown: Duration,
    /// How long what was fetched is good while nothing else can be.
    pub(super) keep_for: Duration,
    /// When a fetch that has not ended never will.
    pub(super) patience: Duration,
}

impl Pace {
    /// After how long to fetch again what says that it is fresh for so long: up to a tenth earlier, so
    /// that many processes do not ask at once.
    pub(super) fn refresh(lifetime: Option<Duration>) -> Duration {
        let after = lifetime.unwrap_or(UNTOLD).clamp(SOONEST, LATEST);
        after.saturating_sub(part_of(after / 10))
    }

    /// After how long to try again after so many failures: twice as long each time, up to the
    /// cooldown, and up to a quarter earlier.
    pub(super) fn retry(&self, failures: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
        let after = RETRY.saturating_mul(doubled).min(self.cooldown);
        after.saturating_sub(part_of(after / 4))
    }
}

/// A part of it, by chance.
fn part_of(whole: Duration) -> Duration {
    const STEPS: u64 = 1024;
    // Nobody need be unable to guess it: the seed of the standard library's maps will do.
    let chance = RandomState::new().hash_one(()) % STEPS;
    whole / 1024 * u32::try_from(chance).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn what_is_fetched_is_fetched_again_within_a_minute_and_an_hour() {
        for (said, most) in [
            (None, 600),
            (Some(0), 60),
            (Some(59), 60),
            (Some(300), 300),
            (Some(86_400), 3_600),
            (Some(u64::MAX), 3_600),
        ] {
            for _ in 0..1_000 {
                let after = Pace::refresh(said.map(seconds));
                let range = seconds(most) * 9 / 10..=seconds(most);
                assert!(range.contains(&after), "{said:?}: {after:?}");
            }
        }
    }

    #[test]
    fn failures_are_tried_again_later_each_time_up_to_the_cooldown() {
        let pace = Pace {
            cooldown: seconds(30),
            keep_for: seconds(86_400),
            patience: seconds(11),
        };
        for (failures, most) in [
            (1, 1),
            (2, 2),
            (3, 4),
            (4, 8),
            (5, 16),
            (6, 30),
            (7, 30),
            (u32::MAX, 30),
        ] {
            for _ in 0..1_000 {
                let after = pace.retry(failures);
                let range = seconds(most) * 3 / 4..=seconds(most);
                assert!(range.contains(&after), "{failures}: {after:?}");
            }
        }
    }

    #[test]
    fn not_all_ask_at_once() {
        let asked: std::collections::HashSet<_> = (0..100).map(|_| Pace::refresh(None)).collect();
        assert!(asked.len() > 50, "{} of 100", asked.len());
    }
}
