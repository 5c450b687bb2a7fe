//! What answers every request alike, at once.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    task::{Context, Poll},
};

use ::axum::{extract::Request, response::Response};
use tower_layer::Layer;
use tower_service::Service;

/// A service that answers every request alike; as a layer, one that answers instead of what is inside.
#[derive(Clone)]
pub(super) struct Answering<F>(pub(super) F);

impl<F: Fn() -> Response> Service<Request> for Answering<F> {
    type Response = Response;
    type Error = Infallible;
    type Future = Ready<Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request) -> Self::Future {
        ready(Ok((self.0)()))
    }
}

impl<S, F: Clone> Layer<S> for Answering<F> {
    type Service = Self;

    fn layer(&self, _: S) -> Self {
        self.clone()
    }
}
