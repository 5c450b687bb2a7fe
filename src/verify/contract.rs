//! The verifier's contract.

use crate::{
    attempt::{Attempt, Rejection},
    decision::Unavailable,
    fault::Fault,
    inspect::Inspection,
    step::Step,
};

/// A verifier's answer.
#[must_use = "a verdict that nobody reads proves nothing"]
pub enum Verdict<P> {
    /// The credentials are true, and this is whose they are.
    Verified(P),
    /// They are not true: the caller's fault.
    Refused,
    /// They are a token, and this is what is wrong with it: the caller's fault.
    Faulty(Fault),
    /// It could not be found out: our fault.
    Unavailable(Unavailable),
}

/// Decides whether credentials are true, and whose they are.
///
/// `C` are the credentials: a [`Secret`](crate::Secret) for [`Bearer`](crate::scheme::Bearer) and
/// [`ApiKey`](crate::scheme::ApiKey), [`BasicCredentials`](crate::BasicCredentials) for
/// [`Basic`](crate::scheme::Basic). Closures that answer at once are verifiers; those that wait
/// go through [`check_with`](super::check_with).
///
/// Closures refuse with `None`. An error is an outage of ours and ends in 503: a caller's unreadable
/// token must not become one.
///
/// ```
/// use tower_auth::{BasicCredentials, Secret, scheme::Basic};
///
/// let users = |credentials: BasicCredentials<'_>| {
///     let password = match credentials.user_id() {
///         "alice" => "wonderland",
///         _ => return None,
///     };
///     credentials.password().matches(&Secret::from(password)).then_some("alice")
/// };
/// let basic = Basic::new("staff area", users);
/// # let _ = basic;
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not verify `{C}`",
    label = "this is no verifier of `{C}`",
    note = "a closure needs its argument's type written out: \
            `|token: Secret<'_>| ..` or `|credentials: BasicCredentials<'_>| ..`",
    note = "an async closure goes through `verify::check_with(state, async |state, credentials| ..)`"
)]
pub trait Verify<C>: Send + Sync + 'static {
    /// Who callers are.
    type Principal;

    /// Judges `credentials`.
    fn verify(&self, credentials: C) -> Step<Verdict<Self::Principal>>;

    /// Reports what is wrong with the verifier, before it is asked for the first time.
    fn inspect(&self, inspection: &mut Inspection, scheme: &'static str) {
        let _ = (inspection, scheme);
    }
}

/// What a closure may answer when it is used as a verifier: an `Option` of the principal, a
/// `Result` of one, whose error is an outage, or a [`Verdict`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no answer of a verifier",
    label = "this is what the verifier answers",
    note = "answer `Option<Principal>`, `Result<Option<Principal>, E>`, \
            where `E` is a `std::error::Error` or an `Unavailable`, or a `Verdict`",
    note = "an async closure goes through `verify::check_with(state, async |state, credentials| ..)`"
)]
pub trait IntoVerdict {
    /// Who callers are.
    type Principal;

    /// The verdict that is meant.
    ///
    /// # Errors
    ///
    /// Where the answer could not be found out.
    fn into_verdict(self) -> Verdict<Self::Principal>;
}

impl<P> IntoVerdict for Option<P> {
    type Principal = P;

    fn into_verdict(self) -> Verdict<P> {
        self.map_or(Verdict::Refused, Verdict::Verified)
    }
}

impl<P, E: Into<Unavailable>> IntoVerdict for Result<Option<P>, E> {
    type Principal = P;

    fn into_verdict(self) -> Verdict<P> {
        match self {
            Ok(found) => found.into_verdict(),
            Err(error) => Verdict::Unavailable(error.into()),
        }
    }
}

impl<P> IntoVerdict for Verdict<P> {
    type Principal = P;

    fn into_verdict(self) -> Self {
        self
    }
}

impl<P> From<Verdict<P>> for Attempt<P> {
    /// Reads a verdict on credentials that were there.
    fn from(verdict: Verdict<P>) -> Self {
        match verdict {
            Verdict::Verified(principal) => Self::Verified(principal),
            Verdict::Refused => Self::Rejected(Rejection::Refused),
            Verdict::Faulty(fault) => Self::Rejected(Rejection::Faulty(fault)),
            Verdict::Unavailable(unavailable) => Self::Unavailable(unavailable),
        }
    }
}

impl<F, C, R> Verify<C> for F
where
    F: Fn(C) -> R + Send + Sync + 'static,
    R: IntoVerdict,
{
    type Principal = R::Principal;

    fn verify(&self, credentials: C) -> Step<Verdict<R::Principal>> {
        Step::Now(self(credentials).into_verdict())
    }
}
