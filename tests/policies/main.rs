//! Policies one by one: what they are called, whom they let in, and what they hand on.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, and says where"
)]

#[path = "../corpus/mod.rs"]
mod corpus;
#[path = "../support/log.rs"]
#[allow(dead_code, reason = "each test uses what it needs")]
mod log;
#[path = "../support/mod.rs"]
mod support;

mod belonging;
#[cfg(feature = "deadline")]
mod deadlines;
mod forwarding;
mod lists;
mod logins;
mod logins_table;
mod member;
mod names;
