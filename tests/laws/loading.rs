//! Law 5, for rules that load: a loader that errs, panics, is dropped or is cancelled lets nobody in.

use std::{
    convert::Infallible,
    future::{pending, ready},
    pin::{Pin, pin},
    sync::{Arc, Mutex, Weak},
};

use http::{Extensions, HeaderValue, Request, Response};
use tower::{Layer, ServiceExt, service_fn};
use tower_auth::{
    AuthLayer, Decision, NoBody, Step, Unavailable,
    audit::Record,
    policy::{self, Access, BoxPolicy, Policy, PolicyExt, View, all_of, any_of, anyone},
    reply::{Content, Refused},
};

use crate::{
    failing::{FAILURES, Failure, Place, guarded, panics},
    support::{
        inner::{Body, Inner},
        schemes::bearer,
        user::User,
        waiting::{after, block_on, still_waits},
    },
};

type Loading = Pin<Box<dyn Future<Output = Result<Option<u32>, Unavailable>> + Send>>;

/// A rule whose loader fails so. What panics or errs at once does so before there is anything to wait for.
fn fails(failure: Failure, too: bool, then: BoxPolicy<User>) -> BoxPolicy<User> {
    let load = policy::load(failure, |failure: Failure, _: View<User>| -> Loading {
        match failure.happen() {
            Step::Now(answer) => Box::pin(async { answer }),
            Step::Later(waiting) => waiting,
        }
    });
    let load = if too { load.for_strangers_too() } else { load };
    load.then(then).boxed()
}

fn request(known: bool) -> Request<()> {
    let mut request = Request::new(());
    if known {
        let token = HeaderValue::from_static("Bearer canary-true");
        request.headers_mut().insert("authorization", token);
    }
    request
}

fn is_unavailable(policy: BoxPolicy<User>, place: Place, known: bool) {
    let inner = Inner::default();
    let service = guarded(bearer(), policy, place, &inner);
    let Ok(response) = block_on(service.oneshot(request(known)));
    assert_eq!(response.status(), 503);
    assert!(response.extensions().get::<Record>().is_some());
    assert_eq!(inner.calls(), 0);
}

/// D-fail-closed
#[test]
fn a_loader_that_fails_lets_nobody_in() {
    for failure in FAILURES {
        for place in [Place::Outside, Place::Route] {
            for (known, too) in [(false, false), (false, true), (true, false), (true, true)] {
                is_unavailable(fails(failure, too, anyone().boxed()), place, known);
            }
        }
    }
}

/// D-fail-closed
#[test]
fn what_fails_about_a_thing_that_was_loaded_lets_nobody_in() {
    for failure in FAILURES {
        for place in [Place::Outside, Place::Route] {
            for (known, too) in [(false, false), (false, true), (true, false), (true, true)] {
                let load = policy::load((), async |(), _: View<User>| {
                    after(1, || Ok::<_, Unavailable>(Some(7_u32))).await
                });
                let load = if too { load.for_strangers_too() } else { load };
                is_unavailable(load.then(failure).boxed(), place, known);
            }
        }
    }
}

#[test]
fn a_policy_made_of_one_whose_loader_fails_lets_nobody_in() {
    for failure in FAILURES {
        let fails = || fails(failure, false, anyone().boxed());
        let policies = [
            fails().and(anyone()).boxed(),
            anyone().and(fails()).boxed(),
            fails().then(anyone()).boxed(),
            anyone().then(fails()).boxed(),
            fails().hide().boxed(),
            any_of([fails(), fails()]).boxed(),
            all_of([anyone().boxed(), fails()]).boxed(),
            // One that loads, about what another loads.
            policy::load((), async |(), _: View<User>| {
                Ok::<_, Unavailable>(Some("outer"))
            })
            .then(fails())
            .boxed(),
        ];
        for policy in policies {
            is_unavailable(policy, Place::Outside, true);
        }
    }
}

/// Shows whether somebody still loads.
fn endless() -> (BoxPolicy<User>, Weak<()>) {
    let token = Arc::new(());
    let watched = Arc::downgrade(&token);
    let load = policy::load(token, async |token: Arc<()>, _: View<User>| {
        let answer = pending::<Result<Option<u32>, Unavailable>>().await;
        drop(token);
        answer
    });
    (load.then(anyone()).boxed(), watched)
}

#[test]
fn a_request_that_is_cancelled_while_its_thing_is_loaded_does_not_pass() {
    for place in [Place::Outside, Place::Route] {
        for (polls, known) in [(0, true), (1, true), (3, true), (2, false)] {
            let (policy, watched) = endless();
            let inner = Inner::default();
            let service = guarded(bearer(), policy, place, &inner);
            {
                let mut response = pin!(service.oneshot(request(known)));
                for _ in 0..polls {
                    assert!(still_waits(response.as_mut()));
                }
                // What loads is held by the response and by the layer itself.
                assert_eq!(watched.strong_count(), 1 + usize::from(polls > 0));
            }
            assert_eq!(watched.strong_count(), 0, "somebody still loads");
            assert_eq!(inner.calls(), 0);
        }
    }
}

/// Hands something on, and then panics or refuses, at once or later.
#[derive(Clone, Copy)]
enum HandsOnAnd {
    Panics,
    PanicsLater,
    Denies,
    HidesLater,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Token(&'static str);

impl Policy<User> for HandsOnAnd {
    fn decide(&self, access: &Access<'_, User>) -> Step<Decision> {
        access.hand_on(Token("canary"));
        let view = access.to_view();
        match self {
            Self::Panics => panics(),
            Self::PanicsLater => Step::later(after(2, move || {
                view.hand_on(Token("canary"));
                panics()
            })),
            Self::Denies => Step::Now(Decision::deny()),
            Self::HidesLater => Step::later(after(1, move || {
                view.hand_on(Token("canary"));
                Decision::hide()
            })),
        }
    }
}

/// Tells whether the request that it is shown has a token.
fn shown(token: &Arc<Mutex<Vec<bool>>>, head: &Extensions) {
    let is_there = head.get::<Token>().is_some();
    token.lock().unwrap().push(is_there);
}

#[test]
fn what_is_handed_on_before_a_panic_or_a_refusal_reaches_nobody() {
    for (policy, status) in [
        (HandsOnAnd::Panics, 503),
        (HandsOnAnd::PanicsLater, 503),
        (HandsOnAnd::Denies, 403),
        (HandsOnAnd::HidesLater, 410),
    ] {
        for place in [Place::Outside, Place::Route] {
            let seen = Arc::<Mutex<Vec<bool>>>::default();
            let (page, words) = (Arc::clone(&seen), Arc::clone(&seen));
            let not_found = service_fn(move |request: Request<NoBody>| {
                shown(&page, request.extensions());
                ready(Ok(Response::builder()
                    .status(410)
                    .body(Body::default())
                    .unwrap()))
            });
            let reply = move |refused: &Refused<'_>| {
                shown(&words, &refused.head().extensions);
                Content::text("no")
            };
            let (outside, route) = match place {
                Place::Outside => (policy.boxed(), anyone().boxed()),
                Place::Route => (anyone().boxed(), policy.boxed()),
            };
            let builder = AuthLayer::new(bearer(), outside).reply(reply);
            let layer = builder.not_found(not_found).build().unwrap();
            let inner = Inner::default();
            let service = layer.layer(layer.require(route).unwrap().layer(inner.clone()));
            let Ok(response) = block_on(service.oneshot(request(true)));
            assert_eq!(response.status(), status);
            assert_eq!(*seen.lock().unwrap(), [false], "{status}");
            assert_eq!(inner.calls(), 0);
        }
    }
}

#[test]
fn what_is_handed_on_too_late_reaches_nobody() {
    // Somebody keeps the view, and hands on when all is decided: for this request and for the next.
    let kept = Arc::<Mutex<Option<View<User>>>>::default();
    let keeps = Arc::clone(&kept);
    let policy = move |access: &Access<'_, User>| {
        let mut kept = keeps.lock().unwrap();
        if let Some(view) = kept.replace(access.to_view()) {
            view.hand_on(Token("of the request before"));
        }
        true
    };
    let late = Arc::clone(&kept);
    let seen = Arc::<Mutex<Vec<bool>>>::default();
    let tells = Arc::clone(&seen);
    let inner = service_fn(move |request: Request<()>| {
        if let Some(view) = &*late.lock().unwrap() {
            view.hand_on(Token("too late"));
        }
        shown(&tells, request.extensions());
        ready(Ok::<_, Infallible>(Response::new(Body::default())))
    });
    let layer = AuthLayer::new(bearer(), policy).build().unwrap();
    for _ in 0..3 {
        let Ok(response) = block_on(layer.layer(inner.clone()).oneshot(request(true)));
        assert_eq!(response.status(), 200);
    }
    assert_eq!(*seen.lock().unwrap(), [false; 3]);
}
