//! Who may learn that a path has no such method, where its methods have different policies.

use std::fmt;

use http::Method;

use crate::{
    decision::{Decision, Denied, Remedy},
    layer::Rule,
    policy::{Access, Policy, ask_apart},
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
        let mut now = None;
        let mut later = Vec::new();
        for rule in &self.rules {
            match ask_apart(&*rule.policy, access) {
                Step::Now(decision) => now = Some(join(now, decision)),
                Step::Later(waiting) => later.push(waiting),
            }
        }
        if later.is_empty() {
            return Step::Now(now.unwrap_or_else(no_rule));
        }
        Step::later(async move {
            let mut all = now;
            for waiting in later {
                all = Some(join(all, waiting.await));
            }
            all.unwrap_or_else(no_rule)
        })
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("other_methods")
    }
}

/// Hide before Unavailable before Allow before Deny.
fn join(all: Option<Decision>, next: Decision) -> Decision {
    match (all, next) {
        (None, next) => next,
        (Some(all @ (Decision::Hide(_) | Decision::Unavailable(_))), next)
        | (Some(all), next @ (Decision::Hide(_) | Decision::Unavailable(_))) => all.and(next),
        (Some(all), next) => all.or(next),
    }
}

fn no_rule() -> Decision {
    Denied::new(Remedy::Nothing).into()
}
