//! A request that passes through a router of axum's: a plain one, with a layer around it, and a guarded one.

use ::axum::{Router, body::Body, response::Response, routing::get};
use tower_auth::GuardedRouter;

use super::*;

fn auth() -> AuthLayer<User, Body> {
    let bearer = Bearer::fixed("api", TOKEN, ADMIN);
    AuthLayer::new(bearer, policy::anyone())
        .build()
        .expect("a layer")
}

async fn read() -> &'static str {
    "a document"
}

fn ask<S>(bencher: Bencher<'_, '_>, mut service: S)
where
    S: Service<Request<Body>, Response = Response, Error = Infallible>,
{
    let request = || {
        let request = Request::get("/docs/1")
            .header("host", "localhost")
            .header("user-agent", "bench")
            .header("accept", "*/*")
            .header(BEARER.0, BEARER.1);
        request.body(Body::empty()).expect("a request")
    };
    let mut context = Context::from_waker(Waker::noop());
    bencher.with_inputs(request).bench_local_values(|request| {
        assert!(service.poll_ready(&mut context).is_ready());
        let response = pin!(service.call(request)).poll(&mut context);
        let Poll::Ready(Ok(response)) = response else {
            panic!("a response was due at once")
        };
        assert!(response.status().is_success());
        response
    });
}

#[divan::bench]
fn bare_router(bencher: Bencher<'_, '_>) {
    let router = Router::new().route("/docs/{id}", get(read));
    ask(bencher, router.into_service());
}

#[divan::bench]
fn layer_outside(bencher: Bencher<'_, '_>) {
    let router = Router::new().route("/docs/{id}", get(read));
    ask(bencher, auth().layer(router.into_service()));
}

#[divan::bench]
fn layer_outside_and_a_rule_on_the_route(bencher: Bencher<'_, '_>) {
    let auth = auth();
    let rule = auth.require(role("admin")).expect("a layer");
    let router = Router::new().route("/docs/{id}", get(read).layer(rule));
    ask(bencher, auth.layer(router.into_service()));
}

#[divan::bench]
fn guarded_router(bencher: Bencher<'_, '_>) {
    let router = GuardedRouter::new().route("/docs/{id}", role("admin"), get(read));
    ask(bencher, router.guarded_by(&auth()).expect("a service"));
}
