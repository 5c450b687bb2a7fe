//! What can be configured, and is checked before the first request.

use std::{convert::Infallible, fmt, sync::Arc};

use bytes::Bytes;
use http::{Request, Response};
use tower_service::Service;

use crate::{
    clock::Clock,
    inspect::{BuildError, Inspection},
    outcome::Mode,
    policy::{BoxPolicy, Policy, PolicyExt as _},
    reply::{Problem, Reply},
    scheme::{Redact, Schemes},
};

use super::{
    auth::AuthLayer,
    caller::LayerId,
    engine::{Engine, Rejected},
    not_found::{NoBody, NotFound},
};

impl<P: Clone + Send + Sync + 'static, B: 'static> AuthLayer<P, B> {
    /// Starts a layer of one scheme, or of several joined with
    /// [`or`](crate::scheme::SchemeExt::or), and of a policy for every request.
    #[expect(clippy::new_ret_no_self, reason = "what is built is checked first")]
    pub fn new(schemes: impl Into<Schemes<P>>, policy: impl Policy<P>) -> AuthLayerBuilder<P, B> {
        AuthLayerBuilder::start(schemes.into(), Box::new(policy), Mode::Origin)
    }

    /// Starts a layer for a proxy that the client chose: 407, `Proxy-Authenticate` and
    /// `Proxy-Authorization` ([RFC 9110 §11.7]). Credentials are always removed before the inner
    /// service. Behind a reverse proxy or a load balancer, use [`new`](Self::new).
    ///
    /// [RFC 9110 §11.7]: https://www.rfc-editor.org/rfc/rfc9110#section-11.7
    pub fn proxy(schemes: impl Into<Schemes<P>>, policy: impl Policy<P>) -> AuthLayerBuilder<P, B> {
        AuthLayerBuilder::start(schemes.into(), Box::new(policy), Mode::Proxy)
    }
}

/// A layer that is being configured.
#[must_use = "call `build` to get the layer"]
pub struct AuthLayerBuilder<P, B> {
    schemes: Schemes<P>,
    policy: BoxPolicy<P>,
    mode: Mode,
    redact: Redact,
    rejected: Rejected,
    reply: Box<dyn Reply>,
    not_found: Option<NotFound<B>>,
    clock: Clock,
}

impl<P: Clone + Send + Sync + 'static, B: 'static> AuthLayerBuilder<P, B> {
    fn start(schemes: Schemes<P>, policy: BoxPolicy<P>, mode: Mode) -> Self {
        Self {
            schemes,
            policy,
            mode,
            redact: match mode {
                Mode::Origin => Redact::Mark,
                Mode::Proxy => Redact::Remove,
            },
            rejected: Rejected::Refused,
            reply: Box::new(Problem::new()),
            not_found: None,
            clock: Clock::system(),
        }
    }

    /// The application's own not-found service: it answers for what is concealed, with the head
    /// of the request and an empty body, so that nobody can tell the one from the other.
    ///
    /// Give it the service that is the router's fallback. With axum that is best a small
    /// `Router`: a bare handler leaves out `content-length`, and keeps the body on HEAD.
    ///
    /// It is told method and URI as they came, and who calls. What a router leaves in the extensions
    /// on the way to a route (which one it is, its parameters), and what layers on single routes
    /// add, it must not look at: on a path that is missing there is none.
    ///
    /// ```
    /// use axum::{Router, http::StatusCode, routing::get};
    /// use tower::Layer;
    /// use tower_auth::{AuthLayer, policy::{self, PolicyExt}, scheme::Bearer};
    ///
    /// # fn app() -> Result<Router, tower_auth::BuildError> {
    /// let not_found = Router::new().fallback(async || (StatusCode::NOT_FOUND, "nothing here\n"));
    /// let auth = AuthLayer::new(Bearer::fixed("api", "s3cret", 7), policy::anyone())
    ///     .not_found(not_found.clone())
    ///     .build()?;
    /// let hidden = policy::authenticated().hide();
    /// let routes = Router::new()
    ///     .route("/plans", get(async || "secret").layer(auth.require(hidden)?))
    ///     .fallback_service(not_found);
    /// # Ok(Router::new().fallback_service(auth.layer(routes)))
    /// # }
    /// # app().unwrap();
    /// ```
    ///
    /// Without axum it is any service for `Request<T>` with any `T`, since the router hands it its
    /// own body and the layer hands it [`NoBody`]: `async fn not_found<T>(_: Request<T>) -> ..`.
    ///
    /// Without one, what is concealed gets an empty 404, which is axum's own default; building
    /// warns of it if a policy is known to hide.
    pub fn not_found<N>(mut self, service: N) -> Self
    where
        N: Service<Request<NoBody>, Response = Response<B>, Error = Infallible>,
        N: Clone + Send + Sync + 'static,
        N::Future: Send,
    {
        self.not_found = Some(NotFound::new(service));
        self
    }

    /// What turns refusals into bodies: [`Problem`] unless you say so.
    pub fn reply(mut self, reply: impl Reply) -> Self {
        self.reply = Box::new(reply);
        self
    }

    /// Removes credentials before the policy and the inner service see the request. Otherwise they
    /// are marked as sensitive. A layer whose schemes read the URI's query cannot be built so: URIs
    /// stay as they are.
    pub fn strip_credentials(mut self) -> Self {
        self.redact = Redact::Remove;
        self
    }

    /// Takes `Authorization` for absent where it names a scheme that is none of this layer's, instead
    /// of rejecting it: for services behind a gateway that uses the field itself. Everything else in
    /// the field is read, and rejected, as ever: nothing, garbage, two lines, a scheme that is known.
    ///
    /// Whoever presents another scheme's credentials is anonymous then, to this layer.
    pub fn ignore_unknown_schemes(mut self) -> Self {
        self.schemes.ignore_unknown();
        self
    }

    /// Takes callers whose credentials are rejected for anonymous ones, instead of answering 401: for
    /// pages that greet whoever is logged in, and show themselves to everybody.
    ///
    /// Dangerous where the policy lets strangers do more than look: a client whose token has expired is
    /// not told, and goes on as nobody. Whoever tried too often gets 429 all the same. The log says what
    /// was disregarded.
    pub fn treat_rejected_as_anonymous(mut self) -> Self {
        self.rejected = Rejected::Disregarded;
        self
    }

    /// Takes the time from `clock`.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Checks all that was configured.
    ///
    /// # Errors
    ///
    /// All that must change, in one value.
    pub fn build(self) -> Result<AuthLayer<P, B>, BuildError>
    where
        B: From<Bytes>,
    {
        self.build_with(B::from)
    }

    /// Checks all that was configured, for bodies that are no `From<Bytes>`: `body` makes them.
    ///
    /// # Errors
    ///
    /// All that must change, in one value.
    pub fn build_with(
        self,
        body: impl Fn(Bytes) -> B + Send + Sync + 'static,
    ) -> Result<AuthLayer<P, B>, BuildError> {
        let mut inspection = Inspection::default();
        self.schemes.inspect(&mut inspection);
        if self.redact == Redact::Remove {
            self.schemes.inspect_removal(&mut inspection);
        }
        self.policy.inspect(&mut inspection);
        self.reply.inspect(&mut inspection);
        let engine = Engine {
            id: LayerId::new(),
            schemes: self.schemes,
            rule: Arc::from(self.policy.text().to_string()),
            policy: self.policy,
            mode: self.mode,
            redact: self.redact,
            rejected: self.rejected,
            reply: self.reply,
            not_found: self.not_found,
            body: Box::new(body),
            clock: self.clock,
        };
        engine.warn_if_concealing_alone(&inspection);
        inspection.finish()?;
        Ok(AuthLayer::from_engine(engine))
    }
}

impl<P, B> fmt::Debug for AuthLayerBuilder<P, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthLayerBuilder")
            .field("mode", &self.mode)
            .field("schemes", &self.schemes)
            .finish_non_exhaustive()
    }
}
