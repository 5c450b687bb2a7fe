//! The layer that asks a policy of its own, further in.

use std::{fmt, sync::Arc};

use tower_layer::Layer;

use crate::policy::Policy;

use super::{engine::Engine, service::AuthService, settled::Post};

/// Asks a policy about the caller that an [`AuthLayer`](super::AuthLayer) outside of it verified.
/// Made by [`AuthLayer::require`](super::AuthLayer::require). Cloning is cheap.
pub struct RequireLayer<P, B> {
    engine: Arc<Engine<P, B>>,
    policy: Arc<dyn Policy<P>>,
}

impl<P, B> RequireLayer<P, B> {
    pub(super) const fn new(engine: Arc<Engine<P, B>>, policy: Arc<dyn Policy<P>>) -> Self {
        Self { engine, policy }
    }
}

impl<S, P, B> Layer<S> for RequireLayer<P, B> {
    type Service = AuthService<S, P, B>;

    fn layer(&self, inner: S) -> Self::Service {
        let post = Post::Inside(Arc::clone(&self.policy));
        AuthService::new(inner, Arc::clone(&self.engine), post)
    }
}

impl<P, B> Clone for RequireLayer<P, B> {
    fn clone(&self) -> Self {
        Self {
            engine: Arc::clone(&self.engine),
            policy: Arc::clone(&self.policy),
        }
    }
}

impl<P, B> fmt::Debug for RequireLayer<P, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequireLayer").finish_non_exhaustive()
    }
}
