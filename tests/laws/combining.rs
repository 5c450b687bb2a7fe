//! Law 3: how answers come together.

use std::{collections::BTreeSet, time::Duration};

use proptest::prelude::*;
use tower_auth::{
    Decision, Denied, Login, Remedy,
    policy::{BoxPolicy, PolicyExt, all_of, any_of},
};

use crate::{
    made_up::{cases, decisions, kind, statuses},
    support::user::{ALICE, User},
    trees::{Leaf, Tree, Wait, decide, leaf, tree, wait},
};

/// All must allow, or one must.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    All,
    Any,
}

impl Rule {
    const BOTH: [Self; 2] = [Self::All, Self::Any];

    /// Which kind wins, the strongest first.
    const fn order(self) -> [&'static str; 4] {
        match self {
            Self::All => ["hide", "unavailable", "deny", "allow"],
            Self::Any => ["allow", "unavailable", "hide", "deny"],
        }
    }

    fn of_two(self, a: Decision, b: Decision) -> Decision {
        match self {
            Self::All => a.and(b),
            Self::Any => a.or(b),
        }
    }

    fn two(self, a: BoxPolicy<User>, b: BoxPolicy<User>) -> BoxPolicy<User> {
        match self {
            Self::All => a.and(b).boxed(),
            Self::Any => a.or(b).boxed(),
        }
    }

    fn of_all(self, parts: Vec<BoxPolicy<User>>) -> BoxPolicy<User> {
        match self {
            Self::All => all_of(parts).boxed(),
            Self::Any => any_of(parts).boxed(),
        }
    }

    fn tree(self, parts: Vec<Tree>) -> Tree {
        match self {
            Self::All => Tree::AllOf(parts),
            Self::Any => Tree::AnyOf(parts),
        }
    }
}

/// Sees that `told` is what the rule makes of `parts`.
fn is_told(rule: Rule, parts: &[Decision], told: &Decision) {
    let mut order = rule.order().into_iter();
    let winner = order.find_map(|winning| parts.iter().find(|part| kind(part) == winning));
    let winner = winner.expect("a list that is not empty");
    assert_eq!(kind(told), kind(winner), "{rule:?} {parts:?}");
    assert_eq!(
        told.private_reason(),
        winner.private_reason(),
        "{rule:?} {parts:?}"
    );
    if let (Decision::Deny(told), Decision::Deny(first)) = (told, winner) {
        assert_eq!(
            told.public_code(),
            first.public_code(),
            "{rule:?} {parts:?}"
        );
        assert_eq!(
            told.public_detail(),
            first.public_detail(),
            "{rule:?} {parts:?}"
        );
        let remedies: Vec<_> = parts.iter().filter_map(remedy_of).collect();
        match rule {
            Rule::All => changes_all(&remedies, told.remedy()),
            Rule::Any => assert_eq!(told.remedy(), cheapest(&remedies), "{parts:?}"),
        }
    }
}

fn remedy_of(decision: &Decision) -> Option<&Remedy> {
    match decision {
        Decision::Deny(denial) => Some(denial.remedy()),
        Decision::Allow | Decision::Hide(_) | Decision::Unavailable(_) => None,
    }
}

/// Nothing if any part says nothing, else other credentials if any says so, else all together.
fn changes_all(remedies: &[&Remedy], told: &Remedy) {
    for absorbing in [Remedy::Nothing, Remedy::OtherCredentials] {
        if remedies.contains(&&absorbing) {
            assert_eq!(*told, absorbing, "{remedies:?}");
            return;
        }
    }
    let Remedy::Missing(told) = told else {
        panic!("{told:?} of {remedies:?}");
    };
    let parts = remedies.iter().filter_map(|remedy| match remedy {
        Remedy::Missing(missing) => Some(missing),
        Remedy::Nothing | Remedy::OtherCredentials => None,
    });
    let parts: Vec<_> = parts.collect();

    let mut seen = BTreeSet::new();
    let scopes = parts
        .iter()
        .flat_map(|part| part.scopes())
        .map(AsRef::as_ref);
    let scopes: Vec<&str> = scopes.filter(|scope| seen.insert(*scope)).collect();
    assert_eq!(told.scopes(), scopes, "{remedies:?}");

    let logins: Vec<_> = parts.iter().filter_map(|part| part.login()).collect();
    assert_eq!(told.login().is_some(), !logins.is_empty(), "{remedies:?}");
    let youngest = logins.iter().filter_map(|login| login.max_age()).min();
    assert_eq!(
        told.login().and_then(Login::max_age),
        youngest,
        "{remedies:?}"
    );
    let classes: BTreeSet<_> = logins.iter().flat_map(|login| login.acr_values()).collect();
    let named: BTreeSet<_> = told
        .login()
        .into_iter()
        .flat_map(Login::acr_values)
        .collect();
    assert!(named.is_subset(&classes), "{remedies:?}");
    assert_eq!(named.is_empty(), classes.is_empty(), "{remedies:?}");
}

/// A login, then scopes, then both, then other credentials, then nothing; the first among equals.
fn cheapest<'a>(remedies: &[&'a Remedy]) -> &'a Remedy {
    let kinds: [fn(&Remedy) -> bool; 5] = [
        |remedy| matches!(remedy, Remedy::Missing(missing) if missing.scopes().is_empty()),
        |remedy| matches!(remedy, Remedy::Missing(missing) if missing.login().is_none()),
        |remedy| matches!(remedy, Remedy::Missing(_)),
        |remedy| matches!(remedy, Remedy::OtherCredentials),
        |remedy| matches!(remedy, Remedy::Nothing),
    ];
    let mut kinds = kinds.into_iter();
    kinds
        .find_map(|kind| remedies.iter().find(|remedy| kind(remedy)))
        .unwrap()
}

/// What all of them end with.
fn ends(tree: &Tree) -> ([&'static str; 2], Vec<u16>) {
    let [known, other] = tree.decide();
    ([kind(&known), kind(&other)], statuses(&known, &other))
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn decisions_come_together_as_the_strongest_of_them(parts in decisions()) {
        for rule in Rule::BOTH {
            let from_the_left = parts.iter().cloned().reduce(|a, b| rule.of_two(a, b)).unwrap();
            is_told(rule, &parts, &from_the_left);
            let from_the_right = parts.iter().cloned().rev().reduce(|a, b| rule.of_two(b, a)).unwrap();
            is_told(rule, &parts, &from_the_right);
        }
    }

    #[test]
    fn policies_come_together_as_their_decisions_do(
        parts in prop::collection::vec(leaf(), 1..6),
        split in any::<prop::sample::Index>(),
    ) {
        let told: Vec<_> = parts.iter().map(|leaf| leaf.decision.clone()).collect();
        let boxed = |leaves: &[Leaf]| leaves.iter().map(|leaf| leaf.clone().boxed()).collect::<Vec<_>>();
        for rule in Rule::BOTH {
            is_told(rule, &told, &decide(&rule.of_all(boxed(&parts)), Some(&ALICE)));
            let chained = boxed(&parts).into_iter().reduce(|a, b| rule.two(a, b)).unwrap();
            is_told(rule, &told, &decide(&chained, Some(&ALICE)));

            let (left, right) = parts.split_at(split.index(parts.len()));
            let groups = [left, right].into_iter().filter(|group| !group.is_empty());
            let grouped = rule.of_all(groups.map(|group| rule.of_all(boxed(group))).collect());
            is_told(rule, &told, &decide(&grouped, None));
        }
    }

    #[test]
    fn the_order_of_policies_changes_neither_kind_nor_status(
        (parts, shuffled) in prop::collection::vec(tree(), 1..5)
            .prop_flat_map(|parts| (Just(parts.clone()), Just(parts).prop_shuffle())),
    ) {
        for rule in Rule::BOTH {
            assert_eq!(ends(&rule.tree(parts.clone())), ends(&rule.tree(shuffled.clone())), "{rule:?}");
        }
    }

    #[test]
    fn the_grouping_of_policies_changes_neither_kind_nor_status(a in tree(), b in tree(), c in tree()) {
        for rule in Rule::BOTH {
            let flat = ends(&rule.tree(vec![a.clone(), b.clone(), c.clone()]));
            let left = rule.tree(vec![rule.tree(vec![a.clone(), b.clone()]), c.clone()]);
            let right = rule.tree(vec![a.clone(), rule.tree(vec![b.clone(), c.clone()])]);
            assert_eq!(ends(&left), flat, "{rule:?}");
            assert_eq!(ends(&right), flat, "{rule:?}");
        }
    }

    #[test]
    fn a_policy_twice_is_a_policy_once(part in tree()) {
        let once = ends(&part);
        for rule in Rule::BOTH {
            assert_eq!(ends(&rule.tree(vec![part.clone()])), once, "{rule:?}");
            assert_eq!(ends(&rule.tree(vec![part.clone(), part.clone()])), once, "{rule:?}");
        }
        let both = Box::new([part.clone(), part]);
        assert_eq!(ends(&Tree::And(both.clone())), once);
        assert_eq!(ends(&Tree::Or(both)), once);
    }

    #[test]
    fn waiting_changes_nothing(parts in prop::collection::vec((leaf(), wait()), 1..5)) {
        for rule in Rule::BOTH {
            let tree = |with: fn(&(Leaf, Wait)) -> Wait| {
                let leaves = parts.iter().map(|part| Tree::Leaf(Leaf { wait: with(part), ..part.0.clone() }));
                rule.tree(leaves.collect())
            };
            assert_eq!(ends(&tree(|part| part.1)), ends(&tree(|_| Wait::Not)), "{rule:?}");
        }
    }
}

#[test]
fn an_empty_list_denies_and_nothing_helps() {
    for rule in Rule::BOTH {
        for principal in [None, Some(&ALICE)] {
            let decision = decide(&rule.of_all(Vec::new()), principal);
            assert_eq!(remedy_of(&decision), Some(&Remedy::Nothing), "{rule:?}");
        }
        let [known, other] = rule.tree(Vec::new()).decide();
        let ends: BTreeSet<_> = statuses(&known, &other).into_iter().collect();
        assert!(ends.iter().eq(&[403, 429]), "{rule:?}: {ends:?}");
    }
}

#[test]
fn classes_of_logins_that_both_accept_are_named_or_else_all() {
    let both = |a: &[&'static str], b: &[&'static str]| {
        let classes = |of: &[&'static str]| Login::one_of(of.iter().copied());
        let both = classes(a).and(classes(b));
        both.acr_values().to_vec()
    };
    assert_eq!(
        both(&["phr", "mfa", "pwd"], &["pwd", "mfa"]),
        ["mfa", "pwd"]
    );
    assert_eq!(both(&["phr"], &["mfa"]), ["phr", "mfa"]);
    assert_eq!(both(&[], &["mfa"]), ["mfa"]);
    assert_eq!(both(&["mfa"], &[]), ["mfa"]);

    let age = |seconds| Login::not_older_than(Duration::from_secs(seconds));
    assert_eq!(age(60).and(age(30)), age(30));
    assert_eq!(age(30).and(Login::default()), age(30));
}

#[test]
fn no_scopes_are_no_remedy_of_their_own() {
    assert_eq!(Remedy::scopes([""; 0]), Remedy::OtherCredentials);
    let twice = Denied::new(Remedy::scopes(["a", "b", "a"]));
    assert_eq!(*twice.remedy(), Remedy::scopes(["a", "b"]));
}
