//! Which methods a method router answers.

use std::{
    convert::Infallible,
    future::{Future as _, Ready, ready},
    pin::pin,
    task::{Context, Poll, Waker},
};

use ::axum::{body::Body, extract::Request, response::Response, routing::MethodRouter};
use http::{Method, header::ALLOW};
use tower_layer::Layer;
use tower_service::Service;

/// Which methods a method router answers, or `None` where it is all of them.
///
/// axum tells it with `Allow` in what it answers to a method that is not there. So it is asked for one that
/// nobody has, with every handler, fallbacks too, replaced by an empty answer.
pub(super) fn methods_of(methods: &MethodRouter) -> Option<Vec<Method>> {
    let mut emptied: MethodRouter = methods.clone().layer(Emptied);
    let mut request = Request::new(Body::empty());
    *request.method_mut() = Method::from_bytes(b"NOBODY-HAS-IT").ok()?;
    let answer = pin!(emptied.call(request));
    let Poll::Ready(Ok(answer)) = answer.poll(&mut Context::from_waker(Waker::noop())) else {
        return None;
    };
    let allow = answer.headers().get(ALLOW)?.to_str().ok()?;
    let names = allow.split(',').filter(|name| !name.is_empty());
    names.map(|name| name.parse().ok()).collect()
}

/// Answers instead of what it stands around.
#[derive(Clone)]
struct Emptied;

impl<S> Layer<S> for Emptied {
    type Service = Self;

    fn layer(&self, _: S) -> Self {
        Self
    }
}

impl Service<Request> for Emptied {
    type Response = Response;
    type Error = Infallible;
    type Future = Ready<Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request) -> Self::Future {
        ready(Ok(Response::new(Body::empty())))
    }
}
