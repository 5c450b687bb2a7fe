//! Other layers outside and inside of ours, and refusals on the wire before anything else is answered.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has failed, and says where"
)]

#[path = "../corpus/mod.rs"]
mod corpus;
mod layers;
mod stand;
mod table;
