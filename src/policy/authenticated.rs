//! Anybody who proved who they are.

use std::fmt;

use crate::{decision::Decision, step::Step};

use super::{access::Access, contract::Policy};

/// Lets in whoever presents true credentials.
#[must_use]
pub const fn authenticated() -> Authenticated {
    Authenticated
}

/// See [`authenticated`].
#[derive(Clone, Copy, Debug)]
pub struct Authenticated;

impl<P> Policy<P> for Authenticated {
    fn decide(&self, access: &Access<'_, P>) -> Step<Decision> {
        Step::Now(match access.principal() {
            Some(_) => Decision::Allow,
            None => Decision::deny(),
        })
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("authenticated")
    }
}
