//! A lock, or our own fault.

use std::sync::{Mutex, MutexGuard};

use crate::decision::Unavailable;

/// Takes a lock.
///
/// # Errors
///
/// Where a thread panicked that held it, and nobody knows what it left.
pub(super) fn lock<T>(lock: &Mutex<T>) -> Result<MutexGuard<'_, T>, Unavailable> {
    lock.lock()
        .map_err(|_| Unavailable::new("a lock of the throttle's counters is poisoned"))
}
