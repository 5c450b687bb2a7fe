//! What policies hand on, and what they load.

use tower::Layer as _;
use tower_auth::{
    AuthLayer, Unavailable,
    policy::{self, Access, Policy, View},
    reply::Plain,
    scheme::Bearer,
};

use crate::{BEARER, HANDING_ON, User, allocations, allocations_until, build, inner, request};

/// What passing costs with this policy.
fn passing(policy: impl Policy<User>) -> u64 {
    let layer = build(AuthLayer::new(Bearer::fixed("api", "s3cret", User), policy));
    allocations(layer.layer(inner()), request(BEARER.0, BEARER.1))
}

#[test]
fn what_a_policy_hands_on_costs_a_list_and_two_for_each_thing() {
    // The list, its place, and for each thing how it is put there and its place there.
    let one = |access: &Access<'_, User>| {
        access.hand_on(7_u64);
        true
    };
    assert_eq!(passing(one), HANDING_ON + 2 + 2);
    let two = |access: &Access<'_, User>| {
        access.hand_on(7_u64);
        access.hand_on(8_u32);
        true
    };
    assert_eq!(passing(two), HANDING_ON + 2 + 4);

    let layer = build(AuthLayer::new(
        Bearer::fixed("api", "s3cret", User),
        policy::anyone(),
    ));
    let inside = layer.require(one).expect("a layer");
    let service = layer.layer(inside.layer(inner()));
    let count = allocations(service, request(BEARER.0, BEARER.1));
    assert_eq!(count, HANDING_ON + 2 + 2);
}

/// The future, one for the URI, two for the fields of each of two views, the three of the extensions that
/// the policy finds the thing in, and what handing it on costs.
const LOADING: u64 = 1 + 1 + 2 * 2 + 3 + 4;

#[test]
fn a_rule_that_loads_costs_its_future_two_views_and_what_it_hands_on() {
    let load = || {
        policy::load((), async |(), _: View<User>| {
            Ok::<_, Unavailable>(Some(7_u64))
        })
    };
    assert_eq!(
        passing(load().then(policy::authenticated())),
        HANDING_ON + LOADING
    );
    let too = load().for_strangers_too().then(policy::anyone());
    assert_eq!(passing(too), HANDING_ON + LOADING);

    // Another future, and its view: a URI that is shared already, fields, and extensions.
    let later = policy::check_with((), async |(), _: View<User>| true);
    assert_eq!(
        passing(load().then(later)),
        HANDING_ON + LOADING + 1 + 2 + 3
    );
}

#[test]
fn a_stranger_for_whom_nothing_is_loaded_costs_nothing_more() {
    let load = policy::load((), async |(), _: View<User>| {
        Ok::<_, Unavailable>(Some(7_u64))
    });
    let bearer = || Bearer::fixed("api", "s3cret", User);
    let rule = load.then(policy::authenticated());
    let refused = |layer| {
        let service = build(layer).layer(inner());
        allocations_until(401, service, request("accept", "*/*"))
    };
    let without = refused(AuthLayer::new(bearer(), policy::authenticated()).reply(Plain));
    assert_eq!(
        refused(AuthLayer::new(bearer(), rule).reply(Plain)),
        without
    );
}
