//! Rules about logins: which are none, what the log is told, and what is made up against a plain model.

use std::time::{Duration, SystemTime};

use proptest::{
    option,
    prelude::*,
    sample::{select, subsequence},
    test_runner::{Config, RngSeed},
};
use tower_auth::{
    Clock, Decision, Login, Remedy,
    policy::{PolicyExt, login},
};

use crate::member::{Member, decide, problems, statuses};

const CLASSES: [&str; 3] = ["phr", "mfa", "password"];

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + seconds(1_800_000_000)
}

fn known(login_time: Option<SystemTime>, acr: Option<&str>) -> Member {
    Member {
        login_time,
        acr: acr.map(str::to_owned),
        ..Member::with(&[])
    }
}

fn cases() -> Config {
    Config {
        cases: 2_000,
        rng_seed: RngSeed::Fixed(9470),
        failure_persistence: None,
        ..Config::default()
    }
}

proptest! {
    #![proptest_config(cases())]

    /// 9470-3-b, 9470-6.1-a
    #[test]
    fn a_login_is_let_in_just_where_a_plain_comparison_says_so(
        oldest in option::of(1_u64..200),
        classes in option::of(subsequence(CLASSES.to_vec(), 1..=3).prop_shuffle()),
        logged_in in option::of(1_799_999_800_i64..1_800_000_200),
        acr in option::of(select(vec!["phr", "mfa", "password", "", "other"])),
        leeway in 0_u64..=300,
    ) {
        prop_assume!(oldest.is_some() || classes.is_some());
        let age = oldest.map(seconds).map(Login::not_older_than).unwrap_or_default();
        let needed = match classes.clone() {
            Some(classes) => age.and(Login::one_of(classes)),
            None => age,
        };
        let rule = login(needed.clone()).clock(Clock::fixed(now())).leeway(seconds(leeway));
        let at = |at: i64| SystemTime::UNIX_EPOCH + seconds(u64::try_from(at).unwrap());
        let member = known(logged_in.map(at), acr);

        let fresh = oldest.is_none_or(|oldest| {
            logged_in.is_some_and(|at| {
                let age = 1_800_000_000 - at;
                age <= i64::try_from(oldest).unwrap() && -age <= i64::try_from(leeway).unwrap()
            })
        });
        let strong = classes.is_none_or(|classes| acr.is_some_and(|acr| classes.contains(&acr)));
        // A refusal names all that is needed, whatever of it is lacking, and of whomever.
        let decisions = [Some(&member), None].map(|principal| decide(&rule, principal, ()));
        for (decision, expected) in decisions.into_iter().zip([fresh && strong, false]) {
            match decision {
                Decision::Allow => assert!(expected),
                Decision::Deny(denied) => {
                    assert!(!expected);
                    assert_eq!(*denied.remedy(), Remedy::login(needed.clone()));
                }
                other @ (Decision::Hide(_) | Decision::Unavailable(_)) => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn a_rule_that_is_hidden_hides_from_old_logins_too() {
    let rule = || login(Login::not_older_than(seconds(60))).clock(Clock::fixed(now()));
    let fresh = known(Some(now()), None);
    assert_eq!(statuses(&fresh, rule(), ()), [200, 401, 401]);
    assert_eq!(statuses(&fresh, rule().hide(), ()), [200, 404, 404]);
    let old = known(Some(now() - seconds(61)), None);
    assert_eq!(statuses(&old, rule(), ()), [401, 401, 401]);
    assert_eq!(statuses(&old, rule().hide(), ()), [404; 3]);
}

#[test]
fn the_time_is_that_of_the_system_unless_another_clock_is_given() {
    let rule = login(Login::not_older_than(seconds(60)));
    let decided = |login_time| decide(&rule, Some(&known(Some(login_time), None)), ());
    assert!(matches!(decided(SystemTime::now()), Decision::Allow));
    let old = SystemTime::now() - seconds(61);
    assert!(matches!(decided(old), Decision::Deny(_)));
}

#[test]
fn the_log_is_told_what_is_wrong_with_a_login() {
    let needed = Login::not_older_than(seconds(60)).and(Login::one_of(["mfa"]));
    let rule = login(needed).clock(Clock::fixed(now()));
    let rows = [
        (None, Some("mfa"), "when the login was, nobody knows"),
        (
            Some(now() - seconds(61)),
            Some("mfa"),
            "the login is too old",
        ),
        (
            Some(now() + seconds(61)),
            Some("mfa"),
            "the login lies in the future",
        ),
        (Some(now()), Some("pin"), "the login is of another class"),
        (
            Some(now()),
            None,
            "of which class the login is, nobody knows",
        ),
    ];
    for (login_time, acr, reason) in rows {
        let decision = decide(&rule, Some(&known(login_time, acr)), ());
        assert_eq!(decision.private_reason(), Some(reason));
    }
    assert_eq!(decide(&rule, None, ()).private_reason(), None);
}

/// What nobody's login can be, and how building says so.
fn unmeetable() -> Vec<(Login, &'static str)> {
    let nothing: [&str; 0] = [];
    let of = |class: &str| Login::one_of([class.to_owned()]);
    vec![
        (Login::default(), "`login` asks for nothing"),
        (Login::one_of(nothing), "`login` names no class"),
        (
            Login::not_older_than(seconds(60)).and(Login::one_of(nothing)),
            "`login` names no class",
        ),
        (
            Login::one_of(nothing).and(of("mfa")),
            "`login` names no class",
        ),
        (of("phr").and(of("mfa")), "`login` names no class"),
        (
            of("phr").and(of("mfa")).and(of("mfa")),
            "`login` names no class",
        ),
        (of(""), "`` is no class of logins"),
        (of("a b"), "`a b` is no class of logins"),
        (of("a\"b"), "`a\\\"b` is no class of logins"),
        (of("a\\b"), "`a\\\\b` is no class of logins"),
        (of("größe"), "`größe` is no class of logins"),
        (of("a\nb"), "`a\\nb` is no class of logins"),
    ]
}

/// 9470-3-b
#[test]
fn a_login_that_nobody_can_have_is_not_built() {
    for (needed, words) in unmeetable() {
        let problems = problems(login(needed));
        assert!(problems.starts_with(words), "{problems}");
        assert!(
            !problems.contains('\n') && problems.contains(": "),
            "{problems}"
        );
        assert!(
            !problems.contains("; "),
            "one problem, told once: {problems}"
        );
    }
    let many = (0..200).map(|number| format!("class-{number}"));
    assert_eq!(
        problems(login(Login::one_of(many))),
        "`login` names more classes than a challenge holds: name fewer"
    );
}

/// 9470-3-c
#[test]
fn an_age_of_zero_may_be_told_and_is_no_rule() {
    for age in [Duration::ZERO, Duration::from_millis(999)] {
        let problems = problems(login(Login::not_older_than(age)));
        assert!(
            problems.starts_with("the age of `login` is under a second: "),
            "{problems}"
        );
    }
    assert_eq!(problems(login(Login::not_older_than(seconds(1)))), "");
    assert_eq!(problems(login(Login::not_older_than(Duration::MAX))), "");
}

#[test]
fn a_leeway_of_more_than_five_minutes_is_not_built_and_not_given() {
    let rule = |leeway| {
        let rule = login(Login::not_older_than(seconds(60))).clock(Clock::fixed(now()));
        rule.leeway(seconds(leeway))
    };
    assert_eq!(problems(rule(300)), "");
    assert_eq!(
        problems(rule(301)),
        "the leeway of `login` is over 300 seconds: set the clocks instead"
    );
    let ahead = known(Some(now() + seconds(301)), None);
    assert!(matches!(
        decide(&rule(301), Some(&ahead), ()),
        Decision::Deny(_)
    ));
}

#[test]
fn what_nobody_can_have_lets_nobody_in_where_it_is_asked_without_a_layer() {
    for (needed, _) in unmeetable() {
        for acr in ["phr", "mfa", "password", "a", "b"] {
            let member = known(Some(now()), Some(acr));
            let rule = login(needed.clone()).clock(Clock::fixed(now()));
            let decision = decide(&rule, Some(&member), ());
            assert!(matches!(decision, Decision::Deny(_)), "{needed:?} {acr}");
        }
    }
}
