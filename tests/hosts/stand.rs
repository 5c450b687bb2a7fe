//! A case as a service, for each host and each decider.

use std::{convert::Infallible, future::ready};

use axum::{Router, body::Body};
use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header::SET_COOKIE};
use http_body_util::Full;
use hyper::body::Incoming;
use tower::{Layer as _, Service, service_fn, util::BoxCloneSyncService};
use tower_auth::{
    AuthLayer, Denied, Hidden, NeedsLogin, NoBody, Refusal, RequireLayer, Unavailable,
};

use crate::{
    application::{Application, Told, deciding, of_a_caller, open},
    deciders::{Decider, Error},
    hosts::{Host, OfAxum, OfHyper},
    layers::{build, missing},
    support::{rules::Counted, user::User},
    table::Case,
    watched::Watch,
};

/// Where the thing is that is asked for, in all hosts.
pub(crate) const PATH: &str = "/api/docs/7";

/// A case, and who counts.
pub(crate) struct Stand<'a> {
    case: &'a Case<'a>,
    watch: &'a Watch,
}

/// The layers of a case.
struct Layers<B> {
    /// Its policy is the case's, where the layer decides; otherwise it lets everybody in.
    outside: AuthLayer<User, B>,
    route: RequireLayer<User, B>,
}

impl<'a> Stand<'a> {
    pub(crate) const fn of(case: &'a Case<'a>, watch: &'a Watch) -> Self {
        Self { case, watch }
    }

    pub(crate) fn of_axum(&self, host: Host, decider: Decider) -> OfAxum {
        let not_found =
            Router::new().fallback(async |method: http::Method| missing::<Body>(&method));
        let layers = self.layers(decider, not_found);
        let application = Application::of(self.case, self.watch);
        let route = match decider {
            Decider::Layer | Decider::Nobody => open(application),
            Decider::Route => open(application).layer(layers.route),
            Decider::Extractor => of_a_caller(application),
            Decider::Handler(Error::Refusal) => deciding::<Refusal>(application),
            Decider::Handler(Error::Denied) => deciding::<Denied>(application),
            Decider::Handler(Error::Hidden) => deciding::<Hidden>(application),
            Decider::Handler(Error::NeedsLogin) => deciding::<NeedsLogin>(application),
            Decider::Handler(Error::Unavailable) => deciding::<Unavailable>(application),
        };
        let router = if host == Host::Nested {
            Router::new().nest("/api", Router::new().route("/docs/{id}", route))
        } else {
            Router::new().route("/api/docs/{id}", route)
        };
        match (self.case.is_made(), host) {
            (false, _) => BoxCloneSyncService::new(router),
            (true, Host::RouteLayer) => {
                BoxCloneSyncService::new(router.route_layer(layers.outside))
            }
            (true, _) => BoxCloneSyncService::new(layers.outside.layer(router)),
        }
    }

    pub(crate) fn of_hyper(&self, decider: Decider) -> OfHyper {
        let not_found = service_fn(|request: Request<NoBody>| ready(Ok(missing(request.method()))));
        let Layers { outside, route } = self.layers(decider, not_found);
        let application = Application::of(self.case, self.watch);
        let open = {
            let application = application.clone();
            service_fn(move |request: Request<Incoming>| {
                let application = application.clone();
                async move { Ok(application.answer(request).await) }
            })
        };
        match decider {
            Decider::Layer | Decider::Nobody => BoxCloneSyncService::new(outside.layer(open)),
            Decider::Route if !self.case.is_made() => BoxCloneSyncService::new(route.layer(open)),
            Decider::Route => BoxCloneSyncService::new(outside.layer(route.layer(open))),
            Decider::Extractor => panic!("extractors are axum's"),
            Decider::Handler(error) => {
                let handler = match error {
                    Error::Refusal => by_hand::<Refusal>(application),
                    Error::Denied => by_hand::<Denied>(application),
                    Error::Hidden => by_hand::<Hidden>(application),
                    Error::NeedsLogin => by_hand::<NeedsLogin>(application),
                    Error::Unavailable => by_hand::<Unavailable>(application),
                };
                BoxCloneSyncService::new(outside.layer(handler))
            }
        }
    }

    fn layers<B, N>(&self, decider: Decider, not_found: N) -> Layers<B>
    where
        B: From<Bytes> + 'static,
        N: Service<Request<NoBody>, Response = Response<B>, Error = Infallible>,
        N: Clone + Send + Sync + 'static,
        N::Future: Send,
    {
        let policy = match decider {
            Decider::Layer => &self.case.policy.name,
            _ => "anyone",
        };
        let schemes = self.watch.schemes(self.case.schemes);
        let policy = Counted::new(policy, &self.watch.outside);
        let outside = build(self.case, schemes, policy, not_found);
        let rule = Counted::new(&self.case.policy.name, &self.watch.route);
        Layers {
            route: outside.require(rule).unwrap(),
            outside,
        }
    }
}

/// A service without a framework. What it refuses stands in the extensions of a response that has a
/// status, fields and a body of its own.
fn by_hand<E: Told>(application: Application) -> OfHyper {
    BoxCloneSyncService::new(service_fn(move |request: Request<Incoming>| {
        let application = application.clone();
        async move {
            let refused = match application.decide::<_, E>(request).await {
                Ok(response) => return Ok(response),
                Err(refused) => refused,
            };
            let mut response = Response::new(Full::from("half a document"));
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            let cookie = HeaderValue::from_static("half=1");
            response.headers_mut().insert(SET_COOKIE, cookie);
            response.extensions_mut().insert::<Refusal>(refused.into());
            Ok(response)
        }
    }))
}
