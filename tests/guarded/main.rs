//! The guarded router: what is open to whom, and that nothing else is.
#![cfg(feature = "axum")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has failed, and says where"
)]

mod browsers;
mod building;
mod holes;
mod inside;
mod listed;
mod modular;
mod nesting;
mod others;
mod served;
mod stand;
#[path = "../wire/mod.rs"]
mod wire;
