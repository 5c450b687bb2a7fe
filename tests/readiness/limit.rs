//! Requests that are refused give back what a limit further in gave them.

use std::{
    convert::Infallible,
    future::pending,
    task::{Context, Waker},
};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use tokio::sync::oneshot;
use tokio_test::{assert_pending, assert_ready, assert_ready_err, assert_ready_ok, task};
use tower::{Layer as _, Service, limit::ConcurrencyLimit, service_fn};
use tower_auth::{
    AuthLayer, AuthService, Decision, NoBody,
    policy::{self, Access, Policy, PolicyExt as _, View},
    scheme::Bearer,
};
use tower_test::mock::{Mock, Spawn, pair};

type Reply = Full<Bytes>;

fn layer(policy: impl Policy<u32>) -> AuthLayer<u32, Reply> {
    let bearer = Bearer::fixed("api", "s3cret", 7);
    AuthLayer::new(bearer, policy).build().expect("a layer")
}

/// A layer around a service that answers one request at a time.
fn limited(
    policy: impl Policy<u32>,
) -> impl Service<Request<()>, Response = Response<Reply>, Error = Infallible> + Clone {
    let inner = service_fn(|_: Request<()>| pending::<Result<Response<Reply>, Infallible>>());
    layer(policy).layer(ConcurrencyLimit::new(inner, 1))
}

fn is_ready<S: Service<Request<()>>>(service: &mut S) -> bool {
    let mut context = Context::from_waker(Waker::noop());
    service.poll_ready(&mut context).is_ready()
}

#[test]
fn a_refusal_at_once_gives_the_permit_back_before_its_answer_is_polled() {
    let mut service = limited(|_: &Access<'_, u32>| false);
    let mut other = service.clone();
    assert!(is_ready(&mut service) && !is_ready(&mut other));
    let refused = service.call(Request::new(()));
    assert!(is_ready(&mut other));
    drop(refused);
}

#[test]
fn a_refusal_that_waits_gives_the_permit_back_with_its_answer() {
    let (answer, answered) = oneshot::channel();
    let answered = std::sync::Mutex::new(Some(answered));
    let mut service = limited(policy::check_with((), move |(), _: View<u32>| {
        let answered = answered.lock().expect("no panic").take();
        async move {
            answered
                .expect("one question")
                .await
                .unwrap_or_else(|_| Decision::deny())
        }
    }));
    let mut other = service.clone();
    assert!(is_ready(&mut service));
    let mut refused = task::spawn(service.call(Request::new(())));
    assert_pending!(refused.poll());
    assert!(!is_ready(&mut other), "it may yet be called");
    answer.send(Decision::hide()).expect("somebody listens");
    assert!(refused.is_woken());
    let response = assert_ready_ok!(refused.poll());
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert!(is_ready(&mut other));
}

#[test]
fn a_request_that_is_dropped_while_it_waits_gives_the_permit_back() {
    let mut service = limited(policy::check_with((), async |(), _: View<u32>| {
        pending::<bool>().await
    }));
    let mut other = service.clone();
    assert!(is_ready(&mut service));
    let mut waiting = task::spawn(service.call(Request::new(())));
    assert_pending!(waiting.poll());
    assert!(!is_ready(&mut other));
    drop(waiting);
    assert!(is_ready(&mut other));
}

#[test]
fn a_request_that_passes_keeps_the_permit_until_its_answer_is_dropped() {
    for policy in [true, false].map(|now| {
        let later = policy::check_with((), async |(), _: View<u32>| true);
        if now {
            policy::anyone().boxed()
        } else {
            later.boxed()
        }
    }) {
        let mut service = limited(policy);
        let mut other = service.clone();
        assert!(is_ready(&mut service));
        let mut passed = task::spawn(service.call(Request::new(())));
        assert_pending!(passed.poll());
        assert!(!is_ready(&mut other));
        drop(passed);
        assert!(is_ready(&mut other));
    }
}

type Guarded = AuthService<Mock<Request<()>, Response<Reply>>, u32, Reply>;

#[test]
fn readiness_and_its_errors_pass_as_they_are() {
    let (mock, mut handle) = pair::<Request<()>, Response<Reply>>();
    let mut service: Spawn<Guarded> = Spawn::new(layer(policy::anyone()).layer(mock));
    handle.allow(0);
    assert_pending!(service.poll_ready());
    handle.allow(1);
    assert!(service.is_woken());
    assert_ready_ok!(service.poll_ready());
    assert_ready_ok!(service.poll_ready());

    let mut response = task::spawn(service.call(Request::new(())));
    assert_pending!(service.poll_ready());
    let mut asked = task::spawn(handle.next_request());
    let (_, answer) = assert_ready!(asked.poll()).expect("the request");
    drop(asked);
    answer.send_error("the backend is gone");
    let error = assert_ready_err!(response.poll());
    assert_eq!(error.to_string(), "the backend is gone");

    handle.send_error("broken for good");
    let error = assert_ready_err!(service.poll_ready());
    assert_eq!(error.to_string(), "broken for good");
}

#[test]
fn the_service_that_was_polled_is_the_one_that_is_called() {
    // A mock panics if a copy of it is called that nobody polled.
    let later = || policy::check_with((), async |(), _: View<u32>| true);
    let (mock, mut handle) = pair::<Request<()>, Response<Reply>>();
    let mut service: Spawn<Guarded> = Spawn::new(layer(later()).layer(mock));
    for _ in 0..3 {
        handle.allow(1);
        assert_ready_ok!(service.poll_ready());
        let mut response = task::spawn(service.call(Request::new(())));
        assert_pending!(response.poll());
        let mut asked = task::spawn(handle.next_request());
        let (_, answer) = assert_ready!(asked.poll()).expect("the request");
        drop(asked);
        answer.send_response(Response::new(Reply::default()));
        assert_eq!(assert_ready_ok!(response.poll()).status(), StatusCode::OK);
    }
}

#[test]
fn the_not_found_service_is_polled_before_it_is_called_and_gives_its_permit_back() {
    // A limit panics if it is called without having been polled.
    let page = service_fn(async |_: Request<NoBody>| {
        Ok::<_, Infallible>(Response::new(Reply::from("nothing here")))
    });
    let bearer = Bearer::fixed("api", "s3cret", 7_u32);
    let layer = AuthLayer::new(bearer, policy::authenticated().hide())
        .not_found(ConcurrencyLimit::new(page, 1));
    let inner = service_fn(|_: Request<()>| pending::<Result<Response<Reply>, Infallible>>());
    let mut service = layer.build().expect("a layer").layer(inner);
    for _ in 0..3 {
        assert!(is_ready(&mut service));
        let mut concealed = task::spawn(service.call(Request::new(())));
        assert_ready_ok!(concealed.poll());
    }
}
