//! What a request carries to prove who the caller is.

use std::borrow::Cow;

use crate::secret::Secret;

/// Credentials that a verifier judges: borrowed from the request, or made to outlive it.
///
/// Verifiers that answer at once look at them where they are; those that have to wait take the
/// [`Owned`](Credentials::Owned) form along.
pub trait Credentials: Send {
    /// The same credentials, owning their text.
    type Owned: Send + 'static;

    /// Copies what is borrowed.
    fn into_owned(self) -> Self::Owned;
}

impl Credentials for Secret<'_> {
    type Owned = Secret<'static>;

    fn into_owned(self) -> Self::Owned {
        Secret::into_owned(self)
    }
}

/// A user-id and a password ([RFC 7617 §2]).
///
/// Both may be empty, both are UTF-8 without control characters, and the user-id has no colon.
///
/// [RFC 7617 §2]: https://www.rfc-editor.org/rfc/rfc7617#section-2
pub struct BasicCredentials<'a> {
    user_id: Cow<'a, str>,
    password: Secret<'a>,
}

impl<'a> BasicCredentials<'a> {
    /// Puts a user-id and a password together.
    pub fn new(user_id: impl Into<Cow<'a, str>>, password: impl Into<Secret<'a>>) -> Self {
        Self {
            user_id: user_id.into(),
            password: password.into(),
        }
    }

    /// Who the caller says they are.
    #[must_use]
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    /// What is to prove it.
    #[must_use]
    pub fn password(&self) -> &Secret<'a> {
        &self.password
    }
}

impl Credentials for BasicCredentials<'_> {
    type Owned = BasicCredentials<'static>;

    fn into_owned(self) -> Self::Owned {
        BasicCredentials {
            user_id: Cow::Owned(self.user_id.into_owned()),
            password: self.password.into_owned(),
        }
    }
}
