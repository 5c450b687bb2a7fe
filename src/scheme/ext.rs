//! Schemes joined.

use super::{
    contract::{BoxScheme, Scheme},
    schemes::Schemes,
};

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

    /// The scheme, whatever its type: for a list that is known only when the program runs.
    ///
    /// ```
    /// use tower_auth::scheme::{Basic, Bearer, BoxScheme, Schemes, SchemeExt};
    ///
    /// let wanted: Vec<BoxScheme<&str>> = vec![
    ///     Bearer::fixed("api", "s3cret", "the robot").boxed(),
    ///     Basic::fixed("api", "alice", "wonderland", "alice").boxed(),
    /// ];
    /// let mut wanted = wanted.into_iter();
    /// let schemes = wanted.next().map(|first| wanted.fold(Schemes::from(first), Schemes::or));
    /// # let _ = schemes;
    /// ```
    fn boxed(self) -> BoxScheme<Self::Principal> {
        Box::new(self)
    }
}

impl<S: Scheme> SchemeExt for S {}
