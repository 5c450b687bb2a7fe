//! The one response future.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use http::{Request, Response, request::Parts};
use pin_project_lite::pin_project;
use tower_service::Service;

use super::{
    answer::Answer,
    engine::{Engine, Progress, Question},
    settled::{Kept, Post, Settled},
};

pin_project! {
    /// The response of a request that is asked about, let through or refused.
    ///
    /// Dropping it cancels whatever it waits for; the inner service is not called then.
    pub struct ResponseFuture<S, P, Q, B>
    where
        S: Service<Request<Q>>,
    {
        engine: Arc<Engine<P, B>>,
        #[pin]
        state: State<S::Future, S, P, Q, B>,
    }

    impl<S, P, Q, B> PinnedDrop for ResponseFuture<S, P, Q, B>
    where
        S: Service<Request<Q>>,
    {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            match this.state.project() {
                StateProjection::Asking { .. } => {}
                StateProjection::Passed { kept, .. } => {
                    if let Some(kept) = kept.take() {
                        this.engine.log_pass(&kept);
                    }
                }
                StateProjection::Answered { answer } => {
                    if let Some(concealed) = answer.untold() {
                        this.engine.log_concealed(&concealed);
                    }
                }
            }
        }
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<F, S, P, Q, B> {
        // Who calls, or whether they may, is still to be answered.
        Asking {
            question: Question<P>,
            held: Option<Held<S, P, Q>>,
        },
        // The inner service answers.
        Passed {
            #[pin]
            response: F,
            kept: Option<Kept>,
        },
        // The response is settled: ours, or the inner service's as it is.
        Answered {
            answer: Answer<B>,
        },
    }
}

/// What is held back until the answer is here: the inner service, ready, and the request.
struct Held<S, P, Q> {
    inner: S,
    post: Post<P>,
    head: Parts,
    body: Q,
}

impl<S, P, Q, B> ResponseFuture<S, P, Q, B>
where
    S: Service<Request<Q>>,
{
    pub(super) const fn asking(
        engine: Arc<Engine<P, B>>,
        question: Question<P>,
        inner: S,
        post: Post<P>,
        head: Parts,
        body: Q,
    ) -> Self {
        let request = Held {
            inner,
            post,
            head,
            body,
        };
        Self {
            engine,
            state: State::Asking {
                question,
                held: Some(request),
            },
        }
    }

    pub(super) const fn passed(
        engine: Arc<Engine<P, B>>,
        response: S::Future,
        kept: Option<Kept>,
    ) -> Self {
        Self {
            engine,
            state: State::Passed { response, kept },
        }
    }

    pub(super) const fn refused(engine: Arc<Engine<P, B>>, answer: Answer<B>) -> Self {
        Self {
            engine,
            state: State::Answered { answer },
        }
    }
}

impl<S, P, Q, B> Future for ResponseFuture<S, P, Q, B>
where
    S: Service<Request<Q>, Response = Response<B>>,
    P: Clone + Send + Sync + 'static,
    B: 'static,
{
    type Output = Result<Response<B>, S::Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            let next = match this.state.as_mut().project() {
                StateProjection::Asking { question, held } => {
                    let Some(waiting) = held else {
                        return Poll::Pending;
                    };
                    match ready!(this.engine.resume(question, &mut waiting.head, context)) {
                        Progress::Waiting(next) => {
                            *question = next;
                            continue;
                        }
                        Progress::Decided(decided) => {
                            let Some(Held {
                                mut inner,
                                post,
                                head,
                                body,
                            }) = held.take()
                            else {
                                return Poll::Pending;
                            };
                            match this.engine.finish(&post, decided, head) {
                                Settled::Passed(passed, kept) => State::Passed {
                                    response: passed.enter(&mut inner, body),
                                    kept,
                                },
                                Settled::Refused(answer) => State::Answered { answer },
                            }
                        }
                    }
                }
                StateProjection::Passed { response, kept } => {
                    let response = ready!(response.poll(context));
                    match (kept.take(), response) {
                        (Some(kept), Ok(response)) => State::Answered {
                            answer: this.engine.review(kept, response),
                        },
                        (Some(kept), Err(error)) => {
                            this.engine.log_pass(&kept);
                            return Poll::Ready(Err(error));
                        }
                        (None, response) => return Poll::Ready(response),
                    }
                }
                StateProjection::Answered { answer } => {
                    return answer.poll(this.engine, context).map(Ok);
                }
            };
            this.state.set(next);
        }
    }
}
