//! The metadata of a resource as a router.

use ::axum::Router;

use crate::metadata::ResourceMetadata;

impl ResourceMetadata {
    /// A router that answers at [`path`](Self::path), and nowhere else. Those of several resources on one host
    /// merge, with each other and with the rest of the application.
    ///
    /// It stands outside of the `AuthLayer`, which would ask for a token that nobody has yet:
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use axum::{Router, body::Body, http::{Request, StatusCode}, routing::get};
    /// use tower::ServiceExt;
    /// use tower_auth::{AuthLayer, GuardedRouter, metadata::ResourceMetadata, policy, scheme::Bearer};
    ///
    /// let notes = ResourceMetadata::new("https://api.example.com/notes").build()?;
    /// let plans = ResourceMetadata::new("https://api.example.com/plans").build()?;
    ///
    /// let auth = AuthLayer::new(Bearer::fixed("api", "s3cret", "alice"), policy::anyone()).build()?;
    /// let guarded = GuardedRouter::new()
    ///     .route("/notes", policy::authenticated(), get(async || "all notes"))
    ///     .route("/plans", policy::authenticated(), get(async || "all plans"));
    /// let app = Router::new()
    ///     .merge(notes.router())
    ///     .merge(plans.router())
    ///     .fallback_service(guarded.guarded_by(&auth)?);
    ///
    /// let get = |path: &str| Request::get(path).body(Body::empty());
    /// assert_eq!(app.clone().oneshot(get(notes.path())?).await?.status(), StatusCode::OK);
    /// assert_eq!(app.clone().oneshot(get(plans.path())?).await?.status(), StatusCode::OK);
    /// assert_eq!(app.oneshot(get("/notes")?).await?.status(), StatusCode::UNAUTHORIZED);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    ///
    /// The query of a request is not looked at: of resources that differ in their query alone, one can be served.
    /// Where a segment of the path begins with `:` or `*`, axum takes it for an old way to write parameters: say
    /// `without_v07_checks` on the router that this one is merged into.
    pub fn router<S>(&self) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
    {
        let router = Router::new().without_v07_checks();
        router.route_service(self.path(), self.clone())
    }
}
