//! What options cost: nothing where they are off, and nothing where they find nothing to do.

use std::{convert::Infallible, future::ready};

use http::{Request, Response};
use tower::{Layer as _, Service, service_fn};
use tower_auth::{
    AuthLayer, AuthLayerBuilder, policy,
    scheme::{ApiKey, Bearer, SchemeExt as _},
};

use crate::{HANDING_ON, KEY, Reply, User, allocations_until, build, request};

type Builder = AuthLayerBuilder<User, Reply>;

/// A layer of two schemes, each with a challenge.
fn keyed() -> Builder {
    let keys = ApiKey::fixed("x-api-key", "api", "s3cret", User);
    AuthLayer::new(
        keys.or(Bearer::fixed("api", "s3cret", User)),
        policy::anyone(),
    )
}

/// Answers with this status, and no field.
fn answers(
    status: u16,
) -> impl Service<Request<()>, Response = Response<Reply>, Error = Infallible> + Clone {
    service_fn(move |_: Request<()>| {
        let mut response = Response::new(Reply::default());
        *response.status_mut() = status.try_into().expect("a status");
        ready(Ok(response))
    })
}

/// What a request costs beyond what handing on costs.
fn cost(layer: Builder, status: u16) -> u64 {
    let service = build(layer).layer(answers(status));
    allocations_until(status, service, request(KEY.0, KEY.1)) - HANDING_ON
}

/// The table of fields of a response that had none, which is two.
const FIELDS: u64 = 2;

#[test]
fn options_cost_nothing_where_they_are_off_and_a_field_where_they_add_one() {
    for status in [200, 401, 404] {
        assert_eq!(cost(keyed(), status), 0, "{status}");
        assert_eq!(cost(keyed().vary_by_credentials(), status), FIELDS);
        assert_eq!(cost(keyed().private_by_default(), status), FIELDS);
        let expected = if status == 404 { FIELDS } else { 0 };
        assert_eq!(cost(keyed().no_store_on_not_found(), status), expected);
        // And the challenges.
        let expected = if status == 401 { FIELDS + 3 } else { 0 };
        assert_eq!(cost(keyed().complete_challenges(), status), expected);
    }
    let all = keyed()
        .vary_by_credentials()
        .private_by_default()
        .no_store_on_not_found()
        .complete_challenges();
    assert_eq!(cost(all, 200), FIELDS);
}

#[test]
fn a_preflight_that_passes_costs_the_word_for_it_and_what_is_none_costs_nothing() {
    let preflight = || {
        let request = Request::options("/").header("origin", "null");
        let request = request.header("access-control-request-method", "PUT");
        request.body(()).expect("a request")
    };
    let cost = |layer: Builder, request| {
        let service = build(layer).layer(answers(200));
        allocations_until(200, service, request) - HANDING_ON
    };
    assert_eq!(cost(keyed(), preflight()), 0);
    assert_eq!(cost(keyed().pass_preflights(), preflight()), 1);
    assert_eq!(cost(keyed().pass_preflights(), request(KEY.0, KEY.1)), 0);
}
