//! For principals with roles.

use std::{borrow::Cow, fmt};

use crate::{
    decision::Decision,
    inspect::{Inspection, Misconfiguration},
    step::Step,
};

use super::{
    access::Access,
    contract::Policy,
    words::{Given, call},
};

/// A principal that may have roles.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no roles",
    note = "implement `tower_auth::policy::HasRole` for it"
)]
pub trait HasRole {
    /// Whether the principal has `role`.
    fn has_role(&self, role: &str) -> bool;
}

/// Lets in whoever has `role`. Others are denied, and other credentials might help. An empty name is
/// an error when the layer is built.
pub fn role(role: impl Into<Cow<'static, str>>) -> Role {
    Role(role.into())
}

/// See [`role`].
#[derive(Clone, Debug)]
pub struct Role(Cow<'static, str>);

impl<P: HasRole> Policy<P> for Role {
    fn decide(&self, access: &Access<'_, P>) -> Step<Decision> {
        Step::Now(match access.principal() {
            Some(principal) if principal.has_role(&self.0) => Decision::Allow,
            Some(_) | None => Decision::deny(),
        })
    }

    fn inspect(&self, inspection: &mut Inspection) {
        inspect_role(&self.0, inspection);
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        call(f, "role", [Given(&self.0)])
    }
}

/// Any name but the empty one can be that of a role: which there are is up to the application.
pub(super) fn inspect_role(role: &str, inspection: &mut Inspection) {
    if role.is_empty() {
        inspection.problem(Misconfiguration::Name {
            what: "role",
            given: role.to_owned(),
        });
    }
}
