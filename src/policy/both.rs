//! Two policies at once.

use std::{borrow::Cow, fmt, marker::PhantomData};

use crate::{decision::Decision, inspect::Inspection, step::Step};

use super::{
    access::Access,
    apart::ask_apart,
    contract::Policy,
    gather::{Combine as _, Rule, gather},
    text::{Part, joined},
};

/// Both must allow. See [`PolicyExt::and`](super::PolicyExt::and).
pub struct And<P, A, B> {
    a: A,
    b: B,
    principal: PhantomData<fn(&P)>,
}

/// One must allow. See [`PolicyExt::or`](super::PolicyExt::or).
pub struct Or<P, A, B> {
    a: A,
    b: B,
    principal: PhantomData<fn(&P)>,
}

impl<P, A, B> And<P, A, B> {
    pub(super) const fn new(a: A, b: B) -> Self {
        Self {
            a,
            b,
            principal: PhantomData,
        }
    }
}

impl<P, A, B> Or<P, A, B> {
    pub(super) const fn new(a: A, b: B) -> Self {
        Self {
            a,
            b,
            principal: PhantomData,
        }
    }
}

impl<P: 'static, A: Policy<P>, B: Policy<P>> Policy<P> for And<P, A, B> {
    fn decide(&self, access: &Access<'_, P>) -> Step<Decision> {
        let both = join(Rule::All, self.a.decide(access), || self.b.decide(access));
        name_scopes(both, || self.needed_scopes())
    }

    fn needed_scopes(&self) -> Vec<Cow<'static, str>> {
        let mut scopes = self.a.needed_scopes();
        scopes.extend(self.b.needed_scopes());
        scopes
    }

    fn inspect(&self, inspection: &mut Inspection) {
        self.a.inspect(inspection);
        self.b.inspect(inspection);
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        joined(
            f,
            Rule::All,
            [&Part::of(&self.a) as &dyn fmt::Display, &Part::of(&self.b)],
        )
    }
}

impl<P: 'static, A: Policy<P>, B: Policy<P>> Policy<P> for Or<P, A, B> {
    fn decide(&self, access: &Access<'_, P>) -> Step<Decision> {
        join(Rule::Any, ask_apart(&self.a, access), || {
            ask_apart(&self.b, access)
        })
    }

    fn inspect(&self, inspection: &mut Inspection) {
        self.a.inspect(inspection);
        self.b.inspect(inspection);
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        joined(
            f,
            Rule::Any,
            [&Part::of(&self.a) as &dyn fmt::Display, &Part::of(&self.b)],
        )
    }
}

/// Two answers that are here come together without an allocation.
fn join(rule: Rule, a: Step<Decision>, b: impl FnOnce() -> Step<Decision>) -> Step<Decision> {
    match (rule, a) {
        (Rule::Any, Step::Now(Decision::Allow)) => Step::Now(Decision::Allow),
        (Rule::All | Rule::Any, a) => match (a, b()) {
            (Step::Now(a), Step::Now(b)) => Step::Now(rule.combine(a, b)),
            (a, b) => gather(rule, [a, b]).unwrap_or_else(|| Step::Now(Decision::deny())),
        },
    }
}

/// A refusal for lack of scopes names all that the whole needs.
pub(super) fn name_scopes(
    step: Step<Decision>,
    needed: impl FnOnce() -> Vec<Cow<'static, str>>,
) -> Step<Decision> {
    match step {
        Step::Now(Decision::Deny(denial)) => Step::Now(denial.naming(needed()).into()),
        Step::Now(decision) => Step::Now(decision),
        Step::Later(waiting) => {
            let needed = needed();
            Step::later(async move {
                match waiting.await {
                    Decision::Deny(denial) => denial.naming(needed).into(),
                    decision => decision,
                }
            })
        }
    }
}
