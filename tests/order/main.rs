//! Other layers outside and inside of ours, and refusals on the wire before anything else is answered.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has failed, and says where"
)]

#[path = "../support/log.rs"]
#[allow(dead_code, reason = "each test uses what it needs")]
mod all_logs;
mod bodies;
mod cancelled;
mod compressed;
mod conditions;
mod connections;
#[path = "../corpus/mod.rs"]
mod corpus;
mod deciders;
mod http2;
mod layers;
mod limits;
mod log;
mod sockets;
mod stand;
mod table;
mod traced;
mod unread;
mod watched;
#[path = "../wire/mod.rs"]
mod wire;
