//! `RemoteKeys`: how often an issuer is asked, what becomes of its answers, and what callers are told.
//!
//! Time stands still in these tests and passes by hand; the issuer is asked over loopback.

#![allow(
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unchecked_time_subtraction,
    clippy::unwrap_used,
    reason = "a test that panics has failed, and says where"
)]

mod answers;
mod building;
mod cache;
mod client;
#[path = "../corpus/mod.rs"]
mod corpus;
mod desk;
mod discovery;
mod issuer;
mod keys;
mod layer;
mod lifetimes;
#[path = "../support/log.rs"]
#[allow(dead_code, reason = "each test uses what it needs")]
mod log;
mod logged;
mod outage;
mod rotation;
mod stand;
mod start;
mod tls;
mod unknown;
