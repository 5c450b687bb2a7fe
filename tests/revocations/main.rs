//! Tokens that are taken back before their time.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, and says where"
)]

#[path = "../corpus/mod.rs"]
#[cfg(any(feature = "aws_lc_rs", feature = "rust_crypto"))]
mod corpus;
#[path = "../support/hs256.rs"]
#[cfg(any(feature = "aws_lc_rs", feature = "rust_crypto"))]
mod hs256;
#[path = "../support/mod.rs"]
mod support;

#[cfg(any(feature = "aws_lc_rs", feature = "rust_crypto"))]
mod asked;
mod list;
mod model;
#[cfg(any(feature = "aws_lc_rs", feature = "rust_crypto"))]
mod rows;
#[cfg(any(feature = "aws_lc_rs", feature = "rust_crypto"))]
mod stand;
mod threads;
