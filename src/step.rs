//! An answer that is here, or on its way.

use std::{future::Future, pin::Pin};

/// A future that a [`Step`] waits for: boxed once, sendable, owning all it needs.
pub type Waiting<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// An answer that is here, or on its way.
///
/// Schemes, verifiers and policies answer with it, so that one trait serves both the rule
/// that compares two strings and the one that asks a database. An answer that is
/// [`Now`](Step::Now) allocates nothing; one that comes [`Later`](Step::Later) is boxed, and once
/// more where it is turned into another.
///
/// ```
/// use tower_auth::Step;
///
/// let now = Step::Now(2).map(|n| n + 1);
/// assert!(matches!(now, Step::Now(3)));
///
/// let later = Step::later(async { "asked the database" });
/// assert!(matches!(later, Step::Later(_)));
/// ```
#[must_use = "a step does nothing until its answer is taken"]
pub enum Step<T> {
    /// The answer is here.
    Now(T),
    /// The answer is on its way. Dropping it cancels the question.
    Later(Waiting<T>),
}

impl<T> Step<T> {
    /// Waits for `future`.
    pub fn later(future: impl Future<Output = T> + Send + 'static) -> Self {
        Self::Later(Box::pin(future))
    }

    /// Turns the answer into another, when it comes.
    pub fn map<U>(self, turn: impl FnOnce(T) -> U + Send + 'static) -> Step<U>
    where
        T: 'static,
    {
        match self {
            Self::Now(answer) => Step::Now(turn(answer)),
            Self::Later(waiting) => Step::later(async move { turn(waiting.await) }),
        }
    }

    /// Waits until the answer is here.
    pub async fn wait(self) -> T {
        match self {
            Self::Now(answer) => answer,
            Self::Later(waiting) => waiting.await,
        }
    }
}

impl<T> From<T> for Step<T> {
    fn from(answer: T) -> Self {
        Self::Now(answer)
    }
}
