//! Layers that answer what the plan says, one inside the other.

use std::{future::pending, io};

use tower::Layer as _;
use tower_auth::{
    Attempt, AuthLayer, AuthService, Decision, NoBody, Rejection, Step, Unavailable,
    challenge::{Ask, Challenge},
    policy::{self, Access, BoxPolicy, Policy, PolicyExt as _, View},
    scheme::{Carrier, Presented, Scheme},
};

use crate::{
    fussy::{Fussy, Page, Shared, Thing, planned_panic},
    plan::{Found, Kind, Loader, Plan, Says, When},
    waiting::after,
};

/// What stands at one place, from the outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stand {
    /// The layer that answers: one and the same, however often it stands there.
    Layer,
    /// A rule that it made.
    Rule,
}

/// How the layer is built.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner {
    pub(crate) page: bool,
    pub(crate) preflights: bool,
}

pub(crate) type One = AuthService<Fussy, u32, NoBody>;
pub(crate) type Two = AuthService<One, u32, NoBody>;
pub(crate) type Three = AuthService<Two, u32, NoBody>;
pub(crate) type Four = AuthService<Three, u32, NoBody>;

pub(crate) struct Stack<'a> {
    stands: &'a [Stand],
    layer: AuthLayer<u32, NoBody>,
    world: Shared,
}

impl<'a> Stack<'a> {
    pub(crate) fn new(stands: &'a [Stand], manner: Manner, world: &Shared) -> Self {
        let places = stands.iter().enumerate();
        let places = places.filter(|(_, stand)| **stand == Stand::Layer);
        let asked = Asked::new(places.map(|(place, _)| place), world);
        let mut builder = AuthLayer::new(Planned(world.clone()), asked);
        if manner.page {
            builder = builder.not_found(Page::new(world));
        }
        if manner.preflights {
            builder = builder.pass_preflights();
        }
        Self {
            stands,
            layer: builder.build_with(|_| NoBody).expect("a layer"),
            world: world.clone(),
        }
    }

    /// What stands at this place, around `inner`.
    fn stand<S>(&self, place: usize, inner: S) -> AuthService<S, u32, NoBody> {
        match self.stands[place] {
            Stand::Layer => self.layer.layer(inner),
            Stand::Rule => {
                let asked = Asked::new([place], &self.world);
                self.layer.require(asked).expect("a layer").layer(inner)
            }
        }
    }

    fn ends_at(&self, place: usize) -> One {
        self.stand(place, Fussy::new(&self.world))
    }

    pub(crate) fn one(&self) -> One {
        self.ends_at(0)
    }

    pub(crate) fn two(&self) -> Two {
        self.stand(0, self.ends_at(1))
    }

    pub(crate) fn three(&self) -> Three {
        self.stand(0, self.stand(1, self.ends_at(2)))
    }

    pub(crate) fn four(&self) -> Four {
        self.stand(0, self.stand(1, self.stand(2, self.ends_at(3))))
    }
}

fn step<T: Send + 'static>(when: When, answer: impl FnOnce() -> T + Send + 'static) -> Step<T> {
    match when {
        None => Step::Now(answer()),
        Some(times) => Step::later(after(times, answer)),
    }
}

/// Answers what the plan says, once.
struct Planned(Shared);

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
        *self.0.lock().attempts.entry(number).or_default() += 1;
        step(found.1, move || match found.0 {
            Found::Absent => Attempt::Absent,
            Found::Verified => Attempt::Verified(number),
            Found::Rejected => Attempt::Rejected(Rejection::Refused),
            Found::Unavailable => Attempt::Unavailable(Unavailable::new("planned")),
            Found::Panic => planned_panic(),
        })
    }

    fn challenge(&self, _: Ask<'_>) -> Option<Challenge> {
        Challenge::new("Planned", "test").ok()
    }
}

/// The policy of one layer: asked again, it answers as at the next of its places.
struct Asked {
    rules: Vec<Rule>,
    world: Shared,
}

struct Rule {
    place: usize,
    loads: BoxPolicy<u32>,
    loads_for_strangers_too: BoxPolicy<u32>,
}

impl Asked {
    fn new(places: impl IntoIterator<Item = usize>, world: &Shared) -> Self {
        let rule = |place| {
            let find = move |world: Shared, view: View<u32>| find(place, world, view);
            let load = || policy::load(world.clone(), find);
            let about = || About(place, world.clone());
            Rule {
                place,
                loads: load().then(about()).boxed(),
                loads_for_strangers_too: load().for_strangers_too().then(about()).boxed(),
            }
        };
        Self {
            rules: places.into_iter().map(rule).collect(),
            world: world.clone(),
        }
    }
}

impl Policy<u32> for Asked {
    fn decide(&self, access: &Access<'_, u32>) -> Step<Decision> {
        let plan = Plan::of(access.raw_head());
        let mut world = self.world.lock();
        let key = (self.rules[0].place, plan.number);
        let asked = world.asked.entry(key).or_default();
        let rule = &self.rules[*asked];
        *asked += 1;
        drop(world);
        match plan.rules[rule.place].kind {
            Kind::Plain => says(plan, rule.place, &self.world),
            Kind::Loads => rule.loads.decide(access),
            Kind::LoadsForStrangersToo => rule.loads_for_strangers_too.decide(access),
        }
    }
}

/// The policy about the thing that is loaded at this place.
struct About(usize, Shared);

impl Policy<u32> for About {
    fn decide(&self, access: &Access<'_, u32>) -> Step<Decision> {
        let Self(place, world) = self;
        let plan = Plan::of(access.raw_head());
        if access.extension() == Some(&Thing(*place, plan.number)) {
            return says(plan, *place, world);
        }
        let (says, when) = plan.rules[*place].early;
        step(when, move || decision(says))
    }
}

/// The last word of the rule at this place.
fn says(plan: Plan, place: usize, world: &Shared) -> Step<Decision> {
    let (says, when) = plan.rules[place].says;
    let world = world.clone();
    step(when, move || {
        let decision = decision(says);
        if matches!(decision, Decision::Allow) {
            *world.lock().allowed.entry(plan.number).or_default() += 1;
        }
        decision
    })
}

fn decision(says: Says) -> Decision {
    match says {
        Says::Allow => Decision::Allow,
        Says::Deny => Decision::deny(),
        Says::Hide => Decision::hide(),
        Says::Unavailable => Unavailable::new("planned").into(),
        Says::Panic => planned_panic(),
    }
}

/// Loads the thing at this place, as the plan says.
fn find(
    place: usize,
    world: Shared,
    view: View<u32>,
) -> impl Future<Output = Result<Option<Thing>, io::Error>> + Send + 'static {
    let plan = Plan::of(view.raw_head());
    let (loader, waits) = plan.rules[place].loader;
    *world.lock().loads.entry((place, plan.number)).or_default() += 1;
    if loader == Loader::PanicsAtOnce {
        planned_panic();
    }
    let loading = Loading::begin(world);
    async move {
        let _loading = loading;
        after(waits, || ()).await;
        match loader {
            Loader::Finds => Ok(Some(Thing(place, plan.number))),
            Loader::FindsNothing => Ok(None),
            Loader::Fails => Err(io::Error::other("planned")),
            Loader::PanicsAtOnce | Loader::PanicsLater => planned_panic(),
            Loader::Never => pending().await,
        }
    }
}

/// Something is being loaded, until this is dropped.
struct Loading(Shared);

impl Loading {
    fn begin(world: Shared) -> Self {
        world.lock().loading += 1;
        Self(world)
    }
}

impl Drop for Loading {
    fn drop(&mut self) {
        self.0.lock().loading -= 1;
    }
}
