//! `Bearer` ([RFC 6750](https://www.rfc-editor.org/rfc/rfc6750)): whoever holds the token is let in.
//!
//! - Proves: possession of a token, nothing more.
//! - Reads: `Authorization: Bearer <b64token>` (§2.1), in any case, up to 8 KiB; or a cookie, a field
//!   of its own, a parameter of the query (§2.3), where it is told so.
//! - Challenges: `Bearer realm=".."`, with `error="invalid_token"` only if a token was sent (§3.1), and the
//!   scopes and the metadata's URL that it is told.
//! - An attacker controls: all of the token. It is grammar-checked as bytes before a verifier
//!   sees it. Of a cookie another site controls when it is sent, so its origin is checked.

use http::request::Parts;

use crate::{
    attempt::{Attempt, Rejection},
    challenge::{Ask, Challenge},
    grammar::is_token68,
    inspect::{Inspection, Misconfiguration},
    secret::Secret,
    step::Step,
    verify::{FixedSecret, Verify},
};

use super::{
    bearer_words::Words,
    contract::{Carrier, Presented, Redact, Scheme},
    place::{Found, Place},
};

const NAME: &str = "Bearer";
const LONGEST: usize = 8 * 1024;

type Verifier<P> = dyn for<'a> Verify<Secret<'a>, Principal = P>;

/// The `Bearer` scheme of [RFC 6750].
///
/// ```
/// # tokio_test::block_on(async {
/// use http::{Request, Response, StatusCode, header::WWW_AUTHENTICATE};
/// use tower::{Layer, ServiceExt, service_fn};
/// use tower_auth::{AuthLayer, policy, scheme::Bearer};
///
/// let layer = AuthLayer::new(Bearer::fixed("api", "s3cret", "the robot"), policy::authenticated())
///     .build_with(Vec::from)?;
/// let service = layer.layer(service_fn(|_: Request<()>| async {
///     Ok::<_, std::convert::Infallible>(Response::new(Vec::new()))
/// }));
///
/// let request = Request::get("/").header("authorization", "Bearer s3cret").body(())?;
/// assert_eq!(service.clone().oneshot(request).await?.status(), StatusCode::OK);
///
/// let refused = service.oneshot(Request::get("/").body(())?).await?;
/// assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
/// assert_eq!(refused.headers()[WWW_AUTHENTICATE], r#"Bearer realm="api""#);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
///
/// [RFC 6750]: https://www.rfc-editor.org/rfc/rfc6750
pub struct Bearer<P> {
    verifier: Box<Verifier<P>>,
    words: Words,
    longest: usize,
    pub(super) place: Place,
    pub(super) moved_twice: bool,
    strict: bool,
}

impl<P: Clone + Send + Sync + 'static> Bearer<P> {
    /// Bearer tokens for `realm`, judged by `verifier`.
    pub fn new(realm: &str, verifier: impl for<'a> Verify<Secret<'a>, Principal = P>) -> Self {
        Self {
            verifier: Box::new(verifier),
            words: Words::new(realm),
            longest: LONGEST,
            place: Place::Authorization,
            moved_twice: false,
            strict: false,
        }
    }

    /// One token, compared in constant time; whoever presents it is `principal`.
    pub fn fixed<'a>(realm: &str, token: impl Into<Secret<'a>>, principal: P) -> Self {
        Self::new(realm, FixedSecret::new(token, principal))
    }

    /// Tells callers where the metadata of this resource stands ([RFC 9728 §5.1]): an absolute
    /// URL, which is checked when the layer is built. That of a
    /// [`ResourceMetadata`](crate::metadata::ResourceMetadata) is its
    /// [`url`](crate::metadata::ResourceMetadata::url).
    ///
    /// [RFC 9728 §5.1]: https://www.rfc-editor.org/rfc/rfc9728#section-5.1
    #[must_use]
    pub fn resource_metadata(mut self, url: &str) -> Self {
        self.words.link(url);
        self
    }

    /// Tells callers which scopes to ask an authorization server for ([RFC 6750 §3]): those without which a
    /// token is of little use here. Whoever brings no token, or one that is refused, is told these; whoever
    /// lacks scopes is told what the operation needs, and nothing else. Clients of MCP ask for the scopes of the
    /// challenge, and for all that the metadata names where it has none.
    ///
    /// Each is checked when the layer is built; none at all says nothing.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use http::{Request, Response, StatusCode, header::WWW_AUTHENTICATE};
    /// use tower::{Layer, ServiceExt, service_fn};
    /// use tower_auth::{AuthLayer, policy, scheme::Bearer};
    ///
    /// let bearer = Bearer::fixed("api", "s3cret", "the robot").scope_hint(["docs:read", "docs:list"]);
    /// let layer = AuthLayer::new(bearer, policy::authenticated()).build_with(Vec::from)?;
    /// let service = layer.layer(service_fn(|_: Request<()>| async {
    ///     Ok::<_, std::convert::Infallible>(Response::new(Vec::new()))
    /// }));
    ///
    /// let refused = service.oneshot(Request::get("/").body(())?).await?;
    /// assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    /// assert_eq!(refused.headers()[WWW_AUTHENTICATE], r#"Bearer realm="api", scope="docs:read docs:list""#);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    ///
    /// [RFC 6750 §3]: https://www.rfc-editor.org/rfc/rfc6750#section-3
    #[must_use]
    pub fn scope_hint<T: Into<String>>(mut self, scopes: impl IntoIterator<Item = T>) -> Self {
        self.words.hint(scopes.into_iter().map(Into::into));
        self
    }

    /// The longest token that is looked at, in bytes. 8,192 by default, and at most.
    #[must_use]
    pub fn longest_token(mut self, bytes: usize) -> Self {
        self.longest = bytes.min(LONGEST);
        self
    }

    /// Answers malformed credentials with 400 `invalid_request`, to the letter of [RFC 6750 §3.1]:
    /// a token that is none, a field or a parameter that is there twice, two ways at once. Without
    /// it they are 401, as other credentials that are not to be believed. What policies hide is 404
    /// all the same.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use http::{Request, Response, StatusCode, header::WWW_AUTHENTICATE};
    /// use tower::{Layer, ServiceExt, service_fn};
    /// use tower_auth::{AuthLayer, policy, scheme::Bearer};
    ///
    /// let bearer = Bearer::fixed("api", "s3cret", "the robot").strict();
    /// let layer = AuthLayer::new(bearer, policy::authenticated()).build_with(Vec::from)?;
    /// let service = layer.layer(service_fn(|_: Request<()>| async {
    ///     Ok::<_, std::convert::Infallible>(Response::new(Vec::new()))
    /// }));
    ///
    /// let request = Request::get("/").header("authorization", "Bearer s3cret s3cret").body(())?;
    /// let refused = service.oneshot(request).await?;
    /// assert_eq!(refused.status(), StatusCode::BAD_REQUEST);
    /// assert_eq!(refused.headers()[WWW_AUTHENTICATE], r#"Bearer realm="api", error="invalid_request""#);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    ///
    /// [RFC 6750 §3.1]: https://www.rfc-editor.org/rfc/rfc6750#section-3.1
    #[must_use]
    pub const fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    fn fits(&self, token: &Secret<'_>) -> bool {
        let token = token.expose().as_bytes();
        token.len() <= self.longest && is_token68(token)
    }
}

impl<P: Clone + Send + Sync + 'static> Scheme for Bearer<P> {
    type Principal = P;

    fn name(&self) -> &'static str {
        NAME
    }

    fn carrier(&self) -> Carrier {
        self.place.carrier()
    }

    fn attempt(&self, presented: &Presented<'_>) -> Step<Attempt<P>> {
        Step::Now(match self.place.find(presented) {
            Found::Token(token) if self.fits(&token) => {
                return self.verifier.verify(token).map(Attempt::from);
            }
            Found::Token(_) | Found::Malformed => Attempt::Rejected(self.malformed()),
            Found::CrossOrigin => Attempt::Rejected(Rejection::CrossOrigin),
            Found::Absent => Attempt::Absent,
        })
    }

    fn is_presented(&self, presented: &Presented<'_>) -> bool {
        !matches!(self.place.find(presented), Found::Absent)
    }

    fn malformed(&self) -> Rejection {
        if self.strict {
            Rejection::InvalidRequest
        } else {
            Rejection::Malformed
        }
    }

    fn challenge(&self, ask: Ask<'_>) -> Option<Challenge> {
        self.words.word(ask)
    }

    fn redact(&self, head: &mut Parts, how: Redact) {
        self.place.redact(head, how);
    }

    fn inspect(&self, inspection: &mut Inspection) {
        self.words.inspect(inspection);
        self.verifier.inspect(inspection, NAME);
        self.place.inspect(inspection);
        if self.moved_twice {
            inspection.problem(
                "a `Bearer` stands in two places: make one for each, and join them with `.or(..)`",
            );
        }
        if self.longest == 0 {
            inspection.problem(Misconfiguration::Limit(NAME));
        }
    }
}
