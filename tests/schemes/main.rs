//! Every scheme keeps the contract, and reads as its corpus says.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, and says where"
)]

mod contract;
#[path = "../corpus/mod.rs"]
mod corpus;
#[path = "../independent/mod.rs"]
mod independent;
mod layer;
mod rows;
mod service;
mod watched;
