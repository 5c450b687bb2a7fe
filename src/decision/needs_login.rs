//! A refusal that a login would change.

use super::{
    denied::Denied,
    into::IntoDecision,
    remedy::{Login, Remedy},
    value::Decision,
};

/// A refusal that a login would change.
///
/// Strangers are asked for credentials. Known callers get 403 from [`new`](Self::new), for they have a
/// login; from [`again`](Self::again) they get a 401 that asks for a better one, if their scheme has words
/// for it, as `Bearer` has. To say more, make a [`Denied`] of it:
/// `Denied::from(NeedsLogin::new()).code("members_only")`.
///
/// In a handler that takes an `Option<Caller<User>>`: `let Caller(user) = caller.ok_or(NeedsLogin::new())?;`.
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
