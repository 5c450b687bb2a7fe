//! Guessing is limited: who has tried too often waits, and nobody else does.
#![cfg(feature = "throttle")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, and says where"
)]

#[path = "../corpus/mod.rs"]
mod corpus;
#[cfg(feature = "tracing")]
#[path = "../support/log.rs"]
mod log;
#[path = "../wire/mod.rs"]
mod wire;

mod answers;
mod configured;
mod counted;
mod documented;
#[cfg(feature = "tracing")]
mod logs;
mod model;
mod parallel;
mod rows;
mod served;
mod shared;
mod stand;
mod store;
