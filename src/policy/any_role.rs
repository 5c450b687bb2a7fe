//! One role of several.

use std::{borrow::Cow, fmt};

use crate::{decision::Decision, inspect::Inspection, step::Step};

use super::{
    access::Access,
    contract::Policy,
    role::{HasRole, inspect_role},
    words::{Given, call},
};

/// Lets in whoever has one of `roles`. Others are denied, and other credentials might help. An empty
/// list lets nobody in, and is an error when the layer is built.
///
/// ```
/// use http::Request;
/// use tower_auth::{AttemptKind, Decision, Outcome, Step, settle};
/// use tower_auth::policy::{Access, HasRole, Policy, any_role};
///
/// struct User(&'static str);
/// impl HasRole for User {
///     fn has_role(&self, role: &str) -> bool { self.0 == role }
/// }
///
/// let staff = any_role(["editor", "admin"]);
/// let (head, ()) = Request::new(()).into_parts();
/// let outcome = |user: &User| match staff.decide(&Access::new(Some(user), &head)) {
///     Step::Now(decision) => settle(AttemptKind::Verified, &decision, |_ask| None::<()>),
///     Step::Later(_) => unreachable!(),
/// };
/// assert_eq!(outcome(&User("editor")), Outcome::Pass);
/// assert_eq!(outcome(&User("guest")), Outcome::Forbid(None));
/// ```
pub fn any_role<R: Into<Cow<'static, str>>>(roles: impl IntoIterator<Item = R>) -> AnyRole {
    AnyRole(roles.into_iter().map(Into::into).collect())
}

/// See [`any_role`].
#[derive(Clone, Debug)]
pub struct AnyRole(Vec<Cow<'static, str>>);

impl<P: HasRole> Policy<P> for AnyRole {
    fn decide(&self, access: &Access<'_, P>) -> Step<Decision> {
        Step::Now(match access.principal() {
            Some(principal) if self.0.iter().any(|role| principal.has_role(role)) => {
                Decision::Allow
            }
            Some(_) | None => Decision::deny(),
        })
    }

    fn inspect(&self, inspection: &mut Inspection) {
        if self.0.is_empty() {
            inspection.problem("`any_role` names no role: name those of which one is needed");
        }
        self.0
            .iter()
            .for_each(|role| inspect_role(role, inspection));
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        call(f, "any_role", self.0.iter().map(|role| Given(role)))
    }
}
