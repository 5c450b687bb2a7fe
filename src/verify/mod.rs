//! What decides whether credentials are true, and whose they are.
//!
//! | file | what lives there |
//! |---|---|
//! | `contract` | [`Verify`], which every verifier is, and [`IntoVerdict`], what closures answer |
//! | `check_with` | [`check_with`]: an async closure, with what it needs handed in |
//! | `fixed` | [`FixedSecret`], [`FixedUser`]: one secret, or one user-id with its password |
//! | `table` | [`TokenTable`]: tokens and keys in memory, changed while serving |
//!
//! Any scheme takes any verifier of its credentials: a closure, one of these, or your own.

mod check_with;
mod contract;
mod fixed;
mod table;

pub use self::check_with::{CheckWith, check_with};
pub use self::contract::{IntoVerdict, Verdict, Verify};
pub use self::fixed::{FixedSecret, FixedUser};
pub use self::table::TokenTable;
