//! A refusal that a login would change.

use super::{
    denied::Denied,
    into::IntoDecision,
    remedy::{Login, Remedy},
    value::Decision,
};

/// A refusal that a login would change.
///
/// Strangers are asked for credentials. Callers who are known get 403 where any login was wanted, for
/// they have one; where a fresher or a stronger one was, they are asked for that. To say more, make a
/// [`Denied`] of it: `Denied::from(NeedsLogin::new()).code("members_only")`.
#[derive(Clone, Debug, Default)]
pub struct NeedsLogin {
    login: Option<Login>,
}

impl NeedsLogin {
    /// Any login.
    #[must_use]
    pub const fn new() -> Self {
        Self { login: None }
    }

    /// A login fresher or stronger than the one that the credentials stand for.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tower_auth::{Login, NeedsLogin};
    ///
    /// let fresh = NeedsLogin::again(Login::not_older_than(Duration::from_secs(300)));
    /// # let _ = fresh;
    /// ```
    #[must_use]
    pub const fn again(login: Login) -> Self {
        Self { login: Some(login) }
    }
}

impl From<NeedsLogin> for Denied {
    fn from(needs: NeedsLogin) -> Self {
        Self::new(needs.login.map_or(Remedy::OtherCredentials, Remedy::login))
    }
}

impl From<NeedsLogin> for Decision {
    fn from(needs: NeedsLogin) -> Self {
        Self::Deny(needs.into())
    }
}

impl IntoDecision for NeedsLogin {
    fn into_decision(self) -> Decision {
        self.into()
    }
}
