//! For principals of a tenant: whose the thing is that a request is about.

use std::{fmt, marker::PhantomData};

use crate::{decision::Decision, step::Step};

use super::{access::Access, belonging::belongs, contract::Policy};

/// A principal that may be of a tenant: of one customer among several who share a service.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no tenant",
    note = "implement `tower_auth::policy::HasTenant` for it"
)]
pub trait HasTenant {
    /// What tells tenants apart: a type of your own.
    type Tenant: PartialEq;

    /// The tenant of the principal, or `None` if it is of none: then nothing is of the same.
    fn tenant(&self) -> Option<&Self::Tenant>;
}

/// Lets in whoever is of the tenant that the request is about: `which` gives it, or `None` where
/// there is none, or none is known. All others are denied, and other credentials might help.
///
/// Take the tenant from where the caller cannot write: from an [`extension`](Access::extension) that
/// a layer further out put there, and not from a field that clients send. Strangers are of none, and
/// `which` is not asked about them. For one that a database knows, see [`owner`](super::owner).
///
/// ```
/// use http::Request;
/// use tower_auth::{AttemptKind, Decision, Outcome, Step, settle};
/// use tower_auth::policy::{Access, HasTenant, Policy, same_tenant};
///
/// struct User { tenant: &'static str }
/// impl HasTenant for User {
///     type Tenant = &'static str;
///     fn tenant(&self) -> Option<&Self::Tenant> { Some(&self.tenant) }
/// }
///
/// #[derive(Clone)]
/// struct Document { tenant: &'static str }
///
/// let ours = same_tenant(|access: &Access<'_, User>| Some(access.extension::<Document>()?.tenant));
///
/// let (mut head, ()) = Request::new(()).into_parts();
/// head.extensions.insert(Document { tenant: "acme" });
/// let outcome = |user: &User| match ours.decide(&Access::new(Some(user), &head)) {
///     Step::Now(decision) => settle(AttemptKind::Verified, &decision, |_ask| None::<()>),
///     Step::Later(_) => unreachable!(),
/// };
/// assert_eq!(outcome(&User { tenant: "acme" }), Outcome::Pass);
/// assert_eq!(outcome(&User { tenant: "umbrella" }), Outcome::Forbid(None));
/// ```
pub const fn same_tenant<P, F>(which: F) -> SameTenant<P, F>
where
    P: HasTenant,
    F: Fn(&Access<'_, P>) -> Option<P::Tenant>,
{
    SameTenant {
        which,
        principal: PhantomData,
    }
}

/// See [`same_tenant`].
pub struct SameTenant<P, F> {
    which: F,
    principal: PhantomData<fn(&P)>,
}

impl<P, F> Policy<P> for SameTenant<P, F>
where
    P: HasTenant + 'static,
    F: Fn(&Access<'_, P>) -> Option<P::Tenant> + Send + Sync + 'static,
{
    fn decide(&self, access: &Access<'_, P>) -> Step<Decision> {
        let tenant = access.principal().and_then(HasTenant::tenant);
        let unknown = "of which tenant it is, nobody knows";
        belongs(tenant, || (self.which)(access), unknown)
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("same_tenant")
    }
}
