//! Who calls.

use tower_auth::policy::{HasRole, HasScope};

/// Somebody with a name, and with nothing but the scope `docs:read`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct User(pub(crate) &'static str);

/// The one whom true credentials belong to.
pub(crate) const ALICE: User = User("alice");

impl HasRole for User {
    fn has_role(&self, role: &str) -> bool {
        role == "reader"
    }
}

impl HasScope for User {
    fn has_scope(&self, scope: &str) -> bool {
        scope == "docs:read"
    }
}
