//! Why keys could not be fetched.

use std::{error::Error, fmt, sync::Arc};

/// Keys, or the document that says where they are, could not be fetched, and why.
///
/// What it prints holds nothing of the answer, and nothing of the URL: it may stand on a health page.
/// What the HTTP client said is its [`source`](Error::source), for the log.
#[derive(Clone)]
pub struct FetchError {
    document: Document,
    problem: FetchProblem,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

/// What was fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Document {
    /// The keys (RFC 7517 §5).
    KeySet,
    /// The document that says where they are (RFC 8414 §3, `OpenID` Connect Discovery §4).
    Metadata,
}

/// Why it could not be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchProblem {
    /// Nothing can be fetched here: this is not running on the runtime of tokio, or its timer is off.
    NoRuntime,
    /// The runtime that fetched it shut down, or stands still.
    Interrupted,
    /// The HTTP client could not fetch it. What it said is the source.
    Unreachable,
    /// The HTTP client panicked.
    Panicked,
    /// It was not here in time.
    TooLate,
    /// It is somewhere else, where nobody looks: redirects are not followed.
    Redirected(u16),
    /// The answer has another status than 200.
    Status(u16),
    /// It is larger than 256 KiB, or in too many pieces.
    TooLarge,
    /// It is no JSON of its kind.
    Malformed,
    /// It holds more than 100 keys.
    TooManyKeys,
    /// It holds no key that verifies tokens.
    NoUsableKey,
    /// It is about another issuer.
    OtherIssuer,
    /// It names a URL for the keys from which none are fetched.
    KeysUrl,
}

impl FetchError {
    pub(super) const fn new(document: Document, problem: FetchProblem) -> Self {
        Self {
            document,
            problem,
            source: None,
        }
    }

    pub(super) fn because(mut self, source: Arc<dyn Error + Send + Sync>) -> Self {
        self.source = Some(source);
        self
    }

    /// What was fetched.
    #[must_use]
    pub const fn document(&self) -> Document {
        self.document
    }

    /// Why it could not be.
    #[must_use]
    pub const fn problem(&self) -> FetchProblem {
        self.problem
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.document {
            Document::KeySet => "the key set",
            Document::Metadata => "the issuer's metadata",
        };
        match self.problem {
            FetchProblem::NoRuntime => write!(
                f,
                "{what} is fetched on the runtime of tokio, with its timer, and this is not running on one"
            ),
            FetchProblem::Interrupted => write!(
                f,
                "{what} was being fetched on a runtime that shut down or stands still"
            ),
            FetchProblem::Unreachable => write!(f, "{what} could not be fetched"),
            FetchProblem::Panicked => write!(f, "fetching {what} panicked"),
            FetchProblem::TooLate => write!(f, "{what} was not here in time"),
            FetchProblem::Redirected(status) => write!(
                f,
                "{what} was answered with the redirect `{status}`: give the URL that it leads to"
            ),
            FetchProblem::Status(status) => write!(f, "{what} was answered with `{status}`"),
            FetchProblem::TooLarge => {
                write!(f, "{what} is larger than 256 KiB, or in too many pieces")
            }
            FetchProblem::Malformed => write!(f, "{what} is malformed"),
            FetchProblem::TooManyKeys => write!(f, "{what} holds more than 100 keys"),
            FetchProblem::NoUsableKey => write!(f, "{what} holds no key that verifies tokens"),
            FetchProblem::OtherIssuer => write!(
                f,
                "{what} is about another issuer: give the `issuer` exactly as it stands there"
            ),
            FetchProblem::KeysUrl => {
                write!(
                    f,
                    "{what} names a `jwks_uri` that is not fetched: it must begin with `https://`"
                )
            }
        }
    }
}

impl fmt::Debug for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FetchError")
            .field("document", &self.document)
            .field("problem", &self.problem)
            .finish_non_exhaustive()
    }
}

impl Error for FetchError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
