//! What a router is built with that guards its routes.

use std::sync::Arc;

use crate::{decision::Decision, inspect::Inspection};

use super::{auth::AuthLayer, refusal::Refusal, require::RequireLayer, rule::Rule, settled::Told};

impl<P, B> AuthLayer<P, B> {
    /// A layer that asks a rule which was inspected, where nothing stands between this layer and it that
    /// the not-found service should know of.
    pub(crate) fn inside(&self, rule: Rule<P>) -> RequireLayer<P, B> {
        RequireLayer::new(Arc::clone(&self.engine), rule, Told::Nothing)
    }

    /// A refusal that this layer answers.
    pub(crate) fn refusal(&self, decision: Decision, rule: &'static str) -> Refusal {
        Refusal::at(decision, Arc::from(rule), self.engine.id)
    }

    pub(crate) fn warn_if_concealing_alone(&self, inspection: &Inspection) {
        self.engine.warn_if_concealing_alone(inspection);
    }
}
