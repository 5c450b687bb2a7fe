//! HTTP clients of the application's: when they are ready, and what they do wrong.

use std::{
    cell::Cell,
    collections::VecDeque,
    convert::Infallible,
    error::Error as _,
    future::{Ready, ready},
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::{Buf, Bytes};
use http::{HeaderMap, Request, Response};
use http_body::{Body, Frame};
use tokio::time::sleep;
use tower::{BoxError, Service, ServiceBuilder, service_fn};
use tower_auth::jwks::{FetchProblem, RemoteKeys};

use crate::{
    desk::{Desk, Says},
    keys::set,
    stand::{COOLDOWN, MINUTE, ask, at_once, problem},
};

const URL: &str = "https://as.example.net/jwks";

/// A client that may only be called when it was ready, and takes a while to be.
struct Fussy {
    polls: usize,
    ready: bool,
    made: Arc<AtomicUsize>,
}

impl Clone for Fussy {
    fn clone(&self) -> Self {
        self.made.fetch_add(1, Ordering::SeqCst);
        Self {
            polls: 0,
            ready: false,
            made: Arc::clone(&self.made),
        }
    }
}

impl Service<Request<()>> for Fussy {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Ready<Result<Response<String>, Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.polls += 1;
        if self.polls < 4 {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        assert!(self.ready, "called when it was not ready");
        self.ready = false;
        ready(Ok(Response::new(set(&["a"]))))
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_is_called_when_it_is_ready_once_for_each_clone() {
    let made = Arc::new(AtomicUsize::new(0));
    let fussy = Fussy {
        polls: 0,
        ready: false,
        made: Arc::clone(&made),
    };
    let keys = RemoteKeys::new(URL, fussy).build().unwrap();
    for fetches in 1..5 {
        keys.refresh().await.unwrap();
        assert_eq!(made.load(Ordering::SeqCst), fetches);
    }
}

/// Where a client goes wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
enum At {
    Cloning,
    Readiness,
    Calling,
    Waiting,
    Reading,
    Nowhere,
}

/// A client that goes wrong: panics, or stops.
struct Wrong {
    at: Arc<std::sync::Mutex<At>>,
    stops: bool,
}

impl Wrong {
    fn is(&self, at: At) -> bool {
        let wrong = *self.at.lock().unwrap() == at;
        assert!(self.stops || !wrong, "a client that panics");
        wrong
    }
}

impl Clone for Wrong {
    fn clone(&self) -> Self {
        self.is(At::Cloning);
        Self {
            at: Arc::clone(&self.at),
            stops: self.stops,
        }
    }
}

impl Service<Request<String>> for Wrong {
    type Response = Response<Chunks>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Chunks>, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        if self.is(At::Readiness) {
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<String>) -> Self::Future {
        self.is(At::Calling);
        let this = self.clone();
        Box::pin(async move {
            if this.is(At::Waiting) {
                std::future::pending::<()>().await;
            }
            Ok(Response::new(Chunks {
                rest: VecDeque::from([Part::Wrong(this), Part::Text(set(&["a"]).into())]),
            }))
        })
    }
}

/// A body of parts.
struct Chunks {
    rest: VecDeque<Part>,
}

enum Part {
    Text(Bytes),
    Trailers,
    Wrong(Wrong),
}

impl Body for Chunks {
    /// Data in two pieces.
    type Data = bytes::buf::Chain<Bytes, Bytes>;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Self::Data>>>> {
        if let Some(Part::Wrong(wrong)) = self.rest.front() {
            if wrong.is(At::Reading) {
                return Poll::Pending;
            }
            self.rest.pop_front();
        }
        let frame = self.rest.pop_front().map(|part| match part {
            Part::Text(mut text) => {
                let first = text.split_to(text.len() / 2);
                Frame::data(first.chain(text))
            }
            Part::Trailers => Frame::trailers(HeaderMap::new()),
            Part::Wrong(_) => panic!("one is enough"),
        });
        Poll::Ready(frame.map(Ok))
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_panics_is_an_outage_and_is_asked_again() {
    for wrong in [
        At::Cloning,
        At::Readiness,
        At::Calling,
        At::Waiting,
        At::Reading,
    ] {
        let at = Arc::new(std::sync::Mutex::new(wrong));
        let client = Wrong {
            at: Arc::clone(&at),
            stops: false,
        };
        let keys = RemoteKeys::new(URL, client).build().unwrap();
        let outage = ask(&keys, "a").await.unwrap_err();
        assert_eq!(
            outage.source().unwrap().to_string(),
            "fetching the key set panicked"
        );
        assert_eq!(problem(&keys), Some(FetchProblem::Panicked), "{wrong:?}");
        // The next one is not due yet.
        assert!(at_once(&keys, "a").is_err());
        assert_eq!(keys.status().fetches(), 1);

        sleep(MINUTE).await;
        assert!(keys.status().failures() > 3, "{wrong:?}");
        *at.lock().unwrap() = At::Nowhere;
        sleep(COOLDOWN).await;
        assert_eq!(at_once(&keys, "a").unwrap(), ["a"], "{wrong:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_stops_anywhere_is_given_up_in_time() {
    for wrong in [At::Readiness, At::Waiting, At::Reading] {
        let client = Wrong {
            at: Arc::new(std::sync::Mutex::new(wrong)),
            stops: true,
        };
        let keys = RemoteKeys::new(URL, client).build().unwrap();
        let begun = tokio::time::Instant::now();
        assert!(ask(&keys, "a").await.is_err());
        assert_eq!(problem(&keys), Some(FetchProblem::TooLate), "{wrong:?}");
        let waited = begun.elapsed();
        let limit = Duration::from_secs(5)..Duration::from_millis(5_100);
        assert!(limit.contains(&waited), "{wrong:?}: {waited:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn bodies_may_come_in_pieces_with_trailers() {
    let keys = set(&["a", "b"]);
    let client = service_fn(move |_: Request<String>| {
        let (one, two) = keys.split_at(17);
        let rest = VecDeque::from([
            Part::Text(one.to_owned().into()),
            Part::Text(Bytes::new()),
            Part::Text(two.to_owned().into()),
            Part::Trailers,
        ]);
        ready(Ok::<_, Infallible>(Response::new(Chunks { rest })))
    });
    let keys = RemoteKeys::new(URL, client).build().unwrap();
    keys.ready().await.unwrap();
    assert_eq!(keys.status().kids(), ["a", "b"]);
}

/// Frames without data, one after the other, and never a pause in which anybody could look at the time.
struct Nothing;

impl Body for Nothing {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(Some(Ok(Frame::data(Bytes::new()))))
    }
}

#[tokio::test]
async fn a_body_of_nothing_ends() {
    let client = service_fn(async |_: Request<String>| Ok::<_, Infallible>(Response::new(Nothing)));
    let keys = RemoteKeys::new(URL, client).build().unwrap();
    let error = keys.ready().await.unwrap_err();
    assert_eq!(error.problem(), FetchProblem::TooLarge);
}

/// A client that threads may hand on, and not share.
#[derive(Clone)]
struct OneAtATime(Cell<usize>, Desk);

impl Service<Request<String>> for OneAtATime {
    type Response = Response<String>;
    type Error = io::Error;
    type Future = <Desk as Service<Request<String>>>::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.1.poll_ready(context)
    }

    fn call(&mut self, request: Request<String>) -> Self::Future {
        self.0.set(self.0.get() + 1);
        self.1.call(request)
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_need_not_be_shared_between_threads() {
    let desk = Desk::with(&set(&["a"]));
    let keys = RemoteKeys::new(URL, OneAtATime(Cell::new(0), desk.clone()))
        .build()
        .unwrap();
    keys.ready().await.unwrap();
    assert_eq!(desk.fetches(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_client_may_stand_in_layers_of_tower() {
    let desk = Desk::with("");
    let client = ServiceBuilder::new()
        .buffer(4)
        .concurrency_limit(1)
        .timeout(Duration::from_secs(2))
        .service(desk.clone());
    let keys = RemoteKeys::new(URL, client).build().unwrap();
    desk.says(Says::Late(Duration::from_secs(3), set(&["a"])));
    let error = keys.ready().await.unwrap_err();
    assert_eq!(error.problem(), FetchProblem::Unreachable);
    assert_eq!(error.source().unwrap().to_string(), "request timed out");
    desk.publish(&set(&["a"]));
    sleep(COOLDOWN).await;
    assert!(at_once(&keys, "a").is_ok());
}
