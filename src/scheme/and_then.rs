//! Principals asked further about, once their credentials are true.

use std::{future::Future, sync::Arc};

use http::{HeaderName, request::Parts};

use crate::{
    attempt::{Attempt, Rejection},
    challenge::{Ask, Challenge},
    inspect::Inspection,
    step::Step,
    verify::IntoVerdict,
};

use super::{
    contract::{Carrier, Presented, Redact, Scheme},
    forward::forward,
};

/// A scheme whose principals are asked further about. See
/// [`SchemeExt::and_then`](super::SchemeExt::and_then).
pub struct AndThen<S, T, F> {
    scheme: S,
    state: T,
    check: Arc<F>,
}

impl<S, T, F> AndThen<S, T, F> {
    pub(super) const fn new(scheme: S, state: T, check: Arc<F>) -> Self {
        Self {
            scheme,
            state,
            check,
        }
    }
}

impl<S, T, F, A> Scheme for AndThen<S, T, F>
where
    S: Scheme,
    T: Clone + Send + Sync + 'static,
    F: Fn(T, S::Principal) -> A + Send + Sync + 'static,
    A: Future + Send + 'static,
    A::Output: IntoVerdict,
    <A::Output as IntoVerdict>::Principal: Clone + Send + Sync + 'static,
{
    type Principal = <A::Output as IntoVerdict>::Principal;

    fn attempt(&self, presented: &Presented<'_>) -> Step<Attempt<Self::Principal>> {
        match self.scheme.attempt(presented) {
            Step::Now(attempt) => match attempt.verified() {
                Ok(principal) => {
                    let answer = (self.check)(self.state.clone(), principal);
                    Step::later(async move { answer.await.into_verdict().into() })
                }
                Err(unproven) => Step::Now(unproven),
            },
            Step::Later(waiting) => {
                let (state, check) = (self.state.clone(), Arc::clone(&self.check));
                Step::later(async move {
                    match waiting.await.verified() {
                        Ok(principal) => check(state, principal).await.into_verdict().into(),
                        Err(unproven) => unproven,
                    }
                })
            }
        }
    }

    forward!(self => self.scheme);
}
