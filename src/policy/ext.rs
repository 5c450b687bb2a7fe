//! Policies joined and turned.

use super::{
    both::{And, Or},
    contract::{BoxPolicy, Policy},
    hide::{From, Hide},
    then::Then,
};

/// Joins and turns policies.
///
/// ```
/// use http::Request;
/// use tower_auth::{Decision, Step, policy::{Access, HasRole, Policy, PolicyExt, role}};
///
/// struct User { name: &'static str, role: &'static str }
/// impl HasRole for User {
///     fn has_role(&self, role: &str) -> bool { self.role == role }
/// }
///
/// let mine = |access: &Access<'_, User>| access.principal().is_some_and(|user| user.name == "alice");
/// let policy = mine.or(role("admin")).hide();
///
/// let (head, ()) = Request::new(()).into_parts();
/// let bob = User { name: "bob", role: "guest" };
/// let decision = policy.decide(&Access::new(Some(&bob), &head));
/// assert!(matches!(decision, Step::Now(Decision::Hide(_))));
/// ```
pub trait PolicyExt<P>: Policy<P> + Sized {
    /// Both must allow; both are asked. Hide before Unavailable before Deny before Allow.
    fn and<B: Policy<P>>(self, other: B) -> And<P, Self, B> {
        And::new(self, other)
    }

    /// One must allow. Allow before Unavailable before Hide before Deny.
    fn or<B: Policy<P>>(self, other: B) -> Or<P, Self, B> {
        Or::new(self, other)
    }

    /// Asks `second` only if this policy allows: for the costly database behind the cheap rule.
    ///
    /// The order shows: whom this policy denies is told so even where `second` would hide. Use
    /// [`and`](Self::and) where that tells too much.
    fn then<B: Policy<P>>(self, second: B) -> Then<P, Self, B> {
        Then::new(self, second)
    }

    /// Turns every denial into 404, so that nobody can tell the resource from one that does not
    /// exist. Outages stay outages.
    ///
    /// Hiding is for the policy of a route, or for one that hides every path alike. The layer's own
    /// policy must not hide some paths and let everybody else's pass: bad credentials are 404 on
    /// the one and 401 on the other.
    fn hide(self) -> Hide<P, Self> {
        Hide::new(self, From::Everybody)
    }

    /// Turns denials of known callers into 404. Anonymous callers, and those whose credentials
    /// were rejected, get 401 first.
    ///
    /// Conceals only where paths that do not exist answer a stranger with 401 too.
    fn hide_from_principals(self) -> Hide<P, Self> {
        Hide::new(self, From::Principals)
    }

    /// The policy, whatever its type.
    fn boxed(self) -> BoxPolicy<P> {
        Box::new(self)
    }
}

impl<P, A: Policy<P>> PolicyExt<P> for A {}
