//! A router that cannot be left open.

use std::{convert::Infallible, fmt};

use ::axum::{
    Router,
    body::Body,
    extract::Request,
    response::IntoResponse,
    routing::{MethodRouter, any_service},
};
use tower_layer::Layer as _;
use tower_service::Service;

use crate::{
    decision::Hidden,
    inspect::{BuildError, Inspection},
    layer::{AuthLayer, AuthService, Rule},
    policy::Policy,
};

use super::{answering::Answering, assemble, entry::Entry, problems, route::GuardedRoute};

/// A router of axum's that cannot be left open: every route has a policy, written beside it.
///
/// A plain `Router` with a layer has holes that nobody sees: routes that are added or merged after the layer,
/// fallbacks, methods that a route does not have. Here a route cannot be added without its policy
/// ([`anyone`](crate::policy::anyone) has to be written out), and what leads nowhere is answered by the
/// [`AuthLayer`] alone: missing paths exactly as what is hidden, by the layer's not-found service.
///
/// The policy of a route stands before all of its methods, and before those that it does not have: who may
/// not pass learns nothing of either. What a plain router has, and this one has not, is elsewhere:
///
/// | with a plain router | here |
/// |---|---|
/// | `.fallback(page)` | [`not_found`](crate::AuthLayerBuilder::not_found) of the layer, for what is missing and what is hidden alike; or a route `/{*rest}` with a policy |
/// | `.method_not_allowed_fallback(page)` | `get(read).fallback(page)`, behind the policy of the route |
/// | `.layer(..)`, `.route_layer(..)` | `get(read).layer(..)`, inside of the policy; or around what [`guarded_by`](Self::guarded_by) makes, as CORS should be |
/// | a plain router in `.merge(..)`, `.nest(..)` | [`nest_service`](Self::nest_service) with one policy for all of it |
///
/// ```
/// # tokio_test::block_on(async {
/// use axum::{Router, body::Body, http::StatusCode, routing::{get, post}};
/// use http::Request;
/// use tower::ServiceExt;
/// use tower_auth::{
///     AuthLayer, GuardedRouter,
///     policy::{self, HasRole, PolicyExt, role},
///     scheme::Bearer,
/// };
///
/// #[derive(Clone)]
/// struct User;
/// impl HasRole for User {
///     fn has_role(&self, role: &str) -> bool { role == "reader" }
/// }
///
/// let reports = GuardedRouter::new()
///     .route("/", role("reader"), get(async || "all reports"))
///     .route("/", role("writer"), post(async || "written"))
///     .route("/drafts", role("writer").hide(), get(async || "drafts"));
/// let router = GuardedRouter::new()
///     .route("/", policy::anyone(), get(async || "hello"))
///     .nest("/reports", reports);
///
/// // What is open to whom, as data: for a test that holds it.
/// let routes: Vec<_> = router.routes().iter().map(ToString::to_string).collect();
/// assert_eq!(routes, [
///     "GET,HEAD / anyone",
///     "GET,HEAD /reports role(reader)",
///     "POST /reports role(writer)",
///     "GET,HEAD /reports/drafts role(writer).hide()",
/// ]);
///
/// let not_found = Router::new().fallback(async || (StatusCode::NOT_FOUND, "nothing here\n"));
/// let auth = AuthLayer::new(Bearer::fixed("api", "s3cret", User), policy::anyone())
///     .not_found(not_found)
///     .build()?;
/// let app = router.guarded_by(&auth)?;
///
/// let ask = |path: &str| Request::get(path).header("authorization", "Bearer s3cret").body(Body::empty());
/// assert_eq!(app.clone().oneshot(ask("/reports")?).await?.status(), StatusCode::OK);
/// let hidden = app.clone().oneshot(ask("/reports/drafts")?).await?;
/// let missing = app.oneshot(ask("/no/such/path")?).await?;
/// assert_eq!(hidden.status(), StatusCode::NOT_FOUND);
/// assert_eq!(hidden.headers(), missing.headers());
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
///
/// To serve it, make it the fallback of an empty router, `Router::new().fallback_service(app)`, which takes
/// layers for everything, too; or a make-service, `ServiceExt::<Request>::into_make_service(app)` with
/// `axum::{ServiceExt, extract::Request}`.
///
/// A module of an application returns its routes, `GuardedRouter<User, AppState>`, and whoever nests them
/// says [`with_state`](Self::with_state) once. Policies are given no state: what they need, they own, such as
/// a clone of a pool of connections.
#[must_use = "call `guarded_by` to get a service"]
pub struct GuardedRouter<P, S = ()> {
    entries: Vec<Entry<P, S>>,
}

impl<P, S> GuardedRouter<P, S>
where
    P: Clone + Send + Sync + 'static,
    S: Clone + Send + Sync + 'static,
{
    /// A router without routes.
    pub const fn new() -> Self {
        Self {
            entries: Vec::new(),
        }
    }

    /// Adds a route for those whom `policy` lets in. `path` is written as axum writes it: `/documents/{id}`.
    ///
    /// To ask different policies by method, add the path once for each. Methods that none of them has are
    /// then answered 405, or by a fallback, to callers whom one of the policies lets in and none hides from.
    /// `any` has all methods that no other route of the path has.
    pub fn route(
        self,
        path: impl Into<String>,
        policy: impl Policy<P>,
        methods: MethodRouter<S>,
    ) -> Self {
        self.with(Entry::Route {
            path: path.into(),
            rule: Rule::new(policy),
            methods,
        })
    }

    /// Nests the routes of another router under `prefix`, each with its own policy. As in axum, their
    /// handlers see a URI without the prefix.
    pub fn nest(self, prefix: impl Into<String>, router: Self) -> Self {
        self.with(Entry::Nest {
            prefix: prefix.into(),
            entries: router.entries,
        })
    }

    /// Nests a whole service under `prefix` for those whom `policy` lets in: all of its paths, and those
    /// that it does not have. What it answers for those is its own affair. Below the prefix, the policy is told
    /// of no route: which one it is, the service finds out later.
    pub fn nest_service<T>(
        self,
        prefix: impl Into<String>,
        policy: impl Policy<P>,
        service: T,
    ) -> Self
    where
        T: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
        T::Response: IntoResponse + 'static,
        T::Future: Send + 'static,
    {
        self.with(Entry::Service {
            prefix: prefix.into(),
            rule: Rule::new(policy),
            service: any_service(service),
        })
    }

    /// Adds the routes of another router, each with its own policy.
    pub fn merge(mut self, other: Self) -> Self {
        self.entries.extend(other.entries);
        self
    }

    /// Gives handlers their state. Given it early, a router fits beside those of other states.
    pub fn with_state<S2>(self, state: S) -> GuardedRouter<P, S2> {
        let entries = self.entries.into_iter();
        let entries = entries.map(|entry| entry.with_state(state.clone()));
        GuardedRouter {
            entries: entries.collect(),
        }
    }

    fn with(mut self, entry: Entry<P, S>) -> Self {
        self.entries.push(entry);
        self
    }
}

impl<P: Clone + Send + Sync + 'static> GuardedRouter<P> {
    /// What is open to whom, in the order in which it was added. No handler runs for it.
    ///
    /// A test that holds it against a list sees every change of what is open, if closures have names
    /// ([`named`](crate::policy::named)). Say [`with_state`](Self::with_state) first, here as before
    /// [`guarded_by`](Self::guarded_by); no handler runs, so that in a test any value will do.
    #[must_use]
    pub fn routes(&self) -> Vec<GuardedRoute> {
        assemble::list(&self.entries)
    }

    /// Stands `auth` outside of all routes. Its own policy is asked about every request, missing paths
    /// included; most often that is [`anyone`](crate::policy::anyone).
    ///
    /// # Errors
    ///
    /// All that is wrong with policies, paths and methods, and with which route. What is left then, and only
    /// axum knows (two paths that match the same, braces that do not match), it says by panicking. That is
    /// caught and told, one at a time, where panics unwind; the program's panic hook is told, too, which prints
    /// it.
    pub fn guarded_by(
        self,
        auth: &AuthLayer<P, Body>,
    ) -> Result<AuthService<Router, P, Body>, BuildError> {
        let mut inspection = Inspection::default();
        problems::inspect(&self.entries, &mut inspection);
        auth.warn_if_concealing_alone(&inspection);
        inspection.finish()?;
        let router = assemble::build(self.entries, auth).map_err(BuildError::of)?;
        // Refused as what is hidden is refused, so that one and the same code answers for both.
        let nothing = Hidden::new().reason("no route leads there");
        let nothing = auth.refusal(nothing.into(), "no_route");
        let missing = Answering(move || nothing.clone().response(Body::empty()));
        Ok(auth.layer(router.fallback_service(missing)))
    }
}

impl<P, S> Default for GuardedRouter<P, S>
where
    P: Clone + Send + Sync + 'static,
    S: Clone + Send + Sync + 'static,
{
    fn default() -> Self {
        Self::new()
    }
}

impl<P, S> fmt::Debug for GuardedRouter<P, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.entries).finish()
    }
}
