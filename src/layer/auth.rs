//! The layer that authenticates, asks its policy, and answers every refusal.

use std::{fmt, sync::Arc};

use tower_layer::Layer;

use crate::{
    inspect::{BuildError, Inspection},
    policy::Policy,
    trace,
};

use super::{
    engine::Engine,
    require::RequireLayer,
    rule::Rule,
    service::AuthService,
    settled::{Post, Told},
};

/// Authenticates callers, asks a policy, and answers what is refused: here, and further in.
///
/// `P` is the principal, a type of your own; `B` the body of responses, such as `axum::body::Body`.
///
/// Stand it outside of a whole router, as a service: `auth.layer(router)`. Then concealment holds for
/// every method and path. `router.layer(auth)` is something else: axum puts it on each route, and
/// adds `Allow` to what it hides. To serve it, or to have other routes beside it, make it the
/// fallback of an empty router: `Router::new().fallback_service(auth.layer(router))`.
///
/// [`require`](Self::require) makes the layers for single routes. Cloning is cheap.
///
/// ```
/// # tokio_test::block_on(async {
/// use axum::{Router, body::Body, routing::get};
/// use http::{Request, StatusCode};
/// use tower::{Layer, ServiceExt};
/// use tower_auth::{AuthLayer, policy, scheme::Bearer};
///
/// let auth = AuthLayer::new(Bearer::fixed("api", "s3cret", "the robot"), policy::anyone()).build()?;
/// let app = Router::new()
///     .route("/", get(|| async { "hello" }))
///     .route(
///         "/secrets",
///         get(|| async { "42" }).layer(auth.require(policy::authenticated())?),
///     );
/// let app = auth.layer(app);
///
/// let open = Request::get("/").body(Body::empty())?;
/// assert_eq!(app.clone().oneshot(open).await?.status(), StatusCode::OK);
///
/// let stranger = Request::get("/secrets").body(Body::empty())?;
/// assert_eq!(app.clone().oneshot(stranger).await?.status(), StatusCode::UNAUTHORIZED);
///
/// let robot = Request::get("/secrets").header("authorization", "Bearer s3cret").body(Body::empty())?;
/// assert_eq!(app.oneshot(robot).await?.status(), StatusCode::OK);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
pub struct AuthLayer<P, B> {
    pub(super) engine: Arc<Engine<P, B>>,
}

impl<P: Clone + Send + Sync + 'static, B: 'static> AuthLayer<P, B> {
    /// A layer that asks `policy` about the caller that this one verified: for single routes, and
    /// anything else further in. It verifies nothing again, and leaves the answer to this layer.
    ///
    /// Where this layer does not stand around it, it answers 500 and never lets anybody pass.
    ///
    /// # Errors
    ///
    /// What is wrong with the policy.
    pub fn require(&self, policy: impl Policy<P>) -> Result<RequireLayer<P, B>, BuildError> {
        let mut inspection = Inspection::default();
        policy.inspect(&mut inspection);
        self.engine.warn_if_concealing_alone(&inspection);
        inspection.finish()?;
        let engine = Arc::clone(&self.engine);
        Ok(RequireLayer::new(engine, Rule::new(policy), Told::Head))
    }

    pub(super) fn from_engine(engine: Engine<P, B>) -> Self {
        Self {
            engine: Arc::new(engine),
        }
    }
}

impl<P, B> Engine<P, B> {
    pub(super) fn warn_if_concealing_alone(&self, inspection: &Inspection) {
        if inspection.can_hide() && self.not_found.is_none() {
            trace::warn(
                "a policy hides resources, and no not-found service is configured: \
                 concealed requests get an empty 404, which tells them from yours if yours differs",
            );
        }
    }
}

impl<S, P, B> Layer<S> for AuthLayer<P, B> {
    type Service = AuthService<S, P, B>;

    fn layer(&self, inner: S) -> Self::Service {
        AuthService::new(inner, Arc::clone(&self.engine), Post::Outside)
    }
}

impl<P, B> Clone for AuthLayer<P, B> {
    fn clone(&self) -> Self {
        Self {
            engine: Arc::clone(&self.engine),
        }
    }
}

impl<P, B> fmt::Debug for AuthLayer<P, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthLayer")
            .field("mode", &self.engine.mode)
            .field("schemes", &self.engine.schemes)
            .field("policy", &self.engine.rule)
            .finish_non_exhaustive()
    }
}
