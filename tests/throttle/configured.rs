//! What is wrong with a throttle is found when the layer is built.

use std::time::Duration;

use tower_auth::{
    Attempt, AuthLayer, BuildError, Inspection, Step, Unavailable,
    challenge::{Ask, Challenge},
    policy,
    scheme::{ApiKey, Basic, Carrier, Presented, Scheme, SchemeExt as _, Schemes},
    throttle::{Bucket, Counters, Limit, MemoryCounters, Taken, Throttle},
};

use tokio_test::block_on;

use crate::stand::{client, from};

fn problems(throttle: Throttle) -> Vec<String> {
    problems_of(Basic::fixed("staff area", "alice", "wonderland", ()).throttle(throttle))
}

#[test]
fn the_defaults_are_fine() {
    assert_eq!(problems(Throttle::new(client())), [""; 0]);
}

#[test]
fn a_limit_without_tries_is_refused() {
    let throttle = Throttle::new(client()).per_client(Limit::new(0, Duration::from_secs(1)));
    assert_eq!(
        problems(throttle),
        [
            "the limit `per_client` allows `0` tries: nobody would ever be let in, give it at least one"
        ]
    );
}

#[test]
fn a_limit_without_a_time_is_refused() {
    let throttle = Throttle::new(client()).per_account_and_client(Limit::new(5, Duration::ZERO));
    assert_eq!(
        problems(throttle),
        [
            "the limit `per_account_and_client` gives a try back every `0` seconds: nothing would be \
          limited, give it a time"
        ]
    );
}

#[test]
fn a_limit_of_more_than_a_year_is_refused() {
    let limit = |tries| Limit::new(tries, Duration::from_secs(24 * 60 * 60));
    assert_eq!(
        problems(Throttle::new(client()).per_account(limit(366))),
        [""; 0]
    );
    assert_eq!(
        problems(Throttle::new(client()).per_account(limit(367))),
        [
            "the limit `per_account` takes `31708800` seconds to give all tries back: keep it within \
          a year"
        ]
    );
    let endless = Limit::new(u32::MAX, Duration::MAX);
    assert_eq!(
        problems(Throttle::new(client()).per_account(endless)).len(),
        1
    );
}

/// No layer looks at the throttle of a form.
#[test]
fn a_form_with_a_limit_that_is_unsound_lets_nobody_in() {
    for unsound in [
        Limit::new(0, Duration::from_secs(1)),
        Limit::new(5, Duration::ZERO),
    ] {
        let throttles = [
            Throttle::new(client()).per_client(unsound),
            Throttle::new(client()).per_account_and_client(unsound),
            Throttle::new(client()).per_account(unsound),
        ];
        for throttle in throttles {
            let (head, ()) = from("192.0.2.1").into_parts();
            for account in [Some("alice"), None] {
                let taken = block_on(throttle.take(account, &head).wait());
                assert!(taken.is_err(), "{throttle:?} {account:?}");
            }
            let mut inspection = Inspection::default();
            throttle.inspect(&mut inspection);
            let error = inspection.finish().expect_err("a problem");
            assert_eq!(error.problems().len(), 1, "{throttle:?}");
        }
    }
}

#[test]
fn counters_without_room_are_refused() {
    let counters = MemoryCounters::with_capacity(0);
    assert_eq!(
        problems(Throttle::new(client()).counters(counters)),
        ["the counters of the throttle have room for `0` keys: give them room for some thousands"]
    );
}

#[test]
fn what_is_wrong_with_the_address_is_reported() {
    let nobody = client().x_forwarded_for(["not a network"]);
    let problems = problems(Throttle::new(nobody));
    assert!(!problems.is_empty());
    assert!(
        problems
            .iter()
            .any(|problem| problem.contains("not a network")),
        "{problems:?}"
    );
}

struct Unset;

impl Counters for Unset {
    fn take(&self, _: &[Bucket<'_>]) -> Step<Result<Taken, Unavailable>> {
        Step::Now(Err(Unavailable::new("not set")))
    }

    fn inspect(&self, inspection: &mut Inspection) {
        inspection.problem("the store has no address: set it");
    }
}

#[test]
fn what_is_wrong_with_the_counters_is_reported() {
    assert_eq!(
        problems(Throttle::new(client()).counters(Unset)),
        ["the store has no address: set it"]
    );
}

/// A scheme of ambient credentials that says of itself no more than it must.
#[derive(Clone)]
struct Ambient(Option<&'static str>);

impl Scheme for Ambient {
    type Principal = ();

    fn name(&self) -> &'static str {
        "Session"
    }

    fn carrier(&self) -> Carrier {
        Carrier::Ambient
    }

    fn is_presented(&self, presented: &Presented<'_>) -> bool {
        self.0
            .is_none_or(|field| presented.head().headers.contains_key(field))
    }

    fn attempt(&self, _: &Presented<'_>) -> Step<Attempt<()>> {
        Step::Now(Attempt::Absent)
    }

    fn challenge(&self, _: Ask<'_>) -> Option<Challenge> {
        None
    }
}

fn problems_of(schemes: impl Into<Schemes<()>>) -> Vec<String> {
    let built = AuthLayer::new(schemes, policy::anyone()).build_with(Vec::from);
    let error = built.map(drop).err();
    let problems = error.iter().flat_map(BuildError::problems);
    problems.map(ToString::to_string).collect()
}

#[test]
fn an_ambient_scheme_that_finds_something_on_every_request_cannot_be_throttled() {
    let throttle = || Throttle::new(client());
    let (vague, precise) = (Ambient(None), Ambient(Some("cookie")));
    let problem = "`Session` is ambient and finds credentials on an empty request, so it would be \
                   throttled for strangers: implement `is_presented`";
    assert_eq!(problems_of(vague.clone().throttle(throttle())), [problem]);
    let list = Basic::fixed("staff area", "alice", "wonderland", ()).or(vague.clone());
    assert_eq!(problems_of(list.throttle(throttle())), [problem]);
    assert_eq!(problems_of(vague), [""; 0], "it may be, unthrottled");
    assert_eq!(problems_of(precise.throttle(throttle())), [""; 0]);
}

#[test]
fn what_is_wrong_with_a_field_is_told_once() {
    let key = ApiKey::fixed("not a name", "api", "s3cret", ());
    let problems = problems_of(key.throttle(Throttle::new(client())));
    assert_eq!(problems.len(), 1, "{problems:?}");
}
