//! What is wrong with a user, and on which line.

use std::{error::Error, fmt};

use crate::password::HashError;

/// A user cannot be put into a table. It names the line and the user-id, never the hash.
#[derive(Debug)]
pub struct UsersError {
    line: Option<usize>,
    user_id: Option<String>,
    problem: Problem,
}

#[derive(Debug)]
pub(super) enum Problem {
    EmptyName,
    LongName,
    UnfitName,
    Spaces,
    Twice(Option<usize>),
    NoHash,
    Hash(HashError),
    Rest(Box<dyn Error + Send + Sync>),
    UnfitRest,
    Nobody,
}

impl UsersError {
    /// For names that can be shown: of users that are named, not of what stands where a name should.
    pub(super) fn of(user_id: &str, problem: Problem) -> Self {
        let user_id = match problem {
            Problem::EmptyName | Problem::LongName | Problem::UnfitName | Problem::Spaces => None,
            _ => Some(user_id.to_owned()),
        };
        Self {
            line: None,
            user_id,
            problem,
        }
    }

    pub(super) fn at(mut self, line: usize) -> Self {
        self.line = Some(line);
        self
    }

    pub(super) const fn nameless(problem: Problem) -> Self {
        Self {
            line: None,
            user_id: None,
            problem,
        }
    }

    /// The line of the file, from 1, if it is about one.
    #[must_use]
    pub const fn line(&self) -> Option<usize> {
        self.line
    }

    /// The user-id, if it is about one.
    #[must_use]
    pub fn user_id(&self) -> Option<&str> {
        self.user_id.as_deref()
    }
}

impl fmt::Display for UsersError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if let Some(user_id) = &self.user_id {
            write!(f, "user `{}`: ", user_id.escape_debug())?;
        }
        let say = match &self.problem {
            Problem::EmptyName => "the user-id is empty: write it before the first colon",
            Problem::LongName => "the user-id is too long: use 512 bytes at most",
            Problem::UnfitName => {
                "the user-id holds a colon, a control character or one that turns the direction of \
                 writing: `Basic` lets no such user in"
            }
            Problem::Spaces => "the user-id begins or ends with a space: take it out",
            Problem::Twice(Some(first)) => {
                return write!(f, "stands on line {first} already: keep one of the two");
            }
            Problem::Twice(None) => "is there twice: keep one of the two",
            Problem::NoHash => "there is no hash: write `name:hash`, with a colon in between",
            Problem::Hash(error) => return error.fmt(f),
            Problem::Rest(error) => {
                return write!(f, "{}", error.to_string().escape_debug());
            }
            Problem::UnfitRest => "a field holds a control character: take it out",
            Problem::Nobody => {
                "no user is in this text: was it read while it was written? To empty the table, \
                 clear it"
            }
        };
        f.write_str(say)
    }
}

impl Error for UsersError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.problem {
            Problem::Hash(error) => Some(error),
            Problem::Rest(error) => Some(&**error),
            Problem::EmptyName
            | Problem::LongName
            | Problem::UnfitName
            | Problem::Spaces
            | Problem::Twice(_)
            | Problem::NoHash
            | Problem::UnfitRest
            | Problem::Nobody => None,
        }
    }
}
