//! What decides whether credentials are true, and whose they are.
//!
//! | file | what lives there |
//! |---|---|
//! | `contract` | [`Verify`], which every verifier is, its [`Verdict`], and [`IntoVerdict`], what closures answer |
//! | `check_with` | [`check_with`]: an async closure, with what it needs handed in |
//! | `fixed` | [`FixedSecret`], [`FixedUser`]: one secret, or one user-id with its password |
//! | `table` | [`TokenTable`]: tokens and keys in memory, changed while serving |
//! | `users` | `UserTable`: names and hashed passwords in memory, changed while serving (feature `password`) |
//! | `users_changes` | its changes |
//! | `users_error` | `UsersError`: what is wrong with a user, and on which line |
//! | `users_stored` | the users of such a table, under its lock |
//! | `users_file` | `UserTable::load`: users from the text of a file |
//!
//! Any scheme takes any verifier of its credentials: a closure, one of these, or your own.

mod check_with;
mod contract;
mod fixed;
mod table;
#[cfg(feature = "password")]
mod users;
#[cfg(feature = "password")]
mod users_changes;
#[cfg(feature = "password")]
mod users_error;
#[cfg(feature = "password")]
mod users_file;
#[cfg(feature = "password")]
mod users_stored;

pub use self::check_with::{CheckWith, check_with};
pub use self::contract::{IntoVerdict, Verdict, Verify};
pub use self::fixed::{FixedSecret, FixedUser};
pub use self::table::TokenTable;
#[cfg(feature = "password")]
pub use self::users::UserTable;
#[cfg(feature = "password")]
pub use self::users_error::UsersError;
#[cfg(feature = "password")]
pub use self::users_file::UserRecord;
