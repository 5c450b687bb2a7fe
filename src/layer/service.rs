//! The service that both layers make.

use std::{
    fmt, mem,
    sync::Arc,
    task::{Context, Poll},
};

use http::{Request, Response};
use tower_service::Service;

use super::{
    engine::{Engine, Progress},
    future::ResponseFuture,
    settled::{Post, Settled},
};

/// Asks who calls and whether they may, before the inner service is called.
///
/// Readiness is the inner service's, forwarded. A refused request gives it back at once: the
/// readied inner service is dropped, and a clone of it takes its place.
pub struct AuthService<S, P, B> {
    inner: S,
    engine: Arc<Engine<P, B>>,
    post: Post<P>,
}

impl<S, P, B> AuthService<S, P, B> {
    pub(super) const fn new(inner: S, engine: Arc<Engine<P, B>>, post: Post<P>) -> Self {
        Self {
            inner,
            engine,
            post,
        }
    }
}

impl<S, P, Q, B> Service<Request<Q>> for AuthService<S, P, B>
where
    S: Service<Request<Q>, Response = Response<B>> + Clone,
    P: Clone + Send + Sync + 'static,
    B: 'static,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = ResponseFuture<S, P, Q, B>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Q>) -> Self::Future {
        let engine = Arc::clone(&self.engine);
        let (mut head, body) = request.into_parts();
        match engine.begin(&self.post, &mut head) {
            Progress::Decided(decided) => match engine.finish(&self.post, decided, head) {
                Settled::Passed(passed, kept) => {
                    ResponseFuture::passed(engine, passed.enter(&mut self.inner, body), kept)
                }
                Settled::Refused(answer) => {
                    drop(self.take_inner());
                    ResponseFuture::refused(engine, answer)
                }
            },
            Progress::Waiting(question) => {
                let inner = self.take_inner();
                ResponseFuture::asking(engine, question, inner, self.post.clone(), head, body)
            }
        }
    }
}

impl<S: Clone, P, B> AuthService<S, P, B> {
    /// The inner service that was polled ready, and not the clone that takes its place.
    fn take_inner(&mut self) -> S {
        let clone = self.inner.clone();
        mem::replace(&mut self.inner, clone)
    }
}

impl<S: Clone, P, B> Clone for AuthService<S, P, B> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            engine: Arc::clone(&self.engine),
            post: self.post.clone(),
        }
    }
}

impl<S: fmt::Debug, P, B> fmt::Debug for AuthService<S, P, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthService")
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}
