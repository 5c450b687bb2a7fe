//! Every scheme keeps the contract, and reads as its corpus says.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, and says where"
)]

mod challenges;
mod contract;
mod cookies;
#[path = "../corpus/mod.rs"]
mod corpus;
mod elsewhere;
#[path = "../independent/mod.rs"]
mod independent;
mod layer;
mod origins;
mod places;
mod rows;
mod service;
mod watched;
