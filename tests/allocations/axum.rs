//! What a router costs that guards its routes, beside a plain one.

use axum::{Router, body::Body, routing::get};
use http::Request;
use tower::Layer as _;
use tower_auth::{AuthLayer, GuardedRouter, policy, policy::role, scheme::Bearer};

use crate::{BEARER, User, allocations_until};

fn auth() -> AuthLayer<User, Body> {
    let bearer = Bearer::fixed("api", "s3cret", User);
    AuthLayer::new(bearer, policy::anyone())
        .build()
        .expect("a layer")
}

async fn hello() -> &'static str {
    "hello"
}

fn alice(path: &str) -> Request<Body> {
    let request = Request::get(path).header(BEARER.0, BEARER.1);
    request.body(Body::empty()).expect("a request")
}

#[test]
fn a_guarded_route_costs_what_a_route_with_a_rule_costs() {
    let layer = auth();
    let inside = layer.require(role("admin")).expect("a layer");
    let routes = Router::new().route("/docs/{id}", get(hello).layer(inside));
    let plain = layer.layer(routes.into_service());
    let plain = allocations_until(200, plain, alice("/docs/1"));

    let guarded = || {
        GuardedRouter::new()
            .route("/docs/{id}", role("admin"), get(hello))
            .route("/docs", role("admin"), get(hello))
    };
    let service = guarded().guarded_by(&layer).expect("a service");
    assert_eq!(allocations_until(200, service, alice("/docs/1")), plain);
}
