//! What several tests share.
#![allow(dead_code, reason = "each test uses what it needs")]

pub(crate) mod connections;
pub(crate) mod inner;
pub(crate) mod rules;
pub(crate) mod schemes;
pub(crate) mod user;
pub(crate) mod waiting;
