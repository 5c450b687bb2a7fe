//! In place of `signed`, where the demo is built without what verifies signatures.

use std::convert::Infallible;

use axum::Router;

use super::guide::{Named, Try};

pub(crate) const NOTE: &str =
    "Not in this demo, but in that of `cargo run --example demo --features rust_crypto`.";

pub(crate) const TRIES: &[Try] = &[Try(404, "", "/jwt/me")];

#[expect(clippy::unnecessary_wraps, reason = "what it stands for may fail")]
pub(crate) fn tokens(_: &str) -> Result<(Named, Router), Infallible> {
    Ok((Named::new(), Router::new()))
}
