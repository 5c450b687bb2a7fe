//! How a refusal further in reaches the layer that answers it.

use std::sync::Arc;

use http::{Response, request::Parts};

use super::caller::LayerId;
use crate::{
    attempt::AttemptKind,
    decision::Decision,
    outcome::{Mode, Outcome},
    settle::settle,
};

/// A decision made further in, on its way to the layer that verified the caller, with the head of the
/// request that it is about.
#[derive(Clone)]
pub(crate) struct Marker {
    pub(super) decision: Decision,
    /// What decided, as text.
    pub(super) rule: Arc<str>,
    pub(super) head: Parts,
    /// The layer that answers.
    pub(super) layer: LayerId,
}

impl Marker {
    pub(crate) const fn new(
        decision: Decision,
        rule: Arc<str>,
        head: Parts,
        layer: LayerId,
    ) -> Self {
        Self {
            decision,
            rule,
            head,
            layer,
        }
    }

    /// Puts the marker on a response that is safe by itself, should nobody answer it: 403, 503,
    /// or an empty 404; never a bare 401.
    pub(crate) fn into_response<B>(self, attempt: AttemptKind, body: B) -> Response<B> {
        let outcome: Outcome = settle(attempt, &self.decision, |_ask| None);
        let mut response = Response::new(body);
        *response.status_mut() = outcome.own_status(Mode::Origin);
        response.extensions_mut().insert(self);
        response
    }
}
