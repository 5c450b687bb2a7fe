//! Law 5, further in: what panics beside a refusal, or beside a method that is open, lets nobody in.

use std::{
    convert::Infallible,
    panic::{AssertUnwindSafe, catch_unwind},
};

use http::{Request, Response};
use tower::{Layer, Service, ServiceExt, service_fn};
use tower_auth::{
    AuthLayer, Denied, Hidden, NeedsLogin, Refusal, Remedy, Unavailable, policy::anyone,
};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    failing::panics,
    support::{
        inner::Body,
        schemes::bearer,
        user::User,
        waiting::{after, block_on},
    },
};

fn refusals() -> [fn() -> Refusal; 5] {
    [
        || Denied::new(Remedy::OtherCredentials).into(),
        || Denied::new(Remedy::Nothing).into(),
        || Hidden::new().into(),
        || NeedsLogin::new().into(),
        || Unavailable::new("away").into(),
    ]
}

/// A handler that refuses, and panics before its answer is sent: while it is made, or after a while.
fn panics_after(
    refusal: fn() -> Refusal,
    later: bool,
) -> impl Service<Request<()>, Response = Response<Body>, Error = Infallible, Future: Send> + Clone
{
    service_fn(move |_: Request<()>| {
        let refused = refusal().response(Body::default());
        assert!(refused.extensions().get::<Refusal>().is_some());
        if !later {
            panics();
        }
        after(2, move || {
            drop(refused);
            panics()
        })
    })
}

#[test]
fn a_handler_that_refuses_and_then_panics_answers_with_nothing_but_its_panic() {
    let layer: AuthLayer<User, Body> = AuthLayer::new(bearer(), anyone()).build().unwrap();
    for refuses in refusals() {
        for later in [false, true] {
            let service = layer.layer(panics_after(refuses, later));
            let answer = || block_on(service.oneshot(Request::new(())));
            assert!(catch_unwind(AssertUnwindSafe(answer)).is_err());

            // Caught outside or inside of the layer, it is 500, as any other panic of a handler.
            let empty = |response: Response<_>| response.map(|_| Body::default());
            let handler = panics_after(refuses, later);
            let outside = CatchPanicLayer::new().layer(layer.layer(handler.clone()));
            let inside = CatchPanicLayer::new().layer(handler).map_response(empty);
            let inside = layer.layer(inside);
            let outside = outside.map_response(empty);
            for response in [
                block_on(outside.oneshot(Request::new(()))),
                block_on(inside.oneshot(Request::new(()))),
            ] {
                let response = response.unwrap();
                assert_eq!(response.status(), 500);
                assert!(response.extensions().is_empty());
            }
        }
    }
}

#[cfg(feature = "axum")]
mod axum {
    use ::axum::{
        Router,
        body::Body,
        routing::{any, get, post},
    };
    use tower_auth::{Caller, CallerRejection, Decision, GuardedRouter, policy::PolicyExt};

    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use super::*;
    use crate::{
        failing::{FAILURES, Failure},
        support::rules::says,
    };

    fn request(method: &str) -> Request<Body> {
        let request = Request::builder().method(method).uri("/");
        let request = request.header("authorization", "Bearer canary-true");
        request.body(Body::empty()).unwrap()
    }

    #[tokio::test]
    async fn a_handler_whose_parts_refuse_and_that_panics_then_answers_with_nothing_but_its_panic()
    {
        let runs = Arc::<AtomicUsize>::default();
        let counter = Arc::clone(&runs);
        let handler = async move |caller: Result<Caller<User>, CallerRejection>| {
            counter.fetch_add(1, Ordering::SeqCst);
            assert!(caller.is_err());
            drop(caller);
            tokio::task::yield_now().await;
            panics()
        };
        let handler = async move |caller| -> &'static str { handler(caller).await };
        let layer = AuthLayer::new(bearer(), anyone()).build().unwrap();
        let app = layer.layer(Router::new().route("/", any(handler)));
        let app = CatchPanicLayer::new().layer(app);
        let Ok(response) = app.oneshot(Request::new(Body::empty())).await;
        assert_eq!(response.status(), 500);
        assert!(response.headers().get("www-authenticate").is_none());
        assert_eq!(runs.load(Ordering::SeqCst), 1);
    }

    /// A path that is open for POST, and for GET what `failure` says; and how often a handler ran.
    fn app(
        failure: Failure,
        fails_first: bool,
        hides: bool,
    ) -> (
        impl Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone,
        Arc<AtomicUsize>,
    ) {
        let runs = Arc::<AtomicUsize>::default();
        let handler = {
            let runs = Arc::clone(&runs);
            move || {
                runs.fetch_add(1, Ordering::SeqCst);
                std::future::ready("hello")
            }
        };
        let router = GuardedRouter::new();
        let open = |router: GuardedRouter<User>| router.route("/", anyone(), post(handler.clone()));
        let router = if fails_first { router } else { open(router) };
        let router = router.route("/", failure, get(handler.clone()));
        let router = if hides {
            router.route(
                "/",
                says(Decision::hide).boxed(),
                ::axum::routing::put(handler.clone()),
            )
        } else {
            router
        };
        let router = if fails_first { open(router) } else { router };
        let layer = AuthLayer::new(bearer(), anyone()).build().unwrap();
        (router.guarded_by(&layer).unwrap(), runs)
    }

    /// D-fail-closed
    #[tokio::test]
    async fn where_the_policy_of_one_method_fails_nobody_learns_which_others_there_are() {
        for failure in FAILURES {
            for (fails_first, hides) in [(false, false), (true, false), (false, true), (true, true)]
            {
                let (app, runs) = app(failure, fails_first, hides);
                for method in ["GET", "HEAD", "DELETE", "OPTIONS", "NOBODY-HAS-IT"] {
                    let Ok(response) = app.clone().oneshot(request(method)).await;
                    let panics = matches!(failure, Failure::Panics | Failure::PanicsLater);
                    // What hides wins over what errs; a panic ends the question.
                    let status = match method {
                        "GET" | "HEAD" => 503,
                        _ if hides && !panics => 404,
                        _ => 503,
                    };
                    assert_eq!(response.status(), status, "{failure:?} {method} {hides}");
                    assert_eq!(response.headers().get("allow"), None, "{method}");
                }
                assert_eq!(runs.load(Ordering::SeqCst), 0);
                let Ok(response) = app.oneshot(request("POST")).await;
                assert_eq!(response.status(), 200);
                assert_eq!(runs.load(Ordering::SeqCst), 1);
            }
        }
    }
}
