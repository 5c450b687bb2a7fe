//! What answers where no route leads.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    task::{Context, Poll},
};

use ::axum::{body::Body, extract::Request, response::Response};
use tower_service::Service;

use crate::{
    decision::Hidden,
    layer::{AuthLayer, Refusal},
};

/// Refuses as what is hidden is refused, so that one and the same code answers for both.
#[derive(Clone)]
pub(super) struct Missing(Refusal);

impl Missing {
    pub(super) fn new<P: Clone + Send + Sync + 'static>(auth: &AuthLayer<P, Body>) -> Self {
        let nothing = Hidden::new().reason("no route leads there");
        Self(auth.refusal(nothing.into(), "no_route"))
    }
}

impl Service<Request> for Missing {
    type Response = Response;
    type Error = Infallible;
    type Future = Ready<Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request) -> Self::Future {
        ready(Ok(self.0.clone().response(Body::empty())))
    }
}
