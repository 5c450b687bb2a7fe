//! The layer that asks a policy of its own, further in.

use std::{fmt, sync::Arc};

use tower_layer::Layer;

use super::{
    engine::Engine,
    rule::Rule,
    service::AuthService,
    settled::{Post, Told},
};

/// Asks a policy about the caller that an [`AuthLayer`](super::AuthLayer) outside of it verified.
/// Made by [`AuthLayer::require`](super::AuthLayer::require). Cloning is cheap.
pub struct RequireLayer<P, B> {
    engine: Arc<Engine<P, B>>,
    rule: Rule<P>,
    told: Told,
}

impl<P, B> RequireLayer<P, B> {
    pub(super) const fn new(engine: Arc<Engine<P, B>>, rule: Rule<P>, told: Told) -> Self {
        Self { engine, rule, told }
    }
}

impl<S, P, B> Layer<S> for RequireLayer<P, B> {
    type Service = AuthService<S, P, B>;

    fn layer(&self, inner: S) -> Self::Service {
        let post = Post::Inside {
            rule: self.rule.clone(),
            told: self.told,
        };
        AuthService::new(inner, Arc::clone(&self.engine), post)
    }
}

impl<P, B> Clone for RequireLayer<P, B> {
    fn clone(&self) -> Self {
        Self {
            engine: Arc::clone(&self.engine),
            rule: self.rule.clone(),
            told: self.told,
        }
    }
}

impl<P, B> fmt::Debug for RequireLayer<P, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequireLayer")
            .field("policy", &self.rule.text)
            .finish_non_exhaustive()
    }
}
