//! `Bearer` ([RFC 6750](https://www.rfc-editor.org/rfc/rfc6750)): whoever holds the token is let in.
//!
//! - Proves: possession of a token, nothing more.
//! - Reads: `Authorization: Bearer <b64token>` (§2.1), in any case, up to 8 KiB.
//! - Challenges: `Bearer realm=".."`, with `error="invalid_token"` only if a token was sent (§3.1).
//! - An attacker controls: all of the token. It is grammar-checked as bytes before a verifier
//!   sees it.

use crate::{
    attempt::{Attempt, Rejection},
    challenge::{Ask, Challenge},
    decision::Missing,
    grammar::is_token68,
    inspect::{Inspection, Misconfiguration},
    secret::Secret,
    step::Step,
    verify::{FixedSecret, Verify},
};

use super::{
    contract::{Carrier, Presented, Scheme},
    draft::Draft,
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
    challenge: Draft,
    longest: usize,
}

impl<P: Clone + Send + Sync + 'static> Bearer<P> {
    /// Bearer tokens for `realm`, judged by `verifier`.
    pub fn new(realm: &str, verifier: impl for<'a> Verify<Secret<'a>, Principal = P>) -> Self {
        Self {
            verifier: Box::new(verifier),
            challenge: Draft::new(NAME, realm),
            longest: LONGEST,
        }
    }

    /// One token, compared in constant time; whoever presents it is `principal`.
    pub fn fixed<'a>(realm: &str, token: impl Into<Secret<'a>>, principal: P) -> Self {
        Self::new(realm, FixedSecret::new(token, principal))
    }

    /// Tells callers where the metadata of this resource stands ([RFC 9728 §5.1]): an absolute
    /// URL, which is checked when the layer is built.
    ///
    /// [RFC 9728 §5.1]: https://www.rfc-editor.org/rfc/rfc9728#section-5.1
    #[must_use]
    pub fn resource_metadata(mut self, url: &str) -> Self {
        self.challenge.add("resource_metadata", url);
        self
    }

    /// The longest token that is looked at, in bytes. 8,192 by default, and at most.
    #[must_use]
    pub fn longest_token(mut self, bytes: usize) -> Self {
        self.longest = bytes.min(LONGEST);
        self
    }
}

impl<P: Clone + Send + Sync + 'static> Scheme for Bearer<P> {
    type Principal = P;

    fn name(&self) -> &'static str {
        NAME
    }

    fn carrier(&self) -> Carrier {
        Carrier::Authorization
    }

    fn attempt(&self, presented: &Presented<'_>) -> Step<Attempt<P>> {
        let token = presented.credentials();
        match str::from_utf8(token) {
            Ok(text) if token.len() <= self.longest && is_token68(token) => {
                self.verifier.verify(Secret::from(text)).map(Attempt::from)
            }
            _ => Step::Now(Attempt::Rejected(Rejection::Malformed)),
        }
    }

    fn challenge(&self, ask: Ask<'_>) -> Option<Challenge> {
        let plain = self.challenge.finished()?.clone();
        Some(match ask {
            Ask::Credentials
            | Ask::Again(
                Rejection::NotUnderstood | Rejection::CrossOrigin | Rejection::Throttled { .. },
            ) => plain,
            Ask::Again(Rejection::Malformed | Rejection::Refused) => {
                add(plain, "error", "invalid_token")
            }
            Ask::Again(Rejection::InvalidRequest) => add(plain, "error", "invalid_request"),
            Ask::MoreScopes(missing) => scopes(add(plain, "error", "insufficient_scope"), missing),
            Ask::StepUp(missing) => scopes(step_up(plain, missing), missing),
        })
    }

    fn inspect(&self, inspection: &mut Inspection) {
        self.challenge.inspect(inspection);
        self.verifier.inspect(inspection, NAME);
        if self.longest == 0 {
            inspection.problem(Misconfiguration::Limit(NAME));
        }
    }
}

/// RFC 9470 §3.
fn step_up(plain: Challenge, missing: &Missing) -> Challenge {
    let mut challenge = add(plain, "error", "insufficient_user_authentication");
    if let Some(login) = missing.login() {
        if !login.acr_values().is_empty() {
            challenge = add(challenge, "acr_values", &login.acr_values().join(" "));
        }
        if let Some(age) = login.max_age() {
            challenge = add(challenge, "max_age", &age.as_secs().to_string());
        }
    }
    challenge
}

/// RFC 6750 §3.
fn scopes(challenge: Challenge, missing: &Missing) -> Challenge {
    if missing.scopes().is_empty() {
        return challenge;
    }
    add(challenge, "scope", &missing.scopes().join(" "))
}

/// Says one thing more. What cannot be written is left out: a policy of the application's may name
/// scopes that are none, and the rest still asks for the right thing.
fn add(challenge: Challenge, name: &str, value: &str) -> Challenge {
    challenge.with(name, value).unwrap_or(challenge)
}
