//! How a panic becomes an answer.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs what belongs to the application: a scheme, a policy, a reply. `None` if it panics.
///
/// Nothing that the panic may have left half done is looked at again: what was asked is dropped.
pub(crate) fn caught<T>(ask: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(ask)).ok()
}
