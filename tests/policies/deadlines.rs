//! Answers that come too late.

use std::{
    fmt,
    future::{Future, pending},
    sync::{Arc, Weak},
    thread,
    time::{Duration, Instant},
};

use http::Request;
use tokio::{
    runtime::{Builder, Runtime},
    time::timeout,
};
use tower::ServiceExt;
use tower_auth::{
    Decision, Step,
    audit::Record,
    policy::{Access, BoxPolicy, Policy, PolicyExt, View, any_of, anyone, check_with, named},
};

use crate::{
    member::{Member, guarded, problems, request},
    support::waiting::{after, block_on},
};

const SOON: Duration = Duration::from_millis(20);
const LATE: Duration = Duration::from_secs(600);

/// Never answers, and shows whether somebody still waits for it.
struct Hangs(Arc<()>);

impl Hangs {
    fn new() -> (Self, Weak<()>) {
        let token = Arc::new(());
        let watched = Arc::downgrade(&token);
        (Self(token), watched)
    }
}

impl Policy<Member> for Hangs {
    fn decide(&self, _: &Access<'_, Member>) -> Step<Decision> {
        let held = Arc::clone(&self.0);
        Step::later(async move {
            pending::<()>().await;
            drop(held);
            Decision::Allow
        })
    }
}

/// Answers after so many polls.
fn slow(decision: Decision) -> BoxPolicy<Member> {
    let answer = async |decision: Decision, _: View<Member>| after(3, || decision).await;
    check_with(decision, answer).boxed()
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().build().unwrap()
}

/// Runs `future`, and not for ever.
fn run<T>(runtime: &Runtime, future: impl Future<Output = T>) -> T {
    let patience = async { timeout(Duration::from_secs(60), future).await };
    runtime.block_on(patience).expect("an answer, some time")
}

/// What `policy` decides in the end.
fn decide(policy: &impl Policy<Member>) -> Decision {
    run(&runtime(), ask(policy).wait())
}

fn ask(policy: &impl Policy<Member>) -> Step<Decision> {
    let (head, ()) = Request::new(()).into_parts();
    policy.decide(&Access::new(None, &head))
}

fn reason(decision: &Decision) -> &str {
    let Decision::Unavailable(unavailable) = decision else {
        panic!("{decision:?}");
    };
    unavailable.private_reason()
}

/// D-fail-closed
#[test]
fn an_answer_that_comes_too_late_is_an_outage_that_names_the_policy_and_the_deadline() {
    let (hangs, watched) = Hangs::new();
    let policy = named("database", hangs).hide().within(SOON);
    let started = Instant::now();
    let decision = decide(&policy);
    assert!(started.elapsed() >= SOON);
    assert_eq!(
        reason(&decision),
        "`database.hide()` did not answer within 20ms"
    );
    // Only the policy itself is left: the question is dropped.
    assert_eq!(watched.strong_count(), 1);
}

/// Holds up its thread while it is asked, and answers at once: the timer never sees it wait.
fn blocks(for_how_long: Duration) -> impl Policy<Member> {
    let answer = async |for_how_long, _: View<Member>| {
        thread::sleep(for_how_long);
        true
    };
    named("blocks", check_with(for_how_long, answer))
}

/// D-fail-closed
#[test]
fn an_answer_that_is_late_when_the_timer_first_looks_is_late() {
    let policy = blocks(3 * SOON).within(SOON);
    let told = "`blocks` did not answer within 20ms";
    assert_eq!(reason(&decide(&policy)), told);
    assert!(matches!(
        decide(&blocks(SOON).within(LATE)),
        Decision::Allow
    ));
}

/// Holds up its thread before it begins to wait.
struct Dawdles;

impl Policy<Member> for Dawdles {
    fn decide(&self, _: &Access<'_, Member>) -> Step<Decision> {
        thread::sleep(3 * SOON);
        Step::later(async { Decision::Allow })
    }
}

/// D-fail-closed
#[test]
fn the_time_that_a_policy_takes_before_it_waits_counts() {
    let decision = decide(&Dawdles.within(SOON));
    assert_eq!(reason(&decision), "`Dawdles` did not answer within 20ms");
}

/// D-fail-closed
#[test]
fn the_time_runs_from_when_the_policy_is_asked_and_not_from_when_somebody_first_waits() {
    let policy = named("ready", slow(Decision::Allow)).within(SOON);
    let decision = run(&runtime(), async {
        let step = ask(&policy);
        tokio::time::sleep(3 * SOON).await;
        step.wait().await
    });
    assert_eq!(reason(&decision), "`ready` did not answer within 20ms");
}

#[test]
fn what_is_late_already_is_not_given_the_time_again() {
    let limit = 25 * SOON;
    let step = ask(&Hangs::new().0.within(limit));
    thread::sleep(limit);
    let started = Instant::now();
    let decision = run(&runtime(), step.wait());
    assert_eq!(reason(&decision), "`Hangs` did not answer within 500ms");
    assert!(started.elapsed() < limit);
}

#[test]
fn the_late_question_is_dropped_while_others_are_still_awaited() {
    let (hangs, watched) = Hangs::new();
    let (others, _) = Hangs::new();
    let policy = hangs.within(SOON).and(others);
    runtime().block_on(async {
        let Step::Later(mut waiting) = ask(&policy) else {
            panic!("it does not wait");
        };
        assert!(timeout(10 * SOON, &mut waiting).await.is_err());
        // The whole still waits for the other part.
        assert_eq!(watched.strong_count(), 1);
    });
}

#[test]
fn an_answer_in_time_is_the_answer() {
    let decisions = [Decision::Allow, Decision::deny(), Decision::hide()];
    for decision in decisions {
        let told = format!("{decision:?}");
        let policy = slow(decision).within(LATE);
        let decision = decide(&policy);
        assert_eq!(format!("{decision:?}"), told);
    }
}

#[test]
fn an_answer_that_is_here_needs_neither_time_nor_a_runtime() {
    let here = anyone().within(Duration::from_nanos(1));
    assert!(matches!(ask(&here), Step::Now(Decision::Allow)));
    let sync = |_: &Access<'_, Member>| Decision::hide();
    assert!(matches!(
        ask(&sync.within(SOON)),
        Step::Now(Decision::Hide(_))
    ));
}

#[test]
fn the_longest_deadline_there_is_is_one() {
    let policy = slow(Decision::Allow).within(Duration::MAX);
    assert!(matches!(decide(&policy), Decision::Allow));
}

/// D-fail-closed
#[test]
fn outside_of_a_runtime_what_waits_is_an_outage_and_no_panic() {
    let policy = slow(Decision::Allow).within(LATE);
    let decision = block_on(ask(&policy).wait());
    assert!(reason(&decision).starts_with("`check_with` is asked where no runtime of tokio"));
}

/// D-fail-closed
#[test]
fn where_the_timer_is_off_what_waits_is_an_outage() {
    let without_timer = Builder::new_current_thread().build().unwrap();
    let policy = slow(Decision::Allow).within(LATE);
    let decision = without_timer.block_on(ask(&policy).wait());
    assert!(reason(&decision).starts_with("`check_with` is asked where the timer of tokio is off"));
}

/// D-fail-closed
#[test]
fn late_answers_end_in_503_wherever_they_are_asked_for() {
    let hangs = || Hangs::new().0.within(SOON);
    let without_timer = Builder::new_current_thread().build().unwrap();
    for token in [Some("true"), None, Some("false")] {
        let service = guarded(Member::with(&[]), hangs().hide());
        let Ok(late) = run(&runtime(), service.clone().oneshot(request(token, ())));
        let Ok(untimed) = without_timer.block_on(service.clone().oneshot(request(token, ())));
        let Ok(alone) = block_on(service.oneshot(request(token, ())));
        for response in [late, untimed, alone] {
            assert_eq!(response.status(), 503);
            let record = response.extensions().get::<Record>().unwrap();
            assert!(
                record.reason().unwrap().contains("within 20ms"),
                "{record:?}"
            );
        }
    }
}

#[test]
fn a_late_answer_among_others_is_an_outage_like_any_other() {
    let hangs = || Hangs::new().0.within(SOON).boxed();
    for (policy, kind) in [
        (hangs().or(slow(Decision::Allow)).boxed(), "Allow"),
        (hangs().or(slow(Decision::deny())).boxed(), "Unavailable"),
        (
            any_of([slow(Decision::hide()), hangs()]).boxed(),
            "Unavailable",
        ),
        (hangs().and(slow(Decision::Allow)).boxed(), "Unavailable"),
        (hangs().and(slow(Decision::hide())).boxed(), "Hide"),
        (hangs().then(anyone()).boxed(), "Unavailable"),
        (slow(Decision::Allow).then(hangs()).boxed(), "Unavailable"),
    ] {
        let decision = decide(&policy);
        assert!(
            format!("{decision:?}").starts_with(kind),
            "{}: {decision:?}",
            policy.text()
        );
    }
}

#[test]
fn the_shorter_of_two_deadlines_is_told() {
    let policy = Hangs::new().0.within(SOON).within(LATE);
    let decision = decide(&policy);
    assert_eq!(reason(&decision), "`Hangs` did not answer within 20ms");
}

#[test]
fn a_deadline_of_zero_is_not_built() {
    assert_eq!(
        problems(anyone().hide().within(Duration::ZERO)),
        "the deadline of `anyone.hide()` is zero: give it the time that an answer takes"
    );
    assert_eq!(problems(anyone().within(Duration::from_nanos(1))), "");
}

/// Cannot say what it is called.
struct Nameless;

impl Policy<Member> for Nameless {
    fn decide(&self, _: &Access<'_, Member>) -> Step<Decision> {
        Step::later(pending())
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("half of it")?;
        Err(fmt::Error)
    }
}

/// D-fail-closed
#[test]
fn a_policy_whose_name_cannot_be_written_is_not_built_and_no_panic() {
    let problem =
        "a policy with a deadline is `unnamed`: let its `describe` give no error of its own";
    assert_eq!(problems(Nameless.within(SOON)), problem);
    assert_eq!(problems(Nameless.hide().within(SOON)), problem);
    assert_eq!(problems(anyone().then(Nameless).within(SOON)), problem);
    // Without a deadline it is in nobody's way.
    assert_eq!(problems(anyone().or(Nameless)), "");
    // What is asked without a layer answers, too.
    let decision = decide(&Nameless.within(SOON));
    assert_eq!(reason(&decision), "`unnamed` did not answer within 20ms");
}
