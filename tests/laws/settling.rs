//! Law 1: `settle` is total, and lets pass only whom the policy allows and nobody rejected.

use std::{cell::RefCell, time::Duration};

use tower_auth::{
    AttemptKind, Decision, Denied, Fault, Login, Mode, Outcome, Rejection, Remedy, Unavailable,
    challenge::Ask, settle,
};

use crate::made_up::{ASKS, Abilities, abilities, ask_word};

const AWHILE: Duration = Duration::from_secs(9);

fn attempts() -> Vec<AttemptKind> {
    let throttled = |retry_after| Rejection::Throttled { retry_after };
    let rejections = [
        Rejection::Malformed,
        Rejection::NotUnderstood,
        Rejection::Refused,
        Rejection::Faulty(Fault::Expired),
        Rejection::CrossOrigin,
        Rejection::InvalidRequest,
        throttled(None),
        throttled(Some(AWHILE)),
    ];
    let mut attempts = vec![
        AttemptKind::Absent,
        AttemptKind::Verified,
        AttemptKind::Unavailable,
        AttemptKind::NotMade,
    ];
    attempts.extend(rejections.map(AttemptKind::Rejected));
    attempts
}

/// A decision, with what is asked in the table about it.
struct Told {
    decision: Decision,
    word: &'static str,
    nothing_helps: bool,
    lacks_scopes: bool,
    lacks_login: bool,
}

fn decisions() -> Vec<Told> {
    let fresh = || Remedy::login(Login::not_older_than(AWHILE));
    let strong = || Remedy::login(Login::one_of(["mfa"]));
    let scopes = || Remedy::scopes(["a", "b"]);
    let denied = |remedy: Remedy, nothing_helps, lacks_scopes, lacks_login| Told {
        decision: Denied::new(remedy).into(),
        word: "deny",
        nothing_helps,
        lacks_scopes,
        lacks_login,
    };
    let other = |decision, word| Told {
        decision,
        word,
        nothing_helps: false,
        lacks_scopes: false,
        lacks_login: false,
    };
    let away = || Unavailable::new("away");
    vec![
        other(Decision::Allow, "allow"),
        denied(Remedy::Nothing, true, false, false),
        denied(Remedy::OtherCredentials, false, false, false),
        denied(scopes(), false, true, false),
        denied(fresh(), false, false, true),
        denied(strong(), false, false, true),
        denied(Remedy::login(Login::default()), false, false, true),
        denied(fresh().and(strong()), false, false, true),
        denied(scopes().and(fresh()), false, true, true),
        other(Decision::hide(), "hide"),
        other(away().into(), "unavailable"),
        other(away().retry_after(AWHILE).into(), "unavailable"),
    ]
}

/// What the table says, in its own words: the outcome, and what is asked of the caller.
fn table(
    attempt: AttemptKind,
    told: &Told,
    can: Abilities,
) -> (&'static str, Option<&'static str>) {
    let known = attempt == AttemptKind::Verified;
    let rejected = matches!(attempt, AttemptKind::Rejected(_));
    let throttled = matches!(attempt, AttemptKind::Rejected(Rejection::Throttled { .. }));

    // Nobody looked: the layers stand wrongly.
    if attempt == AttemptKind::NotMade {
        return ("misconfigured", None);
    }
    // Our own fault, and the policy is not asked.
    if attempt == AttemptKind::Unavailable {
        return ("fail", None);
    }
    // Whoever asks: they may not even know.
    if told.word == "hide" {
        return ("conceal", None);
    }
    // Who tried too often hears that, and nothing else.
    if throttled {
        return ("throttle", None);
    }
    // Our own fault, never one of the others.
    if told.word == "unavailable" {
        return ("fail", None);
    }
    // Allowed, and nobody was rejected.
    if told.word == "allow" && !rejected {
        return ("pass", None);
    }
    // Whose page it is that sends the request, no login changes.
    if attempt == AttemptKind::Rejected(Rejection::CrossOrigin) {
        return ("forbid", None);
    }
    // Would better credentials help? For rejected ones and for strangers, all but nothing would;
    // who is known would have to log in again.
    let would_help = if known {
        told.lacks_login
    } else {
        !told.nothing_helps
    };
    let ask = match (would_help, rejected, known) {
        (true, true, _) => "again",
        (true, false, false) => "credentials",
        (true, false, true) => "step_up",
        // They would not: then 403, which may name scopes.
        (false, _, true) if told.lacks_scopes => "more_scopes",
        (false, ..) => return ("forbid", None),
    };
    // A 401 without a challenge is illegal, so it is a 403.
    if would_help && can.say(ask) {
        // A scheme that follows RFC 6750 to the letter answers 400 to what it cannot read.
        if attempt == AttemptKind::Rejected(Rejection::InvalidRequest) {
            return ("invalid", Some(ask));
        }
        ("challenge", Some(ask))
    } else {
        ("forbid", Some(ask))
    }
}

#[test]
fn settle_says_what_the_table_says_for_every_combination() {
    let mut combinations = 0;
    for attempt in attempts() {
        for told in decisions() {
            for can in abilities() {
                let asked = RefCell::new(Vec::new());
                let outcome = settle(attempt, &told.decision, |ask| {
                    is_about(ask, attempt, &told.decision);
                    asked.borrow_mut().push(ask_word(ask));
                    can.say(ask_word(ask)).then_some(ask_word(ask))
                });
                let (word, ask) = table(attempt, &told, can);
                let case = format!("{attempt:?}, {:?}, {can:?}: {outcome:?}", told.decision);
                assert_eq!(outcome.as_str(), word, "{case}");
                // What asks the caller was asked for at most once, and only where it is sent.
                assert_eq!(asked.into_inner(), Vec::from_iter(ask), "{case}");

                let said = ask.filter(|ask| can.say(ask));
                match &outcome {
                    Outcome::Challenge(challenge) | Outcome::Invalid(challenge) => {
                        assert_eq!(Some(*challenge), said, "{case}");
                    }
                    Outcome::Forbid(challenge) => assert_eq!(*challenge, said, "{case}"),
                    _ => assert_eq!(said, None, "{case}"),
                }
                combinations += 1;
            }
        }
    }
    assert_eq!(combinations, 12 * 12 * (1 << ASKS.len()));
}

/// What is asked comes from what was found and decided.
fn is_about(ask: Ask<'_>, attempt: AttemptKind, decision: &Decision) {
    match ask {
        Ask::Credentials => assert_eq!(attempt, AttemptKind::Absent),
        Ask::Again(rejection) => assert_eq!(attempt, AttemptKind::Rejected(rejection)),
        Ask::MoreScopes(missing) | Ask::StepUp(missing) => {
            let Decision::Deny(denial) = decision else {
                panic!("{decision:?} lacks nothing");
            };
            assert_eq!(*denial.remedy(), Remedy::Missing(missing.clone()));
        }
        _ => panic!("a question that the laws do not know"),
    }
}

#[test]
fn nobody_passes_but_whom_the_policy_allows_and_nobody_rejected() {
    for attempt in attempts() {
        for told in decisions() {
            for can in abilities() {
                let outcome = settle(attempt, &told.decision, |ask| {
                    can.say(ask_word(ask)).then_some(())
                });
                let may = matches!(attempt, AttemptKind::Absent | AttemptKind::Verified)
                    && matches!(told.decision, Decision::Allow);
                assert_eq!(
                    outcome == Outcome::Pass,
                    may,
                    "{attempt:?}, {:?}",
                    told.decision
                );
                for mode in [Mode::Origin, Mode::Proxy] {
                    assert_eq!(outcome.status(mode).is_none(), may);
                }
            }
        }
    }
}

/// 9110-15.5.8-a
#[test]
fn every_outcome_has_one_status_and_a_proxy_differs_in_one() {
    let outcomes = [
        (Outcome::Pass, None, None),
        (Outcome::Challenge(()), Some(401), Some(407)),
        (Outcome::Invalid(()), Some(400), Some(400)),
        (Outcome::Forbid(None), Some(403), Some(403)),
        (Outcome::Forbid(Some(())), Some(403), Some(403)),
        (Outcome::Conceal, Some(404), Some(404)),
        (Outcome::Throttle, Some(429), Some(429)),
        (Outcome::Fail, Some(503), Some(503)),
        (Outcome::Misconfigured, Some(500), Some(500)),
    ];
    for (outcome, origin, proxy) in outcomes {
        let status = |mode| outcome.status(mode).map(|status| status.as_u16());
        assert_eq!(status(Mode::Origin), origin, "{outcome:?}");
        assert_eq!(status(Mode::Proxy), proxy, "{outcome:?}");
        assert_eq!(outcome.kind(), outcome);
    }
}
