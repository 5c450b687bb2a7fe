//! A challenge that is being configured.

use crate::{
    challenge::{Challenge, ChallengeError},
    inspect::{Inspection, Misconfiguration},
};

/// A challenge that is being configured: what is wrong with it is told when the layer is built.
pub(super) struct Draft {
    scheme: &'static str,
    realm: String,
    challenge: Result<Challenge, ChallengeError>,
}

impl Draft {
    pub(super) fn new(scheme: &'static str, realm: &str) -> Self {
        Self {
            scheme,
            realm: realm.to_owned(),
            challenge: Challenge::new(scheme, realm),
        }
    }

    /// Adds a parameter. The first flaw is kept.
    pub(super) fn add(&mut self, name: &str, value: &str) {
        if let Ok(challenge) = &self.challenge {
            self.challenge = challenge.with(name, value);
        }
    }

    /// The challenge, which is there in every layer that could be built.
    pub(super) fn finished(&self) -> Option<&Challenge> {
        self.challenge.as_ref().ok()
    }

    pub(super) fn inspect(&self, inspection: &mut Inspection) {
        let realm = self.realm.to_ascii_lowercase();
        if realm.is_empty() {
            inspection.problem(Misconfiguration::EmptyRealm(self.scheme));
        }
        if ["error=", "scope=", "resource_metadata="]
            .iter()
            .any(|text| realm.contains(text))
        {
            inspection.problem(Misconfiguration::MisleadingRealm(self.scheme));
        }
        if let Err(error) = &self.challenge {
            inspection.problem(Misconfiguration::Challenge {
                scheme: self.scheme,
                error: error.clone(),
            });
        }
    }
}
