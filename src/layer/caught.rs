//! How a panic becomes an outage.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::decision::Unavailable;

/// Runs what belongs to the application (a scheme, a policy, a reply), and turns a panic of it into
/// what `unavailable` makes of an outage. The inner service is not called for it.
///
/// Nothing that the panic may have left half done is looked at again: the question is dropped.
pub(super) fn caught<T>(
    ask: impl FnOnce() -> T,
    unavailable: impl FnOnce(Unavailable) -> T,
    who: &'static str,
) -> T {
    catch_unwind(AssertUnwindSafe(ask)).unwrap_or_else(|_| unavailable(Unavailable::new(who)))
}
