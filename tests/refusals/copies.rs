//! What it costs that handlers may refuse: a copy of the head, where an answer needs it, and nothing else.

use std::{
    convert::Infallible,
    future::{Future, ready},
    pin::pin,
    task::{Context, Poll, Waker},
};

use allocation_counter::measure;
use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use http_body_util::Full;
use tower::{Layer as _, Service, service_fn};
use tower_auth::{
    AuthLayer, AuthLayerBuilder,
    policy::{self, View},
    reply::{Content, Plain, Problem, Refused, Reply},
    scheme::Bearer,
};

type Body = Full<Bytes>;

fn open() -> AuthLayerBuilder<u8, Body> {
    AuthLayer::new(Bearer::fixed("api", "s3cret", 7), policy::anyone())
}

/// How often memory is asked for when a request passes.
fn allocations(layer: AuthLayer<u8, Body>) -> u64 {
    let inner =
        service_fn(|_: Request<()>| ready(Ok::<_, Infallible>(Response::new(Body::default()))));
    let mut service = layer.layer(inner);
    let credentials = HeaderValue::from_static("Bearer s3cret");
    let request = Request::get("/docs/1?page=2").header("authorization", credentials);
    let mut request = Some(request.body(()).unwrap());
    let mut context = Context::from_waker(Waker::noop());
    let counted = measure(|| {
        let future = service.call(request.take().unwrap());
        assert!(matches!(
            pin!(future).poll(&mut context),
            Poll::Ready(Ok(_))
        ));
    });
    counted.count_total
}

/// The map of extensions, the table in it, and what is handed on.
const HANDING_ON: u64 = 3;

/// One for its place, one for the URI, two for the fields, three for the extensions.
const COPY: u64 = 7;

struct Blind;

impl Reply for Blind {
    fn content(&self, _: &Refused<'_>) -> Content {
        Content::text("no")
    }

    fn needs_head(&self) -> bool {
        false
    }
}

#[test]
fn a_reply_that_does_not_need_the_head_costs_no_copy_of_it() {
    let problem = Problem::new().documented_at("https://docs.example/");
    let layers = [
        open(),
        open().reply(problem),
        open().reply(Plain),
        open().reply(Blind),
    ];
    for layer in layers {
        assert_eq!(allocations(layer.build().unwrap()), HANDING_ON);
    }
}

#[test]
fn a_reply_that_needs_the_head_costs_one_copy_of_it() {
    let layer = open().reply(|_: &Refused<'_>| Content::text("no"));
    assert_eq!(allocations(layer.build().unwrap()), HANDING_ON + COPY);
}

#[test]
fn only_what_is_handed_on_costs_where_a_policy_hands_something_on() {
    let handing = |access: &policy::Access<'_, u8>| {
        access.hand_on(7_u32);
        true
    };
    let bearer = || Bearer::fixed("api", "s3cret", 7);
    let layer = AuthLayer::new(bearer(), handing).build().unwrap();
    // The place where it waits, the list, what puts it there, and what is put.
    assert_eq!(allocations(layer), HANDING_ON + 4);

    let waiting = policy::check_with((), async |(), _: View<u8>| true);
    let waiting_too = policy::check_with((), async |(), view: View<u8>| {
        view.hand_on(7_u32);
        true
    });
    let idle = allocations(AuthLayer::new(bearer(), waiting).build().unwrap());
    let handing = allocations(AuthLayer::new(bearer(), waiting_too).build().unwrap());
    assert_eq!(handing, idle + 3);
}
