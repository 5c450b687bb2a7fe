//! What a reply may tell.

use std::time::{Duration, SystemTime};

use http::{StatusCode, request::Parts};

use crate::{
    attempt::{AttemptKind, Rejection},
    decision::{Decision, Denied, Remedy},
    outcome::Outcome,
};

/// A refusal, as far as it may be told. Private reasons are not part of it.
pub struct Refused<'a> {
    status: StatusCode,
    code: &'a str,
    detail: &'a str,
    next: NextStep,
    retry_after: Option<Duration>,
    head: &'a Parts,
    time: SystemTime,
}

/// What a caller can do next: a closed set, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NextStep {
    /// Present credentials; those presented, if any, were rejected.
    Authenticate,
    /// Log in again, more recently or more strongly.
    LogInAgain,
    /// Get credentials with more scopes.
    RequestScopes,
    /// Present credentials of somebody who may.
    UseOtherCredentials,
    /// Try again later.
    RetryLater,
    /// Nothing.
    None,
}

impl NextStep {
    /// The step as a word. These words stay the same from release to release.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Authenticate => "authenticate",
            Self::LogInAgain => "log_in_again",
            Self::RequestScopes => "request_scopes",
            Self::UseOtherCredentials => "use_other_credentials",
            Self::RetryLater => "retry_later",
            Self::None => "none",
        }
    }
}

impl<'a> Refused<'a> {
    /// `None` where there is nothing to tell: the request passed, or the resource is concealed.
    pub(crate) fn new(
        outcome: Outcome,
        status: StatusCode,
        attempt: AttemptKind,
        decision: &'a Decision,
        retry_after: Option<Duration>,
        head: &'a Parts,
        time: SystemTime,
    ) -> Option<Self> {
        let denial = told(attempt, decision);
        let (code, detail, next) = words(outcome, attempt, denial.map(Denied::remedy))?;
        Some(Self {
            status,
            code: denial.and_then(Denied::public_code).unwrap_or(code),
            detail: denial.and_then(Denied::public_detail).unwrap_or(detail),
            next,
            retry_after,
            head,
            time,
        })
    }

    /// The status of the response.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// What went wrong, for programs: the policy's own code, or one of `credentials_required`,
    /// `credentials_rejected`, `invalid_request`, `cross_origin`, `insufficient_user_authentication`, `insufficient_scope`,
    /// `forbidden`, `too_many_attempts`, `unavailable`, `misconfigured`. These stay the same from
    /// release to release.
    #[must_use]
    pub const fn code(&self) -> &'a str {
        self.code
    }

    /// What went wrong, for people. The wording may change.
    #[must_use]
    pub const fn detail(&self) -> &'a str {
        self.detail
    }

    /// What the caller can do next.
    #[must_use]
    pub const fn next_step(&self) -> NextStep {
        self.next
    }

    /// After how long to try again, where known. `Retry-After` says so too.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// The head of the refused request: what it accepts, for example. Whoever sent it wrote it:
    /// escape what you repeat of it. Where it was refused further in, routers may have stripped a
    /// prefix off its URI. Where a handler refused, it is the head as it came to the layer; of it only
    /// the method is there if the reply [needs no more](super::Reply::needs_head).
    #[must_use]
    pub const fn head(&self) -> &'a Parts {
        self.head
    }

    /// When the request was refused.
    #[must_use]
    pub const fn time(&self) -> SystemTime {
        self.time
    }
}

/// The denial that the caller is told of. Rejected callers are told of their credentials instead,
/// unless no credentials would help.
fn told(attempt: AttemptKind, decision: &Decision) -> Option<&Denied> {
    let Decision::Deny(denial) = decision else {
        return None;
    };
    match attempt {
        AttemptKind::Absent | AttemptKind::Verified => Some(denial),
        AttemptKind::Rejected(Rejection::Throttled { .. } | Rejection::CrossOrigin)
        | AttemptKind::Unavailable
        | AttemptKind::NotMade => None,
        AttemptKind::Rejected(_) => (*denial.remedy() == Remedy::Nothing).then_some(denial),
    }
}

fn words(
    outcome: Outcome,
    attempt: AttemptKind,
    remedy: Option<&Remedy>,
) -> Option<(&'static str, &'static str, NextStep)> {
    Some(match outcome {
        Outcome::Pass | Outcome::Conceal => return None,
        Outcome::Challenge(()) => match attempt {
            AttemptKind::Rejected(_) => REJECTED,
            AttemptKind::Verified => LOGIN,
            AttemptKind::Absent | AttemptKind::Unavailable | AttemptKind::NotMade => REQUIRED,
        },
        Outcome::Invalid(()) => INVALID,
        Outcome::Forbid(_) => match (attempt, remedy) {
            (AttemptKind::Rejected(Rejection::CrossOrigin), _) => CROSS_ORIGIN,
            (AttemptKind::Rejected(_), None) => REJECTED,
            (AttemptKind::Verified, Some(Remedy::Missing(missing))) => match missing.login() {
                Some(_) => LOGIN,
                None => SCOPE,
            },
            (_, Some(Remedy::Nothing)) => CLOSED,
            (AttemptKind::Absent, Some(Remedy::OtherCredentials | Remedy::Missing(_))) => REQUIRED,
            (_, Some(Remedy::OtherCredentials | Remedy::Missing(_)) | None) => FORBIDDEN,
        },
        Outcome::Throttle => THROTTLED,
        Outcome::Fail => UNAVAILABLE,
        Outcome::Misconfigured => MISCONFIGURED,
    })
}

type Words = (&'static str, &'static str, NextStep);

const REQUIRED: Words = (
    "credentials_required",
    "This needs credentials, and the request carries none.",
    NextStep::Authenticate,
);
const REJECTED: Words = (
    "credentials_rejected",
    "The credentials on the request are not accepted.",
    NextStep::Authenticate,
);
const INVALID: Words = (
    "invalid_request",
    "The credentials on the request are not written as they have to be.",
    NextStep::Authenticate,
);
const CROSS_ORIGIN: Words = (
    "cross_origin",
    "The request was sent on behalf of another site.",
    NextStep::None,
);
const LOGIN: Words = (
    "insufficient_user_authentication",
    "This needs a more recent or a stronger login.",
    NextStep::LogInAgain,
);
const SCOPE: Words = (
    "insufficient_scope",
    "The credentials lack a scope that this needs.",
    NextStep::RequestScopes,
);
const FORBIDDEN: Words = (
    "forbidden",
    "These credentials do not allow this.",
    NextStep::UseOtherCredentials,
);
const CLOSED: Words = (
    "forbidden",
    "This is not allowed, whatever the credentials.",
    NextStep::None,
);
const THROTTLED: Words = (
    "too_many_attempts",
    "There were too many attempts.",
    NextStep::RetryLater,
);
const UNAVAILABLE: Words = (
    "unavailable",
    "This cannot be answered at the moment.",
    NextStep::RetryLater,
);
const MISCONFIGURED: Words = (
    "misconfigured",
    "The service is not set up correctly.",
    NextStep::None,
);
