//! The rules of the house: each says what breaks it, and where.

mod files;
mod imports;

pub(crate) use self::files::{
    facades, length, one_call, one_not_found, one_path_each, opening_sentence,
};
pub(crate) use self::imports::{FLOORS, auth_crates, circles, floors, tower};

/// A rule, as a report of what breaks it. An empty report is a kept rule.
pub(crate) type Rule = fn(&crate::house::House) -> Vec<String>;
