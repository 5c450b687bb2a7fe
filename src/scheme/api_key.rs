//! API keys: one secret in a field of its own.
//!
//! - Proves: possession of a key.
//! - Reads: the named field, such as `X-API-Key`; printable ASCII without spaces and commas, up
//!   to 256 bytes. A repeated field is malformed.
//! - Challenges: `ApiKey realm=".."`. The name is not registered, but RFC 9110 §15.5.2 asks for a
//!   challenge on every 401, and clients that do not know the name leave it alone.
//! - An attacker controls: all of the key.

use http::HeaderName;

use crate::{
    attempt::{Attempt, Rejection},
    challenge::{Ask, Challenge},
    inspect::{Inspection, Misconfiguration},
    secret::Secret,
    step::Step,
    verify::{FixedSecret, Verify},
};

use super::{
    contract::{Carrier, Presented, Scheme},
    draft::Draft,
};

const NAME: &str = "ApiKey";
const LONGEST: usize = 256;

type Verifier<P> = dyn for<'a> Verify<Secret<'a>, Principal = P>;

/// An API key in a field of its own.
///
/// ```
/// # tokio_test::block_on(async {
/// use http::{Request, Response, StatusCode, header::WWW_AUTHENTICATE};
/// use tower::{Layer, ServiceExt, service_fn};
/// use tower_auth::{AuthLayer, policy, scheme::ApiKey, verify::TokenTable};
///
/// let keys = TokenTable::new();
/// keys.insert("3cf1a09e", "the robot");
/// let layer = AuthLayer::new(ApiKey::new("X-API-Key", "api", keys), policy::authenticated())
///     .build_with(Vec::from)?;
/// let service = layer.layer(service_fn(|_: Request<()>| async {
///     Ok::<_, std::convert::Infallible>(Response::new(Vec::new()))
/// }));
///
/// let request = Request::get("/").header("x-api-key", "3cf1a09e").body(())?;
/// assert_eq!(service.clone().oneshot(request).await?.status(), StatusCode::OK);
///
/// let refused = service.oneshot(Request::get("/").body(())?).await?;
/// assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
/// assert_eq!(refused.headers()[WWW_AUTHENTICATE], r#"ApiKey realm="api""#);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
pub struct ApiKey<P> {
    verifier: Box<Verifier<P>>,
    challenge: Draft,
    field: Result<HeaderName, String>,
    longest: usize,
}

impl<P: Clone + Send + Sync + 'static> ApiKey<P> {
    /// Keys in `field` for `realm`, judged by `verifier`. The field's name is checked when the
    /// layer is built.
    pub fn new(
        field: &str,
        realm: &str,
        verifier: impl for<'a> Verify<Secret<'a>, Principal = P>,
    ) -> Self {
        Self {
            verifier: Box::new(verifier),
            challenge: Draft::new(NAME, realm),
            field: HeaderName::try_from(field).map_err(|_| field.to_owned()),
            longest: LONGEST,
        }
    }

    /// One key, compared in constant time; whoever presents it is `principal`.
    pub fn fixed<'a>(field: &str, realm: &str, key: impl Into<Secret<'a>>, principal: P) -> Self {
        Self::new(field, realm, FixedSecret::new(key, principal))
    }

    /// The longest key that is looked at, in bytes. 256 by default, 8,192 at most.
    #[must_use]
    pub fn longest_key(mut self, bytes: usize) -> Self {
        self.longest = bytes.min(8 * 1024);
        self
    }
}

impl<P: Clone + Send + Sync + 'static> Scheme for ApiKey<P> {
    type Principal = P;

    fn name(&self) -> &'static str {
        NAME
    }

    fn carrier(&self) -> Carrier {
        match &self.field {
            Ok(name) => Carrier::Field(name.clone()),
            // A layer with a scheme like this one cannot be built.
            Err(_) => Carrier::Ambient,
        }
    }

    fn is_presented(&self, _: &Presented<'_>) -> bool {
        self.field.is_ok()
    }

    fn attempt(&self, presented: &Presented<'_>) -> Step<Attempt<P>> {
        let key = presented.credentials();
        match str::from_utf8(key) {
            Ok(text) if key.len() <= self.longest && is_key(key) => {
                self.verifier.verify(Secret::from(text)).map(Attempt::from)
            }
            _ => Step::Now(Attempt::Rejected(Rejection::Malformed)),
        }
    }

    fn challenge(&self, ask: Ask<'_>) -> Option<Challenge> {
        match ask {
            Ask::Credentials | Ask::Again(_) => self.challenge.finished().cloned(),
            Ask::MoreScopes(_) | Ask::StepUp(_) => None,
        }
    }

    fn inspect(&self, inspection: &mut Inspection) {
        self.challenge.inspect(inspection);
        self.verifier.inspect(inspection, NAME);
        if let Err(name) = &self.field {
            inspection.problem(Misconfiguration::FieldName(name.clone()));
        }
        if self.longest == 0 {
            inspection.problem(Misconfiguration::Limit(NAME));
        }
    }
}

/// Printable ASCII. A comma is what two merged fields look like.
fn is_key(key: &[u8]) -> bool {
    !key.is_empty()
        && key
            .iter()
            .all(|&byte| byte.is_ascii_graphic() && byte != b',')
}
