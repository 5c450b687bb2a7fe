//! A refusal that may not be told.

use std::borrow::Cow;

use super::denied::Denied;

/// A refusal that hides the resource. All it can say is a private reason, for the log.
#[derive(Clone, Debug, Default)]
pub struct Hidden {
    reason: Option<Cow<'static, str>>,
}

impl Hidden {
    /// Hides the resource.
    #[must_use]
    pub const fn new() -> Self {
        Self { reason: None }
    }

    /// A private reason, for the log alone.
    #[must_use]
    pub fn reason(mut self, reason: impl Into<Cow<'static, str>>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// The private reason, if one was given.
    #[must_use]
    pub fn private_reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }
}

impl From<Denied> for Hidden {
    /// Keeps the private reason; code and detail of what is hidden are told to nobody.
    fn from(denial: Denied) -> Self {
        Self {
            reason: denial.into_reason(),
        }
    }
}
