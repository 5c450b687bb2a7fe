//! Why a token could not be taken back.

use std::{error::Error, fmt};

/// Nothing was taken back, and why. Tell whoever asked for it: what they wanted gone is still good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RevocationError {
    /// The list has as many entries as it has room for, and none may be forgotten yet.
    Full {
        /// How many entries it has room for.
        capacity: usize,
    },
    /// The issuer, the `jti`, the `sid` or the `sub` is empty: no token is known by that.
    Nameless,
    /// The entry would be forgotten before the tokens that it is about expire.
    TooShort,
    /// A thread panicked while it held the list, and nobody knows what it left.
    Poisoned,
}

impl fmt::Display for RevocationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full { capacity } => write!(
                f,
                "the list of revocations is full with {capacity} entries: give it more room, or entries \
                 that end sooner"
            ),
            Self::Nameless => f.write_str(
                "a revocation is for nothing: name the issuer, and what its tokens are known by",
            ),
            Self::TooShort => f.write_str(
                "a revocation ends before the tokens that it is about: let it last until the last of them \
                 expires",
            ),
            Self::Poisoned => f.write_str(
                "the lock of the list of revocations is poisoned: start anew, and find out what panicked",
            ),
        }
    }
}

impl Error for RevocationError {}
