//! Whose address a request comes from, and what policies make of it.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, and says where"
)]

mod building;
#[path = "../corpus/mod.rs"]
mod corpus;
mod deciding;
mod laws;
mod rows;
mod service;
mod serving;
