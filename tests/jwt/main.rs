//! The verifier of JSON Web Tokens, by tables, by every bit, and by chance.

#![cfg(any(feature = "aws_lc_rs", feature = "rust_crypto"))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, and says where"
)]

mod access_tokens;
mod bits;
mod confused;
#[path = "../corpus/mod.rs"]
mod corpus;
#[path = "../support/dice.rs"]
mod dice;
mod forge;
mod hostile;
#[path = "../independent/mod.rs"]
mod independent;
mod keys;
mod keys_read;
#[allow(dead_code, reason = "each test uses what it needs")]
#[path = "../support/log.rs"]
mod log;
mod made_up;
mod sign;
mod signed;
mod stand;
