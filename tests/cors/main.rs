//! Preflights of browsers: which requests are some, and what becomes of them.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, and says where"
)]

#[cfg(feature = "axum")]
mod concealed;
#[path = "../corpus/mod.rs"]
mod corpus;
#[cfg(feature = "axum")]
mod cross_origin;
#[path = "../support/log.rs"]
#[cfg(feature = "tracing")]
mod log;
mod passed;
#[cfg(feature = "axum")]
mod rows;
mod rule;
mod stand;
#[path = "../support/mod.rs"]
mod support;
mod table;
#[cfg(feature = "tracing")]
mod told;
#[cfg(feature = "axum")]
#[path = "../wire/mod.rs"]
mod wire;
