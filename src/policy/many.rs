//! A list of policies.

use std::{borrow::Cow, fmt};

use crate::{
    decision::{Decision, Denied, Remedy},
    inspect::Inspection,
    step::Step,
};

use super::{
    access::Access,
    apart::ask_apart,
    both::name_scopes,
    contract::Policy,
    gather::{Rule, gather},
    text::{Part, joined},
};

/// All must allow, and all are asked, so that one that hides wins: Hide before Unavailable before
/// Deny before Allow. An empty list denies.
///
/// Policies of different types are boxed first: [`PolicyExt::boxed`](super::PolicyExt::boxed).
pub fn all_of<A>(policies: impl IntoIterator<Item = A>) -> AllOf<A> {
    AllOf(policies.into_iter().collect())
}

/// One must allow, and no more are asked once one does: Allow before Unavailable before Hide
/// before Deny. An empty list denies.
///
/// Policies of different types are boxed first: [`PolicyExt::boxed`](super::PolicyExt::boxed).
pub fn any_of<A>(policies: impl IntoIterator<Item = A>) -> AnyOf<A> {
    AnyOf(policies.into_iter().collect())
}

/// See [`all_of`].
pub struct AllOf<A>(Vec<A>);

/// See [`any_of`].
pub struct AnyOf<A>(Vec<A>);

impl<P, A: Policy<P>> Policy<P> for AllOf<A> {
    fn decide(&self, access: &Access<'_, P>) -> Step<Decision> {
        let parts = self.0.iter().map(|policy| policy.decide(access));
        let all = gather(Rule::All, parts).unwrap_or_else(nobody);
        name_scopes(all, || Policy::<P>::needed_scopes(self))
    }

    fn needed_scopes(&self) -> Vec<Cow<'static, str>> {
        self.0.iter().flat_map(Policy::needed_scopes).collect()
    }

    fn inspect(&self, inspection: &mut Inspection) {
        self.0.iter().for_each(|policy| policy.inspect(inspection));
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        joined(f, Rule::All, self.0.iter().map(Part::of))
    }
}

impl<P, A: Policy<P>> Policy<P> for AnyOf<A> {
    fn decide(&self, access: &Access<'_, P>) -> Step<Decision> {
        let parts = self.0.iter().map(|policy| ask_apart(policy, access));
        gather(Rule::Any, parts).unwrap_or_else(nobody)
    }

    fn inspect(&self, inspection: &mut Inspection) {
        self.0.iter().for_each(|policy| policy.inspect(inspection));
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        joined(f, Rule::Any, self.0.iter().map(Part::of))
    }
}

fn nobody() -> Step<Decision> {
    Step::Now(
        Denied::new(Remedy::Nothing)
            .reason("an empty list of policies lets nobody in")
            .into(),
    )
}
