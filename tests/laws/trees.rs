//! Policies made of policies.

use std::{
    future::pending,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use http::Request;
use proptest::{collection::vec, prelude::*, sample::select};
use tokio::runtime::{Builder, Runtime};
use tower_auth::{
    Decision, Step,
    policy::{Access, BoxPolicy, Policy, PolicyExt, all_of, any_of, named, role, scope},
};

use crate::{
    failing::{FAILURES, Failure},
    made_up::decision,
    support::{
        user::{ALICE, User},
        waiting::{after, block_on},
    },
};

/// What a policy is made of.
#[derive(Clone, Debug)]
pub(crate) enum Tree {
    Leaf(Leaf),
    Scope(&'static str),
    Role(&'static str),
    Failing(Failure),
    /// It never answers, and has a deadline that ends.
    Late,
    And(Box<[Tree; 2]>),
    Or(Box<[Tree; 2]>),
    Then(Box<[Tree; 2]>),
    AllOf(Vec<Tree>),
    AnyOf(Vec<Tree>),
    Hide(Box<Tree>),
    HideFromPrincipals(Box<Tree>),
    As(Form, Box<Tree>),
}

/// What stands around a policy and changes nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    Named,
    Boxed,
    Shared,
    /// There is time enough.
    Within,
}

/// Says the same of everybody.
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    pub(crate) decision: Decision,
    pub(crate) wait: Wait,
    pub(crate) asked: Arc<AtomicUsize>,
}

/// When a leaf answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    Not,
    Times(u8),
    Forever,
}

impl Leaf {
    pub(crate) fn new(decision: Decision, wait: Wait) -> Self {
        Self {
            decision,
            wait,
            asked: Arc::default(),
        }
    }

    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Policy<User> for Leaf {
    fn decide(&self, _: &Access<'_, User>) -> Step<Decision> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let decision = self.decision.clone();
        match self.wait {
            Wait::Not => Step::Now(decision),
            Wait::Times(times) => Step::later(after(times, || decision)),
            Wait::Forever => Step::later(pending()),
        }
    }
}

impl Tree {
    /// The policy itself.
    pub(crate) fn policy(&self) -> BoxPolicy<User> {
        let of = |trees: &[Self]| trees.iter().map(Self::policy).collect::<Vec<_>>();
        match self {
            Self::Leaf(leaf) => leaf.clone().boxed(),
            Self::Scope(name) => scope(*name).boxed(),
            Self::Role(name) => role(*name).boxed(),
            Self::And(both) => both[0].policy().and(both[1].policy()).boxed(),
            Self::Or(both) => both[0].policy().or(both[1].policy()).boxed(),
            Self::Then(both) => both[0].policy().then(both[1].policy()).boxed(),
            Self::AllOf(parts) => all_of(of(parts)).boxed(),
            Self::AnyOf(parts) => any_of(of(parts)).boxed(),
            Self::Hide(part) => part.policy().hide().boxed(),
            Self::HideFromPrincipals(part) => part.policy().hide_from_principals().boxed(),
            Self::Failing(failure) => failure.boxed(),
            Self::Late => {
                let never = Leaf::new(Decision::Allow, Wait::Forever);
                within(never.boxed(), Duration::from_millis(1))
            }
            Self::As(form, part) => form.around(part.policy()),
        }
    }

    /// What it decides about Alice, and about strangers.
    pub(crate) fn decide(&self) -> [Decision; 2] {
        let policy = self.policy();
        [Some(&ALICE), None].map(|principal| decide(&policy, principal))
    }

    /// All ways to replace one leaf that denies by one that hides.
    pub(crate) fn with_one_hidden(&self) -> Vec<Self> {
        let hidden = |wait| Self::Leaf(Leaf::new(Decision::hide(), wait));
        let two = |both: &[Self; 2], make: fn(Box<[Self; 2]>) -> Self| {
            let [a, b] = both;
            let first = a.with_one_hidden().into_iter();
            let first = first.map(|a| make(Box::new([a, b.clone()])));
            let second = b.with_one_hidden().into_iter();
            first
                .chain(second.map(|b| make(Box::new([a.clone(), b]))))
                .collect()
        };
        let many = |parts: &[Self], make: fn(Vec<Self>) -> Self| {
            let mut ways = Vec::new();
            for (place, part) in parts.iter().enumerate() {
                for way in part.with_one_hidden() {
                    let mut parts = parts.to_vec();
                    parts[place] = way;
                    ways.push(make(parts));
                }
            }
            ways
        };
        match self {
            Self::Leaf(leaf) => match leaf.decision {
                Decision::Deny(_) => vec![hidden(leaf.wait)],
                _ => Vec::new(),
            },
            Self::Failing(_) | Self::Late => Vec::new(),
            Self::As(form, part) => {
                let ways = part.with_one_hidden().into_iter();
                ways.map(|part| Self::As(*form, Box::new(part))).collect()
            }
            // Alice has this one: who has not is hidden from instead of denied.
            Self::Scope("docs:read") | Self::Role("reader") => {
                vec![Self::Hide(Box::new(self.clone()))]
            }
            Self::Scope(_) | Self::Role(_) => vec![hidden(Wait::Not)],
            Self::And(both) => two(both, Self::And),
            Self::Or(both) => two(both, Self::Or),
            Self::Then(both) => two(both, Self::Then),
            Self::AllOf(parts) => many(parts, Self::AllOf),
            Self::AnyOf(parts) => many(parts, Self::AnyOf),
            Self::Hide(part) => {
                let ways = part.with_one_hidden().into_iter();
                ways.map(|part| Self::Hide(Box::new(part))).collect()
            }
            Self::HideFromPrincipals(part) => {
                let ways = part.with_one_hidden().into_iter();
                ways.map(|part| Self::HideFromPrincipals(Box::new(part)))
                    .collect()
            }
        }
    }
}

impl Form {
    fn around(self, policy: BoxPolicy<User>) -> BoxPolicy<User> {
        match self {
            Self::Named => named("a name", policy).boxed(),
            Self::Boxed => policy.boxed(),
            Self::Shared => {
                let shared: Arc<dyn Policy<User>> = Arc::new(policy);
                shared.boxed()
            }
            Self::Within => within(policy, Duration::from_secs(600)),
        }
    }
}

#[cfg(feature = "deadline")]
fn within(policy: BoxPolicy<User>, limit: Duration) -> BoxPolicy<User> {
    policy.within(limit).boxed()
}

#[cfg(not(feature = "deadline"))]
fn within(policy: BoxPolicy<User>, _: Duration) -> BoxPolicy<User> {
    policy
}

/// Where deadlines are seen to.
pub(crate) fn runtime() -> &'static Runtime {
    static RUNTIME: LazyLock<Runtime> =
        LazyLock::new(|| Builder::new_current_thread().enable_time().build().unwrap());
    &RUNTIME
}

/// What `policy` decides. Whoever waits must ask to be woken.
pub(crate) fn decide(policy: &impl Policy<User>, principal: Option<&User>) -> Decision {
    let _entered = runtime().enter();
    let (head, ()) = Request::new(()).into_parts();
    block_on(policy.decide(&Access::new(principal, &head)).wait())
}

pub(crate) fn wait() -> impl Strategy<Value = Wait> {
    prop_oneof![Just(Wait::Not), (0..5_u8).prop_map(Wait::Times)]
}

pub(crate) fn leaf() -> impl Strategy<Value = Leaf> {
    (decision(), wait()).prop_map(|(decision, wait)| Leaf::new(decision, wait))
}

/// Trees of what answers.
pub(crate) fn tree() -> impl Strategy<Value = Tree> {
    of(answering())
}

/// Trees of what answers, fails, or answers too late.
pub(crate) fn tree_that_may_fail() -> impl Strategy<Value = Tree> {
    let late = u32::from(cfg!(feature = "deadline"));
    let leaf = prop_oneof![
        9 => answering(),
        1 => select(FAILURES.to_vec()).prop_map(Tree::Failing),
        late => Just(Tree::Late),
    ];
    of(leaf)
}

/// Trees of what answers, fails, or never answers.
pub(crate) fn tree_that_may_hang() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        9 => answering(),
        1 => select(FAILURES.to_vec()).prop_map(Tree::Failing),
        1 => decision().prop_map(|decision| Tree::Leaf(Leaf::new(decision, Wait::Forever))),
    ];
    of(leaf)
}

fn answering() -> impl Strategy<Value = Tree> {
    let scope = prop_oneof![Just("docs:read"), Just("docs:write"), Just("admin")];
    let role = prop_oneof![Just("reader"), Just("admin")];
    prop_oneof![
        6 => leaf().prop_map(Tree::Leaf),
        2 => scope.prop_map(Tree::Scope),
        1 => role.prop_map(Tree::Role),
    ]
}

fn of(leaf: impl Strategy<Value = Tree> + 'static) -> impl Strategy<Value = Tree> {
    leaf.prop_recursive(5, 40, 2, |tree| {
        let two = || [tree.clone(), tree.clone()].prop_map(Box::new);
        let many = || vec(tree.clone(), 0..4);
        let form = select(vec![Form::Named, Form::Boxed, Form::Shared, Form::Within]);
        let around = (form, tree.clone());
        prop_oneof![
            3 => two().prop_map(Tree::And),
            3 => two().prop_map(Tree::Or),
            3 => two().prop_map(Tree::Then),
            3 => many().prop_map(Tree::AllOf),
            3 => many().prop_map(Tree::AnyOf),
            1 => tree.clone().prop_map(|part| Tree::Hide(Box::new(part))),
            1 => tree.prop_map(|part| Tree::HideFromPrincipals(Box::new(part))),
            2 => around.prop_map(|(form, part)| Tree::As(form, Box::new(part))),
        ]
    })
}
