//! What passing costs: how many times the layers ask for memory, exactly.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has failed, and says where"
)]

#[cfg(feature = "axum")]
mod axum;
mod further_in;
mod handed_on;
mod opted_in;

use std::{
    convert::Infallible,
    future::{Future, ready},
    hint::black_box,
    pin::pin,
    task::{Context, Poll, Waker},
};

use allocation_counter::measure;
use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use http_body_util::Full;
use tower::{Layer as _, Service, service_fn};
use tower_auth::{
    AuthLayer, AuthLayerBuilder, Caller, NoBody, SameOrigin, Secret,
    policy::{self, Access, HasRole, HasScope, PolicyExt as _, View, role, scope},
    scheme::{ApiKey, Basic, Bearer, SchemeExt as _, Schemes},
    verify::{TokenTable, check_with},
};

type Reply = Full<Bytes>;

/// A principal that is copied without asking for memory.
#[derive(Clone, Copy)]
struct User;

impl HasRole for User {
    fn has_role(&self, role: &str) -> bool {
        role == "admin"
    }
}

impl HasScope for User {
    fn has_scope(&self, scope: &str) -> bool {
        scope == "docs:read"
    }
}

fn inner() -> impl Service<Request<()>, Response = Response<Reply>, Error = Infallible> + Clone {
    service_fn(|request: Request<()>| {
        black_box(Caller::<User>::of(request.extensions()));
        ready(Ok(Response::new(Reply::from("hello"))))
    })
}

fn request(name: &'static str, value: &'static str) -> Request<()> {
    let value = HeaderValue::from_static(value);
    let request = Request::get("/docs/1?page=2").header(name, value);
    request.body(()).expect("a request")
}

/// How often memory is asked for between request and response, both of them excluded.
fn allocations<S>(service: S, request: Request<()>) -> u64
where
    S: Service<Request<()>, Response = Response<Reply>, Error = Infallible>,
{
    allocations_until(200, service, request)
}

/// The same, for another status.
fn allocations_until<S, Q, B>(status: u16, mut service: S, request: Request<Q>) -> u64
where
    S: Service<Request<Q>, Response = Response<B>, Error = Infallible>,
{
    let mut context = Context::from_waker(Waker::noop());
    let mut request = Some(request);
    let mut response = None;
    let counted = measure(|| {
        assert!(service.poll_ready(&mut context).is_ready());
        let future = service.call(request.take().expect("one request"));
        let Poll::Ready(Ok(answer)) = pin!(future).poll(&mut context) else {
            panic!("it is here at once");
        };
        response = Some(answer);
    });
    let response = response.expect("a response");
    assert_eq!(response.status(), status);
    counted.count_total
}

const BEARER: (&str, &str) = ("authorization", "Bearer s3cret");
const BASIC: (&str, &str) = ("authorization", "Basic YWxpY2U6czNjcmV0");
const KEY: (&str, &str) = ("x-api-key", "s3cret");
const COOKIE: (&str, &str) = ("cookie", "a=1; __Host-token=s3cret; b=2");

fn schemes() -> [(Schemes<User>, (&'static str, &'static str)); 7] {
    let bearer = || Bearer::fixed("api", "s3cret", User);
    let basic = || Basic::fixed("api", "alice", "s3cret", User);
    let key = || ApiKey::fixed("X-API-Key", "api", "s3cret", User);
    let cookie = || bearer().in_cookie("__Host-token", SameOrigin::new());
    let all = || bearer().or(basic()).or(key());
    [
        (bearer().into(), BEARER),
        (basic().into(), BASIC),
        (key().into(), KEY),
        (cookie().into(), COOKIE),
        (all(), BEARER),
        (all(), BASIC),
        (all(), KEY),
    ]
}

fn build(layer: AuthLayerBuilder<User, Reply>) -> AuthLayer<User, Reply> {
    layer.build().expect("a layer")
}

/// The map of extensions, the table in it, and what is handed on.
const HANDING_ON: u64 = 3;

/// One for its place, one for the URI, two for the fields, three for the extensions.
const HEAD: u64 = 7;

#[test]
fn the_bare_service_asks_for_no_memory() {
    assert_eq!(allocations(inner(), request(BEARER.0, BEARER.1)), 0);
}

#[test]
fn a_caller_who_passes_costs_what_handing_on_costs() {
    for (schemes, (name, value)) in schemes() {
        let layer = build(AuthLayer::new(schemes, policy::authenticated()));
        let count = allocations(layer.layer(inner()), request(name, value));
        assert_eq!(count, HANDING_ON, "{name}: {value}");
    }
}

#[test]
fn a_stranger_who_passes_costs_what_handing_on_costs() {
    let bearer = Bearer::fixed("api", "s3cret", User);
    let layer = build(AuthLayer::new(bearer, policy::anyone()));
    let count = allocations(layer.layer(inner()), request("accept", "*/*"));
    assert_eq!(count, HANDING_ON);
}

#[test]
fn handing_on_costs_one_allocation_where_extensions_are_there_already() {
    let bearer = Bearer::fixed("api", "s3cret", User);
    let layer = build(AuthLayer::new(bearer, policy::authenticated()));
    let mut request = request(BEARER.0, BEARER.1);
    request.extensions_mut().insert("of another layer");
    assert_eq!(allocations(layer.layer(inner()), request), 1);
}

#[test]
fn a_policy_that_answers_at_once_costs_nothing_here_or_further_in() {
    let policies = || {
        let closure = |access: &Access<'_, User>| access.principal().is_some();
        [
            policy::authenticated().boxed(),
            role("admin").boxed(),
            policy::when(|_: &User| true).boxed(),
            closure.boxed(),
            role("admin").or(scope("none")).hide().boxed(),
            closure.and(role("admin")).boxed(),
            closure.then(role("admin")).boxed(),
        ]
    };
    for policy in policies() {
        let layer = build(AuthLayer::new(Bearer::fixed("api", "s3cret", User), policy));
        let count = allocations(layer.layer(inner()), request(BEARER.0, BEARER.1));
        assert_eq!(count, HANDING_ON);
    }
    for policy in policies() {
        let bearer = Bearer::fixed("api", "s3cret", User);
        let layer = build(AuthLayer::new(bearer, policy::anyone()));
        let inside = layer.require(policy).expect("a layer");
        let other = layer.require(policy::anyone()).expect("a layer");
        let service = layer.layer(inside.layer(other.layer(inner())));
        let count = allocations(service, request(BEARER.0, BEARER.1));
        assert_eq!(count, HANDING_ON);
    }
}

#[test]
fn a_not_found_service_costs_a_copy_of_the_head() {
    let not_found = service_fn(async |_: Request<NoBody>| Ok(Response::new(Reply::default())));
    let bearer = Bearer::fixed("api", "s3cret", User);
    let layer = build(AuthLayer::new(bearer, policy::anyone()).not_found(not_found));
    let count = allocations(layer.layer(inner()), request(BEARER.0, BEARER.1));
    assert_eq!(count, HANDING_ON + HEAD);
}

#[test]
fn a_not_found_service_that_looks_at_method_and_uri_costs_a_copy_of_the_uri() {
    let not_found = service_fn(async |_: Request<NoBody>| Ok(Response::new(Reply::default())));
    let bearer = Bearer::fixed("api", "s3cret", User);
    let layer = AuthLayer::new(bearer, policy::anyone()).not_found_by_target(not_found);
    let count = allocations(build(layer).layer(inner()), request(BEARER.0, BEARER.1));
    assert_eq!(count, HANDING_ON + 1);
}

#[test]
fn a_table_of_tokens_costs_nothing() {
    let tokens = TokenTable::new();
    tokens.insert("s3cret", User);
    let layer = build(AuthLayer::new(Bearer::new("api", tokens), policy::anyone()));
    let count = allocations(layer.layer(inner()), request(BEARER.0, BEARER.1));
    assert_eq!(count, HANDING_ON);
}

#[test]
fn a_list_of_policies_costs_the_list_of_their_answers() {
    let roles = || [role("guest"), role("admin")];
    let lists = [
        policy::any_of(roles()).boxed(),
        policy::all_of([role("admin"), role("admin")]).boxed(),
    ];
    for list in lists {
        let layer = build(AuthLayer::new(Bearer::fixed("api", "s3cret", User), list));
        let count = allocations(layer.layer(inner()), request(BEARER.0, BEARER.1));
        assert_eq!(count, HANDING_ON + 1);
    }
}

#[test]
fn a_policy_that_waits_costs_its_future_and_a_copy_of_the_head() {
    // One for the future, one for the URI, two for the fields, one for what it may hand on.
    let waiting = policy::check_with((), async |(), _: View<User>| true);
    let layer = build(AuthLayer::new(
        Bearer::fixed("api", "s3cret", User),
        waiting,
    ));
    let count = allocations(layer.layer(inner()), request(BEARER.0, BEARER.1));
    assert_eq!(count, HANDING_ON + 5);
}

#[test]
fn a_verifier_that_waits_costs_its_future_and_a_copy_of_the_secret() {
    // The future is boxed by the verifier, and again where its verdict becomes an attempt.
    let waiting = check_with((), async |(), _: Secret<'static>| Some(User));
    let layer = build(AuthLayer::new(
        Bearer::new("api", waiting),
        policy::anyone(),
    ));
    let count = allocations(layer.layer(inner()), request(BEARER.0, BEARER.1));
    assert_eq!(count, HANDING_ON + 3);
}
