//! `Caller` as an extractor of axum.

use std::{fmt, sync::Arc};

use ::axum::{
    body::Body,
    extract::{FromRequestParts, OptionalFromRequestParts},
    response::{IntoResponse, Response},
};
use http::request::Parts;

use crate::{
    attempt::AttemptKind,
    audit::{self, Record},
    decision::{Decision, Unavailable},
    layer::{Caller, Handed, Refusal},
    outcome::{Mode, Outcome},
    settle::settle,
};

/// Why a handler that asks for a [`Caller`] does not run: a stranger calls, whom the layer outside
/// answers with 401; or no layer for this principal stands outside, which is 500.
pub struct CallerRejection(Why);

enum Why {
    Stranger(Refusal),
    NoLayer,
}

impl IntoResponse for CallerRejection {
    fn into_response(self) -> Response {
        match self.0 {
            Why::Stranger(refusal) => refusal.response(Body::empty()),
            Why::NoLayer => no_layer(),
        }
    }
}

fn no_layer() -> Response {
    let decision = Decision::Unavailable(Unavailable::new(
        "a handler asks for a `Caller` of a type that no AuthLayer around it verifies",
    ));
    let outcome: Outcome = settle(AttemptKind::NotMade, &decision, |_ask| None);
    let status = outcome.own_status(Mode::Origin);
    let record = Record::new(outcome, Some(status), AttemptKind::NotMade, None, &decision)
        .decided_by(Some(Arc::from("Caller")));
    audit::log(&record, &decision);
    let mut response = status.into_response();
    response.extensions_mut().insert(record);
    response
}

impl<P, S> FromRequestParts<S> for Caller<P>
where
    P: Clone + Send + Sync + 'static,
    S: Sync,
{
    type Rejection = CallerRejection;

    async fn from_request_parts(head: &mut Parts, _: &S) -> Result<Self, CallerRejection> {
        let Some(handed) = head.extensions.get::<Handed<P>>() else {
            return Err(CallerRejection(Why::NoLayer));
        };
        handed.principal.clone().map(Self).ok_or_else(|| {
            let refusal = Refusal::at(Decision::deny(), Arc::from("Caller"), handed.layer);
            CallerRejection(Why::Stranger(refusal.about(head.clone())))
        })
    }
}

impl<P, S> OptionalFromRequestParts<S> for Caller<P>
where
    P: Clone + Send + Sync + 'static,
    S: Sync,
{
    type Rejection = CallerRejection;

    async fn from_request_parts(head: &mut Parts, _: &S) -> Result<Option<Self>, CallerRejection> {
        match head.extensions.get::<Handed<P>>() {
            Some(handed) => Ok(handed.principal.clone().map(Self)),
            None => Err(CallerRejection(Why::NoLayer)),
        }
    }
}

impl fmt::Debug for CallerRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Why::Stranger(_) => "CallerRejection(stranger)",
            Why::NoLayer => "CallerRejection(no layer)",
        })
    }
}
