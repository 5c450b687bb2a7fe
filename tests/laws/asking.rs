//! Law 3: who is asked, and who is not.

use std::sync::Arc;

use proptest::{collection::vec, prelude::*};
use tokio::sync::Barrier;
use tower_auth::{
    Decision,
    policy::{BoxPolicy, PolicyExt, View, all_of, any_of, check_with},
};

use crate::{
    made_up::{cases, decision, kind},
    support::user::{ALICE, User},
    trees::{Leaf, Wait, decide, leaf, wait},
};

fn allows_at_once(leaf: &Leaf) -> bool {
    leaf.wait == Wait::Not && kind(&leaf.decision) == "allow"
}

fn asked(leaves: &[Leaf]) -> Vec<usize> {
    leaves.iter().map(Leaf::asked).collect()
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn all_of_asks_every_part_once(leaves in vec(leaf(), 0..6)) {
        let _ = decide(&all_of(leaves.clone()), Some(&ALICE));
        assert_eq!(asked(&leaves), vec![1; leaves.len()]);
    }

    #[test]
    fn any_of_asks_in_order_and_nobody_once_one_allows(leaves in vec(leaf(), 0..6)) {
        let _ = decide(&any_of(leaves.clone()), Some(&ALICE));
        let stop = leaves.iter().position(allows_at_once).map_or(leaves.len(), |place| place + 1);
        let expected: Vec<_> = (0..leaves.len()).map(|place| usize::from(place < stop)).collect();
        assert_eq!(asked(&leaves), expected);
    }

    #[test]
    fn and_asks_both_and_or_asks_the_second_unless_the_first_allows(a in leaf(), b in leaf()) {
        let _ = decide(&a.clone().and(b.clone()), None);
        assert_eq!(asked(&[a.clone(), b.clone()]), [1, 1]);
        let _ = decide(&a.clone().or(b.clone()), None);
        assert_eq!(asked(&[a.clone(), b]), [2, if allows_at_once(&a) { 1 } else { 2 }]);
    }

    #[test]
    fn then_asks_the_second_only_if_the_first_allows(
        first in decision(),
        second in decision(),
        (wait_first, wait_second) in (wait(), wait()),
    ) {
        let (a, b) = (Leaf::new(first, wait_first), Leaf::new(second, wait_second));
        let told = decide(&a.clone().then(b.clone()), Some(&ALICE));
        let allows = kind(&a.decision) == "allow";
        assert_eq!(asked(&[a.clone(), b.clone()]), [1, usize::from(allows)]);

        let answer = if allows { b.decision } else { a.decision };
        assert_eq!(format!("{told:?}"), format!("{answer:?}"));
    }
}

#[test]
fn any_of_does_not_wait_for_others_once_one_allows() {
    let never = || Leaf::new(Decision::Allow, Wait::Forever);
    let soon = || Leaf::new(Decision::Allow, Wait::Times(3));
    let now = || Leaf::new(Decision::Allow, Wait::Not);
    for parts in [
        [never(), soon()],
        [soon(), never()],
        [never(), now()],
        [now(), never()],
    ] {
        let [a, b] = parts.clone();
        assert_eq!(kind(&decide(&any_of(parts), None)), "allow");
        assert_eq!(kind(&decide(&a.or(b), None)), "allow");
    }
}

/// Answers when as many wait as there are parts.
fn meets(barrier: &Arc<Barrier>, decision: &Decision) -> BoxPolicy<User> {
    let state = (Arc::clone(barrier), decision.clone());
    let meet = async |(barrier, decision): (Arc<Barrier>, Decision), _: View<User>| {
        barrier.wait().await;
        decision
    };
    check_with(state, meet).boxed()
}

#[test]
fn parts_that_wait_wait_together() {
    for decision in [Decision::Allow, Decision::deny(), Decision::hide()] {
        let barrier = Arc::new(Barrier::new(3));
        let parts = || [(); 3].map(|()| meets(&barrier, &decision));
        assert_eq!(kind(&decide(&all_of(parts()), None)), kind(&decision));
        assert_eq!(kind(&decide(&any_of(parts()), None)), kind(&decision));

        let barrier = Arc::new(Barrier::new(2));
        let part = || meets(&barrier, &decision);
        assert_eq!(kind(&decide(&part().and(part()), None)), kind(&decision));
        assert_eq!(kind(&decide(&part().or(part()), None)), kind(&decision));
    }
}
