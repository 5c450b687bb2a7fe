//! A refusal that may be told.

use std::borrow::Cow;

use super::remedy::Remedy;

/// A refusal that the caller may know of: what would change it, and what is said about it.
///
/// `code` and `detail` are public, `reason` is for the log alone.
#[derive(Clone, Debug)]
pub struct Denied {
    remedy: Remedy,
    code: Option<Cow<'static, str>>,
    detail: Option<Cow<'static, str>>,
    reason: Option<Cow<'static, str>>,
}

impl Denied {
    /// A refusal that `remedy` would change.
    #[must_use]
    pub const fn new(remedy: Remedy) -> Self {
        Self {
            remedy,
            code: None,
            detail: None,
            reason: None,
        }
    }

    /// A public code that stays the same from release to release, such as `office_closed`.
    #[must_use]
    pub fn code(mut self, code: impl Into<Cow<'static, str>>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// A public sentence for people, whose wording may change.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// A private reason, for the log alone.
    #[must_use]
    pub fn reason(mut self, reason: impl Into<Cow<'static, str>>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// What would change the refusal.
    #[must_use]
    pub const fn remedy(&self) -> &Remedy {
        &self.remedy
    }

    /// The public code, if one was given.
    #[must_use]
    pub fn public_code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// The public sentence, if one was given.
    #[must_use]
    pub fn public_detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// The private reason, if one was given.
    #[must_use]
    pub fn private_reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    pub(crate) fn into_reason(self) -> Option<Cow<'static, str>> {
        self.reason
    }

    /// The same, where scopes are lacking naming all that are needed.
    pub(crate) fn naming(self, needed: Vec<Cow<'static, str>>) -> Self {
        self.turn_remedy(|remedy| remedy.with_needed_scopes(needed))
    }

    pub(crate) fn turn_remedy(self, turn: impl FnOnce(Remedy) -> Remedy) -> Self {
        Self {
            remedy: turn(self.remedy),
            ..self
        }
    }
}
