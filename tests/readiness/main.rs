//! The inner service is called once, ready, and after the decision; or not at all.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has failed, and says where"
)]

#[path = "../support/dice.rs"]
mod dice;
mod fussy;
mod limit;
mod model;
mod plan;
mod schedules;
mod stack;
#[path = "../support/waiting.rs"]
#[allow(dead_code, reason = "each test uses what it needs")]
mod waiting;

use std::{
    task::{Context, Poll, Waker},
    thread,
};

use tower::Service as _;
use tower_auth::{NoBody, ResponseFuture};

use self::{
    dice::Dice,
    fussy::{Ask, Fussy, Shared, Thing},
    model::{Ends, verdict},
    plan::{Answers, Found, Kind, Loader, Plan, Preflight, Rule, Says},
    schedules::{Schedule, Seen, request},
    stack::{
        Manner, Stack,
        Stand::{self, Layer, Rule as Inside},
        Two,
    },
};

/// Which layers stand on the way, from the outside.
const ORDERS: [&[Stand]; 4] = [
    &[Layer],
    &[Layer, Inside, Inside],
    &[Layer, Layer],
    &[Layer, Inside, Layer, Inside],
];

/// So many for each order.
const SCHEDULES: u32 = 25_000;

fn play(stands: &[Stand], first: u64) -> Seen {
    let mut dice = Dice(first);
    let mut seen = Seen::default();
    for _ in 0..SCHEDULES {
        let manner = Manner {
            page: dice.below(2) == 0,
            preflights: dice.below(2) == 0,
        };
        let world = Shared::default();
        let stack = Stack::new(stands, manner, &world);
        let around = (stands, manner);
        match stands.len() {
            1 => Schedule::new(stack.one(), world, around, &mut seen).play(&mut dice),
            2 => Schedule::new(stack.two(), world, around, &mut seen).play(&mut dice),
            3 => Schedule::new(stack.three(), world, around, &mut seen).play(&mut dice),
            _ => Schedule::new(stack.four(), world, around, &mut seen).play(&mut dice),
        }
    }
    seen
}

#[test]
fn in_a_hundred_thousand_schedules_the_inner_service_is_called_once_ready_and_after_all_decided() {
    let seen = thread::scope(|scope| {
        let threads = [7, 11, 13, 17].into_iter().zip(ORDERS);
        let threads = threads.map(|(first, stands)| scope.spawn(move || play(stands, first)));
        let threads: Vec<_> = threads.collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("a law is broken"))
            .collect::<Vec<_>>()
    });
    assert_eq!(seen.iter().map(|seen| seen.schedules).sum::<u32>(), 100_000);
    for seen in &seen {
        assert!(seen.counts().iter().all(|times| *times > 200), "{seen:?}");
    }
}

const PLAIN: Manner = Manner {
    page: false,
    preflights: false,
};

/// Alice, whom everybody lets in at once.
fn welcome() -> Plan {
    let rule = Rule {
        kind: Kind::Plain,
        early: (Says::Allow, None),
        loader: (Loader::Finds, 0),
        says: (Says::Allow, None),
    };
    Plan {
        number: 1,
        preflight: Preflight::Not,
        found: (Found::Verified, None),
        rules: [rule; plan::DEEPEST],
        inner: (Answers::Responds, 0),
        page: (Answers::Responds, 0),
    }
}

#[test]
fn the_inner_service_is_called_at_once_where_all_answer_at_once() {
    let world = Shared::default();
    let mut service = Stack::new(ORDERS[3], PLAIN, &world).four();
    let mut context = Context::from_waker(Waker::noop());
    assert_eq!(service.poll_ready(&mut context), Poll::Ready(Ok(())));
    let plan = welcome();
    let verdict = verdict(&plan, ORDERS[3], PLAIN);
    assert_eq!(
        (verdict.reaches, verdict.ends),
        (Some((4, None)), Ends::Status(200, false))
    );
    let response = service.call(request(plan, &verdict));
    assert_eq!(
        (world.held(), world.calls(1)),
        (0, 1),
        "nobody polled the response yet"
    );
    drop(response);
}

#[test]
fn an_answer_that_is_dropped_while_it_waits_cancels_the_question() {
    let mut plan = welcome();
    plan.rules[2].kind = Kind::Loads;
    plan.rules[2].loader = (Loader::Never, 0);
    let world = Shared::default();
    let mut service = Stack::new(ORDERS[1], PLAIN, &world).three();
    let mut context = Context::from_waker(Waker::noop());
    assert_eq!(service.poll_ready(&mut context), Poll::Ready(Ok(())));
    let verdict = verdict(&plan, ORDERS[1], PLAIN);
    let mut response = Box::pin(service.call(request(plan, &verdict)));
    for _ in 0..3 {
        assert!(response.as_mut().poll(&mut context).is_pending());
        assert_eq!((world.held(), world.calls(1)), (1, 0));
        assert_eq!(world.loading(), 1);
    }
    drop(response);
    assert_eq!((world.held(), world.calls(1)), (0, 0));
    assert_eq!(world.loading(), 0);
}

#[test]
fn what_the_last_rule_loads_is_there_and_what_an_outer_one_loads_is_not_taken_for_it() {
    let mut plan = welcome();
    for place in [1, 2] {
        plan.rules[place].kind = Kind::Loads;
    }
    let verdict = verdict(&plan, ORDERS[1], PLAIN);
    assert_eq!(verdict.reaches, Some((3, Some(Thing(2, 1)))));
    let world = Shared::default();
    let mut service = Stack::new(ORDERS[1], PLAIN, &world).three();
    let answer = async {
        std::future::poll_fn(|context| service.poll_ready(context)).await?;
        service.call(request(plan, &verdict)).await
    };
    let response = tokio_test::block_on(answer).expect("no error");
    assert_eq!((response.status().as_u16(), world.calls(1)), (200, 1));
}

#[test]
fn responses_can_be_sent_between_threads() {
    fn sent<T: Send>() {}
    sent::<ResponseFuture<Fussy, u32, Ask, NoBody>>();
    sent::<ResponseFuture<Two, u32, Ask, NoBody>>();
}
