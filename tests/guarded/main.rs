//! The guarded router: what is open to whom, and that nothing else is.
#![cfg(feature = "axum")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has failed, and says where"
)]

mod building;
mod holes;
mod nesting;
mod others;
mod stand;
