//! What a scheme and policies answer to one request, and when.

use std::{
    panic::resume_unwind,
    sync::{Arc, Mutex},
};

use http::request::Parts;
use tower_auth::{
    Attempt, Decision, Rejection, Step, Unavailable,
    challenge::{Ask, Challenge},
    policy::{Access, Policy},
    scheme::{Carrier, Presented, Scheme},
};

use crate::{fussy::World, waiting::after};

/// Numbers that follow from a seed, and are the same on every run (splitmix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % end
    }

    pub(crate) fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        let place = self.below(choices.len() as u64);
        choices[usize::try_from(place).expect("a place in memory")]
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Absent,
    Verified,
    Rejected,
    Unavailable,
    Panic,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Says {
    Allow,
    Deny,
    Hide,
    Unavailable,
    Panic,
}

/// Here at once, or after so many polls.
pub(crate) type When = Option<u8>;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) number: u32,
    pub(crate) found: (Found, When),
    pub(crate) says: [(Says, When); 3],
}

impl Plan {
    pub(crate) fn random(number: u32, dice: &mut Dice) -> Self {
        // Most go on, so that what comes later is seen too.
        let found = [
            Found::Verified,
            Found::Verified,
            Found::Verified,
            Found::Absent,
            Found::Absent,
            Found::Rejected,
            Found::Unavailable,
            Found::Panic,
        ];
        let says = [
            Says::Allow,
            Says::Allow,
            Says::Allow,
            Says::Allow,
            Says::Deny,
            Says::Hide,
            Says::Unavailable,
            Says::Panic,
        ];
        let when = |dice: &mut Dice| dice.one_of(&[None, None, Some(0), Some(1), Some(3)]);
        Self {
            number,
            found: (dice.one_of(&found), when(dice)),
            says: [(); 3].map(|()| (dice.one_of(&says), when(dice))),
        }
    }

    /// Whether all let the request pass, where the first so many policies are asked.
    pub(crate) fn passes(&self, policies: usize) -> bool {
        let known = matches!(self.found.0, Found::Absent | Found::Verified);
        let says = self.says.iter().take(policies);
        known && says.into_iter().all(|(says, _)| *says == Says::Allow)
    }

    /// Whether all of the first so many answer at once.
    pub(crate) fn is_now(&self, policies: usize) -> bool {
        self.found.1.is_none()
            && self
                .says
                .iter()
                .take(policies)
                .all(|(_, when)| when.is_none())
    }

    fn of(head: &Parts) -> Self {
        *head.extensions.get().expect("a plan")
    }
}

fn step<T: Send + 'static>(when: When, answer: impl FnOnce() -> T + Send + 'static) -> Step<T> {
    match when {
        None => Step::Now(answer()),
        Some(times) => Step::later(after(times, answer)),
    }
}

/// Answers what the plan says.
pub(crate) struct Planned;

impl Scheme for Planned {
    type Principal = u32;

    fn name(&self) -> &'static str {
        "Planned"
    }

    fn carrier(&self) -> Carrier {
        Carrier::Ambient
    }

    fn attempt(&self, presented: &Presented<'_>) -> Step<Attempt<u32>> {
        let Plan { number, found, .. } = Plan::of(presented.head());
        step(found.1, move || match found.0 {
            Found::Absent => Attempt::Absent,
            Found::Verified => Attempt::Verified(number),
            Found::Rejected => Attempt::Rejected(Rejection::Refused),
            Found::Unavailable => Attempt::Unavailable(Unavailable::new("planned")),
            Found::Panic => resume_unwind(Box::new("planned")),
        })
    }

    fn challenge(&self, _: Ask<'_>) -> Option<Challenge> {
        Challenge::new("Planned", "test").ok()
    }
}

/// The policy at this place of the plan.
pub(crate) struct Place(pub(crate) usize, pub(crate) Arc<Mutex<World>>);

impl Policy<u32> for Place {
    fn decide(&self, access: &Access<'_, u32>) -> Step<Decision> {
        let Plan { number, says, .. } = Plan::of(access.raw_head());
        let (says, when) = says[self.0];
        let world = Arc::clone(&self.1);
        step(when, move || match says {
            Says::Allow => {
                *world
                    .lock()
                    .expect("no panic under the lock")
                    .allowed
                    .entry(number)
                    .or_default() += 1;
                Decision::Allow
            }
            Says::Deny => Decision::deny(),
            Says::Hide => Decision::hide(),
            Says::Unavailable => Unavailable::new("planned").into(),
            Says::Panic => resume_unwind(Box::new("planned")),
        })
    }
}
