//! Our own fault.

use std::{borrow::Cow, error::Error, fmt, sync::Arc, time::Duration};

/// An answer could not be found out, and that is not the caller's fault.
///
/// Every error turns into one, so that `?` inside a verifier or a policy leads to 503 and never
/// to a refusal. For that blanket conversion it is no [`Error`] itself. Nothing of it is told to
/// the caller but the time after which to try again.
///
/// ```
/// use tower_auth::Unavailable;
///
/// fn roles() -> Result<Vec<String>, Unavailable> {
///     let text = std::fs::read_to_string("/no/such/file")?;
///     Ok(text.lines().map(String::from).collect())
/// }
///
/// assert!(roles().unwrap_err().source().is_some());
/// ```
#[derive(Clone)]
pub struct Unavailable {
    reason: Cow<'static, str>,
    source: Option<Arc<dyn Error + Send + Sync>>,
    retry_after: Option<Duration>,
}

impl Unavailable {
    /// An outage, with a private reason for the log.
    pub fn new(reason: impl Into<Cow<'static, str>>) -> Self {
        Self {
            reason: reason.into(),
            source: None,
            retry_after: None,
        }
    }

    /// An outage caused by an error that is boxed already.
    #[must_use]
    pub fn from_boxed(source: Box<dyn Error + Send + Sync>) -> Self {
        Self {
            source: Some(Arc::from(source)),
            ..Self::new("an error of ours")
        }
    }

    /// After how long to try again, told to the caller as `Retry-After` in whole seconds.
    #[must_use]
    pub const fn retry_after(mut self, after: Duration) -> Self {
        self.retry_after = Some(after);
        self
    }

    /// The private reason.
    #[must_use]
    pub fn private_reason(&self) -> &str {
        &self.reason
    }

    /// The error behind it, for the log.
    #[must_use]
    pub fn source(&self) -> Option<&(dyn Error + Send + Sync + 'static)> {
        self.source.as_deref()
    }

    /// After how long to try again, where known.
    #[must_use]
    pub const fn retry_delay(&self) -> Option<Duration> {
        self.retry_after
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for Unavailable {
    fn from(source: E) -> Self {
        Self::from_boxed(Box::new(source))
    }
}

impl fmt::Debug for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unavailable")
            .field("reason", &self.reason)
            .field("retry_after", &self.retry_after)
            .finish_non_exhaustive()
    }
}
