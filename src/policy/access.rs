//! What a policy is asked about.

use http::{Extensions, HeaderMap, Method, request::Parts};

use super::handing::Handing;

/// A request that asks to be let through, and who it comes from.
///
/// The principal is `None` for anonymous callers. Policies do not branch on how a caller proved
/// who they are: roles and scopes are the principal's.
pub struct Access<'a, P> {
    principal: Option<&'a P>,
    head: &'a Parts,
    scheme: Option<&'static str>,
    handing: Option<&'a Handing>,
}

impl<'a, P> Access<'a, P> {
    /// `principal`, or an anonymous caller, with this head of a request. For tests of a policy
    /// of your own.
    #[must_use]
    pub const fn new(principal: Option<&'a P>, head: &'a Parts) -> Self {
        Self {
            principal,
            head,
            scheme: None,
            handing: None,
        }
    }

    /// Who asks, or `None` for an anonymous caller.
    #[must_use]
    pub const fn principal(&self) -> Option<&'a P> {
        self.principal
    }

    /// The method of the request.
    #[must_use]
    pub const fn method(&self) -> &'a Method {
        &self.head.method
    }

    /// The header fields of the request. Whoever sends it writes them: do not decide on what only a
    /// proxy may set.
    #[must_use]
    pub const fn headers(&self) -> &'a HeaderMap {
        &self.head.headers
    }

    /// The whole head, with extensions and the URI as it came. A router may read that URI
    /// otherwise than you do (`//`, `%2e`, a prefix that was stripped): where you can, decide on
    /// what the router made of it. With the feature `axum`, `route` and `path` tell it.
    #[must_use]
    pub const fn raw_head(&self) -> &'a Parts {
        self.head
    }

    /// What a layer or a router further out put into the request's extensions: the thing that the
    /// request is about, for example. Callers cannot put anything there.
    #[must_use]
    pub fn extension<T: Send + Sync + 'static>(&self) -> Option<&'a T> {
        self.head.extensions.get()
    }

    /// The scheme that verified the caller, for logs.
    #[must_use]
    pub const fn scheme(&self) -> Option<&'static str> {
        self.scheme
    }

    /// The same, owned, for answers that have to wait.
    #[must_use]
    pub fn to_view(&self) -> View<P>
    where
        P: Clone,
    {
        View {
            principal: self.principal.cloned(),
            head: self.head.clone(),
            scheme: self.scheme,
            handing: self.handing.map(Handing::share),
        }
    }

    /// Hands `thing` on to whoever comes after the policy, should the request pass: it stands in the
    /// request's extensions then. [`load`](super::load) does it with what it finds. Policies joined with this
    /// one do not see it; rules further in, and the handler, do. Of policies of which one must allow, only
    /// those that do hand on. Of two things of one type, the last stands.
    ///
    /// ```
    /// # #[cfg(feature = "axum")]
    /// # tokio_test::block_on(async {
    /// use axum::{Extension, Router, body::Body, routing::get};
    /// use http::{Request, StatusCode};
    /// use tower::{Layer, ServiceExt};
    /// use tower_auth::{AuthLayer, policy::Access, scheme::Bearer};
    ///
    /// #[derive(Clone)]
    /// struct Desk(&'static str);
    ///
    /// let has_a_desk = |access: &Access<'_, &'static str>| match access.principal() {
    ///     Some(&"alice") => {
    ///         access.hand_on(Desk("by the window"));
    ///         true
    ///     }
    ///     Some(_) | None => false,
    /// };
    /// let auth = AuthLayer::new(Bearer::fixed("office", "s3cret", "alice"), has_a_desk).build()?;
    /// let app = auth.layer(Router::new().route("/", get(async |Extension(Desk(place))| place)));
    ///
    /// let alice = Request::get("/").header("authorization", "Bearer s3cret").body(Body::empty())?;
    /// assert_eq!(app.oneshot(alice).await?.status(), StatusCode::OK);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    pub fn hand_on<T: Clone + Send + Sync + 'static>(&self, thing: T) {
        if let Some(handing) = self.handing {
            handing.put(thing);
        }
    }

    pub(super) const fn handing(&self) -> Option<&'a Handing> {
        self.handing
    }

    /// The same, with another place for what is handed on.
    pub(super) const fn handing_to<'b>(&self, handing: &'b Handing) -> Access<'b, P>
    where
        'a: 'b,
    {
        Access {
            principal: self.principal,
            head: self.head,
            scheme: self.scheme,
            handing: Some(handing),
        }
    }

    pub(crate) const fn verified_by(mut self, scheme: Option<&'static str>) -> Self {
        self.scheme = scheme;
        self
    }

    pub(crate) const fn handing_on(mut self, handing: &'a Handing) -> Self {
        self.handing = Some(handing);
        self
    }
}

/// An [`Access`] that owns what it shows.
pub struct View<P> {
    principal: Option<P>,
    head: Parts,
    scheme: Option<&'static str>,
    handing: Option<Handing>,
}

impl<P> View<P> {
    /// Who asks, or `None` for an anonymous caller.
    #[must_use]
    pub const fn principal(&self) -> Option<&P> {
        self.principal.as_ref()
    }

    /// The method of the request.
    #[must_use]
    pub const fn method(&self) -> &Method {
        &self.head.method
    }

    /// The header fields of the request.
    #[must_use]
    pub const fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// The whole head; see [`Access::raw_head`].
    #[must_use]
    pub const fn raw_head(&self) -> &Parts {
        &self.head
    }

    /// What stands in the request's extensions; see [`Access::extension`].
    #[must_use]
    pub fn extension<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.head.extensions.get()
    }

    /// The scheme that verified the caller, for logs.
    #[must_use]
    pub const fn scheme(&self) -> Option<&'static str> {
        self.scheme
    }

    /// Hands `thing` on, should the request pass; see [`Access::hand_on`].
    pub fn hand_on<T: Clone + Send + Sync + 'static>(&self, thing: T) {
        self.as_access().hand_on(thing);
    }

    /// The access that this is a view of.
    #[must_use]
    pub const fn as_access(&self) -> Access<'_, P> {
        Access {
            principal: self.principal.as_ref(),
            head: &self.head,
            scheme: self.scheme,
            handing: self.handing.as_ref(),
        }
    }

    pub(super) const fn extensions_mut(&mut self) -> &mut Extensions {
        &mut self.head.extensions
    }
}
