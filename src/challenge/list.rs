//! At least one challenge.

use super::value::Challenge;

/// At least one challenge, in the order in which they are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenges {
    first: Challenge,
    rest: Vec<Challenge>,
}

impl Challenges {
    /// A list of one.
    #[must_use]
    pub const fn one(challenge: Challenge) -> Self {
        Self {
            first: challenge,
            rest: Vec::new(),
        }
    }

    /// All of them, or `None` where there are none.
    #[must_use]
    pub fn all_of(challenges: impl IntoIterator<Item = Challenge>) -> Option<Self> {
        let mut challenges = challenges.into_iter();
        Some(Self {
            first: challenges.next()?,
            rest: challenges.collect(),
        })
    }

    /// The challenges, in the order in which they are sent.
    pub fn iter(&self) -> impl Iterator<Item = &Challenge> {
        std::iter::once(&self.first).chain(&self.rest)
    }
}
