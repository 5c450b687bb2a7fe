//! Lists of roles and scopes: whom they let in, and which lists are none.

use proptest::{
    prelude::*,
    sample::subsequence,
    test_runner::{Config, RngSeed},
};
use tower_auth::{
    Decision, Remedy,
    policy::{
        BoxPolicy, Policy, PolicyExt, all_of, all_roles, any_of, any_role, role, scope, scopes,
    },
};

use crate::member::{Member, decide, problems, statuses};

const RIGHTS: [&str; 4] = ["a", "b", "c", "docs:write"];

fn cases() -> Config {
    Config {
        cases: 300,
        rng_seed: RngSeed::Fixed(9110),
        failure_persistence: None,
        ..Config::default()
    }
}

fn some() -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(RIGHTS.to_vec(), 1..=RIGHTS.len()).prop_shuffle()
}

fn told(policy: &BoxPolicy<Member>, member: Option<&Member>) -> String {
    format!("{:?}", decide(policy, member, ()))
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_list_says_what_its_parts_say_together(
        listed in some(),
        rights in subsequence(RIGHTS.to_vec(), 0..=RIGHTS.len()),
    ) {
        let roles = || listed.iter().map(|name| role(*name));
        let parts = || listed.iter().map(|name| scope(*name));
        let pairs: [(BoxPolicy<Member>, BoxPolicy<Member>); 3] = [
            (any_role(listed.clone()).boxed(), any_of(roles()).boxed()),
            (all_roles(listed.clone()).boxed(), all_of(roles()).boxed()),
            (scopes(listed.clone()).boxed(), all_of(parts()).boxed()),
        ];
        let member = Member::with(&rights);
        for (list, parts) in &pairs {
            for principal in [Some(&member), None] {
                assert_eq!(told(list, principal), told(parts, principal), "{}", list.text());
            }
            assert_eq!(list.needed_scopes(), parts.needed_scopes());
        }
        let has = |name: &&str| rights.contains(name);
        let expected = [listed.iter().any(has), listed.iter().all(has), listed.iter().all(has)];
        for ((list, _), expected) in pairs.iter().zip(expected) {
            let decision = decide(list, Some(&member), ());
            assert_eq!(matches!(decision, Decision::Allow), expected, "{}", list.text());
        }
    }
}

#[test]
fn lists_end_so() {
    let member = Member::with(&["a", "b"]);
    assert_eq!(statuses(&member, any_role(["c", "a"]), ()), [200, 401, 401]);
    assert_eq!(statuses(&member, any_role(["c", "d"]), ()), [403, 401, 401]);
    assert_eq!(
        statuses(&member, all_roles(["b", "a"]), ()),
        [200, 401, 401]
    );
    assert_eq!(
        statuses(&member, all_roles(["a", "c"]), ()),
        [403, 401, 401]
    );
    assert_eq!(statuses(&member, scopes(["b", "a"]), ()), [200, 401, 401]);
    assert_eq!(statuses(&member, scopes(["a", "c"]), ()), [403, 401, 401]);
}

/// 6750-3.1-c
#[test]
fn a_refusal_for_lack_of_scopes_names_all_that_are_needed() {
    let member = Member::with(&["b"]);
    let remedy = |policy: &dyn Fn() -> BoxPolicy<Member>| {
        let Decision::Deny(denial) = decide(&policy(), Some(&member), ()) else {
            panic!("it does not deny");
        };
        denial.remedy().clone()
    };
    let both = || scopes(["a", "b"]).boxed();
    assert_eq!(remedy(&both), Remedy::scopes(["a", "b"]));
    let more = || scopes(["b"]).and(scopes(["a", "c"])).boxed();
    assert_eq!(remedy(&more), Remedy::scopes(["b", "a", "c"]));
}

const NO_LIST: [&str; 0] = [];

#[test]
fn an_empty_list_is_not_built() {
    for (problems, words) in [
        (problems(any_role(NO_LIST)), "`any_role` names no role"),
        (problems(all_roles(NO_LIST)), "`all_roles` names no role"),
        (problems(scopes(NO_LIST)), "`scopes` names no scope"),
        (
            problems(any_role(NO_LIST).hide()),
            "`any_role` names no role",
        ),
    ] {
        assert!(problems.starts_with(words), "{problems}");
        assert!(
            !problems.contains('\n') && problems.contains(": "),
            "{problems}"
        );
    }
}

#[test]
fn an_empty_list_lets_nobody_in_where_it_is_asked_without_a_layer() {
    let member = Member::with(&["a", ""]);
    let lists = [
        any_role(NO_LIST).boxed(),
        all_roles(NO_LIST).boxed(),
        scopes(NO_LIST).boxed(),
    ];
    for list in lists {
        for principal in [Some(&member), None] {
            let decision = decide(&list, principal, ());
            assert!(matches!(decision, Decision::Deny(_)), "{}", list.text());
        }
    }
}

#[test]
fn a_name_that_nobody_can_have_is_not_built() {
    for (problems, what) in [
        (problems(role("")), "role"),
        (problems(any_role(["a", ""])), "role"),
        (problems(all_roles(["", "a"])), "role"),
        (problems(scopes(["a", ""])), "scope"),
    ] {
        assert_eq!(
            problems,
            format!("`` is no {what}: name the one that is needed")
        );
    }
    for scope in ["a b", "a\"", "a\\", "ä", "a\n"] {
        let problems = problems(scopes(["a", scope]));
        assert_eq!(
            problems,
            format!(
                "`{}` is no scope: use printable characters without spaces, quotes and backslashes",
                scope.escape_debug()
            )
        );
    }
    assert_eq!(
        problems(scopes(["", " "])).matches("is no scope").count(),
        2
    );
}

#[test]
fn what_roles_are_called_is_up_to_the_application() {
    for name in ["site admin", "Bürgermeister", "a\\b", "\"", " "] {
        assert_eq!(problems(role(name)), "");
        assert_eq!(problems(any_role([name])), "");
        assert_eq!(problems(all_roles([name])), "");
    }
}
