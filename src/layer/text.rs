//! A policy as text.

use std::{fmt, sync::Arc};

use crate::policy::Policy;

/// The text that a policy is told by, in the log and in records.
pub(super) fn text<P: 'static>(policy: &dyn Policy<P>) -> Arc<str> {
    struct Described<'a, P: 'static>(&'a dyn Policy<P>);

    impl<P: 'static> fmt::Display for Described<'_, P> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.describe(f)
        }
    }

    Arc::from(Described(policy).to_string())
}
