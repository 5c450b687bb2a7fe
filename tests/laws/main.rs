//! The laws of deciding: exhaustively where there is an end to it, with made-up cases where not.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, and says where"
)]

#[path = "../independent/mod.rs"]
mod independent;
#[path = "../support/mod.rs"]
mod support;

mod asking;
mod challenging;
mod combining;
mod failing;
mod further_in;
mod hiding;
mod loading;
mod made_up;
mod passing;
mod reference;
mod settling;
mod trees;
mod whole;
