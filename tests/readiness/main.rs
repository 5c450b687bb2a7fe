//! The inner service is called once, ready, and after the decision; or not at all.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has failed, and says where"
)]

mod fussy;
mod limit;
mod plan;
#[path = "../support/waiting.rs"]
#[allow(dead_code, reason = "each test uses what it needs")]
mod waiting;

use std::{
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
};

use http::{Request, StatusCode};
use tower::{Layer as _, Service};
use tower_auth::{AuthLayer, AuthService, NoBody, ResponseFuture};

use self::{
    fussy::{Ask, Broken, Fussy, Readiness, World},
    plan::{Dice, Found, Place, Plan, Planned, Says},
};

type One = AuthService<Fussy, u32, NoBody>;
type Two = AuthService<One, u32, NoBody>;
type Three = AuthService<Two, u32, NoBody>;

/// A layer outside with so many policies, the last ones further in, around the same service.
fn layer(world: &Arc<Mutex<World>>) -> AuthLayer<u32, NoBody> {
    let first = Place(0, Arc::clone(world));
    AuthLayer::new(Planned, first)
        .build_with(|_| NoBody)
        .expect("a layer")
}

fn one() -> (One, Arc<Mutex<World>>) {
    let inner = Fussy::default();
    let world = inner.world();
    (layer(&world).layer(inner), world)
}

fn three() -> (Three, Arc<Mutex<World>>) {
    let inner = Fussy::default();
    let world = inner.world();
    let layer = layer(&world);
    let inside = |place| {
        layer
            .require(Place(place, Arc::clone(&world)))
            .expect("a layer")
    };
    (layer.layer(inside(1).layer(inside(2).layer(inner))), world)
}

fn request(plan: Plan, policies: usize, dice: &mut Dice) -> Request<Ask> {
    let mut request = Request::new(Ask {
        number: plan.number,
        policies,
        waits: dice.one_of(&[0, 0, 1, 3]),
        breaks: dice.below(8) == 0,
    });
    request.extensions_mut().insert(plan);
    request
}

struct Flight<F> {
    plan: Plan,
    response: Pin<Box<F>>,
}

/// What can be seen of a world at one moment.
fn seen(world: &Mutex<World>, number: u32) -> (usize, usize) {
    let world = world.lock().expect("no panic under the lock");
    (
        world.held,
        world.calls.get(&number).copied().unwrap_or_default(),
    )
}

/// Lets requests start, go on and be dropped in an order of chance, and sees the law kept at
/// every step.
fn play<S>(mut service: S, world: &Mutex<World>, policies: usize, dice: &mut Dice)
where
    S: Service<Request<Ask>, Response = http::Response<NoBody>, Error = Broken>,
{
    let mut context = Context::from_waker(Waker::noop());
    let mut flights: Vec<Flight<S::Future>> = Vec::new();
    let mut ready = false;
    let mut number = 0;
    for _ in 0..24 {
        match dice.below(4) {
            0 => {
                let next = dice.one_of(&[
                    Readiness::Ready,
                    Readiness::Ready,
                    Readiness::Pending,
                    Readiness::Broken,
                ]);
                world.lock().expect("no panic").readiness.push_back(next);
                let told = service.poll_ready(&mut context);
                if ready {
                    assert_eq!(told, Poll::Ready(Ok(())));
                    world.lock().expect("no panic").readiness.clear();
                } else {
                    assert_eq!(told, expected(next), "readiness is the inner service's");
                    ready = next == Readiness::Ready;
                }
            }
            1 if ready => {
                ready = false;
                number += 1;
                let plan = Plan::random(number, dice);
                let before = seen(world, number).0;
                let response = Box::pin(service.call(request(plan, policies, dice)));
                let (held, calls) = seen(world, number);
                if plan.is_now(policies) {
                    // Whatever was decided, no readiness is held any more.
                    assert_eq!(held, before - 1, "{plan:?}");
                    assert_eq!(calls, usize::from(plan.passes(policies)), "{plan:?}");
                }
                assert!(calls == 0 || plan.passes(policies), "{plan:?}");
                flights.push(Flight { plan, response });
            }
            2 if !flights.is_empty() => {
                let place = usize::try_from(dice.below(flights.len() as u64)).expect("a place");
                let Flight { plan, response } = &mut flights[place];
                let before = seen(world, plan.number);
                let told = response.as_mut().poll(&mut context);
                let after = seen(world, plan.number);
                let let_go = before.0 - after.0;
                match told {
                    Poll::Pending => assert_eq!(let_go, after.1 - before.1, "{plan:?}"),
                    Poll::Ready(told) => {
                        assert_eq!(after.1, usize::from(plan.passes(policies)), "{plan:?}");
                        judge(*plan, policies, told.map(|response| response.status()));
                        drop(flights.swap_remove(place));
                        assert_eq!(seen(world, 0).0, after.0, "an answer holds nothing");
                    }
                }
            }
            3 if !flights.is_empty() => {
                let place = usize::try_from(dice.below(flights.len() as u64)).expect("a place");
                let Flight { plan, response } = flights.swap_remove(place);
                let before = seen(world, plan.number);
                drop(response);
                let after = seen(world, plan.number);
                assert_eq!(before.1, after.1, "{plan:?} was called when it was dropped");
                assert!(after.1 == 0 || plan.passes(policies), "{plan:?}");
            }
            _ => {}
        }
    }
    drop(flights);
    assert_eq!(seen(world, 0).0, usize::from(ready));
    drop(service);
    assert_eq!(seen(world, 0).0, 0);
}

fn expected(next: Readiness) -> Poll<Result<(), Broken>> {
    match next {
        Readiness::Ready => Poll::Ready(Ok(())),
        Readiness::Pending => Poll::Pending,
        Readiness::Broken => Poll::Ready(Err(Broken)),
    }
}

fn judge(plan: Plan, policies: usize, told: Result<StatusCode, Broken>) {
    if plan.passes(policies) {
        assert!(
            matches!(told, Ok(StatusCode::OK) | Err(Broken)),
            "{plan:?}: {told:?}"
        );
        return;
    }
    let status = told
        .expect("an error would be the inner service's")
        .as_u16();
    // Rejected callers come no further than the layer outside.
    let asked = if plan.found.0 == Found::Rejected {
        1
    } else {
        policies
    };
    let said = plan.says.iter().take(asked).map(|(says, _)| *says);
    let said = said.into_iter().find(|says| *says != Says::Allow);
    let expected = match (plan.found.0, said) {
        (Found::Unavailable | Found::Panic, _) | (_, Some(Says::Unavailable | Says::Panic)) => 503,
        (_, Some(Says::Hide)) => 404,
        (Found::Absent | Found::Rejected, _) => 401,
        (Found::Verified, _) => 403,
    };
    assert_eq!(status, expected, "{plan:?}");
}

#[test]
fn whatever_the_schedule_the_inner_service_is_called_once_ready_and_after_the_decision() {
    let mut dice = Dice(7);
    for _ in 0..4_000 {
        let (service, world) = one();
        play(service, &world, 1, &mut dice);
    }
}

#[test]
fn whatever_the_schedule_further_policies_keep_the_inner_service_from_being_called() {
    let mut dice = Dice(11);
    for _ in 0..4_000 {
        let (service, world) = three();
        play(service, &world, 3, &mut dice);
    }
}

#[test]
fn the_inner_service_is_called_at_once_where_all_answer_at_once() {
    let (mut service, world) = three();
    let mut context = Context::from_waker(Waker::noop());
    assert_eq!(service.poll_ready(&mut context), Poll::Ready(Ok(())));
    let plan = Plan {
        number: 1,
        found: (Found::Verified, None),
        says: [(Says::Allow, None); 3],
    };
    let response = service.call(request(plan, 3, &mut Dice(0)));
    assert_eq!(seen(&world, 1), (0, 1), "nobody polled the response yet");
    drop(response);
}

#[test]
fn an_answer_that_is_dropped_while_it_waits_cancels_the_question() {
    struct Flag(Arc<Mutex<bool>>);
    impl Drop for Flag {
        fn drop(&mut self) {
            *self.0.lock().expect("no panic") = true;
        }
    }
    let dropped = Arc::new(Mutex::new(false));
    let flag = Arc::clone(&dropped);
    let never =
        tower_auth::policy::check_with(flag, async |flag, _: tower_auth::policy::View<u32>| {
            let _flag = Flag(flag);
            std::future::pending::<bool>().await
        });
    let inner = Fussy::default();
    let world = inner.world();
    let layer = AuthLayer::new(Planned, never)
        .build_with(|_| NoBody)
        .expect("a layer");
    let mut service = layer.layer(inner);
    let mut context = Context::from_waker(Waker::noop());
    assert_eq!(service.poll_ready(&mut context), Poll::Ready(Ok(())));
    let plan = Plan::random(1, &mut Dice(0));
    let plan = Plan {
        found: (Found::Verified, None),
        ..plan
    };
    let mut response = Box::pin(service.call(request(plan, 1, &mut Dice(0))));
    assert!(response.as_mut().poll(&mut context).is_pending());
    assert_eq!(
        (seen(&world, 1), *dropped.lock().expect("no panic")),
        ((1, 0), false)
    );
    drop(response);
    assert_eq!(
        (seen(&world, 1), *dropped.lock().expect("no panic")),
        ((0, 0), true)
    );
}

#[test]
fn responses_can_be_sent_between_threads() {
    fn sent<T: Send>() {}
    sent::<ResponseFuture<Fussy, u32, Ask, NoBody>>();
    sent::<ResponseFuture<Two, u32, Ask, NoBody>>();
}
