//! What a timeout outside cancels, and what it leaves alone.

use std::{
    convert::Infallible,
    future::pending,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    task::{Context, Waker},
    time::Duration,
};

use axum::{
    body::Body,
    extract::Request,
    http::{Response, StatusCode},
};
use tower::{
    Layer as _, Service, ServiceBuilder, ServiceExt as _, limit::ConcurrencyLimit, service_fn,
};
use tower_auth::{
    AuthLayer, Secret,
    policy::{self, BoxPolicy, PolicyExt as _, View},
    scheme::Bearer,
};
use tower_http::timeout::TimeoutLayer;

use crate::{
    log::logged,
    stand::{A_MOMENT, Name},
};

/// Says so when it is dropped.
struct Flag(Arc<AtomicBool>);

impl Drop for Flag {
    fn drop(&mut self) {
        self.0.store(true, SeqCst);
    }
}

type Held = Arc<Mutex<Option<Flag>>>;

/// Something that never answers, and whether it was dropped meanwhile.
#[derive(Clone, Default)]
struct Endless {
    asked: Arc<AtomicUsize>,
    dropped: Arc<AtomicBool>,
}

impl Endless {
    async fn answer<T>(self) -> T {
        let _flag = Flag(Arc::clone(&self.dropped));
        self.asked.fetch_add(1, SeqCst);
        pending().await
    }

    fn state(&self) -> (usize, bool) {
        (self.asked.load(SeqCst), self.dropped.load(SeqCst))
    }
}

fn alice() -> Request {
    let request = Request::get("/").header("authorization", "Bearer s3cret");
    request.body(Body::empty()).expect("a request")
}

fn timeout() -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, A_MOMENT)
}

/// Where somebody never answers.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Never {
    Verifier,
    Policy,
    Rule,
    Handler,
}

/// Runs one request of alice into a timeout; gives what was asked in vain, how often the handler ran, and
/// whether a limit of one is free again afterwards.
async fn late(never: Never, outside: bool) -> (StatusCode, (usize, bool), usize, bool) {
    let endless = Endless::default();
    let runs = Arc::new(AtomicUsize::new(0));
    let ask = |here: Never| -> BoxPolicy<Name> {
        if never != here {
            return policy::authenticated().boxed();
        }
        policy::check_with(endless.clone(), async |endless: Endless, _: View<Name>| {
            endless.answer::<bool>().await
        })
        .boxed()
    };
    let verifier = (never == Never::Verifier).then(|| endless.clone());
    let verifier = tower_auth::verify::check_with(
        verifier,
        async |endless: Option<Endless>, _: Secret<'static>| match endless {
            Some(endless) => endless.answer::<Option<Name>>().await,
            None => Some("alice"),
        },
    );
    let auth = AuthLayer::new(Bearer::new("api", verifier), ask(Never::Policy));
    let auth = auth.build().expect("a layer");
    let rule = auth.require(ask(Never::Rule)).expect("a layer");
    let (count, handler) = (Arc::clone(&runs), endless.clone());
    let handler = service_fn(move |_: Request| {
        count.fetch_add(1, SeqCst);
        let handler = (never == Never::Handler).then(|| handler.clone());
        async move {
            if let Some(handler) = handler {
                handler.answer::<()>().await;
            }
            Ok::<_, Infallible>(Response::new(Body::empty()))
        }
    });
    let mut limit = ConcurrencyLimit::new(rule.layer(handler), 1);
    let inner = limit.clone();
    let status = if outside {
        let app = ServiceBuilder::new()
            .layer(timeout())
            .layer(auth)
            .service(inner);
        app.oneshot(alice()).await.map(|response| response.status())
    } else {
        let app = ServiceBuilder::new()
            .layer(auth)
            .layer(timeout())
            .service(inner);
        app.oneshot(alice()).await.map(|response| response.status())
    };
    let Ok(status) = status;
    let free = limit
        .poll_ready(&mut Context::from_waker(Waker::noop()))
        .is_ready();
    (status, endless.state(), runs.load(SeqCst), free)
}

/// D-fail-closed
#[tokio::test(start_paused = true)]
async fn a_timeout_outside_cancels_whoever_is_asked_and_gives_the_permit_back() {
    for (never, runs) in [
        (Never::Verifier, 0),
        (Never::Policy, 0),
        (Never::Rule, 0),
        (Never::Handler, 1),
    ] {
        let came_of_it = late(never, true).await;
        let expected = (StatusCode::REQUEST_TIMEOUT, (1, true), runs, true);
        assert_eq!(came_of_it, expected, "{never:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_timeout_inside_cancels_what_is_further_in() {
    for (never, runs) in [(Never::Rule, 0), (Never::Handler, 1)] {
        let came_of_it = late(never, false).await;
        let expected = (StatusCode::REQUEST_TIMEOUT, (1, true), runs, true);
        assert_eq!(came_of_it, expected, "{never:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn open_a_timeout_inside_leaves_verifier_and_policy_of_the_layer_alone() {
    for never in [Never::Verifier, Never::Policy] {
        let late = tokio::time::timeout(A_MOMENT * 1_000, late(never, false));
        assert!(late.await.is_err(), "{never:?}");
    }
}

#[test]
fn of_a_request_that_is_cancelled_before_its_decision_the_log_says_nothing() {
    let lines = |never, outside| {
        let log = logged(|| {
            let runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = { runtime }.enable_time().start_paused(true).build();
            runtime.expect("a runtime").block_on(async {
                late(never, outside).await;
            });
        });
        log.lines().filter(|line| line.contains("settled")).count()
    };
    assert_eq!(lines(Never::Policy, true), 0);
    // What passed the layer is told, whoever was late.
    for outside in [true, false] {
        assert_eq!(lines(Never::Rule, outside), 1);
        assert_eq!(lines(Never::Handler, outside), 1);
    }
}

/// D-fail-closed
#[tokio::test(start_paused = true)]
async fn with_a_deadline_of_its_own_a_late_policy_is_our_fault_and_counts_as_late_inside_too() {
    let dropped = Arc::new(AtomicBool::new(false));
    let policy = || {
        let flag = Arc::new(Mutex::new(Some(Flag(Arc::clone(&dropped)))));
        policy::check_with(flag, async |flag: Held, _: View<Name>| {
            let _flag = flag.lock().expect("no panic").take();
            pending::<bool>().await
        })
    };
    let bearer = Bearer::fixed("api", "s3cret", "alice");
    let layer = AuthLayer::new(bearer, policy().within(Duration::from_millis(500)));
    let handler = service_fn(async |_: Request| Ok::<_, Infallible>(Response::new(Body::empty())));
    let app = ServiceBuilder::new()
        .layer(timeout())
        .layer(layer.build().expect("a layer"));
    let Ok(response) = app.service(handler).oneshot(alice()).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(dropped.load(SeqCst));
}
