//! Layers, services and requests that these tests share.

use std::{
    convert::Infallible,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use tokio_test::block_on;
use tower::{Service, ServiceExt as _, service_fn};
use tower_auth::{
    AuthLayer, Decision, Denied, Remedy, Unavailable,
    audit::Record,
    policy::{self, Access, BoxPolicy, PolicyExt as _},
    scheme::Bearer,
};

pub(crate) type Name = &'static str;
pub(crate) type Reply = Full<Bytes>;

/// One and the same layer, each time.
pub(crate) fn open() -> AuthLayer<Name, Reply> {
    static OPEN: LazyLock<AuthLayer<Name, Reply>> = LazyLock::new(another);
    OPEN.clone()
}

/// A layer of its own, for the same callers.
pub(crate) fn another() -> AuthLayer<Name, Reply> {
    let bearer = Bearer::fixed("api", "s3cret", "alice");
    AuthLayer::new(bearer, policy::anyone())
        .build()
        .expect("a layer")
}

/// A service that counts its calls.
pub(crate) fn counted<B: Default>() -> (
    impl Service<Request<()>, Response = Response<B>, Error = Infallible, Future: Send> + Clone,
    Arc<AtomicUsize>,
) {
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&calls);
    let service = service_fn(move |_: Request<()>| {
        counter.fetch_add(1, Relaxed);
        async { Ok(Response::new(B::default())) }
    });
    (service, calls)
}

pub(crate) fn stranger() -> Request<()> {
    Request::new(())
}

pub(crate) fn alice() -> Request<()> {
    let request = Request::get("/").header("authorization", "Bearer s3cret");
    request.body(()).expect("a request")
}

pub(crate) fn send<S, B>(service: S, request: Request<()>) -> Response<B>
where
    S: Service<Request<()>, Response = Response<B>, Error = Infallible>,
{
    block_on(service.oneshot(request)).unwrap_or_else(|never| match never {})
}

pub(crate) fn record<B>(response: &Response<B>) -> &Record {
    response.extensions().get().expect("a record")
}

/// What policies answer, and the status for a stranger and for alice.
pub(crate) fn refusals() -> Vec<(Decision, [u16; 2])> {
    let outage = Unavailable::new("the database is away");
    vec![
        (Decision::deny(), [401, 403]),
        (Denied::new(Remedy::Nothing).into(), [403, 403]),
        (Denied::new(Remedy::scopes(["write"])).into(), [401, 403]),
        (Decision::hide(), [404, 404]),
        (outage.into(), [503, 503]),
    ]
}

pub(crate) fn says(decision: &Decision) -> BoxPolicy<Name> {
    let decision = decision.clone();
    (move |_: &Access<'_, Name>| decision.clone()).boxed()
}
