//! What can be configured, and is checked before the first request.

use std::{convert::Infallible, fmt, sync::Arc};

use bytes::Bytes;
use http::{Request, Response};
use tower_service::Service;

use crate::{
    challenge::Ask,
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
    extras::Extras,
    not_found::{NoBody, NotFound, Shown},
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
    passes_preflights: bool,
    extras: Extras,
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
            passes_preflights: false,
            extras: Extras::default(),
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
    /// With one, the layer copies the head of each request that passes, for it to look at should a handler
    /// hide. For one that would not look, there is [`not_found_by_target`](Self::not_found_by_target).
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
        self.not_found = Some(NotFound::new(service, Shown::Head));
        self
    }

    /// The same, for a service that looks at nothing but method and URI: one page for all. It is shown
    /// nothing else of what is concealed, not even who calls, and the layer copies the URI of each request
    /// that passes instead of its whole head.
    ///
    /// With a router of your own the service has to keep that promise, for on a missing path the router shows
    /// it all there is. In a `GuardedRouter` it is shown no more there, either.
    pub fn not_found_by_target<N>(mut self, service: N) -> Self
    where
        N: Service<Request<NoBody>, Response = Response<B>, Error = Infallible>,
        N: Clone + Send + Sync + 'static,
        N::Future: Send,
    {
        self.not_found = Some(NotFound::new(service, Shown::Target));
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

    /// Lets CORS preflights pass without credentials: for a layer that has to stand outside of the one that
    /// answers them. Where you can, stand that one outside of this, and leave this option off: then
    /// browsers can read refusals, too.
    ///
    /// A preflight is `OPTIONS` with one `Origin` and one `Access-Control-Request-Method`, neither of them
    /// empty; nothing else is checked. It passes as a stranger's, and no policy of this layer is asked; credentials on
    /// it are not looked at. Anybody can send one, so what is inside must expect it. Rules on routes
    /// further in are asked as ever. The log says `cors_preflight` where it would name the policy.
    ///
    /// What the layer inside adds to responses is missing on refusals, and on what is concealed: give the
    /// not-found service the same layer. The example `cors` shows both orders.
    ///
    /// A path that only this layer's own policy hides shows itself to a preflight (405, where a missing path is
    /// 404), unless what is inside answers all of them alike, as `CorsLayer` does around a router. So hide on
    /// routes. In a `GuardedRouter` there is no place for CORS between the layer and its routes: there it stands
    /// outside, and this option stays off.
    pub fn pass_preflights(mut self) -> Self {
        self.passes_preflights = true;
        self
    }

    /// Puts `Cache-Control: no-store` on every 404: on those of the inner service, and on those of
    /// what is concealed, alike.
    ///
    /// A cache may keep a 404 without being told to ([RFC 9110 §15.1]), and then serve the one that a stranger
    /// got to somebody who may know. What stood in the field before is gone; fields for single caches, such as
    /// `CDN-Cache-Control`, stay. The other direction is left
    /// open: a 200 that was kept for somebody who may know is served to strangers. Add
    /// [`vary_by_credentials`](Self::vary_by_credentials) or [`private_by_default`](Self::private_by_default).
    ///
    /// [RFC 9110 §15.1]: https://www.rfc-editor.org/rfc/rfc9110#section-15.1
    pub fn no_store_on_not_found(mut self) -> Self {
        self.extras.no_store_on_not_found = true;
        self
    }

    /// Adds to `Vary` the fields that schemes read credentials from, other than `Authorization`:
    /// `Cookie`, the field of an API key ([`Scheme::varies_by`](crate::scheme::Scheme::varies_by)). They
    /// stand on every response of the inner service, to strangers too, and on what is concealed, since these
    /// differ by who calls. Refusals need none: they are `no-store`.
    ///
    /// `Authorization` is not among them: answers to it are not shared. What a stranger was answered may be, and
    /// served to a caller with `Authorization`: put `no-store` on what differs by who calls.
    pub fn vary_by_credentials(mut self) -> Self {
        self.extras.vary = Some(self.schemes.varies_by());
        self
    }

    /// Puts `Cache-Control: private` on responses of the inner service, and of the not-found service, to
    /// callers who were verified, but not by `Authorization`, unless the field is there already.
    ///
    /// Shared caches keep no answer to `Authorization` by themselves ([RFC 9111 §3.5]), `Proxy-Authorization` not
    /// meant. Of cookies, fields of
    /// API keys and the query they know nothing. The cache of nginx knows nothing of `Authorization` either,
    /// until `proxy_no_cache` and `proxy_cache_bypass` name it.
    ///
    /// [RFC 9111 §3.5]: https://www.rfc-editor.org/rfc/rfc9111#section-3.5
    pub fn private_by_default(mut self) -> Self {
        self.extras.private = true;
        self
    }

    /// A 401 without a challenge is illegal ([RFC 9110 §15.5.2]). Where the inner service sends one (407 for a
    /// proxy), this layer's challenges are added, without `error`, to known callers too. Nothing else
    /// changes, and a response that has the field, even empty, stays as it is.
    ///
    /// [RFC 9110 §15.5.2]: https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2
    pub fn complete_challenges(mut self) -> Self {
        self.extras.completes_challenges = true;
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
        self.inspect_extras(&mut inspection);
        let shows_head = self.reply.needs_head();
        let shown = self.not_found.as_ref().map(|not_found| not_found.shown);
        let engine = Engine {
            id: LayerId::new(),
            schemes: self.schemes,
            rule: Arc::from(self.policy.text().to_string()),
            policy: self.policy,
            mode: self.mode,
            redact: self.redact,
            rejected: self.rejected,
            shows_head,
            keeps_head: shows_head || shown == Some(Shown::Head),
            reply: self.reply,
            not_found: self.not_found,
            passes_preflights: self.passes_preflights,
            extras: self.extras,
            body: Box::new(body),
            clock: self.clock,
        };
        engine.warn_if_concealing_alone(&inspection);
        inspection.finish()?;
        Ok(AuthLayer::from_engine(engine))
    }

    /// Reports what would change nothing.
    fn inspect_extras(&self, inspection: &mut Inspection) {
        let extras = &self.extras;
        if extras.vary.as_ref().is_some_and(Vec::is_empty) {
            inspection.problem(
                "no scheme reads a field that caches do not know of: leave out `vary_by_credentials`",
            );
        }
        if extras.private && self.schemes.are_all_known_to_caches(self.mode) {
            inspection.problem(
                "all schemes read `Authorization`, which caches know of: leave out `private_by_default`",
            );
        }
        if extras.completes_challenges && self.schemes.challenges(Ask::Credentials, None).is_none()
        {
            inspection.problem(
                "no scheme has a challenge: leave out `complete_challenges`, or add a scheme that has one",
            );
        }
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
