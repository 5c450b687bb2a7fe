//! A policy for a single route, with the text that it is told by.

use std::sync::Arc;

use crate::policy::{Policy, PolicyExt as _};

/// A policy for a single route, with the text that it is told by.
pub(crate) struct Rule<P> {
    pub(crate) policy: Arc<dyn Policy<P>>,
    pub(crate) text: Arc<str>,
}

impl<P> Rule<P> {
    pub(crate) fn new(policy: impl Policy<P>) -> Self {
        Self {
            text: Arc::from(policy.text().to_string()),
            policy: Arc::new(policy),
        }
    }
}

impl<P> Clone for Rule<P> {
    fn clone(&self) -> Self {
        Self {
            policy: Arc::clone(&self.policy),
            text: Arc::clone(&self.text),
        }
    }
}
