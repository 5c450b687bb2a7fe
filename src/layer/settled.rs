//! What follows from what was settled.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, request::Parts};
use tower_service::Service;

use crate::{challenge::Challenges, decision::Decision, outcome::Outcome, settle::settle};

use super::{
    answer::Answer,
    caller::Handed,
    case::Case,
    engine::{Decided, Engine, Progress, ask_about_handed},
    head::{Target, head_of},
    refusal::Refusal,
    rule::Rule,
};

/// Where a layer stands.
pub(super) enum Post<P> {
    /// Outside: it verifies callers, and answers what is refused further in.
    Outside,
    /// Further in: it asks a rule of its own, and leaves the answer to the layer outside.
    Inside { rule: Rule<P>, told: Told },
}

/// What the layer outside is told of a request that is refused further in.
#[derive(Clone, Copy)]
pub(super) enum Told {
    /// All of its head, with what layers and routers on the way added to it.
    Head,
    /// Nothing that it does not know.
    #[cfg_attr(not(feature = "axum"), expect(dead_code, reason = "a router says it"))]
    Nothing,
}

impl<P> Clone for Post<P> {
    fn clone(&self) -> Self {
        match self {
            Self::Outside => Self::Outside,
            Self::Inside { rule, told } => Self::Inside {
                rule: rule.clone(),
                told: *told,
            },
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
    target: Target,
    /// The head as it came, where an answer may need it: handlers own theirs.
    head: Option<Box<Parts>>,
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
            Post::Inside { rule, .. } => ask_about_handed(self.id, &*rule.policy, head),
        }
    }

    /// Settles what was decided.
    pub(super) fn finish(
        &self,
        post: &Post<P>,
        decided: Decided<P>,
        mut head: Parts,
    ) -> Settled<B> {
        let Decided {
            case,
            principal,
            decision,
            handing,
        } = decided;
        match post {
            Post::Outside => {
                let outcome = self.settle(&case, &decision);
                // The not-found service is told who calls, as it is on a path that is missing.
                Handed::insert(self.id, principal, &case, &mut head.extensions);
                match outcome {
                    Outcome::Pass => {
                        handing.hand_on(&mut head.extensions);
                        let kept = self.keep(case, &head);
                        Settled::Passed(Passed { head }, Some(kept))
                    }
                    refused => Settled::Refused(self.answer(case, &decision, refused, head)),
                }
            }
            Post::Inside { rule, told } => {
                match settle(case.attempt, &decision, |_ask| None::<Challenges>) {
                    Outcome::Pass => {
                        handing.hand_on(&mut head.extensions);
                        Settled::Passed(Passed { head }, None)
                    }
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
                        let refusal = Refusal::at(decision, Arc::clone(&rule.text), self.id);
                        let refusal = match told {
                            Told::Head => refusal.about(head),
                            Told::Nothing => refusal,
                        };
                        let body = (self.body)(Bytes::new());
                        Settled::Refused(Answer::now(refusal.response(body)))
                    }
                }
            }
        }
    }

    /// Answers what was refused further in, as if it had been decided here. To any other response is
    /// added what the layer is told to add.
    pub(super) fn review(&self, kept: Kept, mut response: Response<B>) -> Answer<B> {
        let Some(refusal) = self.take_refusal(&mut response) else {
            self.complete(&kept.case, &mut response);
            self.log_pass(&kept);
            return Answer::now(response);
        };
        let (decision, rule, head) = refusal.into_parts();
        let case = Case {
            rule: Some(rule),
            ..kept.case
        };
        let outcome = match self.settle(&case, &decision) {
            // No refusal says so. Should one, nobody passes.
            Outcome::Pass => Outcome::Misconfigured,
            refused => refused,
        };
        let head = head_of(head, kept.head.map(|head| *head), kept.target);
        self.answer(case, &decision, outcome, head)
    }

    /// Takes the refusal that this layer answers.
    pub(super) fn take_refusal(&self, response: &mut Response<B>) -> Option<Refusal> {
        let refusal = response.extensions().get::<Refusal>()?;
        if !refusal.is_for(self.id) {
            return None;
        }
        response.extensions_mut().remove()
    }

    fn keep(&self, case: Case, head: &Parts) -> Kept {
        let keeps_uri = self.not_found.is_some() && !self.keeps_head;
        Kept {
            case,
            target: Target {
                method: head.method.clone(),
                uri: keeps_uri.then(|| head.uri.clone()),
            },
            head: self.keeps_head.then(|| Box::new(head.clone())),
        }
    }
}

impl<P, B> Engine<P, B> {
    /// Tells the log of a pass: once nothing further in has refused, or nobody waits any longer.
    pub(super) fn log_pass(&self, kept: &Kept) {
        self.record(&kept.case, Outcome::Pass, &Decision::Allow);
    }
}
