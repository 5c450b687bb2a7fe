//! What a scheme found on a request.

use std::{fmt, time::Duration};

use crate::decision::Unavailable;

/// What a scheme found on a request, and what its verifier said of it.
#[must_use = "an attempt that nobody reads proves nothing"]
pub enum Attempt<P> {
    /// The request carries no credentials of this scheme.
    Absent,
    /// The credentials are true, and this is whose they are.
    Verified(P),
    /// The credentials are not to be believed: the caller's fault.
    Rejected(Rejection),
    /// Whether the credentials are true could not be found out: our fault.
    Unavailable(Unavailable),
}

/// Why credentials were rejected. It holds a kind, never a piece of the credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rejection {
    /// They do not follow the grammar of their scheme, are too long, or come twice.
    Malformed,
    /// No scheme here understands them.
    NotUnderstood,
    /// They are well-formed, and not true (or no longer).
    Refused,
    /// There were too many tries; whether they are true was not looked at.
    Throttled {
        /// After how long another try is looked at, where known.
        retry_after: Option<Duration>,
    },
}

/// The kind of an [`Attempt`], without the principal: what [`settle`](crate::settle) reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AttemptKind {
    /// See [`Attempt::Absent`].
    Absent,
    /// See [`Attempt::Verified`].
    Verified,
    /// See [`Attempt::Rejected`].
    Rejected(Rejection),
    /// See [`Attempt::Unavailable`].
    Unavailable,
    /// Nobody made an attempt: a layer that only asks a policy stands without the layer that made
    /// it, and verifies credentials, around it.
    NotMade,
}

impl AttemptKind {
    /// The kind as a word, for logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Verified => "verified",
            Self::Rejected(Rejection::Malformed) => "malformed",
            Self::Rejected(Rejection::NotUnderstood) => "not_understood",
            Self::Rejected(Rejection::Refused) => "refused",
            Self::Rejected(Rejection::Throttled { .. }) => "throttled",
            Self::Unavailable => "unavailable",
            Self::NotMade => "not_made",
        }
    }
}

impl<P> Attempt<P> {
    /// What it is, without whose it is.
    #[must_use]
    pub const fn kind(&self) -> AttemptKind {
        match self {
            Self::Absent => AttemptKind::Absent,
            Self::Verified(_) => AttemptKind::Verified,
            Self::Rejected(rejection) => AttemptKind::Rejected(*rejection),
            Self::Unavailable(_) => AttemptKind::Unavailable,
        }
    }
}

impl<P> fmt::Debug for Attempt<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attempt({})", self.kind().as_str())
    }
}

impl<P> From<Result<Option<P>, Unavailable>> for Attempt<P> {
    /// Reads a verifier's verdict on credentials that were there.
    fn from(verdict: Result<Option<P>, Unavailable>) -> Self {
        match verdict {
            Ok(Some(principal)) => Self::Verified(principal),
            Ok(None) => Self::Rejected(Rejection::Refused),
            Err(unavailable) => Self::Unavailable(unavailable),
        }
    }
}
