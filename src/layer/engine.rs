//! What is asked in which order, and what is settled.

use std::{
    mem,
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
    policy::{Access, BoxPolicy, Handing, Policy},
    reply::Reply,
    scheme::{Asked, Redact, Schemes},
    settle::settle,
    step::{Step, Waiting},
};

use super::{
    caller::{Handed, LayerId},
    case::Case,
    extras::Extras,
    not_found::NotFound,
    preflight,
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
    /// Whether the reply needs the head of the request.
    pub(super) shows_head: bool,
    /// Whether a refusal in a handler needs the head of the request to be answered.
    pub(super) keeps_head: bool,
    pub(super) passes_preflights: bool,
    pub(super) extras: Extras,
    pub(super) body: Box<dyn Fn(Bytes) -> B + Send + Sync>,
    pub(super) clock: Clock,
}

/// What becomes of credentials that are rejected.
#[derive(Clone, Copy)]
pub(super) enum Rejected {
    /// The table says it.
    Refused,
    /// The caller is anonymous, but for too many tries.
    Disregarded,
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
        handing: Handing,
        waiting: Waiting<Decision>,
    },
}

/// How far one request has come.
pub(super) enum Progress<P> {
    Waiting(Question<P>),
    Decided(Decided<P>),
}

/// What was decided about one request.
pub(super) struct Decided<P> {
    pub(super) case: Case,
    /// Who is to be handed on, should the request pass.
    pub(super) principal: Option<P>,
    pub(super) decision: Decision,
    /// What policies found, and is to be handed on likewise.
    pub(super) handing: Handing,
}

impl<P> Progress<P> {
    /// The same, and who is to be handed on, should the request pass.
    fn with(mut self, handed: Option<P>) -> Self {
        match &mut self {
            Self::Waiting(Question::Decision { principal, .. })
            | Self::Decided(Decided { principal, .. }) => *principal = handed,
            Self::Waiting(Question::Attempt { .. }) => {}
        }
        self
    }

    /// Decided without asking a policy.
    fn unasked(case: Case, decision: Decision) -> Self {
        Self::Decided(Decided {
            case,
            principal: None,
            decision,
            handing: Handing::default(),
        })
    }
}

impl<P: Clone + Send + Sync + 'static, B> Engine<P, B> {
    /// Asks who calls, then whether they may.
    pub(super) fn ask(&self, head: &mut Parts) -> Progress<P> {
        if self.passes_preflights && preflight::is(head) {
            return self.pass_preflight(head);
        }
        // The layer stands here twice: nobody is verified again, unless by credentials that it has not seen.
        if let Some(handed) = Handed::<P>::by(self.id, &head.extensions)
            && handed.is_original()
            && !self.schemes.find_unmarked(head, self.mode)
        {
            let (case, principal) = (handed.case.clone(), handed.principal.clone());
            return ask_policy(&self.policy, principal.as_ref(), case, head).with(principal);
        }
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
                handing,
                waiting,
            } => {
                let decision = match caught(|| waiting.as_mut().poll(context)) {
                    Some(decision) => ready!(decision),
                    None => policy_panicked(),
                };
                Poll::Ready(Progress::Decided(Decided {
                    case: case.clone(),
                    principal: principal.take(),
                    decision,
                    handing: mem::take(handing),
                }))
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
        let attempt = match self.redact(head) {
            Ok(()) => attempt,
            Err(unavailable) => Attempt::Unavailable(unavailable),
        };
        let (attempt, disregarded) = self.disregard(attempt);
        let case = Case {
            disregarded,
            scheme,
            scheme_name: self.schemes.name(scheme),
            ..Case::new(attempt.kind())
        };
        let principal = match attempt {
            Attempt::Verified(principal) => Some(principal),
            Attempt::Absent | Attempt::Rejected(_) => None,
            Attempt::Unavailable(unavailable) => {
                return Progress::unasked(case, Decision::Unavailable(unavailable));
            }
        };
        let progress = ask_policy(&self.policy, principal.as_ref(), case, head);
        progress.with(principal)
    }

    /// Lets a preflight pass, as a stranger's, without asking anybody. What further in decides still does.
    fn pass_preflight(&self, head: &mut Parts) -> Progress<P> {
        let decision = match self.redact(head) {
            Ok(()) => Decision::Allow,
            Err(unavailable) => unavailable.into(),
        };
        let case = Case {
            rule: Some(Arc::from("cors_preflight")),
            ..Case::new(AttemptKind::Absent)
        };
        Progress::unasked(case, decision)
    }

    fn redact(&self, head: &mut Parts) -> Result<(), Unavailable> {
        caught(|| self.schemes.redact(head, self.mode, self.redact))
            .ok_or_else(|| Unavailable::new(SCHEME_PANICKED))
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
pub(super) fn ask_about_handed<P>(
    layer: LayerId,
    policy: &dyn Policy<P>,
    head: &Parts,
) -> Progress<P>
where
    P: Clone + Send + Sync + 'static,
{
    let Some(handed) = Handed::<P>::by(layer, &head.extensions) else {
        let reason = "this policy stands without the AuthLayer that verifies callers around it";
        let outage = Decision::Unavailable(Unavailable::new(reason));
        return Progress::unasked(Case::new(AttemptKind::NotMade), outage);
    };
    ask_policy(policy, handed.principal.as_ref(), handed.case.clone(), head)
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

fn ask_policy<P: 'static>(
    policy: &dyn Policy<P>,
    principal: Option<&P>,
    case: Case,
    head: &Parts,
) -> Progress<P> {
    let handing = Handing::default();
    let access = Access::new(principal, head)
        .verified_by(principal.and(case.scheme_name))
        .handing_on(&handing);
    let step = caught(|| policy.decide(&access)).unwrap_or_else(|| Step::Now(policy_panicked()));
    match step {
        Step::Now(decision) => Progress::Decided(Decided {
            case,
            principal: None,
            decision,
            handing,
        }),
        Step::Later(waiting) => Progress::Waiting(Question::Decision {
            case,
            principal: None,
            handing,
            waiting,
        }),
    }
}
