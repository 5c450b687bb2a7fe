//! `UserTable`: one hash for each attempt, whoever it is; changes while it serves; files of users.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, and says where"
)]

mod changes;
#[path = "../corpus/mod.rs"]
mod corpus;
mod file;
mod hand;
mod hashes;
#[path = "../support/log.rs"]
#[allow(dead_code, reason = "each test uses what it needs")]
mod log;
mod once;
mod pool;
mod race;
mod remember;
mod secrecy;
mod stand;
