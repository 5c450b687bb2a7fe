//! The counters in memory, and the store that the documentation shows, against a model that
//! remembers every try.

use std::{
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::Duration,
};

use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, RngSeed, TestRunner},
};
use tokio_test::block_on;
use tower_auth::{
    Step,
    throttle::{Bucket, ClientPrefix, Counters, Limit, MemoryCounters, Permit, Taken},
};

use crate::{
    stand::Hand,
    store::{Store, micros},
};

/// What happens next.
#[derive(Clone, Debug)]
enum Event {
    /// A try at an account, by a client, which is under way for a while.
    Try(usize, usize),
    /// One that stays counted at once.
    Failure(usize, usize),
    /// One that is given back at once.
    Success(usize, usize),
    /// One of the tries that are under way is given back.
    GiveBack(usize),
    /// One of them stays counted.
    Drop(usize),
    /// Time passes, in seconds.
    Pass(u64),
    /// The clock is set back, in seconds.
    GoBack(u64),
    /// So many strangers try once, and stay counted.
    Flood(u32),
}

const ACCOUNTS: [&str; 3] = ["alice", "bob", "carol"];

const LIMITS: [Limit; 3] = [
    Limit::new(3, Duration::from_secs(10)),
    Limit::new(5, Duration::from_secs(4)),
    Limit::new(7, Duration::from_secs(6)),
];

fn client(number: u32) -> ClientPrefix {
    ClientPrefix::of(std::net::Ipv4Addr::from_bits(number).into())
}

/// What a try at an account, by a client, is counted against.
fn buckets(account: usize, from: usize) -> [Bucket<'static>; 3] {
    let (name, from) = (
        Some(ACCOUNTS[account]),
        Some(client(u32::try_from(from).unwrap())),
    );
    [
        Bucket::new(name, from, LIMITS[0]),
        Bucket::new(None, from, LIMITS[1]),
        Bucket::new(name, None, LIMITS[2]),
    ]
}

pub(crate) fn now<T: Send>(step: Step<T>) -> T {
    block_on(step.wait())
}

/// How long a bucket waits that has had these tries, in order, in microseconds: there is room for
/// one where a queue that serves one of them at a time has room.
fn wait(tries: &[(u64, u64)], limit: Limit, now: u64) -> u64 {
    let every = micros(limit.every());
    let served = tries
        .iter()
        .fold(0, |served, &(at, _)| at.max(served) + every);
    (served.max(now) + every - now).saturating_sub(micros(limit.window()))
}

/// Counters, and every try that was permitted and not given back.
struct Model {
    counters: Box<dyn Counters>,
    hand: Hand,
    /// The latest that the clock has told the counters.
    latest: u64,
    tries: Vec<(u64, u64, usize, usize)>,
    under_way: Vec<(u64, Permit)>,
    next: u64,
    strangers: u32,
}

impl Model {
    fn in_memory(capacity: usize) -> Self {
        let counters = MemoryCounters::with_capacity(capacity);
        Self::of(|hand| Box::new(counters.clock(hand.clock())))
    }

    fn stored() -> Self {
        Self::of(|hand| Box::new(Store::new(hand)))
    }

    fn of(counters: impl FnOnce(&Hand) -> Box<dyn Counters>) -> Self {
        let hand = Hand::new();
        hand.pass(Duration::from_secs(1_000_000));
        Self {
            counters: counters(&hand),
            latest: 0,
            hand,
            tries: Vec::new(),
            under_way: Vec::new(),
            next: 0,
            strangers: 1_000,
        }
    }

    /// How long the model waits before the next try.
    fn wait(&self, account: usize, from: usize) -> u64 {
        let of = |these: fn(bool, bool) -> bool, limit| {
            let tries = self.tries.iter();
            let tries = tries.filter(|&&(.., a, c)| these(a == account, c == from));
            let tries: Vec<_> = tries.map(|&(at, number, ..)| (at, number)).collect();
            wait(&tries, limit, self.latest)
        };
        of(|account, from| account && from, LIMITS[0])
            .max(of(|_, from| from, LIMITS[1]))
            .max(of(|account, _| account, LIMITS[2]))
    }

    /// Tells the counters the time, as each try does.
    fn tell(&mut self) {
        self.latest = self.latest.max(self.hand.now());
    }

    fn take(&mut self, account: usize, from: usize) -> Result<(u64, Permit), u64> {
        match now(self.counters.take(&buckets(account, from))).unwrap() {
            Taken::Permit(permit) => {
                self.next += 1;
                self.tries.push((self.latest, self.next, account, from));
                Ok((self.next, permit))
            }
            Taken::Exhausted { retry_after } => {
                Err(u64::try_from(retry_after.as_micros()).unwrap())
            }
        }
    }

    fn give_back(&mut self, number: u64, permit: Permit) {
        now(permit.give_back());
        self.tries.retain(|&(_, there, ..)| there != number);
    }

    /// One of the tries that are under way.
    fn one_of_those(&mut self, which: usize) -> Option<(u64, Permit)> {
        let which = which.checked_rem(self.under_way.len())?;
        Some(self.under_way.remove(which))
    }

    /// Lets an event happen. For a try, what the counters said, and how long the model waits.
    fn happen(&mut self, event: Event) -> Option<(Result<(), u64>, u64)> {
        let mut said = None;
        match event {
            Event::Try(account, from) => {
                self.tell();
                let wait = self.wait(account, from);
                let taken = self.take(account, from);
                said = Some((taken.map(|under_way| self.under_way.push(under_way)), wait));
            }
            Event::Success(account, from) => {
                self.tell();
                let wait = self.wait(account, from);
                let taken = self.take(account, from);
                said = Some((
                    taken.map(|(number, permit)| self.give_back(number, permit)),
                    wait,
                ));
            }
            Event::Failure(account, from) => {
                self.tell();
                let wait = self.wait(account, from);
                let taken = self.take(account, from);
                said = Some((taken.map(|(_, permit)| drop(permit)), wait));
            }
            Event::GiveBack(which) => {
                if let Some((number, permit)) = self.one_of_those(which) {
                    self.give_back(number, permit);
                }
            }
            Event::Drop(which) => drop(self.one_of_those(which)),
            Event::Pass(seconds) => self.hand.pass(Duration::from_secs(seconds)),
            Event::GoBack(seconds) => self.hand.go_back(Duration::from_secs(seconds)),
            Event::Flood(strangers) => {
                self.tell();
                for _ in 0..strangers {
                    self.strangers += 1;
                    let bucket = Bucket::new(None, Some(client(self.strangers)), LIMITS[1]);
                    drop(now(self.counters.take(&[bucket])));
                }
            }
        }
        said
    }
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        8 => (0..3_usize, 0..2_usize).prop_map(|(account, from)| Event::Try(account, from)),
        3 => any::<usize>().prop_map(Event::GiveBack),
        3 => any::<usize>().prop_map(Event::Drop),
        6 => ended(),
    ]
}

/// What leaves no try under way.
fn ended() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (0..3_usize, 0..2_usize).prop_map(|(account, from)| Event::Failure(account, from)),
        2 => (0..3_usize, 0..2_usize).prop_map(|(account, from)| Event::Success(account, from)),
        4 => (0..12_u64).prop_map(Event::Pass),
        1 => (0..12_u64).prop_map(Event::GoBack),
        1 => (1..6_u32).prop_map(Event::Flood),
    ]
}

/// How often a try was permitted, and refused.
#[derive(Default)]
struct Tally {
    permitted: AtomicUsize,
    refused: AtomicUsize,
}

impl Tally {
    fn count(&self, said: Result<(), u64>) {
        let counter = if said.is_ok() {
            &self.permitted
        } else {
            &self.refused
        };
        counter.fetch_add(1, Relaxed);
    }

    /// Nothing was shown if all were permitted, or all refused.
    fn has_seen_both(&self) {
        let (permitted, refused) = (self.permitted.load(Relaxed), self.refused.load(Relaxed));
        assert!(
            permitted.min(refused) > 500,
            "{permitted} permitted, {refused} refused"
        );
    }
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config {
        cases,
        rng_seed: RngSeed::Fixed(6585),
        failure_persistence: None,
        ..Config::default()
    })
}

#[test]
fn nothing_is_permitted_that_the_model_refuses() {
    let tally = Tally::default();
    let schedules = (1..40_usize, vec(event(), 1..80));
    let law = |(capacity, events): (_, Vec<Event>)| {
        for mut model in [Model::in_memory(capacity), Model::stored()] {
            for event in events.clone() {
                if let Some((said, wait)) = model.happen(event) {
                    tally.count(said);
                    prop_assert!(said.is_err() || wait == 0, "the model waits {} more", wait);
                }
            }
        }
        Ok(())
    };
    runner(2_000).run(&schedules, law).unwrap();
    tally.has_seen_both();
}

/// Whatever is given back, and when: those that stayed counted would have been permitted by
/// themselves, one after another.
#[test]
fn what_stays_counted_is_within_the_limits() {
    let schedules = (1..40_usize, vec(event(), 1..120));
    let counted = AtomicUsize::new(0);
    let law = |(capacity, events): (_, Vec<Event>)| {
        for mut model in [Model::in_memory(capacity), Model::stored()] {
            for event in events.clone() {
                model.happen(event);
            }
            let tries = std::mem::take(&mut model.tries);
            for (at, _, account, from) in tries {
                model.latest = at;
                prop_assert_eq!(model.wait(account, from), 0);
                model.tries.push((at, 0, account, from));
                counted.fetch_add(1, Relaxed);
            }
        }
        Ok(())
    };
    runner(1_000).run(&schedules, law).unwrap();
    assert!(counted.load(Relaxed) > 5_000, "{counted:?}");
}

#[test]
fn who_waits_as_long_as_they_are_told_is_let_in() {
    let told = AtomicUsize::new(0);
    let schedules = (1..40_usize, vec(event(), 1..60), 0..3_usize, 0..2_usize);
    let law = |(capacity, events, account, from)| {
        let mut model = Model::in_memory(capacity);
        for event in Vec::into_iter(events) {
            model.happen(event);
        }
        // The clock may be set back.
        let behind = model.latest.saturating_sub(model.hand.now());
        model.hand.pass(Duration::from_micros(behind));
        model.under_way.clear();
        if let Err(micros) = model.take(account, from).map(drop) {
            told.fetch_add(1, Relaxed);
            model.hand.pass(Duration::from_micros(micros - 1));
            let early = model.take(account, from).map(drop);
            prop_assert_eq!(early, Err(1));
            model.hand.pass(Duration::from_micros(1));
            prop_assert!(model.take(account, from).is_ok());
        }
        Ok(())
    };
    runner(1_000).run(&schedules, law).unwrap();
    assert!(told.load(Relaxed) > 50, "{told:?}");
}

/// Where there is room, and no try is under way for long, every answer is the model's. So a try that
/// one bucket refuses is counted against none.
#[test]
fn where_there_is_room_the_answers_are_those_of_the_model() {
    let tally = Tally::default();
    let law = |events: Vec<Event>| {
        for mut model in [Model::in_memory(5_000), Model::stored()] {
            for event in events.clone() {
                if let Some((said, wait)) = model.happen(event) {
                    tally.count(said);
                    prop_assert_eq!(said.err().unwrap_or_default(), wait);
                }
            }
        }
        Ok(())
    };
    runner(800).run(&vec(ended(), 1..80), law).unwrap();
    tally.has_seen_both();
}

/// Tries that are under way at once are given back in any order, and nothing is lost: who is let in
/// all day is not locked out.
#[test]
fn all_that_is_given_back_is_back_whatever_the_order() {
    let orders = (vec(any::<usize>(), 1..400), 1..64_usize);
    let law = |(order, capacity): (Vec<usize>, _)| {
        for mut model in [Model::in_memory(capacity), Model::stored()] {
            for &which in &order {
                model.hand.pass(Duration::from_millis(10));
                prop_assert!(matches!(model.happen(Event::Try(0, 0)), Some((Ok(()), _))));
                prop_assert!(matches!(model.happen(Event::Try(0, 0)), Some((Ok(()), _))));
                if model.under_way.len() > 2 {
                    model.happen(Event::GiveBack(which));
                    model.happen(Event::GiveBack(which / 7));
                } else {
                    model.happen(Event::GiveBack(which));
                }
            }
            while !model.under_way.is_empty() {
                model.happen(Event::GiveBack(0));
            }
            for _ in 0..3 {
                let said = model.happen(Event::Failure(0, 0));
                prop_assert!(matches!(said, Some((Ok(()), 0))));
            }
            let said = model.happen(Event::Failure(0, 0));
            prop_assert!(matches!(said, Some((Err(_), _))));
        }
        Ok(())
    };
    runner(60).run(&orders, law).unwrap();
}

#[test]
fn what_is_given_back_late_forgives_nobody() {
    let hand = Hand::new();
    let counters = MemoryCounters::new().clock(hand.clock());
    let bucket = [Bucket::new(
        None,
        Some(client(1)),
        Limit::new(2, Duration::from_secs(10)),
    )];
    let take = || match now(counters.take(&bucket)).unwrap() {
        Taken::Permit(permit) => Some(permit),
        Taken::Exhausted { .. } => None,
    };
    let (first, second) = (take().unwrap(), take().unwrap());
    now(first.give_back());
    hand.pass(Duration::from_secs(10));
    drop(take().unwrap());
    assert!(take().is_none(), "one is counted, and one is under way");
    now(second.give_back());
    drop(take().unwrap());
    assert!(take().is_none(), "two are counted");
}

#[test]
fn a_flood_of_new_names_forgives_nobody() {
    let hand = Hand::new();
    let counters = MemoryCounters::with_capacity(512).clock(hand.clock());
    let limit = Limit::new(2, Duration::from_secs(3_600));
    let take = |name: &str| {
        let taken = now(counters.take(&[Bucket::new(Some(name), None, limit)])).unwrap();
        matches!(taken, Taken::Permit(_))
    };
    assert!(take("alice") && take("alice") && !take("alice"));
    for stranger in 0..20_000 {
        take(&format!("stranger {stranger}"));
    }
    assert!(!take("alice"), "her tries are still used up");

    // Nor one who came when there was no room.
    let bobs = (0..10).filter(|_| take("bob")).count();
    assert!(bobs <= 2, "{bobs} of two");
    for stranger in 0..20_000 {
        take(&format!("other {stranger}"));
    }
    assert!(!take("bob"));
    hand.pass(Duration::from_secs(10 * 3_600));
    for stranger in 0..400 {
        take(&format!("third {stranger}"));
    }
    hand.pass(Duration::from_secs(1_000 * 3_600));
    assert!(take("alice") && take("bob"), "all has drained");
}

#[test]
fn a_flood_takes_no_more_memory_than_is_documented() {
    let mut limited = 0;
    let measured = allocation_counter::measure(|| {
        let hand = Hand::new();
        let counters = MemoryCounters::new().clock(hand.clock());
        for stranger in 0..150_000 {
            let bucket = Bucket::new(None, Some(client(stranger)), LIMITS[1]);
            match now(counters.take(&[bucket])).unwrap() {
                Taken::Permit(permit) => drop(permit),
                Taken::Exhausted { .. } => limited += 1,
            }
        }
    });
    println!("{} bytes, {limited} limited", measured.bytes_max);
    assert!(measured.bytes_max < 5 * 1024 * 1024, "{measured:?}");
}
