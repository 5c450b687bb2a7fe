//! Why field lines could not be read.

use std::{error::Error, fmt};

/// Field lines are no list of challenges. It holds a place, never a piece of the lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadError {
    flaw: ReadFlaw,
    line: usize,
    at: usize,
}

/// What is wrong with field lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadFlaw {
    /// The lines are longer than what is looked at.
    TooLong,
    /// A byte stands, or the line ends, where the grammar wants something else.
    Unexpected,
    /// A quoted string has no end.
    Unclosed,
    /// A parameter belongs to no challenge.
    NoChallenge,
    /// A challenge has one parameter twice.
    Twice,
}

impl ReadError {
    pub(super) const fn new(flaw: ReadFlaw, line: usize, at: usize) -> Self {
        Self { flaw, line, at }
    }

    /// What is wrong.
    #[must_use]
    pub const fn flaw(&self) -> ReadFlaw {
        self.flaw
    }

    /// The line, counted from zero.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }

    /// How far that line was read, in bytes.
    #[must_use]
    pub const fn at(&self) -> usize {
        self.at
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let say = match self.flaw {
            ReadFlaw::TooLong => "is too long: 16384 bytes are read at most, over all lines",
            ReadFlaw::Unexpected => "is no list of challenges",
            ReadFlaw::Unclosed => "has a quoted string without an end",
            ReadFlaw::NoChallenge => "has a parameter that belongs to no challenge",
            ReadFlaw::Twice => "has a parameter twice in one challenge",
        };
        write!(f, "line {} {say}, at byte {}", self.line, self.at)
    }
}

impl Error for ReadError {}
