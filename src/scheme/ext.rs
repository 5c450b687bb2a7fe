//! Schemes joined.

use super::{contract::Scheme, schemes::Schemes};

/// Joins schemes.
pub trait SchemeExt: Scheme + Sized {
    /// This scheme, or another for the same principals. Challenges are sent in this order.
    ///
    /// ```
    /// use tower_auth::scheme::{Basic, Bearer, SchemeExt};
    ///
    /// let either = Bearer::fixed("api", "s3cret", "the robot")
    ///     .or(Basic::fixed("api", "alice", "wonderland", "alice"));
    /// # let _ = either;
    /// ```
    fn or(self, other: impl Scheme<Principal = Self::Principal>) -> Schemes<Self::Principal> {
        Schemes::from(self).or(other)
    }
}

impl<S: Scheme> SchemeExt for S {}
