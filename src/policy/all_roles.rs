//! All of several roles.

use std::{borrow::Cow, fmt};

use crate::{decision::Decision, inspect::Inspection, step::Step};

use super::{
    access::Access,
    contract::Policy,
    role::{HasRole, inspect_role},
    words::{Given, call},
};

/// Lets in whoever has all of `roles`. Others are denied, and other credentials might help. An empty
/// list lets nobody in, and is an error when the layer is built.
///
/// ```
/// use http::Request;
/// use tower_auth::{AttemptKind, Decision, Outcome, Step, settle};
/// use tower_auth::policy::{Access, HasRole, Policy, all_roles};
///
/// struct User(&'static [&'static str]);
/// impl HasRole for User {
///     fn has_role(&self, role: &str) -> bool { self.0.contains(&role) }
/// }
///
/// let auditing_admins = all_roles(["admin", "auditor"]);
/// let (head, ()) = Request::new(()).into_parts();
/// let outcome = |user: &User| match auditing_admins.decide(&Access::new(Some(user), &head)) {
///     Step::Now(decision) => settle(AttemptKind::Verified, &decision, |_ask| None::<()>),
///     Step::Later(_) => unreachable!(),
/// };
/// assert_eq!(outcome(&User(&["auditor", "admin"])), Outcome::Pass);
/// assert_eq!(outcome(&User(&["admin"])), Outcome::Forbid(None));
/// ```
pub fn all_roles<R: Into<Cow<'static, str>>>(roles: impl IntoIterator<Item = R>) -> AllRoles {
    AllRoles(roles.into_iter().map(Into::into).collect())
}

/// See [`all_roles`].
#[derive(Clone, Debug)]
pub struct AllRoles(Vec<Cow<'static, str>>);

impl AllRoles {
    /// Whoever has all of nothing has nothing.
    fn admit(&self, principal: &impl HasRole) -> bool {
        !self.0.is_empty() && self.0.iter().all(|role| principal.has_role(role))
    }
}

impl<P: HasRole> Policy<P> for AllRoles {
    fn decide(&self, access: &Access<'_, P>) -> Step<Decision> {
        Step::Now(match access.principal() {
            Some(principal) if self.admit(principal) => Decision::Allow,
            Some(_) | None => Decision::deny(),
        })
    }

    fn inspect(&self, inspection: &mut Inspection) {
        if self.0.is_empty() {
            inspection.problem("`all_roles` names no role: name those that are needed");
        }
        self.0
            .iter()
            .for_each(|role| inspect_role(role, inspection));
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        call(f, "all_roles", self.0.iter().map(|role| Given(role)))
    }
}
