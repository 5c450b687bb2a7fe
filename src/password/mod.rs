//! How passwords are hashed, and how many at once.
//!
//! | file | what lives there |
//! |---|---|
//! | `error` | [`HashError`]: what is wrong with a hash, its parameters, or a password |
//! | `hash` | [`hash`]: a password as the text to store; and what verifies it |
//! | `parameters` | [`Parameters`]: how much work a hash is |
//! | `phc` | stored hashes, as they are written down, and the limits on them |
//! | `pool` | [`Pool`]: hashing away from the threads that serve, a bounded number at once |
//! | `random` | bytes that nobody can guess |
//! | `recent` | who proved a password a moment ago |
//!
//! Verify with [`UserTable`](crate::verify::UserTable). Hashing is slow on purpose: 10 to 20 ms with
//! the default parameters, and a whole second without optimizations. For a development build that
//! is pleasant to use, optimize what hashes, in your own manifest:
//!
//! ```toml
//! [profile.dev.package]
//! argon2 = { opt-level = 3 }
//! blake2 = { opt-level = 3 }
//! # And, if you have such hashes:
//! pbkdf2 = { opt-level = 3 }
//! salsa20 = { opt-level = 3 }
//! scrypt = { opt-level = 3 }
//! sha2 = { opt-level = 3 }
//! ```

mod error;
mod hash;
mod parameters;
mod phc;
mod pool;
mod random;
mod recent;

pub use self::error::HashError;
pub(crate) use self::hash::Hash;
pub use self::hash::hash;
pub use self::parameters::Parameters;
pub use self::pool::Pool;
pub(crate) use self::recent::Recent;
