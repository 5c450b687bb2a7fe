//! Policies joined and turned.

use super::{
    both::{And, Or},
    contract::{BoxPolicy, Policy},
    hide::{From, Hide},
    text::Text,
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

    /// An outage instead of an answer that comes later than `limit` after the question: 503, and
    /// the question is dropped. The time runs from when the policy is asked. An answer that is late
    /// because something held up the thread is late. Answers that are here at once never are.
    ///
    /// Needs the runtime of tokio, with its timer: where there is none, what has to wait is an outage.
    /// Turn the timer on (`enable_time`, `enable_all`): where it is off, tokio panics for every
    /// request. That is caught, but your panic hook reports each, on standard error unless you say so.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// use std::{future::pending, time::Duration};
    /// use http::{Request, Response, StatusCode};
    /// use tower::{Layer, ServiceExt, service_fn};
    /// use tower_auth::{AuthLayer, policy::{self, PolicyExt, View}, scheme::Bearer};
    ///
    /// let hangs = policy::check_with((), async |(), _: View<u32>| pending::<bool>().await);
    /// let layer = AuthLayer::new(Bearer::fixed("api", "s3cret", 7), hangs.within(Duration::from_millis(10)))
    ///     .build_with(Vec::from)?;
    /// let service = layer.layer(service_fn(|_: Request<()>| async {
    ///     Ok::<_, std::convert::Infallible>(Response::new(Vec::new()))
    /// }));
    /// let response = service.oneshot(Request::new(())).await?;
    /// assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    #[cfg(feature = "deadline")]
    fn within(self, limit: std::time::Duration) -> super::within::Within<P, Self> {
        super::within::Within::new(self, limit)
    }

    /// What the policy is called, and what it is made of. Chains of `or`, and of `and`, read as one
    /// list. Names that you gave are escaped, and quoted where they could be taken for something else.
    ///
    /// Where nothing says who callers are, do: `PolicyExt::<User>::text(&role("admin"))`.
    ///
    /// ```
    /// use tower_auth::policy::{BoxPolicy, HasRole, PolicyExt, named, role, when};
    ///
    /// struct User { name: &'static str }
    /// impl HasRole for User {
    ///     fn has_role(&self, _: &str) -> bool { false }
    /// }
    ///
    /// let owner = named("owner", when(|user: &User| user.name == "alice"));
    /// let policy: BoxPolicy<User> = owner.or(role("admin")).hide().boxed();
    /// assert_eq!(policy.text().to_string(), "any_of(owner, role(admin)).hide()");
    /// ```
    fn text(&self) -> Text<'_, P, Self> {
        Text::of(self)
    }

    /// The policy, whatever its type.
    fn boxed(self) -> BoxPolicy<P> {
        Box::new(self)
    }
}

impl<P, A: Policy<P>> PolicyExt<P> for A {}
