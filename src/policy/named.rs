//! Any policy, under a name.

use std::{borrow::Cow, fmt};

use crate::{decision::Decision, inspect::Inspection, step::Step};

use super::{access::Access, contract::Policy, words::Given};

/// Calls a policy `name`, closures above all, which have none of their own. It decides as before. An
/// empty name is an error when the layer is built.
///
/// ```
/// use http::Request;
/// use tower_auth::{Decision, Step, policy::{Access, Policy, PolicyExt, named}};
///
/// let over_tls = |access: &Access<'_, u32>| access.headers().contains_key("x-tls");
/// let policy = named("over_tls", over_tls).hide();
/// assert_eq!(policy.text().to_string(), "over_tls.hide()");
///
/// let (head, ()) = Request::new(()).into_parts();
/// let decision = policy.decide(&Access::new(None, &head));
/// assert!(matches!(decision, Step::Now(Decision::Hide(_))));
/// ```
pub fn named<A>(name: impl Into<Cow<'static, str>>, policy: A) -> Named<A> {
    Named {
        name: name.into(),
        policy,
    }
}

/// See [`named`].
#[derive(Clone, Debug)]
pub struct Named<A> {
    name: Cow<'static, str>,
    policy: A,
}

impl<P, A: Policy<P>> Policy<P> for Named<A> {
    fn decide(&self, access: &Access<'_, P>) -> Step<Decision> {
        self.policy.decide(access)
    }

    fn needed_scopes(&self) -> Vec<Cow<'static, str>> {
        self.policy.needed_scopes()
    }

    fn inspect(&self, inspection: &mut Inspection) {
        if self.name.is_empty() {
            inspection.problem(
                "a policy is named ``: say in a word what it asks for, or leave `named` out",
            );
        }
        self.policy.inspect(inspection);
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Given(&self.name))
    }
}
