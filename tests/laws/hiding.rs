//! Law 4: to hide instead of to deny leaves a status as it was, or makes it 404.

use proptest::prelude::*;
use tower_auth::{
    Decision, Denied, Remedy, Unavailable,
    policy::{PolicyExt, authenticated, role, scope},
};

use crate::{
    made_up::{cases, decision, kind, statuses},
    support::user::ALICE,
    trees::{Leaf, Tree, Wait, decide, tree, wait},
};

fn ends(tree: &Tree) -> Vec<u16> {
    let [known, other] = tree.decide();
    statuses(&known, &other)
}

/// Each status stays, or becomes 404.
fn only_hides(before: &[u16], after: &[u16]) -> bool {
    before.len() == after.len()
        && before
            .iter()
            .zip(after)
            .all(|(before, after)| before == after || *after == 404)
}

proptest! {
    #![proptest_config(cases(600))]

    #[test]
    fn to_hide_instead_of_to_deny_leaves_the_status_or_makes_it_404(tree in tree()) {
        let before = ends(&tree);
        for way in tree.with_one_hidden() {
            let after = ends(&way);
            assert!(only_hides(&before, &after), "{before:?}\n{after:?}\n{way:?}");
        }
    }

    #[test]
    fn hide_turns_what_was_denied_into_404_and_nothing_else(tree in tree()) {
        let before = tree.decide();
        let after = Tree::Hide(Box::new(tree)).decide();
        for (before, after) in before.iter().zip(&after) {
            let hidden = if kind(before) == "deny" { "hide" } else { kind(before) };
            assert_eq!(kind(after), hidden);
            assert_eq!(after.private_reason(), before.private_reason());
        }
    }

    #[test]
    fn hide_from_principals_leaves_strangers_as_they_were(tree in tree()) {
        let [known, stranger] = tree.decide();
        let [hidden_from, told] = Tree::HideFromPrincipals(Box::new(tree)).decide();
        assert_eq!(format!("{told:?}"), format!("{stranger:?}"));
        let hidden = if kind(&known) == "deny" { "hide" } else { kind(&known) };
        assert_eq!(kind(&hidden_from), hidden);
    }

    #[test]
    fn what_one_part_hides_no_other_part_shows(decision in decision(), times in wait()) {
        let hides = || Leaf::new(Decision::hide(), times);
        let other = || Leaf::new(decision.clone(), Wait::Times(1));
        assert_eq!(kind(&decide(&hides().and(other()), None)), "hide");
        assert_eq!(kind(&decide(&other().and(hides()), Some(&ALICE))), "hide");
        let denied = kind(&decision) == "deny";
        let either = kind(&decide(&other().or(hides()), None));
        assert_eq!(either, if denied { "hide" } else { kind(&decision) });
    }
}

#[test]
fn hide_and_hide_from_principals_end_so() {
    let of = |policy: &dyn Fn() -> Tree| ends(&policy());
    let members = || Leaf::new(Decision::deny(), Wait::Not);
    let hidden = of(&|| Tree::Hide(Box::new(Tree::Leaf(members()))));
    assert!(hidden.iter().all(|status| *status == 404));

    // 16 sets of abilities for each of: known, stranger, six rejections, throttled.
    let from_principals = of(&|| Tree::HideFromPrincipals(Box::new(Tree::Leaf(members()))));
    let places: Vec<_> = from_principals.chunks(16).collect();
    assert!(places[0].iter().all(|status| *status == 404));
    for others in &places[1..6] {
        assert!(others.iter().all(|status| matches!(status, 401 | 403)));
        assert!(others.contains(&401));
    }
    // From another site; not to the letter of RFC 6750.
    assert!(places[6].iter().all(|status| *status == 403));
    assert!(places[7].iter().all(|status| matches!(status, 400 | 403)));
    assert!(places[7].contains(&400));
    assert!(places[8].iter().all(|status| *status == 429));
}

#[test]
fn an_outage_stays_an_outage_where_denials_are_hidden() {
    let away = || Leaf::new(Unavailable::new("away").into(), Wait::Times(1));
    for principal in [None, Some(&ALICE)] {
        assert_eq!(kind(&decide(&away().hide(), principal)), "unavailable");
        assert_eq!(
            kind(&decide(&away().hide_from_principals(), principal)),
            "unavailable"
        );
    }
}

#[test]
fn what_is_hidden_keeps_its_private_reason_and_nothing_else() {
    let denial = Denied::new(Remedy::Nothing)
        .code("shown")
        .detail("shown")
        .reason("private");
    let policy = Leaf::new(denial.into(), Wait::Not).hide();
    let Decision::Hide(hidden) = decide(&policy, None) else {
        panic!("it does not hide");
    };
    assert_eq!(hidden.private_reason(), Some("private"));
}

#[test]
fn who_may_is_let_in_whatever_is_hidden_from_others() {
    assert_eq!(
        kind(&decide(&authenticated().hide(), Some(&ALICE))),
        "allow"
    );
    assert_eq!(kind(&decide(&role("reader").hide(), Some(&ALICE))), "allow");
    assert_eq!(
        kind(&decide(
            &role("reader").and(scope("docs:read")).hide(),
            Some(&ALICE)
        )),
        "allow"
    );
    assert_eq!(kind(&decide(&role("reader").hide(), None)), "hide");
    assert_eq!(
        kind(&decide(&role("reader").hide_from_principals(), None)),
        "deny"
    );
}
