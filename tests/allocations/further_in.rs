//! What it costs that a service may refuse, and what it costs that one does.

use std::{convert::Infallible, future::ready};

use http::{Request, Response};
use tower::{Layer as _, Service, service_fn};
use tower_auth::{
    AuthLayer, AuthLayerBuilder, Decision, Denied, Hidden, NeedsLogin, Refusal, Remedy,
    Unavailable,
    policy::{self, Access},
    reply::{Content, Plain, Refused},
    scheme::Bearer,
};

use crate::{
    BEARER, HANDING_ON, HEAD, Reply, User, allocations, allocations_until, build, inner, request,
};

fn guarded(decision: Decision) -> AuthLayerBuilder<User, Reply> {
    let says = move |_: &Access<'_, User>| decision.clone();
    AuthLayer::new(Bearer::fixed("api", "s3cret", User), says)
}

fn open() -> AuthLayerBuilder<User, Reply> {
    AuthLayer::new(Bearer::fixed("api", "s3cret", User), policy::anyone())
}

fn alice() -> Request<()> {
    request(BEARER.0, BEARER.1)
}

/// A reply that may look at the head.
fn looks(_: &Refused<'_>) -> Content {
    Content::text("no")
}

fn refuses(
    refusal: &Refusal,
) -> impl Service<Request<()>, Response = Response<Reply>, Error = Infallible> + Clone {
    let refusal = refusal.clone();
    service_fn(move |_: Request<()>| {
        let response = refusal.clone().response(Reply::default());
        ready(Ok(response))
    })
}

/// What a refusal costs by itself: its place, and the three of a response's extensions.
const REFUSAL: u64 = 4;

/// The word that the log names instead of a policy.
const HANDLER: u64 = 1;

#[test]
fn a_reply_that_looks_at_the_head_costs_a_copy_of_it_and_one_that_does_not_costs_nothing() {
    let count = allocations(build(open()).layer(inner()), alice());
    assert_eq!(count, HANDING_ON);
    let count = allocations(build(open().reply(Plain)).layer(inner()), alice());
    assert_eq!(count, HANDING_ON);
    let count = allocations(build(open().reply(looks)).layer(inner()), alice());
    assert_eq!(count, HANDING_ON + HEAD);
    // With no URI to speak of and no fields, its place and the extensions.
    let count = allocations(build(open().reply(looks)).layer(inner()), Request::new(()));
    assert_eq!(count, HANDING_ON + 4);
}

#[test]
fn a_refusal_of_a_service_costs_what_one_of_the_layers_own_costs_and_itself() {
    let denied = || Denied::new(Remedy::Nothing);
    let away = || Unavailable::new("away");
    let cases = [
        (403, Refusal::from(denied()), denied().into(), 13),
        (403, NeedsLogin::new().into(), NeedsLogin::new().into(), 13),
        // Only what is told to layers outside.
        (404, Hidden::new().into(), Hidden::new().into(), 6),
        // The reason is one for the record.
        (503, away().into(), away().into(), 14),
    ];
    for (status, refusal, decision, cost) in cases {
        let count = allocations_until(status, refuses(&refusal), alice());
        assert_eq!(count, REFUSAL, "{refusal:?}");
        let own = build(guarded(Decision::clone(&decision)).reply(Plain)).layer(inner());
        let own = allocations_until(status, own, alice());
        assert_eq!(own, cost, "{refusal:?}");
        let service = build(open().reply(Plain)).layer(refuses(&refusal));
        let count = allocations_until(status, service, alice());
        assert_eq!(count, own + REFUSAL + HANDLER, "{refusal:?}");

        // Where a reply may look at the head, it is kept for it.
        let own = build(guarded(decision).reply(looks)).layer(inner());
        let own = allocations_until(status, own, alice());
        let service = build(open().reply(looks)).layer(refuses(&refusal));
        let count = allocations_until(status, service, alice());
        assert_eq!(count, own + HEAD + REFUSAL + HANDLER, "{refusal:?}");
    }
}

#[test]
fn a_refusal_of_a_rule_costs_no_copy_of_the_head() {
    let layer = build(open().reply(looks));
    let inside = layer
        .require(|_: &Access<'_, User>| false)
        .expect("a layer");
    let service = layer.layer(inside.layer(inner()));
    let further_in = allocations_until(403, service, alice());
    let outside = build(guarded(Decision::deny()).reply(looks)).layer(inner());
    let outside = allocations_until(403, outside, alice());
    // But what the layer keeps in case that a handler refuses.
    assert_eq!(further_in, outside + HEAD + REFUSAL);
}

#[test]
fn a_layer_that_stands_again_costs_one_each_time() {
    let layer = build(open());
    let twice = layer.layer(layer.layer(inner()));
    assert_eq!(allocations(twice, alice()), HANDING_ON + 1);
    let thrice = layer.layer(layer.layer(layer.layer(inner())));
    assert_eq!(allocations(thrice, alice()), HANDING_ON + 2);
    // Another one keeps what the first handed on.
    let two = layer.layer(build(open()).layer(inner()));
    assert_eq!(allocations(two, alice()), HANDING_ON + 2);
}
