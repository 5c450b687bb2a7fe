//! One of several policies that may each let a request in.

use crate::{decision::Decision, step::Step};

use super::{access::Access, contract::Policy, handing::Handing};

/// Asks one of several policies that may each let the request in: what it finds counts only if it does.
pub(crate) fn ask_apart<P>(
    policy: &(impl Policy<P> + ?Sized),
    access: &Access<'_, P>,
) -> Step<Decision> {
    let Some(all) = access.handing() else {
        return policy.decide(access);
    };
    let own = Handing::default();
    match policy.decide(&access.handing_to(&own)) {
        Step::Now(decision) => {
            if matches!(decision, Decision::Allow) {
                own.pass_to(all);
            }
            Step::Now(decision)
        }
        Step::Later(waiting) => {
            let (own, all) = (own.share(), all.share());
            Step::later(async move {
                let decision = waiting.await;
                if matches!(decision, Decision::Allow) {
                    own.pass_to(&all);
                }
                decision
            })
        }
    }
}
