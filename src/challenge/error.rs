//! What a challenge may not say.

use std::{error::Error, fmt};

/// A challenge could not be built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChallengeError {
    part: String,
    flaw: Flaw,
}

/// What is wrong with one part of a challenge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Flaw {
    /// It is empty.
    Empty,
    /// It is longer than a challenge's part may be.
    TooLong,
    /// It is no token of RFC 9110 §5.6.2.
    NotAToken,
    /// It holds a character outside of printable ASCII.
    NotPrintableAscii,
    /// It holds a character that its definition excludes.
    ForbiddenCharacter,
    /// It is not a list of tokens, each separated by one space.
    NotAList,
    /// It is not a whole number of seconds.
    NotSeconds,
    /// It is no absolute `https` or `http` URL, or one with a user, a password or a fragment.
    NotAUrl,
    /// It is none of the values that its definition names.
    NotDefined,
    /// It stands there already.
    Twice,
}

impl ChallengeError {
    pub(super) fn new(part: &str, flaw: Flaw) -> Self {
        Self {
            part: part.to_owned(),
            flaw,
        }
    }

    /// The part of the challenge: `scheme`, or the name of a parameter.
    #[must_use]
    pub fn part(&self) -> &str {
        &self.part
    }

    /// What is wrong with it.
    #[must_use]
    pub const fn flaw(&self) -> Flaw {
        self.flaw
    }
}

impl fmt::Display for ChallengeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let say = match self.flaw {
            Flaw::Empty => "is empty: give it a value",
            Flaw::TooLong => "is too long: use 1024 bytes at most",
            Flaw::NotAToken => "is no token: use letters, digits and hyphens",
            Flaw::NotPrintableAscii => {
                "holds a control character or one outside of ASCII: use printable ASCII"
            }
            Flaw::ForbiddenCharacter => {
                "holds a character that its definition excludes: leave out quotes and backslashes"
            }
            Flaw::NotAList => "is no list of tokens: separate them by one space each",
            Flaw::NotSeconds => "is no number of seconds: use digits only",
            Flaw::NotAUrl => {
                "is no absolute URL: begin with `https://`, name a host, \
                 leave out user, password and fragment"
            }
            Flaw::NotDefined => "has a value that its definition does not know: see its RFC",
            Flaw::Twice => "stands there twice: give it once",
        };
        write!(f, "`{}` of a challenge {say}", self.part.escape_debug())
    }
}

impl Error for ChallengeError {}
