//! Answers that come too late are outages.

use std::{borrow::Cow, fmt, marker::PhantomData, sync::Arc, time::Duration};

use tokio::{
    runtime::Handle,
    time::{Instant, timeout},
};

use crate::{
    caught::caught,
    decision::{Decision, Unavailable},
    inspect::Inspection,
    step::{Step, Waiting},
};

use super::{
    access::Access,
    contract::Policy,
    text::{Part, Text},
};

/// An outage instead of an answer that comes too late. See
/// [`PolicyExt::within`](super::PolicyExt::within).
pub struct Within<P, A> {
    policy: A,
    limit: Duration,
    name: Arc<str>,
    principal: PhantomData<fn(&P)>,
}

impl<P, A: Policy<P>> Within<P, A> {
    pub(super) fn new(policy: A, limit: Duration) -> Self {
        let name = Text::of(&policy).to_string().into();
        Self {
            policy,
            limit,
            name,
            principal: PhantomData,
        }
    }
}

impl<P: 'static, A: Policy<P>> Policy<P> for Within<P, A> {
    fn decide(&self, access: &Access<'_, P>) -> Step<Decision> {
        let asked = Instant::now();
        match self.policy.decide(access) {
            Step::Now(decision) => Step::Now(decision),
            Step::Later(waiting) => {
                let (limit, name) = (self.limit, Arc::clone(&self.name));
                Step::later(async move {
                    let decision = in_time(waiting, asked, limit).await;
                    decision.unwrap_or_else(|why| {
                        Unavailable::new(format!("`{name}` {why} within {limit:?}")).into()
                    })
                })
            }
        }
    }

    fn needed_scopes(&self) -> Vec<Cow<'static, str>> {
        self.policy.needed_scopes()
    }

    fn inspect(&self, inspection: &mut Inspection) {
        if self.limit.is_zero() {
            inspection.problem(format!(
                "the deadline of `{}` is zero: give it the time that an answer takes",
                self.name
            ));
        }
        if Text::of(&self.policy).written().is_none() {
            inspection.problem(
                "a policy with a deadline is `unnamed`: let its `describe` give no error of its own",
            );
        }
        self.policy.inspect(inspection);
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.within({:?})", Part::of(&self.policy), self.limit)
    }
}

/// The decision, or why there is none. Without a runtime, or with one whose timer is off, tokio
/// panics where a timer is made. Its timeout asks first, and only
/// then looks at the time: an answer is looked at again.
async fn in_time(
    waiting: Waiting<Decision>,
    asked: Instant,
    limit: Duration,
) -> Result<Decision, &'static str> {
    if Handle::try_current().is_err() {
        return Err("is asked where no runtime of tokio could see that it answers");
    }
    let left = limit.saturating_sub(asked.elapsed());
    let Some(timer) = caught(|| timeout(left, waiting)) else {
        return Err("is asked where the timer of tokio is off, which is to see that it answers");
    };
    match timer.await {
        Ok(decision) if asked.elapsed() <= limit => Ok(decision),
        Ok(_) | Err(_) => Err("did not answer"),
    }
}
