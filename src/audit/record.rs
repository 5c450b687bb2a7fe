//! One settled request.

use std::{borrow::Cow, sync::Arc};

use http::StatusCode;

use crate::{
    attempt::{AttemptKind, Rejection},
    decision::Decision,
    outcome::Outcome,
};

/// What was settled about one request, and why. It holds no credentials.
///
/// The layer leaves it in the extensions of every response that it makes itself, for layers
/// outside of it to read. It is not for callers.
///
/// ```
/// use http::Response;
/// use tower_auth::audit::Record;
///
/// fn why<B>(response: &Response<B>) -> Option<&str> {
///     response.extensions().get::<Record>()?.reason()
/// }
/// # assert_eq!(why(&Response::new(())), None);
/// ```
#[derive(Clone, Debug)]
pub struct Record {
    outcome: Outcome,
    status: Option<StatusCode>,
    attempt: AttemptKind,
    disregarded: Option<Rejection>,
    scheme: Option<&'static str>,
    code: Option<Cow<'static, str>>,
    reason: Option<Cow<'static, str>>,
    policy: Option<Arc<str>>,
}

impl Record {
    pub(crate) fn new(
        outcome: Outcome,
        status: Option<StatusCode>,
        attempt: AttemptKind,
        scheme: Option<&'static str>,
        decision: &Decision,
    ) -> Self {
        let code = match decision {
            Decision::Deny(denial) => denial.public_code(),
            Decision::Allow | Decision::Hide(_) | Decision::Unavailable(_) => None,
        };
        let owned = |text: &str| Cow::Owned(text.to_owned());
        Self {
            outcome,
            status,
            attempt,
            disregarded: None,
            scheme,
            code: code.map(owned),
            reason: decision.private_reason().map(owned),
            policy: None,
        }
    }

    pub(crate) const fn disregarding(mut self, disregarded: Option<Rejection>) -> Self {
        self.disregarded = disregarded;
        self
    }

    pub(crate) fn decided_by(mut self, policy: Option<Arc<str>>) -> Self {
        self.policy = policy;
        self
    }

    /// The outcome.
    pub const fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// The status of the outcome; `None` where the inner service answers.
    #[must_use]
    pub const fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// What the scheme found.
    #[must_use]
    pub const fn attempt(&self) -> AttemptKind {
        self.attempt
    }

    /// Why the credentials were rejected of a caller that is treated as anonymous: of a layer that
    /// was built with `treat_rejected_as_anonymous`.
    #[must_use]
    pub const fn disregarded(&self) -> Option<Rejection> {
        self.disregarded
    }

    /// The scheme that was tried.
    #[must_use]
    pub const fn scheme(&self) -> Option<&'static str> {
        self.scheme
    }

    /// The policy that was asked, as text: `any_of(owner, role(admin)).hide()`. `None` where none was.
    ///
    /// Where something else decided, its name: `handler`, `Caller` (the extractor), `cors_preflight`, and of a
    /// `GuardedRouter` `no_route` and `other_methods` (what answers methods that a path does not have).
    #[must_use]
    pub fn policy(&self) -> Option<&str> {
        self.policy.as_deref()
    }

    /// The public code of the denial, if the policy gave one.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// The private reason, if there is one.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }
}
