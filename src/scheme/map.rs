//! Principals turned into others.

use std::sync::Arc;

use http::{HeaderName, request::Parts};

use crate::{
    attempt::{Attempt, Rejection},
    challenge::{Ask, Challenge},
    inspect::Inspection,
    step::Step,
};

use super::{
    contract::{Carrier, Presented, Redact, Scheme},
    forward::forward,
};

/// A scheme whose principals are turned into others. See [`SchemeExt::map`](super::SchemeExt::map).
pub struct Map<S, F> {
    scheme: S,
    turn: Arc<F>,
}

impl<S, F> Map<S, F> {
    pub(super) const fn new(scheme: S, turn: Arc<F>) -> Self {
        Self { scheme, turn }
    }
}

impl<S, Q, F> Scheme for Map<S, F>
where
    S: Scheme,
    Q: Clone + Send + Sync + 'static,
    F: Fn(S::Principal) -> Q + Send + Sync + 'static,
{
    type Principal = Q;

    fn attempt(&self, presented: &Presented<'_>) -> Step<Attempt<Q>> {
        let turn = Arc::clone(&self.turn);
        let attempt = self.scheme.attempt(presented);
        attempt.map(move |attempt| match attempt.verified() {
            Ok(principal) => Attempt::Verified(turn(principal)),
            Err(unproven) => unproven,
        })
    }

    forward!(self => self.scheme);
}
