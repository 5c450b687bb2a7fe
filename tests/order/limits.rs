//! Who holds the permit of a limit, whose readiness counts, and whose error it is.

use std::{
    convert::Infallible,
    future::pending,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
};

use axum::{
    BoxError, Router,
    body::Body,
    error_handling::HandleErrorLayer,
    extract::Request,
    http::{Response, StatusCode},
};
use tokio::sync::oneshot;
use tower::{
    Layer as _, Service, ServiceBuilder, ServiceExt as _,
    buffer::{Buffer, error::ServiceError},
    limit::ConcurrencyLimit,
    load_shed::{LoadShed, error::Overloaded},
    service_fn,
    timeout::Timeout,
    timeout::error::Elapsed,
};
use tower_auth::{
    AuthLayer, NoBody, Outcome,
    audit::Record,
    policy::{self, BoxPolicy, PolicyExt as _, View},
    scheme::Bearer,
};

use crate::stand::{A_MOMENT, Name};

type Answered = Arc<Mutex<Option<oneshot::Receiver<bool>>>>;
type Answer<E> = Result<Response<Body>, E>;

fn layer(policy: BoxPolicy<Name>) -> AuthLayer<Name, Body> {
    let bearer = Bearer::fixed("api", "s3cret", "alice");
    AuthLayer::new(bearer, policy).build().expect("a layer")
}

fn members() -> AuthLayer<Name, Body> {
    layer(policy::authenticated().boxed())
}

/// A policy that waits until it is told, and then allows or hides.
fn waiting() -> (oneshot::Sender<bool>, BoxPolicy<Name>) {
    let (answer, answered) = oneshot::channel();
    let answered = Arc::new(Mutex::new(Some(answered)));
    let policy = policy::check_with(answered, async |answered: Answered, _: View<Name>| {
        let answered = answered.lock().expect("no panic").take();
        answered.expect("one question").await.unwrap_or(false)
    });
    (answer, policy.hide().boxed())
}

fn stranger() -> Request {
    Request::new(Body::empty())
}

fn alice() -> Request {
    let request = Request::get("/").header("authorization", "Bearer s3cret");
    request.body(Body::empty()).expect("a request")
}

/// Never answers.
fn never()
-> impl Service<Request, Response = Response<Body>, Error = Infallible, Future: Send> + Clone + Send
{
    service_fn(|_: Request| pending::<Answer<Infallible>>())
}

fn ready<S: Service<Request>>(service: &mut S) -> bool {
    let mut context = Context::from_waker(Waker::noop());
    matches!(service.poll_ready(&mut context), Poll::Ready(Ok(())))
}

fn polled<F: Future>(future: &mut Pin<Box<F>>) -> Poll<F::Output> {
    future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn outside_a_limit_holds_the_permit_of_a_refused_request_until_its_answer_is_dropped() {
    let mut service = ConcurrencyLimit::new(members().layer(never()), 1);
    let mut other = service.clone();
    assert!(ready(&mut service) && !ready(&mut other));
    let mut refused = Box::pin(service.call(stranger()));
    assert!(!ready(&mut other));
    let Poll::Ready(Ok(response)) = polled(&mut refused) else {
        panic!("a refusal is there at once");
    };
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    // It is the future that holds it, not the response or its body.
    assert!(!ready(&mut other));
    drop(refused);
    assert!(ready(&mut other));
    drop(response);
}

#[test]
fn inside_a_limit_holds_no_permit_of_a_refused_request() {
    let mut service = members().layer(ConcurrencyLimit::new(never(), 1));
    let mut other = service.clone();
    assert!(ready(&mut service) && !ready(&mut other));
    let refused = service.call(stranger());
    assert!(ready(&mut other));
    drop(refused);
}

#[test]
fn a_slow_policy_holds_a_permit_on_either_side_of_it() {
    let (answer, policy) = waiting();
    let mut inside = layer(policy).layer(ConcurrencyLimit::new(never(), 1));
    let mut other = inside.clone();
    assert!(ready(&mut inside));
    let mut asked = Box::pin(inside.call(stranger()));
    assert!(polled(&mut asked).is_pending());
    assert!(!ready(&mut other), "the permit is kept for it");
    answer.send(false).expect("somebody waits");
    assert!(polled(&mut asked).is_ready());
    assert!(ready(&mut other), "and given back with the decision");

    let (answer, policy) = waiting();
    let mut outside = ConcurrencyLimit::new(layer(policy).layer(never()), 1);
    let mut other = outside.clone();
    assert!(ready(&mut outside));
    let mut asked = Box::pin(outside.call(stranger()));
    assert!(polled(&mut asked).is_pending());
    answer.send(false).expect("somebody waits");
    assert!(polled(&mut asked).is_ready());
    assert!(!ready(&mut other));
    drop(asked);
    assert!(ready(&mut other));
}

#[test]
fn inside_of_a_router_a_limit_gives_a_permit_only_after_the_decision() {
    // A router is always ready, and asks its routes when it has a request for them.
    let (answer, policy) = waiting();
    let limit = ServiceBuilder::new().concurrency_limit(1);
    let routes = Router::new().fallback_service(never()).layer(limit);
    let mut service = layer(policy).layer(routes.clone());
    let mut asked = Box::pin(service.call(alice()));
    assert!(polled(&mut asked).is_pending());

    let mut other = Box::pin(members().layer(routes.clone()).oneshot(alice()));
    assert!(polled(&mut other).is_pending(), "it holds the permit");
    answer.send(true).expect("somebody waits");
    assert!(polled(&mut asked).is_pending(), "it waits for the permit");
    drop((asked, other));
}

#[test]
fn a_slow_not_found_service_holds_the_permit_of_a_limit_outside_only() {
    let page = service_fn(|_: axum::http::Request<NoBody>| pending::<Answer<Infallible>>());
    let hiding = || {
        let bearer = Bearer::fixed("api", "s3cret", "alice");
        let layer = AuthLayer::new(bearer, policy::authenticated().hide()).not_found(page);
        layer.build().expect("a layer")
    };
    let mut inside = hiding().layer(ConcurrencyLimit::new(never(), 1));
    let mut other = inside.clone();
    assert!(ready(&mut inside));
    let mut concealed = Box::pin(inside.call(stranger()));
    assert!(polled(&mut concealed).is_pending() && ready(&mut other));

    let mut outside = ConcurrencyLimit::new(hiding().layer(never()), 1);
    let mut other = outside.clone();
    assert!(ready(&mut outside));
    let mut concealed = Box::pin(outside.call(stranger()));
    assert!(polled(&mut concealed).is_pending() && !ready(&mut other));
}

/// A limit whose only permit is taken, and the one who has it.
fn full() -> (
    impl Service<Request, Response = Response<Body>, Error = Infallible, Future: Send> + Clone + Send,
    impl Sized,
) {
    let mut limit = ConcurrencyLimit::new(never(), 1);
    let free = limit.clone();
    assert!(ready(&mut limit));
    (free, limit)
}

#[tokio::test]
async fn a_full_house_is_told_by_the_one_who_sheds_load_to_those_it_sees() {
    // Inside, strangers do not learn of it.
    let (limit, holder) = full();
    let inside = members().layer(LoadShed::new(limit));
    let refused = inside.clone().oneshot(stranger()).await.expect("an answer");
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    let error = inside.oneshot(alice()).await.expect_err("it is full");
    assert!(error.is::<Overloaded>());
    drop(holder);

    // Outside, everybody does, and nobody is asked who they are.
    let (limit, holder) = full();
    let outside = LoadShed::new(members().layer(limit));
    for request in [stranger(), alice()] {
        let error = outside
            .clone()
            .oneshot(request)
            .await
            .expect_err("it is full");
        assert!(error.is::<Overloaded>());
    }
    drop(holder);
}

#[test]
fn the_layer_is_ready_when_what_is_inside_is() {
    let (mut limit, holder) = full();
    assert!(!ready(&mut limit));
    let mut inside = members().layer(limit.clone());
    assert!(!ready(&mut inside), "whoever asks");
    let mut shedding = members().layer(LoadShed::new(limit));
    assert!(ready(&mut shedding));
    // Whoever asked first comes first.
    drop((holder, shedding));
    assert!(ready(&mut inside));
}

#[tokio::test]
async fn errors_of_layers_inside_pass_through_as_they_are() {
    let broken = service_fn(async |_: Request| Answer::Err(std::io::Error::other("broken")));
    let inside = members().layer(Buffer::new(broken, 1));
    let error = inside.oneshot(alice()).await.expect_err("it is broken");
    assert_eq!(error.to_string(), "broken");
    let outside = Buffer::new(members().layer(broken), 1);
    let error = outside.oneshot(alice()).await.expect_err("it is broken");
    assert_eq!(error.to_string(), "broken");

    // What is broken for good breaks the buffer; inside of the layer, nobody learns who they are, either.
    let service = Unready(service_fn(async |_: Request| {
        Answer::Ok(Response::default())
    }));
    let inside = members().layer(Buffer::new(service, 1));
    for request in [stranger(), alice()] {
        let told = inside.clone().oneshot(request).await;
        match told {
            Ok(response) => assert_eq!(response.status(), StatusCode::UNAUTHORIZED),
            Err(error) => assert!(error.is::<ServiceError>(), "{error}"),
        }
    }
}

/// Never gets ready, and says so.
#[derive(Clone)]
struct Unready<S>(S);

impl<S: Service<Request, Error = Infallible>> Service<Request> for Unready<S> {
    type Response = S::Response;
    type Error = BoxError;
    type Future = std::future::Pending<Result<S::Response, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Err("broken for good".into()))
    }

    fn call(&mut self, _: Request) -> Self::Future {
        pending()
    }
}

#[tokio::test]
async fn a_buffer_keeps_room_for_nobody_who_was_refused() {
    let inside = members().layer(Buffer::new(never(), 1));
    // Far more than there is room for.
    for _ in 0..20 {
        let refused = inside.clone().oneshot(stranger()).await.expect("an answer");
        assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    }
    let outside = Buffer::new(members().layer(never()), 1);
    for _ in 0..20 {
        let refused = outside
            .clone()
            .oneshot(stranger())
            .await
            .expect("an answer");
        let record = refused.extensions().get::<Record>().expect("a record");
        assert_eq!(record.outcome(), Outcome::Challenge(()));
    }
}

#[tokio::test(start_paused = true)]
async fn in_a_stack_that_cannot_fail_errors_are_handled_outside_of_what_fails() {
    // The layer itself may stand on either side of the one that handles: it adds no error.
    let (limit, holder) = full();
    let handled = || ServiceBuilder::new().layer(HandleErrorLayer::new(told));
    let shed = handled().load_shed().service(limit.clone());
    let inside = members().layer(shed);
    let outside = handled().layer(members()).load_shed().service(limit);
    assert_eq!(
        status(inside, alice()).await,
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(
        status(outside.clone(), alice()).await,
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(status(outside, stranger()).await, StatusCode::UNAUTHORIZED);
    drop(holder);

    let slow = handled()
        .layer(members())
        .service(Timeout::new(never(), A_MOMENT));
    assert_eq!(
        status(slow.clone(), alice()).await,
        StatusCode::GATEWAY_TIMEOUT
    );
    assert_eq!(status(slow, stranger()).await, StatusCode::UNAUTHORIZED);
}

async fn status<S>(service: S, request: Request) -> StatusCode
where
    S: Service<Request, Response = axum::response::Response, Error = Infallible>,
{
    let Ok(response) = service.oneshot(request).await;
    response.status()
}

async fn told(error: BoxError) -> StatusCode {
    if error.is::<Elapsed>() {
        StatusCode::GATEWAY_TIMEOUT
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    }
}
