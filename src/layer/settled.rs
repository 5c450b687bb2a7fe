//! What follows from what was settled.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request, Response, Uri, request::Parts};
use tower_service::Service;

use crate::{challenge::Challenges, decision::Decision, outcome::Outcome, settle::settle};

use super::{
    answer::Answer,
    caller::Handed,
    engine::{Case, Engine, Progress, Rule, ask_policy},
    marker::Marker,
};

/// Where a layer stands.
pub(super) enum Post<P> {
    /// Outside: it verifies callers, and answers what is refused further in.
    Outside,
    /// Further in: it asks a policy of its own, and leaves the answer to the layer outside.
    Inside(Rule<P>),
}

impl<P> Clone for Post<P> {
    fn clone(&self) -> Self {
        match self {
            Self::Outside => Self::Outside,
            Self::Inside(rule) => Self::Inside(rule.clone()),
        }
    }
}

/// What follows for one request.
pub(super) enum Settled<B> {
    /// It goes on. What is kept is for the layer outside, should it be refused further in.
    Passed(Passed, Option<Kept>),
    /// It does not.
    Refused(Answer<B>),
}

/// A request that was let through: made where the outcome is a pass, for one request, used once.
pub(super) struct Passed {
    head: Parts,
}

/// What the layer outside keeps of a request that it let through.
pub(super) struct Kept {
    case: Case,
    /// What the request asked for, for the not-found service: routers strip prefixes further in.
    target: Option<(Method, Uri)>,
}

impl Passed {
    /// The one place where the inner service is called.
    pub(super) fn enter<S: Service<Request<Q>>, Q>(self, inner: &mut S, body: Q) -> S::Future {
        inner.call(Request::from_parts(self.head, body))
    }
}

impl<P: Clone + Send + Sync + 'static, B: 'static> Engine<P, B> {
    /// Asks the first question.
    pub(super) fn begin(&self, post: &Post<P>, head: &mut Parts) -> Progress<P> {
        match post {
            Post::Outside => self.ask(head),
            Post::Inside(rule) => ask_policy(self.id, &*rule.policy, head),
        }
    }

    /// Settles what was decided.
    pub(super) fn finish(
        &self,
        post: &Post<P>,
        case: Case,
        principal: Option<P>,
        decision: Decision,
        mut head: Parts,
    ) -> Settled<B> {
        let scheme = principal.as_ref().and(case.scheme_name);
        match post {
            Post::Outside => match self.settle(&case, &decision) {
                Outcome::Pass => {
                    let kept = self.keep(case, &head);
                    Handed::insert(self.id, principal, scheme, &mut head.extensions);
                    Settled::Passed(Passed { head }, Some(kept))
                }
                refused => {
                    // The not-found service is told who calls, as it is on a path that is missing.
                    Handed::insert(self.id, principal, scheme, &mut head.extensions);
                    Settled::Refused(self.answer(case, &decision, refused, head))
                }
            },
            Post::Inside(rule) => {
                match settle(case.attempt, &decision, |_ask| None::<Challenges>) {
                    Outcome::Pass => Settled::Passed(Passed { head }, None),
                    misconfigured @ Outcome::Misconfigured => {
                        let case = Case {
                            rule: Some(Arc::clone(&rule.text)),
                            ..case
                        };
                        Settled::Refused(self.answer(case, &decision, misconfigured, head))
                    }
                    Outcome::Challenge(_)
                    | Outcome::Invalid(_)
                    | Outcome::Forbid(_)
                    | Outcome::Conceal
                    | Outcome::Throttle
                    | Outcome::Fail => {
                        let body = (self.body)(Bytes::new());
                        let marker = Marker::new(decision, Arc::clone(&rule.text), head, self.id);
                        Settled::Refused(Answer::now(marker.into_response(case.attempt, body)))
                    }
                }
            }
        }
    }

    /// Answers what was refused further in, as if it had been decided here. Any other response is
    /// given back as it is.
    pub(super) fn review(&self, kept: Kept, mut response: Response<B>) -> Answer<B> {
        let Some(Marker {
            decision,
            rule,
            mut head,
            ..
        }) = self.marked(&mut response)
        else {
            self.passed(&kept);
            return Answer::now(response);
        };
        let case = Case {
            rule: Some(rule),
            ..kept.case
        };
        match self.settle(&case, &decision) {
            // Nothing further in marks what it lets through. The response stays safe by itself.
            Outcome::Pass => Answer::now(response),
            refused => {
                if let Some((method, uri)) = kept.target {
                    (head.method, head.uri) = (method, uri);
                }
                self.answer(case, &decision, refused, head)
            }
        }
    }

    /// Takes the marker that is for this layer.
    pub(super) fn marked(&self, response: &mut Response<B>) -> Option<Marker> {
        let marker = response.extensions().get::<Marker>()?;
        if marker.layer != self.id {
            return None;
        }
        response.extensions_mut().remove()
    }

    fn keep(&self, case: Case, head: &Parts) -> Kept {
        let target = || (head.method.clone(), head.uri.clone());
        Kept {
            case,
            target: self.not_found.as_ref().map(|_| target()),
        }
    }
}

impl<P, B> Engine<P, B> {
    /// Tells the log of a pass: once nothing further in has refused, or nobody waits any longer.
    pub(super) fn passed(&self, kept: &Kept) {
        self.record(&kept.case, Outcome::Pass, &Decision::Allow);
    }
}
