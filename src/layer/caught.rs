//! How a panic becomes an outage.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::decision::Unavailable;

/// Runs what belongs to the application, a scheme or a policy, and turns a panic of it into an
/// outage of ours: 503, and the inner service is not called.
///
/// Nothing that the panic may have left half done is looked at again: the question is dropped.
pub(super) fn caught<T>(
    ask: impl FnOnce() -> T,
    unavailable: impl FnOnce(Unavailable) -> T,
    who: &'static str,
) -> T {
    catch_unwind(AssertUnwindSafe(ask)).unwrap_or_else(|_| unavailable(Unavailable::new(who)))
}
