//! What is refused further in is answered outside, once, and all else passes as it is.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has failed, and says where"
)]

mod again;
mod refused;
mod services;
mod stand;
#[cfg(feature = "throttle")]
mod throttled;
mod twice;
