//! What a token is known by.

use std::{borrow::Cow, fmt, time::SystemTime};

use super::{claims::Claims, times::time};

/// What a token is known by to those who take tokens back: see [`Revocations`](super::Revocations).
///
/// The verifier makes it of a token that is true. To test a store of your own, make one:
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use tower_auth::jwt::TokenIds;
///
/// let in_an_hour = SystemTime::now() + Duration::from_secs(3600);
/// let token = TokenIds::new("https://as.example.net", in_an_hour).with_token_id("e1j3V_bKic8");
/// assert_eq!(token.token_id(), Some("e1j3V_bKic8"));
/// ```
#[derive(Clone)]
pub struct TokenIds<'a> {
    issuer: Cow<'a, str>,
    expires: SystemTime,
    token_id: Option<Cow<'a, str>>,
    subject: Option<Cow<'a, str>>,
    session: Option<Cow<'a, str>>,
    issued_at: Option<SystemTime>,
}

impl<'a> TokenIds<'a> {
    /// A token of this issuer that is true until `expires`.
    pub fn new(issuer: impl Into<Cow<'a, str>>, expires: SystemTime) -> Self {
        Self {
            issuer: issuer.into(),
            expires,
            token_id: None,
            subject: None,
            session: None,
            issued_at: None,
        }
    }

    /// With a `jti`.
    #[must_use]
    pub fn with_token_id(mut self, token_id: impl Into<Cow<'a, str>>) -> Self {
        self.token_id = Some(token_id.into());
        self
    }

    /// With a `sub`.
    #[must_use]
    pub fn with_subject(mut self, subject: impl Into<Cow<'a, str>>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// With a `sid`.
    #[must_use]
    pub fn with_session(mut self, session: impl Into<Cow<'a, str>>) -> Self {
        self.session = Some(session.into());
        self
    }

    /// With an `iat`.
    #[must_use]
    pub const fn with_issued_at(mut self, issued_at: SystemTime) -> Self {
        self.issued_at = Some(issued_at);
        self
    }

    /// Who issued the token (`iss`). All else is known within it alone.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// What tells it from every other token of the issuer (`jti`).
    #[must_use]
    pub fn token_id(&self) -> Option<&str> {
        self.token_id.as_deref()
    }

    /// Whose it is (`sub`).
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// The session that it was issued in (`sid`).
    #[must_use]
    pub fn session(&self) -> Option<&str> {
        self.session.as_deref()
    }

    /// When it was issued (`iat`), by the clock of the issuer. Most tokens tell it in whole seconds.
    #[must_use]
    pub const fn issued_at(&self) -> Option<SystemTime> {
        self.issued_at
    }

    /// From when on it is not true any more (`exp`), whatever is known of it: give or take the leeway
    /// of the verifier, which is five minutes at most.
    #[must_use]
    pub const fn expires(&self) -> SystemTime {
        self.expires
    }

    /// The same, owned, for answers that have to wait.
    #[must_use]
    pub fn into_owned(self) -> TokenIds<'static> {
        TokenIds {
            issuer: own(self.issuer),
            expires: self.expires,
            token_id: self.token_id.map(own),
            subject: self.subject.map(own),
            session: self.session.map(own),
            issued_at: self.issued_at,
        }
    }
}

impl<'a> TokenIds<'a> {
    /// Those of a token with these claims. `None` where it lacks its issuer or the time of its expiry, or
    /// that is so far off that none can be told.
    pub(super) fn of(claims: &'a Claims<'_>) -> Option<Self> {
        let text = |claim: &'a Option<Cow<'_, str>>| claim.as_deref().map(Cow::Borrowed);
        Some(Self {
            issuer: text(&claims.issuer)?,
            expires: time(claims.expires?)?,
            token_id: text(&claims.token_id),
            subject: text(&claims.subject),
            session: text(&claims.session),
            issued_at: claims.issued_at.and_then(time),
        })
    }
}

fn own(text: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(text.into_owned())
}

impl fmt::Debug for TokenIds<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenIds")
            .field("issuer", &self.issuer)
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}
