//! What is asked in which order, and what is settled.

use std::{
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::request::Parts;

use crate::{
    attempt::{Attempt, AttemptKind, Rejection},
    caught::caught,
    challenge::Challenges,
    clock::Clock,
    decision::{Decision, Unavailable},
    outcome::{Mode, Outcome},
    policy::{Access, BoxPolicy, Policy},
    reply::Reply,
    scheme::{Asked, Redact, Schemes},
    settle::settle,
    step::{Step, Waiting},
};

use super::{
    caller::{Handed, LayerId},
    not_found::NotFound,
};

/// All that a layer was built from.
pub(super) struct Engine<P, B> {
    pub(super) id: LayerId,
    pub(super) schemes: Schemes<P>,
    pub(super) policy: BoxPolicy<P>,
    /// The policy, as text.
    pub(super) rule: Arc<str>,
    pub(super) mode: Mode,
    pub(super) redact: Redact,
    pub(super) rejected: Rejected,
    pub(super) reply: Box<dyn Reply>,
    pub(super) not_found: Option<NotFound<B>>,
    pub(super) body: Box<dyn Fn(Bytes) -> B + Send + Sync>,
    pub(super) clock: Clock,
}

/// A policy for a single route, with the text that it is told by.
pub(super) struct Rule<P> {
    pub(super) policy: Arc<dyn Policy<P>>,
    pub(super) text: Arc<str>,
}

impl<P> Clone for Rule<P> {
    fn clone(&self) -> Self {
        Self {
            policy: Arc::clone(&self.policy),
            text: Arc::clone(&self.text),
        }
    }
}

/// What becomes of credentials that are rejected.
#[derive(Clone, Copy)]
pub(super) enum Rejected {
    /// The table says it.
    Refused,
    /// The caller is anonymous, but for too many tries.
    Disregarded,
}

/// What is known of the caller of one request.
#[derive(Clone)]
pub(super) struct Case {
    pub(super) attempt: AttemptKind,
    /// Why the credentials were rejected of a caller that is treated as anonymous.
    pub(super) disregarded: Option<Rejection>,
    /// The scheme that was tried, or that verified.
    pub(super) scheme: Option<usize>,
    pub(super) scheme_name: Option<&'static str>,
    /// The policy that decided, as text, unless it is the layer's own.
    pub(super) rule: Option<Arc<str>>,
}

/// A question whose answer is on its way.
pub(super) enum Question<P> {
    /// Are the credentials true?
    Attempt {
        scheme: Option<usize>,
        waiting: Waiting<Attempt<P>>,
    },
    /// May the caller?
    Decision {
        case: Case,
        principal: Option<P>,
        waiting: Waiting<Decision>,
    },
}

/// How far one request has come.
pub(super) enum Progress<P> {
    Waiting(Question<P>),
    Decided {
        case: Case,
        principal: Option<P>,
        decision: Decision,
    },
}

impl<P> Progress<P> {
    /// `principal` is what is to be handed on, should the request pass.
    fn of(step: Step<Decision>, case: Case, principal: Option<P>) -> Self {
        match step {
            Step::Now(decision) => Self::Decided {
                case,
                principal,
                decision,
            },
            Step::Later(waiting) => Self::Waiting(Question::Decision {
                case,
                principal,
                waiting,
            }),
        }
    }
}

impl<P: Clone + Send + Sync + 'static, B> Engine<P, B> {
    /// Asks who calls, then whether they may.
    pub(super) fn ask(&self, head: &mut Parts) -> Progress<P> {
        let asked = caught(|| self.schemes.ask(head, self.mode)).unwrap_or_else(scheme_panicked);
        self.asked(asked, head)
    }

    /// Goes on when an answer is here.
    pub(super) fn resume(
        &self,
        question: &mut Question<P>,
        head: &mut Parts,
        context: &mut Context<'_>,
    ) -> Poll<Progress<P>> {
        match question {
            Question::Attempt { scheme, waiting } => {
                let asked = match caught(|| waiting.as_mut().poll(context)) {
                    Some(attempt) => Asked {
                        scheme: *scheme,
                        step: Step::Now(ready!(attempt)),
                    },
                    None => scheme_panicked(),
                };
                Poll::Ready(self.asked(asked, head))
            }
            Question::Decision {
                case,
                principal,
                waiting,
            } => {
                let decision = match caught(|| waiting.as_mut().poll(context)) {
                    Some(decision) => ready!(decision),
                    None => policy_panicked(),
                };
                Poll::Ready(Progress::Decided {
                    case: case.clone(),
                    principal: principal.take(),
                    decision,
                })
            }
        }
    }

    /// The one place where a layer asks for an outcome.
    pub(super) fn settle(&self, case: &Case, decision: &Decision) -> Outcome<Challenges> {
        settle(case.attempt, decision, |ask| {
            self.schemes.challenges(ask, case.scheme)
        })
    }

    fn asked(&self, asked: Asked<P>, head: &mut Parts) -> Progress<P> {
        let attempt = match asked.step {
            Step::Now(attempt) => attempt,
            Step::Later(waiting) => {
                return Progress::Waiting(Question::Attempt {
                    scheme: asked.scheme,
                    waiting,
                });
            }
        };
        match (asked.scheme, attempt) {
            (Some(place), Attempt::Absent) if self.schemes.gives_way(place) => {
                let next = || self.schemes.ask_ambient(place + 1, head);
                let asked = caught(next).unwrap_or_else(scheme_panicked);
                self.asked(asked, head)
            }
            (Some(place), Attempt::Absent) => self.attempted(
                Some(place),
                Attempt::Rejected(Rejection::NotUnderstood),
                head,
            ),
            (scheme, attempt) => self.attempted(scheme, attempt, head),
        }
    }

    fn attempted(
        &self,
        scheme: Option<usize>,
        attempt: Attempt<P>,
        head: &mut Parts,
    ) -> Progress<P> {
        let redacted = caught(|| self.schemes.redact(head, self.mode, self.redact));
        let attempt = match redacted {
            Some(()) => attempt,
            None => Attempt::Unavailable(Unavailable::new(SCHEME_PANICKED)),
        };
        let (attempt, disregarded) = self.disregard(attempt);
        let case = Case {
            attempt: attempt.kind(),
            disregarded,
            scheme,
            scheme_name: self.schemes.name(scheme),
            rule: None,
        };
        let principal = match attempt {
            Attempt::Verified(principal) => Some(principal),
            Attempt::Absent | Attempt::Rejected(_) => None,
            Attempt::Unavailable(unavailable) => {
                return Progress::Decided {
                    case,
                    principal: None,
                    decision: Decision::Unavailable(unavailable),
                };
            }
        };
        let step = decide(&*self.policy, principal.as_ref(), &case, head);
        Progress::of(step, case, principal)
    }

    /// Takes rejected credentials for none, where the layer is told to. Too many tries stay too many.
    fn disregard(&self, attempt: Attempt<P>) -> (Attempt<P>, Option<Rejection>) {
        match (self.rejected, attempt) {
            (Rejected::Disregarded, Attempt::Rejected(rejection))
                if !matches!(rejection, Rejection::Throttled { .. }) =>
            {
                (Attempt::Absent, Some(rejection))
            }
            (Rejected::Refused | Rejected::Disregarded, attempt) => (attempt, None),
        }
    }
}

/// Asks whether the caller that was verified further out may.
pub(super) fn ask_policy<P>(layer: LayerId, policy: &dyn Policy<P>, head: &Parts) -> Progress<P>
where
    P: Clone + Send + Sync + 'static,
{
    let Some(handed) = Handed::<P>::by(layer, &head.extensions) else {
        let reason = "this policy stands without the AuthLayer that verifies callers around it";
        return Progress::Decided {
            case: Case {
                attempt: AttemptKind::NotMade,
                disregarded: None,
                scheme: None,
                scheme_name: None,
                rule: None,
            },
            principal: None,
            decision: Decision::Unavailable(Unavailable::new(reason)),
        };
    };
    let attempt = match handed.principal {
        Some(_) => AttemptKind::Verified,
        None => AttemptKind::Absent,
    };
    let case = Case {
        attempt,
        disregarded: None,
        scheme: None,
        scheme_name: handed.scheme,
        rule: None,
    };
    let step = decide(policy, handed.principal.as_ref(), &case, head);
    Progress::of(step, case, None)
}

const SCHEME_PANICKED: &str = "a scheme or its verifier panicked";

fn scheme_panicked<P>() -> Asked<P> {
    Asked {
        scheme: None,
        step: Step::Now(Attempt::Unavailable(Unavailable::new(SCHEME_PANICKED))),
    }
}

fn policy_panicked() -> Decision {
    Decision::Unavailable(Unavailable::new("a policy panicked"))
}

fn decide<P: 'static>(
    policy: &dyn Policy<P>,
    principal: Option<&P>,
    case: &Case,
    head: &Parts,
) -> Step<Decision> {
    let access = Access::new(principal, head).verified_by(principal.and(case.scheme_name));
    caught(|| policy.decide(&access)).unwrap_or_else(|| Step::Now(policy_panicked()))
}
