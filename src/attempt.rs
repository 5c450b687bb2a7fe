//! What a scheme found on a request.

use std::{fmt, time::Duration};

use crate::{decision::Unavailable, fault::Fault};

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
    /// They do not follow the grammar of their scheme, are too long, or come twice. It costs no try of a
    /// throttle, since it says nothing about what is true: a scheme of your own calls a signature
    /// or a MAC that does not match [`Refused`](Self::Refused).
    Malformed,
    /// No scheme here understands them.
    NotUnderstood,
    /// They are well-formed, and not true (or no longer).
    Refused,
    /// They are a token, and this is what is wrong with it.
    Faulty(Fault),
    /// A browser sent them by itself, on behalf of another site. Other credentials would not change
    /// that, so this is 403.
    CrossOrigin,
    /// They do not follow the grammar of their scheme, and the scheme is told to answer that with
    /// 400 `invalid_request` ([RFC 6750 §3.1]).
    ///
    /// [RFC 6750 §3.1]: https://www.rfc-editor.org/rfc/rfc6750#section-3.1
    InvalidRequest,
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

impl Rejection {
    /// The kind as a word, for logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::NotUnderstood => "not_understood",
            Self::Refused => "refused",
            Self::Faulty(fault) => fault.as_str(),
            Self::CrossOrigin => "cross_origin",
            Self::InvalidRequest => "invalid_request",
            Self::Throttled { .. } => "throttled",
        }
    }
}

impl AttemptKind {
    /// The kind as a word, for logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Verified => "verified",
            Self::Rejected(rejection) => rejection.as_str(),
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

    /// Whose it is, or the same attempt, which is nobody's.
    pub(crate) fn verified<Q>(self) -> Result<P, Attempt<Q>> {
        match self {
            Self::Absent => Err(Attempt::Absent),
            Self::Verified(principal) => Ok(principal),
            Self::Rejected(rejection) => Err(Attempt::Rejected(rejection)),
            Self::Unavailable(unavailable) => Err(Attempt::Unavailable(unavailable)),
        }
    }
}

impl<P> fmt::Debug for Attempt<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attempt({})", self.kind().as_str())
    }
}

impl<P> From<Option<P>> for Attempt<P> {
    /// What came of credentials that were there: `None` if they are not true.
    fn from(found: Option<P>) -> Self {
        found.map_or(Self::Rejected(Rejection::Refused), Self::Verified)
    }
}
