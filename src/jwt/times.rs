//! When a token is true.

use std::time::{Duration, SystemTime};

use crate::{
    clock::{Clock, LONGEST_LEEWAY},
    fault::Fault,
};

use super::claims::Claims;

/// What time it is, and how far the issuer's clock may be from ours.
#[derive(Clone)]
pub(super) struct Times {
    pub(super) clock: Clock,
    pub(super) leeway: Duration,
}

impl Times {
    /// RFC 7519 §4.1.4 and §4.1.5. A token is true up to, and not at, the time of its expiry.
    pub(super) fn judge(&self, claims: &Claims<'_>) -> Result<(), Fault> {
        let Some(expires) = claims.expires else {
            return Err(Fault::BadClaims);
        };
        let (now, leeway) = (
            seconds(self.clock.now()),
            self.leeway.min(LONGEST_LEEWAY).as_secs_f64(),
        );
        if now >= expires + leeway {
            Err(Fault::Expired)
        } else if claims.not_before.is_some_and(|begin| now + leeway < begin) {
            Err(Fault::NotYetValid)
        } else {
            Ok(())
        }
    }
}

/// Seconds since 1970: a number that may have a fraction, as in a token (RFC 7519 §2).
fn seconds(time: SystemTime) -> f64 {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => since.as_secs_f64(),
        Err(before) => -before.duration().as_secs_f64(),
    }
}

/// The time that a number in a token means. `None` where none can be told.
pub(super) fn time(seconds: f64) -> Option<SystemTime> {
    let since = Duration::try_from_secs_f64(seconds).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(since)
}
