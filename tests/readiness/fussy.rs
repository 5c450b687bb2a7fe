//! Services that panic when they are called wrongly, and remember all the rest.

use std::{
    collections::{HashMap, VecDeque},
    convert::Infallible,
    future::Future,
    panic::resume_unwind,
    pin::Pin,
    sync::{Arc, LazyLock, Mutex, MutexGuard},
    task::{Context, Poll},
};

use http::{Request, Response};
use tokio_test::block_on;
use tower::{Layer as _, Service, ServiceExt as _, service_fn};
use tower_auth::{
    AuthLayer, Denied, Hidden, Login, NeedsLogin, NoBody, Refusal, Remedy, Unavailable,
    policy::{self, Access},
    scheme::Bearer,
};

use crate::{
    dice::Dice,
    plan::{Answers, Plan, Refuses},
};

/// What all copies of the services, the scheme and the policies know together.
#[derive(Default)]
pub(crate) struct World {
    /// What is said next when somebody asks whether a copy is ready. Ready, where nothing is left.
    pub(crate) readiness: VecDeque<Readiness>,
    /// How many copies were made ready, and neither called nor dropped.
    pub(crate) held: usize,
    /// How many things are being loaded.
    pub(crate) loading: usize,
    /// How often each request was asked about.
    pub(crate) attempts: HashMap<u32, usize>,
    /// How often each layer's policy was asked about each request.
    pub(crate) asked: HashMap<(usize, u32), usize>,
    /// How often a thing was loaded for each rule and request.
    pub(crate) loads: HashMap<(usize, u32), usize>,
    /// How many policies have let each request pass.
    pub(crate) allowed: HashMap<u32, usize>,
    /// How often each request reached the service, and the page.
    pub(crate) calls: HashMap<u32, usize>,
    pub(crate) pages: HashMap<u32, usize>,
    /// Whether the page is ready is a matter of chance.
    pub(crate) dice: Dice,
}

/// The world, wherever it is known.
#[derive(Clone, Default)]
pub(crate) struct Shared(Arc<Mutex<World>>);

impl Shared {
    pub(crate) fn lock(&self) -> MutexGuard<'_, World> {
        self.0.lock().expect("no panic under the lock")
    }

    pub(crate) fn held(&self) -> usize {
        self.lock().held
    }

    pub(crate) fn loading(&self) -> usize {
        self.lock().loading
    }

    /// Whether nobody is verified twice, and nothing loaded twice.
    pub(crate) fn is_asked_once(&self) -> bool {
        let world = self.lock();
        let times = world.attempts.values().chain(world.loads.values());
        times.into_iter().all(|times| *times == 1)
    }

    pub(crate) fn calls(&self, number: u32) -> usize {
        self.lock().calls.get(&number).copied().unwrap_or_default()
    }

    pub(crate) fn pages(&self, number: u32) -> usize {
        self.lock().pages.get(&number).copied().unwrap_or_default()
    }
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

/// The thing that the rule at this place loads for this request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Thing(pub(crate) usize, pub(crate) u32);

/// How a request must come to the service.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask {
    pub(crate) plan: Plan,
    /// How many policies must have let it pass.
    pub(crate) allowed: usize,
    /// What must have been handed on.
    pub(crate) thing: Option<Thing>,
}

#[derive(Default)]
pub(crate) struct Fussy {
    world: Shared,
    ready: bool,
}

impl Fussy {
    pub(crate) fn new(world: &Shared) -> Self {
        Self {
            world: world.clone(),
            ready: false,
        }
    }
}

/// Nobody is ready because another was.
impl Clone for Fussy {
    fn clone(&self) -> Self {
        Self::new(&self.world)
    }
}

impl Drop for Fussy {
    fn drop(&mut self) {
        if self.ready {
            self.world.lock().held -= 1;
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
        let mut world = self.world.lock();
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
        let number = ask.plan.number;
        assert!(self.ready, "{ask:?} reached a service that is not ready");
        self.ready = false;
        let mut world = self.world.lock();
        world.held -= 1;
        let calls = world.calls.entry(number).or_default();
        *calls += 1;
        let calls = *calls;
        let allowed = world.allowed.get(&number).copied().unwrap_or_default();
        drop(world);
        assert_eq!(calls, 1, "{ask:?} reached the service twice");
        assert_eq!(allowed, ask.allowed, "{ask:?} came before all had decided");
        let thing = request.extensions().get();
        assert_eq!(thing, ask.thing.as_ref(), "{ask:?} came with another thing");
        Answer(ask.plan.inner)
    }
}

/// The page of what is not there. Like the service, it is called ready or panics.
pub(crate) struct Page {
    world: Shared,
    ready: bool,
}

impl Page {
    pub(crate) fn new(world: &Shared) -> Self {
        Self {
            world: world.clone(),
            ready: false,
        }
    }
}

impl Clone for Page {
    fn clone(&self) -> Self {
        Self::new(&self.world)
    }
}

/// What the page answers where it answers.
pub(crate) const GONE: u16 = 410;

impl Service<Request<NoBody>> for Page {
    type Response = Response<NoBody>;
    type Error = Infallible;
    type Future = Shown;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.ready = self.ready || self.world.lock().dice.below(4) > 0;
        if self.ready {
            return Poll::Ready(Ok(()));
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }

    fn call(&mut self, request: Request<NoBody>) -> Shown {
        let plan: Plan = *request.extensions().get().expect("a plan");
        assert!(self.ready, "{plan:?} reached a page that is not ready");
        self.ready = false;
        let mut world = self.world.lock();
        let pages = world.pages.entry(plan.number).or_default();
        *pages += 1;
        let pages = *pages;
        drop(world);
        assert_eq!(pages, 1, "{plan:?} reached the page twice");
        Shown(Answer(plan.page))
    }
}

/// Comes after some waiting.
pub(crate) struct Answer((Answers, u8));

impl Future for Answer {
    type Output = Result<Response<NoBody>, Broken>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let (answers, waits) = &mut self.0;
        if *waits > 0 {
            *waits -= 1;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(match answers {
            Answers::Responds => Ok(Response::new(NoBody)),
            Answers::Breaks => Err(Broken),
            Answers::Panics => planned_panic(),
            Answers::Refuses(refuses) => Ok(refuses.refusal().response(NoBody)),
            Answers::RefusesElsewhere => Ok(elsewhere().response(NoBody)),
        })
    }
}

/// Comes after some waiting, and never as an error.
pub(crate) struct Shown(Answer);

impl Future for Shown {
    type Output = Result<Response<NoBody>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map(|answer| {
            let mut response = answer.expect("the page does not break");
            if response.extensions().is_empty() {
                *response.status_mut() = GONE.try_into().expect("a status");
            }
            Ok(response)
        })
    }
}

impl Refuses {
    fn refusal(self) -> Refusal {
        match self {
            Self::Denied => Denied::new(Remedy::OtherCredentials).into(),
            Self::Hidden => Hidden::new().into(),
            Self::NeedsLogin => NeedsLogin::again(Login::default()).into(),
            Self::Unavailable => Unavailable::new("planned").into(),
        }
    }
}

/// A refusal that another layer answers.
fn elsewhere() -> Refusal {
    static ELSEWHERE: LazyLock<Refusal> = LazyLock::new(|| {
        let overheard = Arc::new(Mutex::new(None));
        let hears = Arc::clone(&overheard);
        let another = AuthLayer::new(Bearer::fixed("api", "s3cret", 7_u32), policy::anyone());
        let another = another.build_with(|_| NoBody).expect("a layer");
        let denies = another
            .require(|_: &Access<'_, u32>| false)
            .expect("a layer");
        let inner = service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(NoBody)));
        let inside = denies
            .layer(inner)
            .map_response(move |response: Response<_>| {
                *hears.lock().expect("no panic") = response.extensions().get().cloned();
                response
            });
        let answer = block_on(another.layer(inside).oneshot(Request::new(())));
        drop(answer.expect("an answer"));
        let refusal = overheard.lock().expect("no panic").take();
        refusal.expect("a refusal")
    });
    ELSEWHERE.clone()
}

/// What ends a request on purpose.
pub(crate) const PLANNED: &str = "planned";

pub(crate) fn planned_panic() -> ! {
    resume_unwind(Box::new(PLANNED))
}
