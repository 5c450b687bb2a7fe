//! What is asked of a caller.

use crate::{attempt::Rejection, decision::Missing};

/// What is asked of a caller: [`settle`](crate::settle) says it, a scheme words it as a
/// challenge, or leaves it to others by answering `None`.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Ask<'a> {
    /// For credentials. The request carried none.
    Credentials,
    /// For other credentials: those that the request carried were rejected.
    Again(Rejection),
    /// For credentials with more scopes; the status is 403.
    MoreScopes(&'a Missing),
    /// For a fresher or a stronger login, and scopes if they lack too.
    StepUp(&'a Missing),
}
