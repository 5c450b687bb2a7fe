//! Law 5: what errs, panics, is dropped or is cancelled lets nobody in.

use std::{
    future::pending,
    io,
    panic::resume_unwind,
    pin::pin,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
};

use http::{Request, Response, header::AUTHORIZATION, request::Parts};
use proptest::{collection::vec, prelude::*, sample::Index};
use tokio::sync::oneshot;
use tower::{Layer, Service, ServiceExt};
use tower_auth::{
    Attempt, AuthLayer, AuthLayerBuilder, Decision, Denied, Login, Remedy, Secret, Step,
    Unavailable,
    audit::Record,
    challenge::{Ask, Challenge},
    policy::{Access, BoxPolicy, Policy, PolicyExt, all_of, any_of, anyone},
    reply::{Content, Refused},
    scheme::{Bearer, Carrier, Presented, Redact, Scheme, Schemes},
    verify::{IntoVerdict, Verdict, Verify},
};

use crate::{
    made_up::cases,
    support::{
        inner::{Body, Inner},
        rules::says,
        schemes::{Told, bearer},
        user::{ALICE, User},
        waiting::{after, block_on, still_waits},
    },
    trees::{Leaf, Wait, leaf},
};

/// How something of the application's fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    Errs,
    ErrsLater,
    Panics,
    PanicsLater,
    /// It waits for somebody who has gone.
    IsDropped,
}

pub(crate) const FAILURES: [Failure; 5] = [
    Failure::Errs,
    Failure::ErrsLater,
    Failure::Panics,
    Failure::PanicsLater,
    Failure::IsDropped,
];

impl Failure {
    /// Never an answer.
    pub(crate) fn happen<T: Send + 'static>(self) -> Step<Result<T, Unavailable>> {
        let err = || Err(io::Error::other("an error of ours").into());
        match self {
            Self::Errs => Step::Now(err()),
            Self::ErrsLater => Step::later(after(3, err)),
            Self::Panics => panics(),
            Self::PanicsLater => Step::later(after(2, || panics())),
            Self::IsDropped => Step::later(async {
                let (sender, receiver) = oneshot::channel();
                drop(sender);
                Ok(receiver.await?)
            }),
        }
    }
}

/// Panics, and says nothing on the terminal.
pub(crate) fn panics() -> ! {
    resume_unwind(Box::new("a panic of the application's"))
}

impl Policy<User> for Failure {
    fn decide(&self, _: &Access<'_, User>) -> Step<Decision> {
        let answer = self.happen::<Decision>();
        answer.map(|answer| answer.unwrap_or_else(Decision::Unavailable))
    }
}

impl Verify<Secret<'_>> for Failure {
    type Principal = User;

    fn verify(&self, _: Secret<'_>) -> Step<Verdict<User>> {
        let answer = self.happen::<Option<User>>();
        answer.map(IntoVerdict::into_verdict)
    }
}

/// A scheme that fails where it finds ambient credentials.
impl Scheme for Failure {
    type Principal = User;

    fn name(&self) -> &'static str {
        "Failing"
    }

    fn carrier(&self) -> Carrier {
        Carrier::Ambient
    }

    fn attempt(&self, _: &Presented<'_>) -> Step<Attempt<User>> {
        let answer = self.happen();
        answer.map(|answer| answer.map_or_else(Attempt::Unavailable, Attempt::Verified))
    }

    fn challenge(&self, _: Ask<'_>) -> Option<Challenge> {
        None
    }
}

/// Where a policy stands.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    Outside,
    Route,
}

/// A request with the true token, or without any.
fn request(known: bool) -> Request<()> {
    let mut request = Request::new(());
    if known {
        let token = "Bearer canary-true".parse().unwrap();
        request.headers_mut().insert(AUTHORIZATION, token);
    }
    request
}

/// A service that asks `schemes` and `policy` before `inner` is called.
pub(crate) fn guarded(
    schemes: impl Into<Schemes<User>>,
    policy: BoxPolicy<User>,
    place: Place,
    inner: &Inner,
) -> impl Service<Request<()>, Response = Response<Body>, Error = std::convert::Infallible> {
    let (outside, route) = match place {
        Place::Outside => (policy, anyone().boxed()),
        Place::Route => (anyone().boxed(), policy),
    };
    let layer = AuthLayer::new(schemes, outside).build().unwrap();
    layer.layer(layer.require(route).unwrap().layer(inner.clone()))
}

fn is_unavailable(
    schemes: impl Into<Schemes<User>>,
    policy: BoxPolicy<User>,
    place: Place,
    known: bool,
) {
    let inner = Inner::default();
    let service = guarded(schemes, policy, place, &inner);
    let Ok(response) = block_on(service.oneshot(request(known)));
    assert_eq!(response.status(), 503);
    assert!(response.extensions().get::<Record>().is_some());
    assert_eq!(inner.calls(), 0);
}

/// D-fail-closed
#[test]
fn a_verifier_that_fails_lets_nobody_in() {
    for failure in FAILURES {
        for policy in [|| anyone().boxed(), || says(Decision::hide)] {
            is_unavailable(Bearer::new("api", failure), policy(), Place::Outside, true);
        }
    }
}

/// D-fail-closed
#[test]
fn an_ambient_scheme_that_fails_does_not_give_way_to_the_next() {
    for failure in FAILURES {
        let after = Told::ambient("Session");
        let schemes = Schemes::from(failure).or(after.clone()).or(bearer());
        is_unavailable(schemes, anyone().boxed(), Place::Outside, false);
        assert_eq!(after.asked(), 0, "{failure:?}");
    }
}

/// D-fail-closed
#[test]
fn a_policy_that_fails_lets_nobody_in() {
    for failure in FAILURES {
        for place in [Place::Outside, Place::Route] {
            for known in [false, true] {
                is_unavailable(bearer(), failure.boxed(), place, known);
            }
        }
    }
}

#[test]
fn a_policy_made_of_one_that_fails_lets_nobody_in() {
    let allows = |wait| Leaf::new(Decision::Allow, wait);
    for failure in FAILURES {
        for wait in [Wait::Not, Wait::Times(4)] {
            let policies = [
                failure.and(allows(wait)).boxed(),
                allows(wait).and(failure).boxed(),
                failure.then(allows(wait)).boxed(),
                allows(wait).then(failure).boxed(),
                failure.hide().boxed(),
                failure.hide_from_principals().boxed(),
                any_of([failure, failure]).boxed(),
                all_of([allows(wait).boxed(), failure.boxed()]).boxed(),
            ];
            for policy in policies {
                is_unavailable(bearer(), policy, Place::Outside, true);
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn of_parts_that_must_all_allow_one_that_fails_lets_nobody_in(
        parts in vec(leaf(), 0..5),
        failure in prop::sample::select(FAILURES.to_vec()),
        at in any::<Index>(),
        nested in any::<bool>(),
    ) {
        let mut parts: Vec<_> = parts.into_iter().map(PolicyExt::boxed).collect();
        parts.insert(at.index(parts.len() + 1), failure.boxed());
        let policy = if nested {
            let chained = parts.into_iter().reduce(|a, b| a.and(b).boxed());
            chained.unwrap()
        } else {
            all_of(parts).boxed()
        };
        let inner = Inner::default();
        let service = guarded(bearer(), policy, Place::Outside, &inner);
        let Ok(response) = block_on(service.oneshot(request(true)));
        assert!(matches!(response.status().as_u16(), 503 | 404), "{}", response.status());
        assert_eq!(inner.calls(), 0);
    }
}

/// Waits forever, and shows whether somebody still waits for it.
#[derive(Clone)]
struct Endless(Arc<()>);

impl Endless {
    fn new() -> (Self, Weak<()>) {
        let token = Arc::new(());
        let watched = Arc::downgrade(&token);
        (Self(token), watched)
    }

    fn wait<T: Send + 'static>(&self) -> Step<T> {
        let held = Arc::clone(&self.0);
        Step::later(async move {
            let answer = pending().await;
            drop(held);
            answer
        })
    }
}

impl Policy<User> for Endless {
    fn decide(&self, _: &Access<'_, User>) -> Step<Decision> {
        self.wait()
    }
}

impl Verify<Secret<'_>> for Endless {
    type Principal = User;

    fn verify(&self, _: Secret<'_>) -> Step<Verdict<User>> {
        self.wait()
    }
}

#[test]
fn a_request_that_is_cancelled_while_it_is_asked_about_does_not_pass() {
    for polls in 0..3 {
        for stands in 0..3 {
            let (endless, watched) = Endless::new();
            let inner = Inner::default();
            let (schemes, policy, place) = match stands {
                0 => (
                    Bearer::new("api", endless),
                    anyone().boxed(),
                    Place::Outside,
                ),
                1 => (bearer(), endless.boxed(), Place::Outside),
                _ => (bearer(), endless.boxed(), Place::Route),
            };
            let service = guarded(schemes, policy, place, &inner);
            {
                let mut response = pin!(service.oneshot(request(true)));
                for _ in 0..polls {
                    assert!(still_waits(response.as_mut()));
                }
                // What waits is held by the response and by the layer itself.
                assert_eq!(watched.strong_count(), 1 + usize::from(polls > 0));
            }
            assert_eq!(watched.strong_count(), 0, "somebody still waits");
            assert_eq!(inner.calls(), 0);
        }
    }
}

/// A scheme that panics while it does what is no question of anybody.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stutters {
    WhenItChallenges,
    WhenItRedacts,
}

impl Scheme for Stutters {
    type Principal = User;

    fn name(&self) -> &'static str {
        "Stutters"
    }

    fn carrier(&self) -> Carrier {
        Carrier::Ambient
    }

    fn attempt(&self, _: &Presented<'_>) -> Step<Attempt<User>> {
        Step::Now(Attempt::Verified(ALICE))
    }

    fn challenge(&self, ask: Ask<'_>) -> Option<Challenge> {
        match ask {
            Ask::StepUp(_) if *self == Self::WhenItChallenges => panics(),
            _ => None,
        }
    }

    fn redact(&self, _: &mut Parts, _: Redact) {
        if *self == Self::WhenItRedacts {
            panics();
        }
    }
}

#[test]
fn what_panics_while_it_answers_lets_nobody_in() {
    let step_up = || says(|| Denied::new(Remedy::login(Login::default())).into());
    let reply = |_: &Refused<'_>| -> Content { panics() };
    for (builder, status) in [
        // Nothing to challenge with: a bare 401 is illegal.
        (AuthLayer::new(Stutters::WhenItChallenges, step_up()), 403),
        (AuthLayer::new(Stutters::WhenItRedacts, anyone()), 503),
        (
            AuthLayer::new(bearer(), says(Decision::deny)).reply(reply),
            401,
        ),
    ] {
        let inner = Inner::default();
        let service = builder.build().unwrap().layer(inner.clone());
        let Ok(response) = block_on(service.oneshot(request(false)));
        assert_eq!(response.status(), status);
        assert_eq!(inner.calls(), 0);
    }
}

/// A scheme that panics whatever it is to say, once it serves.
#[derive(Default)]
struct Mumbles(AtomicBool);

impl Scheme for Mumbles {
    type Principal = User;

    fn name(&self) -> &'static str {
        "Mumbles"
    }

    fn carrier(&self) -> Carrier {
        Carrier::Ambient
    }

    fn attempt(&self, _: &Presented<'_>) -> Step<Attempt<User>> {
        Step::Now(Attempt::Absent)
    }

    fn challenge(&self, _: Ask<'_>) -> Option<Challenge> {
        if self.0.swap(true, Ordering::Relaxed) {
            panics();
        }
        None
    }
}

#[test]
fn a_scheme_that_panics_takes_the_challenges_of_no_other() {
    let builder = AuthLayer::new(
        Schemes::from(Mumbles::default()).or(bearer()),
        says(Decision::deny),
    );
    let inner = Inner::default();
    let service = builder.build().unwrap().layer(inner.clone());
    let request = Request::new(Body::default());
    let Ok(response) = block_on(service.oneshot(request));
    assert_eq!(response.status(), 401);
    assert_eq!(
        response
            .headers()
            .get_all("www-authenticate")
            .iter()
            .count(),
        1
    );
    assert_eq!(inner.calls(), 0);
}

#[test]
fn a_scheme_that_panics_from_the_start_is_not_built() {
    let panics = Mumbles(AtomicBool::new(true));
    let builder: AuthLayerBuilder<User, Body> = AuthLayer::new(panics, anyone());
    let error = builder.build().unwrap_err();
    assert_eq!(
        error.to_string(),
        "`Mumbles` panics when it is asked to challenge"
    );
}
