//! What is made up: decisions, and what schemes have words for.

use std::time::Duration;

use proptest::{
    collection::vec,
    prelude::*,
    sample::{select, subsequence},
    test_runner::{Config, RngSeed},
};
use tower_auth::{
    AttemptKind, Decision, Denied, Fault, Hidden, Login, Mode, Rejection, Remedy, Unavailable,
    challenge::Ask, settle,
};

/// The same cases in every run.
pub(crate) fn cases(cases: u32) -> Config {
    Config {
        cases,
        rng_seed: RngSeed::Fixed(9110),
        failure_persistence: None,
        ..Config::default()
    }
}

/// What can be asked of a caller.
pub(crate) const ASKS: [&str; 4] = ["credentials", "again", "more_scopes", "step_up"];

pub(crate) const fn ask_word(ask: Ask<'_>) -> &'static str {
    match ask {
        Ask::Credentials => "credentials",
        Ask::Again(_) => "again",
        Ask::MoreScopes(_) => "more_scopes",
        Ask::StepUp(_) => "step_up",
        _ => panic!("a question that the laws do not know"),
    }
}

/// What schemes have words for: a set of [`ASKS`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Abilities(u8);

pub(crate) fn abilities() -> impl Iterator<Item = Abilities> {
    (0..1 << ASKS.len()).map(Abilities)
}

impl Abilities {
    pub(crate) fn say(self, ask: &str) -> bool {
        let place = ASKS.iter().position(|there| *there == ask);
        self.0 & (1 << place.unwrap()) != 0
    }
}

/// How a known caller ends with `known`, and others with `other`, whatever schemes have words for.
pub(crate) fn statuses(known: &Decision, other: &Decision) -> Vec<u16> {
    let throttled = Rejection::Throttled { retry_after: None };
    let attempts = [
        AttemptKind::Verified,
        AttemptKind::Absent,
        AttemptKind::Rejected(Rejection::Malformed),
        AttemptKind::Rejected(Rejection::NotUnderstood),
        AttemptKind::Rejected(Rejection::Refused),
        AttemptKind::Rejected(Rejection::Faulty(Fault::Expired)),
        AttemptKind::Rejected(Rejection::CrossOrigin),
        AttemptKind::Rejected(Rejection::InvalidRequest),
        AttemptKind::Rejected(throttled),
    ];
    let mut statuses = Vec::new();
    for attempt in attempts {
        let decision = match attempt {
            AttemptKind::Verified => known,
            _ => other,
        };
        for can in abilities() {
            let outcome = settle(attempt, decision, |ask| {
                can.say(ask_word(ask)).then_some(())
            });
            // 200 stands for what the inner service says.
            statuses.push(
                outcome
                    .status(Mode::Origin)
                    .map_or(200, |status| status.as_u16()),
            );
        }
    }
    statuses
}

/// The kind of a decision.
pub(crate) const fn kind(decision: &Decision) -> &'static str {
    match decision {
        Decision::Allow => "allow",
        Decision::Deny(_) => "deny",
        Decision::Hide(_) => "hide",
        Decision::Unavailable(_) => "unavailable",
    }
}

pub(crate) fn login() -> impl Strategy<Value = Login> {
    let age = prop::option::of(0..4_000_u64);
    let classes = subsequence(vec!["phr", "mfa", "pwd", "urn:x"], 0..4).prop_shuffle();
    (age, classes).prop_map(|(age, classes)| {
        let strong = Login::one_of(classes);
        match age {
            Some(age) => strong.and(Login::not_older_than(Duration::from_secs(age))),
            None => strong,
        }
    })
}

pub(crate) fn scopes() -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(vec!["a", "b", "c", "docs:write"], 1..4).prop_shuffle()
}

pub(crate) fn remedy() -> impl Strategy<Value = Remedy> {
    prop_oneof![
        Just(Remedy::Nothing),
        Just(Remedy::OtherCredentials),
        scopes().prop_map(Remedy::scopes),
        login().prop_map(Remedy::login),
        (scopes(), login())
            .prop_map(|(scopes, login)| Remedy::scopes(scopes).and(Remedy::login(login))),
    ]
}

pub(crate) fn decision() -> impl Strategy<Value = Decision> {
    let words = prop::option::of(select(vec!["one", "two", "three", "four", "five", "six"]));
    let words = || words.clone();
    let denial =
        (remedy(), words(), words(), words()).prop_map(|(remedy, code, detail, reason)| {
            let mut denial = Denied::new(remedy);
            if let Some(code) = code {
                denial = denial.code(code);
            }
            if let Some(detail) = detail {
                denial = denial.detail(detail);
            }
            if let Some(reason) = reason {
                denial = denial.reason(reason);
            }
            Decision::Deny(denial)
        });
    prop_oneof![
        2 => Just(Decision::Allow),
        4 => denial,
        1 => words().prop_map(|reason| reason.map_or_else(Hidden::new, |reason| Hidden::new().reason(reason)).into()),
        1 => words().prop_map(|reason| Unavailable::new(reason.unwrap_or("away")).into()),
    ]
}

pub(crate) fn decisions() -> impl Strategy<Value = Vec<Decision>> {
    vec(decision(), 1..6)
}
