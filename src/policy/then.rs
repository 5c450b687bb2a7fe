//! The second policy only if the first allows.

use std::{borrow::Cow, fmt, marker::PhantomData, sync::Arc};

use crate::{decision::Decision, inspect::Inspection, step::Step};

use super::{access::Access, both::name_scopes, contract::Policy, text::Part};

/// The second policy is asked only if the first allows. See
/// [`PolicyExt::then`](super::PolicyExt::then).
pub struct Then<P, A, B> {
    first: A,
    second: Arc<B>,
    principal: PhantomData<fn(&P)>,
}

impl<P, A, B> Then<P, A, B> {
    pub(super) fn new(first: A, second: B) -> Self {
        Self {
            first,
            second: Arc::new(second),
            principal: PhantomData,
        }
    }
}

impl<P, A, B> Policy<P> for Then<P, A, B>
where
    P: Clone + Send + Sync + 'static,
    A: Policy<P>,
    B: Policy<P>,
{
    fn decide(&self, access: &Access<'_, P>) -> Step<Decision> {
        let decision = match self.first.decide(access) {
            Step::Now(Decision::Allow) => self.second.decide(access),
            Step::Now(refusal) => Step::Now(refusal),
            Step::Later(waiting) => {
                let second = Arc::clone(&self.second);
                let view = access.to_view();
                Step::later(async move {
                    match waiting.await {
                        Decision::Allow => {
                            let step = second.decide(&view.as_access());
                            step.wait().await
                        }
                        refusal => refusal,
                    }
                })
            }
        };
        name_scopes(decision, || self.needed_scopes())
    }

    fn needed_scopes(&self) -> Vec<Cow<'static, str>> {
        let mut scopes = self.first.needed_scopes();
        scopes.extend(self.second.needed_scopes());
        scopes
    }

    fn inspect(&self, inspection: &mut Inspection) {
        self.first.inspect(inspection);
        self.second.inspect(inspection);
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}.then({})",
            Part::of(&self.first),
            Part::of(&*self.second)
        )
    }
}
