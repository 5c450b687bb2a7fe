//! A challenge that is being configured.

use crate::{
    challenge::{Challenge, ChallengeError},
    inspect::{Inspection, Misconfiguration},
};

/// A challenge that is being configured: what is wrong with it is told when the layer is built.
#[derive(Clone)]
pub(super) struct Draft {
    scheme: &'static str,
    challenge: Option<Challenge>,
    errors: Vec<ChallengeError>,
}

impl Draft {
    pub(super) fn new(scheme: &'static str, realm: &str) -> Self {
        let mut draft = Self {
            scheme,
            challenge: None,
            errors: Vec::new(),
        };
        draft.keep(Challenge::new(scheme, realm));
        draft
    }

    /// Adds a parameter, where there is something to add it to.
    pub(super) fn add(&mut self, name: &str, value: &str) {
        if let Some(challenge) = &self.challenge {
            self.keep(challenge.with(name, value));
        }
    }

    /// The challenge, which is there in every layer that could be built.
    pub(super) fn finished(&self) -> Option<&Challenge> {
        self.challenge.as_ref()
    }

    pub(super) fn inspect(&self, inspection: &mut Inspection) {
        for error in &self.errors {
            inspection.problem(Misconfiguration::Challenge {
                scheme: self.scheme,
                error: error.clone(),
            });
        }
    }

    fn keep(&mut self, challenge: Result<Challenge, ChallengeError>) {
        match challenge {
            Ok(challenge) => self.challenge = Some(challenge),
            Err(error) => self.errors.push(error),
        }
    }
}
