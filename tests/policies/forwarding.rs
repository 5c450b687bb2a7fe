//! What policies around others hand on: problems, that they hide, and scopes that are needed.

use std::sync::Arc;

use tower_auth::{
    Decision, Inspection, Step,
    policy::{Access, BoxPolicy, Policy, PolicyExt, all_of, any_of, named, scope},
};

use crate::{
    log::logged,
    member::{Member, problems},
};

/// Lets everybody in, and has something wrong with it.
struct Crooked;

impl Policy<Member> for Crooked {
    fn decide(&self, _: &Access<'_, Member>) -> Step<Decision> {
        Step::Now(Decision::Allow)
    }

    fn inspect(&self, inspection: &mut Inspection) {
        inspection.problem("crooked");
    }
}

/// `policy` in everything that can stand around one.
fn around(policy: &dyn Fn() -> BoxPolicy<Member>) -> Vec<BoxPolicy<Member>> {
    let allows = || tower_auth::policy::anyone();
    let shared: Arc<dyn Policy<Member>> = Arc::new(policy());
    let mut around = vec![
        policy().boxed(),
        Arc::new(policy()).boxed(),
        shared.boxed(),
        named("name", policy()).boxed(),
        policy().and(allows()).boxed(),
        allows().and(policy()).boxed(),
        policy().then(allows()).boxed(),
        allows().then(policy()).boxed(),
        all_of([allows().boxed(), policy()]).boxed(),
    ];
    around.extend(in_time(policy));
    around.extend(around_in_which_scopes_end(policy));
    around
}

/// Not all of them need of everybody what a part needs; what is hidden names nothing.
fn around_in_which_scopes_end(policy: &dyn Fn() -> BoxPolicy<Member>) -> Vec<BoxPolicy<Member>> {
    let allows = || tower_auth::policy::anyone();
    vec![
        policy().or(allows()).boxed(),
        allows().or(policy()).boxed(),
        any_of([allows().boxed(), policy()]).boxed(),
        policy().hide().boxed(),
        policy().hide_from_principals().boxed(),
    ]
}

#[cfg(feature = "deadline")]
fn in_time(policy: &dyn Fn() -> BoxPolicy<Member>) -> Vec<BoxPolicy<Member>> {
    vec![policy().within(std::time::Duration::from_secs(5)).boxed()]
}

#[cfg(not(feature = "deadline"))]
fn in_time(_: &dyn Fn() -> BoxPolicy<Member>) -> Vec<BoxPolicy<Member>> {
    Vec::new()
}

#[test]
fn what_is_wrong_with_a_part_is_wrong_with_the_whole() {
    for policy in around(&|| Crooked.boxed()) {
        let text = policy.text().to_string();
        assert_eq!(problems(policy), "crooked", "{text}");
    }
}

#[test]
fn that_a_part_hides_is_known_of_the_whole() {
    let hides = || named("hidden", scope("a").hide()).boxed();
    for policy in around(&hides) {
        let text = policy.text().to_string();
        let (problems, log) = logged(|| problems(policy));
        assert_eq!(problems, "");
        // There is no not-found service, which is warned of.
        let warned = log.contains("no not-found service");
        assert_eq!(warned, cfg!(feature = "tracing"), "{text}: {log}");
    }
}

/// 6750-3.1-c
#[test]
fn the_scopes_that_a_part_needs_the_whole_needs() {
    let needs = || scope("a").and(scope("b")).boxed();
    let ends = around_in_which_scopes_end(&needs).len();
    let around = around(&needs);
    let (through, ended) = around.split_at(around.len() - ends);
    for policy in through {
        assert_eq!(policy.needed_scopes(), ["a", "b"], "{}", policy.text());
    }
    for policy in ended {
        assert!(policy.needed_scopes().is_empty(), "{}", policy.text());
    }
}

#[test]
fn a_name_of_nothing_is_not_built() {
    let problems = problems(named("", scope("a")));
    assert!(problems.starts_with("a policy is named ``: "), "{problems}");
}
