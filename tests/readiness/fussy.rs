//! An inner service that panics when it is called wrongly, and remembers all the rest.

use std::{
    collections::{HashMap, VecDeque},
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard},
    task::{Context, Poll},
};

use http::{Request, Response};
use tower::Service;
use tower_auth::NoBody;

/// What all copies of the service know together.
#[derive(Default)]
pub(crate) struct World {
    /// What is said next when somebody asks whether a copy is ready. Ready, where nothing is left.
    pub(crate) readiness: VecDeque<Readiness>,
    /// How many copies were made ready, and neither called nor dropped.
    pub(crate) held: usize,
    /// How often each request reached the service.
    pub(crate) calls: HashMap<u32, usize>,
    /// How many policies have let each request pass.
    pub(crate) allowed: HashMap<u32, usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readiness {
    Ready,
    Pending,
    Broken,
}

/// The error of the service.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Broken;

/// What a request asks of the service: its number, how many policies must have let it pass, and
/// how often its answer is waited for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask {
    pub(crate) number: u32,
    pub(crate) policies: usize,
    pub(crate) waits: u8,
    pub(crate) breaks: bool,
}

#[derive(Default)]
pub(crate) struct Fussy {
    world: Arc<Mutex<World>>,
    ready: bool,
}

impl Fussy {
    pub(crate) fn world(&self) -> Arc<Mutex<World>> {
        Arc::clone(&self.world)
    }

    fn lock(&self) -> MutexGuard<'_, World> {
        self.world.lock().expect("no panic under the lock")
    }
}

/// Nobody is ready because another was.
impl Clone for Fussy {
    fn clone(&self) -> Self {
        Self {
            world: self.world(),
            ready: false,
        }
    }
}

impl Drop for Fussy {
    fn drop(&mut self) {
        if self.ready {
            self.lock().held -= 1;
        }
    }
}

impl Service<Request<Ask>> for Fussy {
    type Response = Response<NoBody>;
    type Error = Broken;
    type Future = Answer;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Broken>> {
        if self.ready {
            return Poll::Ready(Ok(()));
        }
        let mut world = self.lock();
        match world.readiness.pop_front().unwrap_or(Readiness::Ready) {
            Readiness::Ready => world.held += 1,
            Readiness::Pending => {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            Readiness::Broken => return Poll::Ready(Err(Broken)),
        }
        drop(world);
        self.ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Ask>) -> Answer {
        let ask = *request.body();
        assert!(self.ready, "{ask:?} reached a service that is not ready");
        self.ready = false;
        let mut world = self.lock();
        world.held -= 1;
        let calls = world.calls.entry(ask.number).or_default();
        *calls += 1;
        let calls = *calls;
        let allowed = world.allowed.get(&ask.number).copied().unwrap_or_default();
        drop(world);
        assert_eq!(calls, 1, "{ask:?} reached the service twice");
        assert_eq!(allowed, ask.policies, "{ask:?} came before all had decided");
        Answer(ask)
    }
}

/// Comes after some waiting.
pub(crate) struct Answer(Ask);

impl Future for Answer {
    type Output = Result<Response<NoBody>, Broken>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.0.waits > 0 {
            self.0.waits -= 1;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(if self.0.breaks {
            Err(Broken)
        } else {
            Ok(Response::new(NoBody))
        })
    }
}
