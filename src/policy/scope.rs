//! For principals with scopes.

use std::{borrow::Cow, fmt};

use crate::{
    challenge::is_scope,
    decision::{Decision, Denied, Remedy},
    inspect::{Inspection, Misconfiguration},
    step::Step,
};

use super::{
    access::Access,
    contract::Policy,
    words::{Given, call},
};

/// A principal that may have scopes ([RFC 6749 §3.3]): rights that were granted to whoever holds
/// the credentials.
///
/// [RFC 6749 §3.3]: https://www.rfc-editor.org/rfc/rfc6749#section-3.3
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no scopes",
    note = "implement `tower_auth::policy::HasScope` for it"
)]
pub trait HasScope {
    /// Whether the principal has `scope`.
    fn has_scope(&self, scope: &str) -> bool;
}

/// Lets in whoever has `scope`. Others are denied for lack of it: 403, and `insufficient_scope`
/// from a scheme that speaks it.
pub fn scope(scope: impl Into<Cow<'static, str>>) -> Scope {
    Scope(scope.into())
}

/// See [`scope`].
#[derive(Clone, Debug)]
pub struct Scope(Cow<'static, str>);

impl<P: HasScope> Policy<P> for Scope {
    fn decide(&self, access: &Access<'_, P>) -> Step<Decision> {
        Step::Now(match access.principal() {
            Some(principal) if principal.has_scope(&self.0) => Decision::Allow,
            Some(_) | None => Denied::new(Remedy::scopes([self.0.clone()])).into(),
        })
    }

    fn needed_scopes(&self) -> Vec<Cow<'static, str>> {
        vec![self.0.clone()]
    }

    fn inspect(&self, inspection: &mut Inspection) {
        inspect_scope(&self.0, inspection);
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        call(f, "scope", [Given(&self.0)])
    }
}

/// A scope that no principal can have.
pub(super) fn inspect_scope(scope: &str, inspection: &mut Inspection) {
    if !is_scope(scope) {
        inspection.problem(Misconfiguration::Name {
            what: "scope",
            given: scope.to_owned(),
        });
    }
}
