//! The policy's contract.

use std::{any::type_name, borrow::Cow, fmt, sync::Arc};

use crate::{
    decision::{Decision, IntoDecision},
    inspect::Inspection,
    step::Step,
};

use super::{access::Access, words::own_name};

/// Decides whether a principal, or an anonymous caller, may do this request.
///
/// Asked once per request by each layer that holds it; for rejected credentials, as for an
/// anonymous caller. One trait for answers that are here and answers that wait: a sync closure
/// is a policy, an async one goes through [`check_with`](super::check_with).
///
/// ```
/// use http::Method;
/// use tower_auth::{Decision, Denied, Remedy, Step, policy::{Access, Policy}};
///
/// /// Nobody writes.
/// struct ReadOnly;
///
/// impl<P> Policy<P> for ReadOnly {
///     fn decide(&self, access: &Access<'_, P>) -> Step<Decision> {
///         let reads = matches!(*access.method(), Method::GET | Method::HEAD);
///         Step::Now(if reads {
///             Decision::Allow
///         } else {
///             Denied::new(Remedy::Nothing).code("read_only").into()
///         })
///     }
/// }
/// # let _: &dyn Policy<()> = &ReadOnly;
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no policy for callers of type `{P}`",
    label = "this does not decide about `{P}`",
    note = "a closure needs its argument's type written out: `|access: &Access<'_, User>| ..`",
    note = "an async closure goes through `policy::check_with(state, async |state, view| ..)`: \
            its arguments' types written out, capturing nothing, and answering what a sync one may",
    note = "`policy::load(..)` is a policy once `.then(policy)` says who may",
    note = "`role(..)` needs `HasRole` on the principal, `scope(..)` needs `HasScope`, `login(..)` needs `HasLogin`",
    note = "a guarded route has its policy before what answers: `.route(path, policy, get(..))`"
)]
pub trait Policy<P>: Send + Sync + 'static {
    /// Decides about `access`.
    fn decide(&self, access: &Access<'_, P>) -> Step<Decision>;

    /// The scopes that this policy needs of everybody it lets in. A refusal for lack of scopes
    /// names them all ([RFC 6750 §3.1]), not only those that are lacking.
    ///
    /// [RFC 6750 §3.1]: https://www.rfc-editor.org/rfc/rfc6750#section-3.1
    fn needed_scopes(&self) -> Vec<Cow<'static, str>> {
        Vec::new()
    }

    /// Reports what is wrong with the policy, before it is asked for the first time.
    fn inspect(&self, inspection: &mut Inspection) {
        let _ = inspection;
    }

    /// Writes what the policy is called, for logs and tests: `role(admin)`. Unless you say so, that
    /// is its type's own name; for functions, theirs; for closures, `closure`. Escape what is not
    /// yours, as `{:?}` does: names stand in logs. Read it with [`PolicyExt::text`], and give a name
    /// with [`named`].
    ///
    /// # Errors
    ///
    /// Those of `f`. A policy that gives one of its own is `unnamed` in logs.
    ///
    /// [`PolicyExt::text`]: super::PolicyExt::text
    /// [`named`]: super::named
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(own_name(type_name::<Self>()).unwrap_or("policy"))
    }
}

/// A policy of any type.
pub type BoxPolicy<P> = Box<dyn Policy<P>>;

impl<P: 'static> Policy<P> for BoxPolicy<P> {
    fn decide(&self, access: &Access<'_, P>) -> Step<Decision> {
        (**self).decide(access)
    }

    fn needed_scopes(&self) -> Vec<Cow<'static, str>> {
        (**self).needed_scopes()
    }

    fn inspect(&self, inspection: &mut Inspection) {
        (**self).inspect(inspection);
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).describe(f)
    }
}

/// A policy that is shared: cloning it asks the same one from several places.
impl<P, T: Policy<P> + ?Sized> Policy<P> for Arc<T> {
    fn decide(&self, access: &Access<'_, P>) -> Step<Decision> {
        (**self).decide(access)
    }

    fn needed_scopes(&self) -> Vec<Cow<'static, str>> {
        (**self).needed_scopes()
    }

    fn inspect(&self, inspection: &mut Inspection) {
        (**self).inspect(inspection);
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).describe(f)
    }
}

impl<P, F, R> Policy<P> for F
where
    F: Fn(&Access<'_, P>) -> R + Send + Sync + 'static,
    R: IntoDecision,
{
    fn decide(&self, access: &Access<'_, P>) -> Step<Decision> {
        Step::Now(self(access).into_decision())
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(own_name(type_name::<F>()).unwrap_or("closure"))
    }
}
