//! A case as a service.

use std::{
    convert::Infallible,
    future::ready,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use http::{
    HeaderValue, Method, Request, Response, StatusCode,
    header::{CONTENT_LENGTH, SERVER},
};
use hyper::body::Incoming;
use tower::{Layer, Service, ServiceExt, service_fn};
use tower_auth::{
    AttemptKind, AuthLayer, Clock, Mode, NoBody, RequireLayer,
    policy::{Policy, anyone},
};

use crate::{
    support::{
        inner::{Body, Inner},
        rules,
        schemes::{joined, named},
        user::User,
    },
    table::Case,
};

/// When all requests are answered, in seconds of Unix and as it is told.
const TIME: Duration = Duration::from_secs(1_795_167_000);
pub(crate) const TIMESTAMP: &str = "2026-11-20T09:30:00Z";

/// What the application answers for paths that do not exist.
pub(crate) const MISSING: &str = "nothing here\n";

/// Where a policy stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the layer that looks at credentials.
    Outside,
    /// On a route, inside of a layer that lets everybody in.
    Route,
    /// Nowhere: that layer alone.
    Open,
}

impl Place {
    const ALL: [Self; 3] = [Self::Outside, Self::Route, Self::Open];

    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Outside => "/",
            Self::Route => "/route",
            Self::Open => "/open",
        }
    }
}

/// The layers of a case, and the service that they guard.
#[derive(Clone)]
pub(crate) struct Stand {
    inner: Inner,
    asked: Arc<AtomicUsize>,
    outside: AuthLayer<User, Body>,
    open: AuthLayer<User, Body>,
    route: RequireLayer<User, Body>,
    /// The layer of the route stands without the one around it.
    alone: bool,
}

impl Stand {
    pub(crate) fn of(case: &Case<'_>) -> Self {
        let asked = Arc::default();
        let policy = || rules::Counted::new(&case.policy.name, &asked);
        let open = build(case, anyone());
        Self {
            inner: Inner::default(),
            outside: build(case, policy()),
            route: open.require(policy()).unwrap(),
            open,
            asked,
            alone: case.attempt() == AttemptKind::NotMade,
        }
    }

    /// How often the inner service was called.
    pub(crate) fn calls(&self) -> usize {
        self.inner.calls()
    }

    /// How often the policy was asked.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// Answers a request at one place.
    pub(crate) async fn ask<Q>(&self, place: Place, request: Request<Q>) -> Response<Body> {
        let inner = self.inner.clone();
        let Ok(response) = match place {
            _ if self.alone => self.route.layer(inner).oneshot(request).await,
            Place::Outside => self.outside.layer(inner).oneshot(request).await,
            Place::Route => {
                let guarded = self.route.layer(inner);
                self.open.layer(guarded).oneshot(request).await
            }
            Place::Open => self.open.layer(inner).oneshot(request).await,
        };
        response
    }

    /// All places at once, by path.
    pub(crate) fn service(
        &self,
    ) -> impl Service<Request<Incoming>, Response = Response<Body>, Error = Infallible, Future: Send>
    + Clone
    + Send
    + use<> {
        let stand = self.clone();
        service_fn(move |request: Request<Incoming>| {
            let stand = stand.clone();
            let place = Place::ALL
                .into_iter()
                .find(|place| place.path() == request.uri().path());
            async move { Ok(stand.ask(place.unwrap(), request).await) }
        })
    }
}

fn build(case: &Case<'_>, policy: impl Policy<User>) -> AuthLayer<User, Body> {
    let schemes = joined(named(case.schemes));
    let builder = match case.mode {
        Mode::Origin => AuthLayer::new(schemes, policy),
        Mode::Proxy => AuthLayer::proxy(schemes, policy),
    };
    builder
        .not_found(service_fn(|request: Request<NoBody>| {
            ready(Ok(missing(request.method())))
        }))
        .clock(Clock::fixed(SystemTime::UNIX_EPOCH + TIME))
        .build()
        .unwrap()
}

/// The application's own 404.
fn missing(method: &Method) -> Response<Body> {
    let body = if method == Method::HEAD { "" } else { MISSING };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::NOT_FOUND;
    let fields = response.headers_mut();
    fields.insert(CONTENT_LENGTH, HeaderValue::from(MISSING.len()));
    fields.insert(SERVER, HeaderValue::from_static("the application"));
    response
}
