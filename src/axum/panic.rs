//! What axum says where it panics.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// What is made, or what the panic says: axum has no other way to tell that it takes no such routes.
/// What was half made is dropped.
pub(super) fn made_or_why<T>(make: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(make)).map_err(|panic| why(&*panic))
}

fn why(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("it panicked").to_owned()
}
