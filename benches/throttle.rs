//! What a throttle costs: the same request with it and without, and the counters by themselves.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that cannot run says where"
)]

use std::{
    convert::Infallible,
    future::{Future, ready},
    hint::black_box,
    net::{Ipv4Addr, SocketAddr},
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use divan::Bencher;
use http::{Request, Response, StatusCode};
use tower::{Layer, Service, service_fn};
use tower_auth::{
    AuthLayer, Step,
    address::ClientAddress,
    policy,
    scheme::{Basic, Scheme, SchemeExt as _},
    throttle::{Bucket, ClientPrefix, Counters, Limit, MemoryCounters, Permit, Taken, Throttle},
};

fn main() {
    divan::main();
}

fn basic() -> Basic<&'static str> {
    Basic::fixed("api", "Aladdin", "open sesame", "Aladdin")
}

fn throttle() -> Throttle {
    Throttle::new(ClientAddress::extension(SocketAddr::ip))
}

/// One request, from ready to response.
fn call(
    bencher: Bencher<'_, '_>,
    scheme: impl Scheme<Principal = &'static str>,
    credentials: &'static str,
    status: StatusCode,
) {
    let layer = AuthLayer::new(scheme, policy::authenticated()).build_with(Vec::from);
    let mut service = layer
        .expect("a layer")
        .layer(service_fn(|request: Request<()>| {
            black_box(&request);
            ready(Ok::<_, Infallible>(Response::new(Vec::new())))
        }));
    let request = || {
        Request::get("/docs/1")
            .extension(SocketAddr::from((Ipv4Addr::LOCALHOST, 49_152)))
            .header("host", "localhost")
            .header("authorization", credentials)
            .body(())
            .expect("a request")
    };
    let mut context = Context::from_waker(Waker::noop());
    let mut respond = |request| {
        assert!(service.poll_ready(&mut context).is_ready());
        let Poll::Ready(Ok(response)) = pin!(service.call(request)).poll(&mut context) else {
            panic!("a response was due at once")
        };
        response
    };
    while respond(request()).status() != status {}
    bencher.with_inputs(request).bench_local_values(respond);
}

const TRUE: &str = "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==";
const WRONG: &str = "Basic QWxhZGRpbjpndWVzc2Vk";

#[divan::bench]
fn passes_without(bencher: Bencher<'_, '_>) {
    call(bencher, basic(), TRUE, StatusCode::OK);
}

#[divan::bench]
fn passes_with(bencher: Bencher<'_, '_>) {
    call(bencher, basic().throttle(throttle()), TRUE, StatusCode::OK);
}

#[divan::bench]
fn refused_without(bencher: Bencher<'_, '_>) {
    call(bencher, basic(), WRONG, StatusCode::UNAUTHORIZED);
}

#[divan::bench]
fn throttled(bencher: Bencher<'_, '_>) {
    let throttle = throttle().per_client(Limit::new(1, Duration::from_secs(86_400)));
    let basic = basic().throttle(throttle);
    call(bencher, basic, WRONG, StatusCode::TOO_MANY_REQUESTS);
}

const LIMIT: Limit = Limit::new(60, Duration::from_secs(30));

fn take(counters: &MemoryCounters, buckets: &[Bucket<'_>]) -> Option<Permit> {
    match counters.take(buckets) {
        Step::Now(Ok(Taken::Permit(permit))) => Some(permit),
        Step::Now(_) | Step::Later(_) => None,
    }
}

fn client(number: u32) -> ClientPrefix {
    ClientPrefix::of(Ipv4Addr::from_bits(number).into())
}

/// Takes a permit of a client at an account, and gives it back.
fn counters(bencher: Bencher<'_, '_>, strangers: u32) {
    let counters = MemoryCounters::new();
    for stranger in 0..strangers {
        drop(take(
            &counters,
            &[Bucket::new(None, Some(client(1_000 + stranger)), LIMIT)],
        ));
    }
    let client = Some(client(1));
    let buckets = [
        Bucket::new(None, client, LIMIT),
        Bucket::new(Some("alice"), client, LIMIT),
    ];
    bencher.bench_local(|| take(&counters, black_box(&buckets)).map(Permit::give_back));
}

#[divan::bench]
fn counters_that_are_empty(bencher: Bencher<'_, '_>) {
    counters(bencher, 0);
}

#[divan::bench]
fn counters_that_are_full(bencher: Bencher<'_, '_>) {
    counters(bencher, 80_000);
}

#[divan::bench(threads = [1, 2])]
fn counters_of_two_threads(bencher: Bencher<'_, '_>) {
    let counters = MemoryCounters::new();
    let buckets = [Bucket::new(None, Some(client(1)), LIMIT)];
    bencher.bench(|| take(&counters, black_box(&buckets)).map(Permit::give_back));
}
