//! What the layer adds to responses of others where it is told to: for caches, and challenges to bare 401s.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, and says where"
)]

mod building;
mod challenges;
#[cfg(feature = "axum")]
mod concealed;
mod model;
mod not_found;
mod private;
mod stand;
#[path = "../support/mod.rs"]
mod support;
mod untouched;
mod vary;
#[cfg(feature = "axum")]
#[path = "../wire/mod.rs"]
mod wire;
