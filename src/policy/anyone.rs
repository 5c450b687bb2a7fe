//! Whoever it is.

use std::fmt;

use crate::{decision::Decision, step::Step};

use super::{access::Access, contract::Policy};

/// Lets everybody in, strangers too. Credentials that are there must still be true.
#[must_use]
pub const fn anyone() -> Anyone {
    Anyone
}

/// See [`anyone`].
#[derive(Clone, Copy, Debug)]
pub struct Anyone;

impl<P> Policy<P> for Anyone {
    fn decide(&self, _: &Access<'_, P>) -> Step<Decision> {
        Step::Now(Decision::Allow)
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anyone")
    }
}
