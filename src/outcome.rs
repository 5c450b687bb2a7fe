//! The one mapping from what was settled to a status.

use http::{HeaderName, StatusCode, header};

/// Whether we speak for a resource, or as a proxy that the client chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// 401, `WWW-Authenticate`, `Authorization` ([RFC 9110 §11.6]). Right for services behind a
    /// reverse proxy or a load balancer, too.
    ///
    /// [RFC 9110 §11.6]: https://www.rfc-editor.org/rfc/rfc9110#section-11.6
    #[default]
    Origin,
    /// 407, `Proxy-Authenticate`, `Proxy-Authorization` ([RFC 9110 §11.7]).
    ///
    /// [RFC 9110 §11.7]: https://www.rfc-editor.org/rfc/rfc9110#section-11.7
    Proxy,
}

impl Mode {
    /// The field that carries credentials.
    #[must_use]
    pub const fn authorization(self) -> HeaderName {
        match self {
            Self::Origin => header::AUTHORIZATION,
            Self::Proxy => header::PROXY_AUTHORIZATION,
        }
    }

    /// The field that carries challenges.
    #[must_use]
    pub const fn authenticate(self) -> HeaderName {
        match self {
            Self::Origin => header::WWW_AUTHENTICATE,
            Self::Proxy => header::PROXY_AUTHENTICATE,
        }
    }
}

/// Attempt and decision, settled into one. `C` is what asks for credentials: the layer settles
/// with its non-empty list of challenges, so that a 401 without one cannot be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "an outcome that nobody acts on lets everybody in"]
#[non_exhaustive]
pub enum Outcome<C = ()> {
    /// The inner service answers.
    Pass,
    /// 401 or 407: better credentials would help.
    Challenge(C),
    /// 400: the credentials are not written as a scheme that follows RFC 6750 to the letter wants
    /// them.
    Invalid(C),
    /// 403: they would not; or they would, and these challenges say which.
    Forbid(Option<C>),
    /// 404: the caller may not know.
    Conceal,
    /// 429: too many tries.
    Throttle,
    /// 503: our own fault.
    Fail,
    /// 500: our own fault, and it does not pass by itself.
    Misconfigured,
}

impl<C> Outcome<C> {
    /// The status that says it. `None` leaves it to the inner service.
    #[must_use]
    pub const fn status(&self, mode: Mode) -> Option<StatusCode> {
        match self {
            Self::Pass => None,
            Self::Challenge(_) => Some(match mode {
                Mode::Origin => StatusCode::UNAUTHORIZED,
                Mode::Proxy => StatusCode::PROXY_AUTHENTICATION_REQUIRED,
            }),
            Self::Invalid(_) => Some(StatusCode::BAD_REQUEST),
            Self::Forbid(_) => Some(StatusCode::FORBIDDEN),
            Self::Conceal => Some(StatusCode::NOT_FOUND),
            Self::Throttle => Some(StatusCode::TOO_MANY_REQUESTS),
            Self::Fail => Some(StatusCode::SERVICE_UNAVAILABLE),
            Self::Misconfigured => Some(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }

    /// The status of a response of ours. There is none for a pass; one that were asked for is a
    /// mistake of ours, and says so.
    pub(crate) fn own_status(&self, mode: Mode) -> StatusCode {
        self.status(mode)
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The outcome as a word, for logs.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Challenge(_) => "challenge",
            Self::Invalid(_) => "invalid",
            Self::Forbid(_) => "forbid",
            Self::Conceal => "conceal",
            Self::Throttle => "throttle",
            Self::Fail => "fail",
            Self::Misconfigured => "misconfigured",
        }
    }

    /// The outcome without its challenges.
    pub fn kind(&self) -> Outcome {
        match self {
            Self::Pass => Outcome::Pass,
            Self::Challenge(_) => Outcome::Challenge(()),
            Self::Invalid(_) => Outcome::Invalid(()),
            Self::Forbid(challenges) => Outcome::Forbid(challenges.as_ref().map(|_| ())),
            Self::Conceal => Outcome::Conceal,
            Self::Throttle => Outcome::Throttle,
            Self::Fail => Outcome::Fail,
            Self::Misconfigured => Outcome::Misconfigured,
        }
    }
}
