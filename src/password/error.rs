//! What is wrong with a hash, its parameters, or a password.

use std::{error::Error, fmt};

/// What is wrong with a stored hash, with parameters, or with a password that is to be hashed.
///
/// It holds kinds and numbers, never a piece of the hash or of the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HashError {
    /// A hash of this older kind, which is not read.
    Old(&'static str),
    /// A space or a line break stands before or behind it.
    Space,
    /// It is no PHC string.
    NotPhc,
    /// Its algorithm is none that is read here.
    Algorithm,
    /// Its version of Argon2 is neither 16 nor 19.
    Version,
    /// Its parameters are not those of its algorithm, in their order.
    Parameters {
        /// The algorithm.
        algorithm: &'static str,
        /// How its parameters are written.
        expected: &'static str,
    },
    /// A parameter that is too small, or so large that verifying takes too much time or memory.
    Limit {
        /// The parameter.
        parameter: &'static str,
        /// What was given.
        given: u64,
        /// The least that it may be.
        least: u64,
        /// The most that it may be.
        most: u64,
    },
    /// Its salt is no base64 without padding, or not 8 to 64 bytes long.
    Salt,
    /// Its output is no base64 without padding, or not 16 to 64 bytes long.
    Output,
    /// The password is empty.
    EmptyPassword,
    /// The password is longer than `Basic` lets through, in bytes.
    LongPassword,
    /// The password holds a character that `Basic` does not let through.
    UnfitPassword,
    /// The system has no random bytes for a salt.
    NoRandomness,
    /// There is not enough memory.
    NoMemory,
}

impl fmt::Display for HashError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let say = match self {
            Self::Old(kind) => {
                return write!(
                    f,
                    "hashes of the kind `{kind}` are not read: make a new one from the password, \
                     with `password::hash`"
                );
            }
            Self::Parameters {
                algorithm,
                expected,
            } => {
                return write!(
                    f,
                    "these are no parameters of `{algorithm}`: write `{expected}`"
                );
            }
            Self::Limit {
                parameter,
                given,
                least,
                most,
            } => {
                return write!(f, "`{parameter}` is `{given}`: let it be {least} to {most}");
            }
            Self::Space => "a space or a line break stands before or behind the hash: take it out",
            Self::NotPhc => {
                "this is no hash in the PHC format: make one from the password, with \
                 `password::hash`"
            }
            Self::Algorithm => {
                "this algorithm is not read: use `argon2id`, `argon2i`, `argon2d`, `scrypt`, \
                 `pbkdf2-sha256` or `pbkdf2-sha512`"
            }
            Self::Version => "this version of Argon2 is not known: use `v=19`",
            Self::Salt => "the salt cannot be used: write 8 to 64 bytes as base64 without padding",
            Self::Output => {
                "the output cannot be used: write 16 to 64 bytes as base64 without padding"
            }
            Self::EmptyPassword => "the password is empty: is its variable set?",
            Self::LongPassword => "the password is too long: use 1023 bytes at most",
            Self::UnfitPassword => {
                "the password holds a character that `Basic` refuses: is there a line break at its \
                 end?"
            }
            Self::NoRandomness => "the system gives no random bytes: try again, or restart it",
            Self::NoMemory => {
                "there is not enough memory to hash: use less of it, or fewer workers"
            }
        };
        f.write_str(say)
    }
}

impl Error for HashError {}
