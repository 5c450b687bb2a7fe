//! How a refusal becomes a response.

use std::{
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http::{
    HeaderValue, Method, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER},
    request::Parts,
};

use crate::{
    attempt::{AttemptKind, Rejection},
    audit::{self, Record},
    caught::caught,
    challenge::Challenges,
    decision::Decision,
    outcome::Outcome,
    reply::{Content, Refused},
    step::Waiting,
};

use super::{
    case::Case,
    engine::Engine,
    extras::challenge,
    head::{Target, head_of},
};

/// A response of our own: here, or on its way from the not-found service.
pub(super) enum Answer<B> {
    Now(Option<Response<B>>),
    Later(Waiting<Response<B>>, Option<Concealed>),
}

impl<B> Answer<B> {
    pub(super) const fn now(response: Response<B>) -> Self {
        Self::Now(Some(response))
    }

    pub(super) fn poll<P>(
        &mut self,
        engine: &Engine<P, B>,
        context: &mut Context<'_>,
    ) -> Poll<Response<B>>
    where
        P: Clone + Send + Sync + 'static,
        B: 'static,
    {
        match self {
            Self::Now(response) => response.take().map_or(Poll::Pending, Poll::Ready),
            Self::Later(waiting, concealed) => {
                let mut response = ready!(waiting.as_mut().poll(context));
                let Some(concealed) = concealed.take() else {
                    return Poll::Ready(response);
                };
                // Refused by the not-found service itself, as it would be on a missing path.
                if let Some(refusal) = engine.take_refusal(&mut response) {
                    let (decision, rule, head) = refusal.into_parts();
                    let case = Case {
                        rule: Some(rule),
                        ..concealed.case
                    };
                    let outcome = engine.settle(&case, &decision);
                    let outer = concealed.head.map(|head| *head);
                    let target = Target {
                        method: concealed.method,
                        uri: None,
                    };
                    let head = head_of(head, outer, target);
                    return Poll::Ready(engine.answer_alone(&case, &decision, outcome, &head));
                }
                engine.complete(&concealed.case, &mut response);
                let record = engine.log_concealed(&concealed);
                response.extensions_mut().insert(record);
                Poll::Ready(response)
            }
        }
    }

    /// What is not told to the log yet, when nobody waits for the answer any longer.
    pub(super) const fn untold(&mut self) -> Option<Concealed> {
        match self {
            Self::Now(_) => None,
            Self::Later(_, concealed) => concealed.take(),
        }
    }
}

/// A request that the not-found service answers.
pub(super) struct Concealed {
    case: Case,
    decision: Decision,
    method: Method,
    /// The head, where the reply needs it: the not-found service may refuse.
    head: Option<Box<Parts>>,
}

impl<P: Clone + Send + Sync + 'static, B: 'static> Engine<P, B> {
    /// Answers a request that was refused, and tells the log.
    pub(super) fn answer(
        &self,
        case: Case,
        decision: &Decision,
        outcome: Outcome<Challenges>,
        head: Parts,
    ) -> Answer<B> {
        if let (Outcome::Conceal, Some(not_found)) = (&outcome, &self.not_found) {
            let concealed = Concealed {
                case,
                decision: decision.clone(),
                method: head.method.clone(),
                head: self.shows_head.then(|| Box::new(head.clone())),
            };
            return Answer::Later(not_found.answer(head), Some(concealed));
        }
        Answer::now(self.answer_alone(&case, decision, outcome, &head))
    }

    /// Answers without asking the not-found service.
    fn answer_alone(
        &self,
        case: &Case,
        decision: &Decision,
        outcome: Outcome<Challenges>,
        head: &Parts,
    ) -> Response<B> {
        let kind = outcome.kind();
        let status = outcome.own_status(self.mode);
        let record = self.record(case, kind, decision);
        let after = retry_after(case.attempt, decision);
        let time = self.clock.now();
        let told = Refused::new(kind, status, case.attempt, decision, after, head, time);
        let mut response = if let Some(refused) = told {
            self.tell(&refused, outcome)
        } else {
            let mut response = self.bare(status, Bytes::new());
            self.complete(case, &mut response);
            response
        };
        response.extensions_mut().insert(record);
        response
    }

    /// Adds to a response that is not the layer's own what it is told to add.
    pub(super) fn complete(&self, case: &Case, response: &mut Response<B>) {
        self.extras.add_to(response, case, &self.schemes, self.mode);
    }

    fn tell(&self, refused: &Refused<'_>, outcome: Outcome<Challenges>) -> Response<B> {
        // A reply that panics leaves nothing to say.
        let content = caught(|| self.reply.content(refused));
        let content = content.unwrap_or_else(|| Content::text(""));
        let (media_type, bytes) = content.into_parts();
        let mut response = self.respond(refused.status(), bytes, &refused.head().method);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, media_type);
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(after) = refused.retry_after() {
            headers.insert(RETRY_AFTER, seconds(after));
        }
        match outcome {
            Outcome::Challenge(challenges)
            | Outcome::Invalid(challenges)
            | Outcome::Forbid(Some(challenges)) => challenge(headers, &challenges, self.mode),
            Outcome::Pass
            | Outcome::Forbid(None)
            | Outcome::Conceal
            | Outcome::Throttle
            | Outcome::Fail
            | Outcome::Misconfigured => {}
        }
        response
    }

    /// A status and content, and no field: with no content, what axum says of a path that does not
    /// exist.
    fn bare(&self, status: StatusCode, bytes: Bytes) -> Response<B> {
        let mut response = Response::new((self.body)(bytes));
        *response.status_mut() = status;
        response
    }

    /// For HEAD, the length is told and the bytes are not (RFC 9110 §9.3.2).
    fn respond(&self, status: StatusCode, bytes: Bytes, method: &Method) -> Response<B> {
        let length = HeaderValue::from(bytes.len());
        let bytes = if method == Method::HEAD {
            Bytes::new()
        } else {
            bytes
        };
        let mut response = self.bare(status, bytes);
        response.headers_mut().insert(CONTENT_LENGTH, length);
        response
    }
}

impl<P, B> Engine<P, B> {
    /// Tells the log of a request that the not-found service answers.
    pub(super) fn log_concealed(&self, concealed: &Concealed) -> Record {
        self.record(&concealed.case, Outcome::Conceal, &concealed.decision)
    }

    /// Tells the log, and keeps what was told.
    pub(super) fn record(&self, case: &Case, outcome: Outcome, decision: &Decision) -> Record {
        let status = outcome.status(self.mode);
        let record = Record::new(outcome, status, case.attempt, case.scheme_name, decision)
            .disregarding(case.disregarded)
            .decided_by(self.decider(case));
        audit::log(&record, decision);
        record
    }
}

impl<P, B> Engine<P, B> {
    /// The policy that was asked, as text.
    fn decider(&self, case: &Case) -> Option<Arc<str>> {
        match case.attempt {
            AttemptKind::Unavailable => None,
            AttemptKind::Absent
            | AttemptKind::Verified
            | AttemptKind::Rejected(_)
            | AttemptKind::NotMade => Some(Arc::clone(case.rule.as_ref().unwrap_or(&self.rule))),
        }
    }
}

fn retry_after(attempt: AttemptKind, decision: &Decision) -> Option<Duration> {
    match (attempt, decision) {
        (AttemptKind::Rejected(Rejection::Throttled { retry_after }), _) => retry_after,
        (_, Decision::Unavailable(unavailable)) => unavailable.retry_delay(),
        (_, Decision::Allow | Decision::Deny(_) | Decision::Hide(_)) => None,
    }
}

/// Whole seconds, rounded up: who comes back a moment early is refused again.
fn seconds(after: Duration) -> HeaderValue {
    HeaderValue::from(
        after
            .as_secs()
            .saturating_add(u64::from(after.subsec_nanos() > 0)),
    )
}
