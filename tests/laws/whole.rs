//! Laws 3 and 5, over trees of everything: what must be said is said, when it must be, and as the
//! status of a whole request.

use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use http::{Request, Response, header::WWW_AUTHENTICATE};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use tokio::time::timeout;
use tower::ServiceExt;
use tower_auth::{
    Step,
    policy::{Access, Policy},
};

use crate::{
    failing::{Place, guarded},
    independent,
    made_up::cases,
    reference::{LATE, NEVER, Needs, Said, Told},
    support::{
        inner::{Body, Inner},
        schemes::bearer,
        user::{ALICE, User},
        waiting::still_waits,
    },
    trees::{runtime, tree_that_may_fail, tree_that_may_hang},
};

/// More polls than any tree needs that answers.
const POLLS: u32 = 1_000;

/// What is said, and when.
fn told(policy: &impl Policy<User>, principal: Option<&User>) -> Told {
    let _entered = runtime().enter();
    let (head, ()) = Request::new(()).into_parts();
    let asked = || policy.decide(&Access::new(principal, &head));
    let panicked = |at| Told {
        at,
        said: Said::Panics,
    };
    let mut waiting = match catch_unwind(AssertUnwindSafe(asked)) {
        Err(_) => return panicked(None),
        Ok(Step::Now(decision)) => {
            let said = Said::of(&decision);
            return Told { at: None, said };
        }
        Ok(Step::Later(waiting)) => waiting,
    };
    let mut context = Context::from_waker(Waker::noop());
    for poll in 0..POLLS {
        let polled = AssertUnwindSafe(|| waiting.as_mut().poll(&mut context));
        match catch_unwind(polled) {
            Err(_) => return panicked(Some(poll)),
            Ok(Poll::Ready(decision)) => {
                let (at, said) = (Some(poll), Said::of(&decision));
                return Told { at, said };
            }
            Ok(Poll::Pending) => {}
        }
    }
    Told {
        at: Some(NEVER),
        said: Said::Unavailable,
    }
}

#[test]
fn the_trees_are_deep_and_say_everything_there_is_to_say() {
    let mut runner = TestRunner::new(cases(1));
    let (mut deepest, mut late, mut waiting, mut hanging) = (0, 0, 0, 0);
    let mut said = [0; 6];
    for _ in 0..1000 {
        let tree = tree_that_may_fail()
            .new_tree(&mut runner)
            .unwrap()
            .current();
        deepest = deepest.max(tree.depth());
        let told = tree.told(true);
        late += u32::from(told.at >= Some(LATE));
        waiting += u32::from(told.at.is_some());
        said[match told.said {
            Said::Allow => 0,
            Said::Deny(Needs::Nothing | Needs::Others) => 1,
            Said::Deny(Needs::Missing { .. }) => 2,
            Said::Hide => 3,
            Said::Unavailable => 4,
            Said::Panics => 5,
        }] += 1;
        let tree = tree_that_may_hang().new_tree(&mut runner).unwrap();
        hanging += u32::from(tree.current().told(true).at == Some(NEVER));
    }
    assert_eq!(deepest, 5);
    assert!(said.iter().all(|times| *times > 30), "{said:?}");
    assert!(waiting > 300 && hanging > 30, "{waiting} {hanging}");
    assert_eq!(late > 10, cfg!(feature = "deadline"), "{late}");
}

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Caller {
    Alice,
    Stranger,
    Rejected,
}

impl Caller {
    fn request(self) -> Request<()> {
        let token = match self {
            Self::Alice => Some("Bearer canary-true"),
            Self::Stranger => None,
            Self::Rejected => Some("Bearer wrong"),
        };
        let mut request = Request::builder();
        if let Some(token) = token {
            request = request.header("authorization", token);
        }
        request.body(()).unwrap()
    }

    /// The table, for a scheme that has words for everything.
    fn status(self, said: &Said) -> u16 {
        match (said, self) {
            (Said::Panics | Said::Unavailable, _) => 503,
            (Said::Hide, _) => 404,
            (Said::Allow, Self::Alice | Self::Stranger) => 200,
            (Said::Deny(Needs::Nothing), _)
            | (Said::Deny(Needs::Others | Needs::Missing { login: false, .. }), Self::Alice) => 403,
            (Said::Allow, Self::Rejected)
            | (Said::Deny(Needs::Missing { login: true, .. }), Self::Alice)
            | (Said::Deny(_), Self::Stranger | Self::Rejected) => 401,
        }
    }
}

const EVERYWHERE: [(Caller, Place); 5] = [
    (Caller::Alice, Place::Outside),
    (Caller::Stranger, Place::Outside),
    (Caller::Rejected, Place::Outside),
    // Who is rejected does not come so far.
    (Caller::Alice, Place::Route),
    (Caller::Stranger, Place::Route),
];

/// The scopes that a 403 names.
fn scopes(response: &Response<Body>) -> Option<BTreeSet<String>> {
    let challenge = response.headers().get(WWW_AUTHENTICATE)?.to_str().unwrap();
    let challenges = independent::read(challenge).unwrap();
    let (_, parameters) = &challenges[0];
    let (_, scopes) = parameters.iter().find(|(name, _)| name == "scope")?;
    Some(scopes.split(' ').map(str::to_owned).collect())
}

proptest! {
    #![proptest_config(cases(1500))]

    #[test]
    fn a_tree_says_what_it_must_when_it_must(tree in tree_that_may_hang()) {
        for principal in [Some(&ALICE), None] {
            let mut expected = tree.told(principal.is_some());
            let told = told(&tree.policy(), principal);
            if expected.at == Some(NEVER) {
                expected.said = told.said.clone();
            }
            assert_eq!(told, expected, "{tree:?}");
        }
    }

    #[test]
    fn a_tree_asks_nobody_twice_and_nobody_behind_a_then_that_does_not_allow(tree in tree_that_may_hang()) {
        let mut before = vec![0; tree.leaves().len()];
        for principal in [Some(&ALICE), None] {
            let known = principal.is_some();
            let _ = told(&tree.policy(), principal);
            let reached = tree.reached(known);
            let all_are_asked = !tree.ends_early(known);
            for (leaf, before) in tree.leaves().into_iter().zip(&mut before) {
                let asked = leaf.asked() - *before;
                *before = leaf.asked();
                let may_be = reached.iter().any(|there| std::ptr::eq(*there, leaf));
                assert!(asked <= usize::from(may_be), "{tree:?}");
                assert!(asked == 1 || !may_be || !all_are_asked, "{tree:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(400))]

    /// D-fail-closed
    #[test]
    fn a_request_ends_as_its_tree_must(tree in tree_that_may_fail()) {
        for (caller, place) in EVERYWHERE {
            let Told { said, .. } = tree.told(caller == Caller::Alice);
            let inner = Inner::default();
            let service = guarded(bearer(), tree.policy(), place, &inner);
            let answer = async { timeout(Duration::from_secs(60), service.oneshot(caller.request())).await };
            let Ok(response) = runtime().block_on(answer).expect("somebody who is woken");

            let status = response.status().as_u16();
            assert_eq!(status, caller.status(&said), "{caller:?}, {place:?}, {tree:?}");
            let allowed = said == Said::Allow && caller != Caller::Rejected;
            assert_eq!(status == 200, allowed);
            assert_eq!(inner.calls(), usize::from(allowed), "{caller:?}, {place:?}, {tree:?}");
            if let (Said::Deny(Needs::Missing { scopes: needed, login: false }), 403) = (said, status) {
                assert_eq!(scopes(&response), Some(needed), "{tree:?}");
            }
        }
    }

    /// D-fail-closed
    #[test]
    fn a_request_that_is_cancelled_midway_does_not_pass(tree in tree_that_may_hang()) {
        for (caller, place) in EVERYWHERE {
            let told = tree.told(caller == Caller::Alice);
            // Whoever answers at once, or at this poll, is not waited for any longer.
            let waits = told.at.map_or(0, |at| at.min(12));
            for polls in 0..=waits {
                let inner = Inner::default();
                let service = guarded(bearer(), tree.policy(), place, &inner);
                {
                    let _entered = runtime().enter();
                    let mut response = pin!(service.oneshot(caller.request()));
                    for _ in 0..polls {
                        assert!(still_waits(response.as_mut()), "{caller:?}, {place:?}, {tree:?}");
                    }
                }
                assert_eq!(inner.calls(), 0, "{caller:?}, {place:?}, {tree:?}");
            }
        }
    }
}
