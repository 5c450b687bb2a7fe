//! A case as a service.

use std::{
    convert::Infallible,
    future::ready,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use http::{Request, Response};
use hyper::body::Incoming;
use tower::{Layer, Service, ServiceExt, service_fn};
use tower_auth::{
    AuthLayer, NoBody, RequireLayer,
    policy::{Policy, anyone},
};

use crate::{
    layers::{build, missing},
    support::{
        inner::{Body, Inner},
        rules,
        schemes::{joined, named},
        user::User,
    },
    table::Case,
};

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
        let open = guarded(case, anyone());
        Self {
            inner: Inner::default(),
            outside: guarded(case, policy()),
            route: open.require(policy()).unwrap(),
            open,
            asked,
            alone: !case.is_made(),
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

fn guarded(case: &Case<'_>, policy: impl Policy<User>) -> AuthLayer<User, Body> {
    let not_found = service_fn(|request: Request<NoBody>| ready(Ok(missing(request.method()))));
    build(case, joined(named(case.schemes)), policy, not_found)
}
