//! Tokens elsewhere than in `Authorization`.

use crate::origin::SameOrigin;

use super::{bearer::Bearer, cookie::Cookie, place::Place};

impl<P: Clone + Send + Sync + 'static> Bearer<P> {
    /// Tokens in the cookie of this name, instead of `Authorization`.
    ///
    /// Browsers send cookies by themselves, on behalf of other sites too. So for all methods but
    /// `GET`, `HEAD`, `OPTIONS` and `TRACE`, and for an upgrade to a WebSocket, a page of the same
    /// origin must have sent the request, or one of those that `origins` names: else it is 403,
    /// whatever the cookie holds, for no login would change it. A page without TLS is another origin
    /// here, but on a loopback host. Let no `GET` change anything, and let layers that change the
    /// method stand outside of this one.
    ///
    /// The name begins with `__Host-` (or `__Secure-`): browsers then keep the cookie only if it came
    /// over TLS, from this very host, so that it never goes in the clear and no sibling of the domain can
    /// plant one ([RFC 6750 §5.3]). Set it with `Secure; Path=/; HttpOnly; SameSite=Lax`. The name is
    /// checked when the layer is built, and compared as bytes. A cookie that is empty is none; one that is
    /// there twice is malformed, and so is one among more than 8 KiB or 64 cookies. What
    /// comes in `Authorization`, in a field or in the query goes first, where a scheme reads it.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use http::{Request, Response, StatusCode};
    /// use tower::{Layer, ServiceExt, service_fn};
    /// use tower_auth::{AuthLayer, SameOrigin, policy, scheme::{Bearer, SchemeExt}, verify::TokenTable};
    ///
    /// let tokens = TokenTable::new();
    /// tokens.insert("s3cret", "alice");
    /// let programs = Bearer::new("api", tokens.clone());
    /// let browsers = Bearer::new("api", tokens).in_cookie("__Host-token", SameOrigin::new());
    /// let layer = AuthLayer::new(programs.or(browsers), policy::authenticated()).build_with(Vec::from)?;
    /// let service = layer.layer(service_fn(|_: Request<()>| async {
    ///     Ok::<_, std::convert::Infallible>(Response::new(Vec::new()))
    /// }));
    ///
    /// let sent_from = |site| {
    ///     let request = Request::post("/").header("cookie", "__Host-token=s3cret");
    ///     request.header("sec-fetch-site", site).body(())
    /// };
    /// let passed = service.clone().oneshot(sent_from("same-origin")?).await?;
    /// assert_eq!(passed.status(), StatusCode::OK);
    ///
    /// let refused = service.oneshot(sent_from("cross-site")?).await?;
    /// assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    ///
    /// [RFC 6750 §5.3]: https://www.rfc-editor.org/rfc/rfc6750#section-5.3
    #[must_use]
    pub fn in_cookie(self, name: &str, origins: SameOrigin) -> Self {
        self.moved(Place::Cookie(Cookie::prefixed(name, origins)))
    }

    /// Tokens in a cookie of any name: [`in_cookie`](Self::in_cookie) otherwise.
    ///
    /// Dangerous: browsers send such a cookie in the clear unless it was set with `Secure`, and keep one
    /// that a sibling of the domain planted, or anybody on the way to a page without TLS. It is for
    /// names that others have chosen.
    #[must_use]
    pub fn dangerously_in_plain_cookie(self, name: &str, origins: SameOrigin) -> Self {
        self.moved(Place::Cookie(Cookie::plain(name, origins)))
    }

    /// Tokens in a field of their own, instead of `Authorization`: the whole value is the token.
    /// The field's name is checked when the layer is built.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use http::{Request, Response, StatusCode};
    /// use tower::{Layer, ServiceExt, service_fn};
    /// use tower_auth::{AuthLayer, policy, scheme::Bearer};
    ///
    /// let bearer = Bearer::fixed("api", "s3cret", "the robot").in_field("X-Access-Token");
    /// let layer = AuthLayer::new(bearer, policy::authenticated()).build_with(Vec::from)?;
    /// let service = layer.layer(service_fn(|_: Request<()>| async {
    ///     Ok::<_, std::convert::Infallible>(Response::new(Vec::new()))
    /// }));
    ///
    /// let request = Request::get("/").header("x-access-token", "s3cret").body(())?;
    /// assert_eq!(service.oneshot(request).await?.status(), StatusCode::OK);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    #[must_use]
    pub fn in_field(self, name: &str) -> Self {
        self.moved(Place::field(name))
    }

    /// Tokens in this parameter of the URI's query, instead of `Authorization` ([RFC 6750 §2.3],
    /// where its name is `access_token`).
    ///
    /// Dangerous: URIs are written down. Access logs and those of every proxy on the way hold the
    /// token, histories and bookmarks keep it, `Referer` tells it to other sites, and people send
    /// it to each other with the link. Nothing here takes it out again: a layer does not rewrite
    /// URIs, so policies, replies and the inner service can print it. Behind a throttle, any web page
    /// that makes its visitors ask for such URIs uses up their tries. OAuth 2.1 forbids it. It is for
    /// clients that can set no field at all, with tokens that soon expire. Send your answers with
    /// `Cache-Control: private` and `Referrer-Policy: no-referrer`.
    ///
    /// The value is read as forms write it: escapes are decoded, and a `+`, which is a space there,
    /// is malformed. A parameter that is there twice is malformed, too.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use http::{Request, Response, StatusCode};
    /// use tower::{Layer, ServiceExt, service_fn};
    /// use tower_auth::{AuthLayer, policy, scheme::Bearer};
    ///
    /// let bearer = Bearer::fixed("feed", "s3cret", "a reader").dangerously_in_query("access_token");
    /// let layer = AuthLayer::new(bearer, policy::authenticated()).build_with(Vec::from)?;
    /// let service = layer.layer(service_fn(|_: Request<()>| async {
    ///     Ok::<_, std::convert::Infallible>(Response::new(Vec::new()))
    /// }));
    ///
    /// let request = Request::get("/feed?access_token=s3cret").body(())?;
    /// assert_eq!(service.oneshot(request).await?.status(), StatusCode::OK);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    ///
    /// [RFC 6750 §2.3]: https://www.rfc-editor.org/rfc/rfc6750#section-2.3
    #[must_use]
    pub fn dangerously_in_query(self, name: &'static str) -> Self {
        self.moved(Place::Query(name))
    }

    fn moved(mut self, place: Place) -> Self {
        self.moved_twice |= !matches!(self.place, Place::Authorization);
        self.place = place;
        self
    }
}
