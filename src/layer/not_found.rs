//! The application's own not-found service.

use std::{
    convert::Infallible,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Request, Response, request::Parts};
use http_body::{Body, Frame, SizeHint};
use tower_service::Service;

use crate::step::Waiting;

/// The fresh, empty body of a request that the not-found service answers.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoBody;

impl Body for NoBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        true
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(0)
    }
}

/// The application's own not-found service, whatever its type.
pub(super) struct NotFound<B> {
    service: Box<dyn Fn(Request<NoBody>) -> Waiting<Response<B>> + Send + Sync>,
    pub(super) shown: Shown,
}

/// What the not-found service is shown of a request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    Head,
    /// Method and URI.
    Target,
}

impl<B: 'static> NotFound<B> {
    pub(super) fn new<N>(service: N, shown: Shown) -> Self
    where
        N: Service<Request<NoBody>, Response = Response<B>, Error = Infallible>,
        N: Clone + Send + Sync + 'static,
        N::Future: Send,
    {
        let service = move |request| -> Waiting<Response<B>> {
            let mut service = service.clone();
            Box::pin(async move {
                let Ok(()) = poll_fn(|context| service.poll_ready(context)).await;
                let Ok(response) = service.call(request).await;
                response
            })
        };
        Self {
            service: Box::new(service),
            shown,
        }
    }

    /// Answers a request with this head.
    pub(super) fn answer(&self, head: Parts) -> Waiting<Response<B>> {
        let mut request = Request::from_parts(head, NoBody);
        if self.shown == Shown::Target {
            request.headers_mut().clear();
            request.extensions_mut().clear();
        }
        (self.service)(request)
    }
}
