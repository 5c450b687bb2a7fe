//! What is known of the caller of one request.

use std::sync::Arc;

use crate::attempt::{AttemptKind, Rejection};

/// What is known of the caller of one request.
#[derive(Clone)]
pub(super) struct Case {
    pub(super) attempt: AttemptKind,
    /// Why the credentials were rejected of a caller that is treated as anonymous.
    pub(super) disregarded: Option<Rejection>,
    /// The scheme that was tried, or that verified.
    pub(super) scheme: Option<usize>,
    pub(super) scheme_name: Option<&'static str>,
    /// What decided, as text, unless it is the layer's own policy.
    pub(super) rule: Option<Arc<str>>,
}

impl Case {
    pub(super) const fn new(attempt: AttemptKind) -> Self {
        Self {
            attempt,
            disregarded: None,
            scheme: None,
            scheme_name: None,
            rule: None,
        }
    }

    /// What is known further in: who was verified, by what, or a stranger.
    pub(super) fn handed_on(&self, verified: bool) -> Self {
        let attempt = if verified {
            AttemptKind::Verified
        } else {
            AttemptKind::Absent
        };
        Self {
            disregarded: self.disregarded,
            scheme: self.scheme.filter(|_| verified),
            scheme_name: self.scheme_name.filter(|_| verified),
            ..Self::new(attempt)
        }
    }
}
