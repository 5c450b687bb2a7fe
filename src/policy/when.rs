//! A predicate on the principal.

use std::fmt;

use crate::{decision::Decision, step::Step};

use super::{access::Access, contract::Policy};

/// Lets in whoever is known and fits `predicate`. Others are denied, and other credentials might
/// help.
///
/// ```
/// use tower_auth::policy;
///
/// struct User { age: u8 }
/// let grown_up = policy::when(|user: &User| user.age >= 18);
/// # let _: &dyn tower_auth::policy::Policy<User> = &grown_up;
/// ```
pub const fn when<F>(predicate: F) -> When<F> {
    When(predicate)
}

/// See [`when`].
#[derive(Clone, Copy, Debug)]
pub struct When<F>(F);

impl<P, F: Fn(&P) -> bool + Send + Sync + 'static> Policy<P> for When<F> {
    fn decide(&self, access: &Access<'_, P>) -> Step<Decision> {
        Step::Now(match access.principal() {
            Some(principal) if (self.0)(principal) => Decision::Allow,
            Some(_) | None => Decision::deny(),
        })
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("when")
    }
}
