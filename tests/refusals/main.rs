//! Refusals further in, things that are loaded before they are decided about, and what policies hand on.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, and says where"
)]

#[cfg(feature = "axum")]
mod alone;
mod by_hand;
mod copies;
#[cfg(all(feature = "axum", feature = "tracing"))]
mod events;
mod handing;
#[cfg(feature = "axum")]
mod handlers;
#[cfg(feature = "axum")]
mod heads;
#[cfg(feature = "axum")]
mod loading;
mod nearest;
#[cfg(feature = "axum")]
mod not_found;
#[cfg(feature = "axum")]
mod routes;
mod stand;
mod unless;
#[cfg(feature = "axum")]
#[path = "../support/waiting.rs"]
#[allow(dead_code, reason = "one of several ways to wait is needed")]
mod waiting;
#[cfg(feature = "axum")]
#[path = "../wire/mod.rs"]
mod wire;
