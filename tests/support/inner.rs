//! The service that a layer guards.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    sync::{Arc, Mutex},
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, header::WWW_AUTHENTICATE};
use http_body_util::Full;
use tower::Service;
use tower_auth::Caller;

use super::user::User;

/// The body of responses.
pub(crate) type Body = Full<Bytes>;

/// Answers with the name of the caller, and keeps the fields of each request that it is shown.
#[derive(Clone, Default)]
pub(crate) struct Inner(Arc<Mutex<Vec<HeaderMap>>>);

impl Inner {
    /// How many requests there were.
    pub(crate) fn calls(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    /// The fields of the last request.
    pub(crate) fn fields(&self) -> HeaderMap {
        self.0.lock().unwrap().last().unwrap().clone()
    }
}

impl<Q> Service<Request<Q>> for Inner {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Q>) -> Self::Future {
        let name = match *request.method() {
            Method::HEAD => "",
            _ => Caller::<User>::of(request.extensions()).map_or("nobody", |user| user.0),
        };
        self.0.lock().unwrap().push(request.headers().clone());
        let mut response = Response::new(Full::from(name));
        // A response may carry a challenge of its own (RFC 9110 §11.6.1).
        let challenge = HeaderValue::from_static("Negotiate");
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        ready(Ok(response))
    }
}
