//! Whether a thing belongs to a principal.

use crate::{
    decision::{Decision, Denied, Remedy},
    step::Step,
};

/// Compares what the principal goes by with what the thing does, which is asked only where there is
/// something to compare. What belongs to nobody is nobody's: then `unknown` is told to the log.
pub(super) fn belongs<T: PartialEq>(
    own: Option<&T>,
    other: impl FnOnce() -> Option<T>,
    unknown: &'static str,
) -> Step<Decision> {
    let Some(own) = own else {
        return Step::Now(Decision::deny());
    };
    Step::Now(match other() {
        Some(other) if *own == other => Decision::Allow,
        Some(_) => Decision::deny(),
        None => Denied::new(Remedy::OtherCredentials).reason(unknown).into(),
    })
}
