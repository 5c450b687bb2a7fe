//! Claims as authorization servers write them.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, and says where"
)]

#[path = "../corpus/mod.rs"]
mod corpus;
#[path = "../support/hs256.rs"]
mod hs256;
#[path = "../support/mod.rs"]
mod support;

#[path = "../support/log.rs"]
#[allow(dead_code, reason = "each test uses what it needs")]
mod log;
mod logged;
mod rows;
mod rules;
mod stand;
