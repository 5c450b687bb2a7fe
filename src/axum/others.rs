//! Who may learn that a path has no such method, where its methods have different policies.

use std::fmt;

use http::Method;

use crate::{
    decision::{Decision, Denied, Remedy},
    layer::Rule,
    policy::{Access, Combine, Policy, ask_apart, gather},
    step::Step,
};

/// Whoever may use one of the methods, unless another is hidden from them, or might be: its name
/// would stand in `Allow`, and what is hidden would answer otherwise than what is not there.
pub(super) struct OtherMethods<P> {
    /// Those that a handler of their own answers, behind a rule of its own: not asked about here.
    named: Vec<Method>,
    rules: Vec<Rule<P>>,
}

impl<P> OtherMethods<P> {
    pub(super) const fn new(named: Vec<Method>, rules: Vec<Rule<P>>) -> Self {
        Self { named, rules }
    }
}

impl<P: 'static> Policy<P> for OtherMethods<P> {
    fn decide(&self, access: &Access<'_, P>) -> Step<Decision> {
        if self.named.contains(access.method()) {
            return Step::Now(Decision::Allow);
        }
        let parts = self
            .rules
            .iter()
            .map(|rule| ask_apart(&*rule.policy, access));
        gather(Unhidden, parts).unwrap_or_else(|| Step::Now(Denied::new(Remedy::Nothing).into()))
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("other_methods")
    }
}

/// Hide before Unavailable before Allow before Deny.
#[derive(Clone, Copy)]
struct Unhidden;

impl Combine for Unhidden {
    fn combine(self, first: Decision, second: Decision) -> Decision {
        match (first, second) {
            (first @ (Decision::Hide(_) | Decision::Unavailable(_)), second)
            | (first, second @ (Decision::Hide(_) | Decision::Unavailable(_))) => first.and(second),
            (first, second) => first.or(second),
        }
    }
}
