//! The metadata of a resource: where it stands, what it says, and how it is served.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, and says where"
)]

mod answered;
#[path = "../corpus/mod.rs"]
mod corpus;
#[cfg(feature = "axum")]
mod inside;
#[cfg(feature = "axum")]
mod outside;
#[cfg(feature = "axum")]
mod served;
mod stand;
mod told;
mod well_known;
#[cfg(feature = "axum")]
#[path = "../wire/mod.rs"]
mod wire;
mod written;
mod wrong;
