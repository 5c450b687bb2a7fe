//! Refusals turned into 404.

use std::{fmt, marker::PhantomData};

use crate::{decision::Decision, inspect::Inspection, step::Step};

use super::{access::Access, contract::Policy, text::Part};

/// Refusals turned into 404. See [`PolicyExt::hide`](super::PolicyExt::hide) and
/// [`PolicyExt::hide_from_principals`](super::PolicyExt::hide_from_principals).
pub struct Hide<P, A> {
    policy: A,
    from: From,
    principal: PhantomData<fn(&P)>,
}

#[derive(Clone, Copy)]
pub(super) enum From {
    Everybody,
    Principals,
}

impl<P, A> Hide<P, A> {
    pub(super) const fn new(policy: A, from: From) -> Self {
        Self {
            policy,
            from,
            principal: PhantomData,
        }
    }
}

impl<P: 'static, A: Policy<P>> Policy<P> for Hide<P, A> {
    fn decide(&self, access: &Access<'_, P>) -> Step<Decision> {
        let decision = self.policy.decide(access);
        match (self.from, access.principal()) {
            (From::Everybody, _) | (From::Principals, Some(_)) => decision.map(hidden),
            (From::Principals, None) => decision,
        }
    }

    fn inspect(&self, inspection: &mut Inspection) {
        inspection.hides();
        self.policy.inspect(inspection);
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = match self.from {
            From::Everybody => "hide",
            From::Principals => "hide_from_principals",
        };
        write!(f, "{}.{how}()", Part::of(&self.policy))
    }
}

fn hidden(decision: Decision) -> Decision {
    match decision {
        Decision::Deny(denial) => Decision::Hide(denial.into()),
        Decision::Allow | Decision::Hide(_) | Decision::Unavailable(_) => decision,
    }
}
