//! The decision itself.

use super::{denied::Denied, hidden::Hidden, remedy::Remedy, unavailable::Unavailable};

/// A policy's answer. There is no default one.
///
/// ```
/// use tower_auth::{Decision, Denied, Remedy};
///
/// let closed: Decision = Denied::new(Remedy::Nothing)
///     .code("office_closed")
///     .detail("The office opens at nine.")
///     .reason("outside of 09:00 to 17:00")
///     .into();
/// assert!(matches!(closed, Decision::Deny(_)));
/// ```
#[derive(Clone, Debug)]
#[must_use = "a decision that nobody reads lets everybody in"]
pub enum Decision {
    /// The request may go on.
    Allow,
    /// It may not, and the caller may know.
    Deny(Denied),
    /// It may not, and the caller may not even know that the resource exists.
    Hide(Hidden),
    /// Whether it may could not be found out.
    Unavailable(Unavailable),
}

impl Decision {
    /// A refusal that other credentials would change: the usual one.
    pub fn deny() -> Self {
        Self::Deny(Denied::new(Remedy::OtherCredentials))
    }

    /// A refusal that hides the resource.
    pub fn hide() -> Self {
        Self::Hide(Hidden::new())
    }

    /// The reason for the log, if the decision carries one. Never for the caller.
    #[must_use]
    pub fn private_reason(&self) -> Option<&str> {
        match self {
            Self::Allow => None,
            Self::Deny(denial) => denial.private_reason(),
            Self::Hide(hidden) => hidden.private_reason(),
            Self::Unavailable(unavailable) => Some(unavailable.private_reason()),
        }
    }
}

impl From<Denied> for Decision {
    fn from(denial: Denied) -> Self {
        Self::Deny(denial)
    }
}

impl From<Hidden> for Decision {
    fn from(hidden: Hidden) -> Self {
        Self::Hide(hidden)
    }
}

impl From<Unavailable> for Decision {
    fn from(unavailable: Unavailable) -> Self {
        Self::Unavailable(unavailable)
    }
}
