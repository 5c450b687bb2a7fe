//! The verifier of JSON Web Tokens.

use std::{sync::Arc, time::Duration};

use serde::de::DeserializeOwned;

use crate::{
    clock::{Clock, LEEWAY, LONGEST_LEEWAY},
    fault::Fault,
    inspect::Inspection,
    secret::Secret,
    step::Step,
    verify::{Verdict, Verify},
};

use super::{
    backend::Backend, compact::Compact, issuer::Issuer, judge::Judge, revocations::Revocations,
    standard::StandardClaims, times::Times, token::Token,
};

/// Verifies JSON Web Tokens ([RFC 7519], [RFC 8725]) that are access tokens ([RFC 9068]): whoever sends
/// one is `C`, read from its claims by serde. [`StandardClaims`] are ready to use.
///
/// A token is taken only if
///
/// - it is three parts of base64url, up to 8 KiB, of JSON in which no member stands twice;
/// - its `typ` is one of its issuer's, `at+jwt` by default; it needs no extension (`crit`), and is no
///   token within a token;
/// - its `iss` is an [`Issuer`] here, and a key of that issuer, of the algorithm that the
///   token names, has signed it. Keys in its header are not looked at;
/// - its `aud` names this service, its `exp` has not come (an hour sharp is past), its `nbf` has, each
///   give or take the [`leeway`](Self::leeway), and its `sub` is not empty. A claim of the wrong
///   type is not taken for one that is absent; `sub`, `client_id`, `jti` and `sid` hold no control characters,
///   nor any that turn text around;
/// - it is bound to no key (`cnf`), which whoever merely bears it does not prove;
/// - its claims are a `C`.
///
/// Otherwise the caller gets a 401 with `error="invalid_token"` and one of a few descriptions: a
/// [`Fault`]. Where the keys cannot be had at all it is 503.
///
/// ```
/// # tokio_test::block_on(async {
/// use http::{Request, Response, StatusCode, header::WWW_AUTHENTICATE};
/// use tower::{Layer, ServiceExt, service_fn};
/// use tower_auth::{
///     AuthLayer,
///     jwt::{Issuer, JwtVerifier, Key, StandardClaims},
///     policy,
///     scheme::Bearer,
/// };
///
/// // RFC 8037 §A.2
/// let key = Key::from_jwk(
///     r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
/// )?;
/// let issuer = Issuer::new("https://as.example.net", "https://rs.example.com", key);
/// let bearer = Bearer::new("api", JwtVerifier::<StandardClaims>::new(issuer));
/// let service = AuthLayer::new(bearer, policy::scope("docs:read"))
///     .build_with(Vec::from)?
///     .layer(service_fn(|_: Request<()>| async {
///         Ok::<_, std::convert::Infallible>(Response::new(Vec::new()))
///     }));
///
/// // Of `alice`, with the scope `docs:read`, until the end of 2099.
/// let token = "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSJ9.\
///     eyJpc3MiOiJodHRwczovL2FzLmV4YW1wbGUubmV0IiwiYXVkIjoiaHR0cHM6Ly9ycy5leGFtcGxlLmNvbSIsInN1YiI6Im\
///     FsaWNlIiwic2NvcGUiOiJkb2NzOnJlYWQiLCJleHAiOjQxMDI0NDQ4MDB9.\
///     3EBjjY1fRYuVbbWa62RIvHv8c_buZl9z0-Ia3hDrVaduu-K41RqkyDcNG9UhAhVRuqsTZQHNkUjZ7rZpOeG3AA";
/// let sent = |token: &str| {
///     Request::get("/").header("authorization", format!("Bearer {token}")).body(())
/// };
/// assert_eq!(service.clone().oneshot(sent(token)?).await?.status(), StatusCode::OK);
///
/// let refused = service.oneshot(sent(&token.replace("3EBj", "4EBj"))?).await?;
/// assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
/// assert_eq!(
///     refused.headers()[WWW_AUTHENTICATE],
///     r#"Bearer realm="api", error="invalid_token", error_description="the token is not trusted here""#
/// );
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
///
/// [RFC 7519]: https://www.rfc-editor.org/rfc/rfc7519
/// [RFC 8725]: https://www.rfc-editor.org/rfc/rfc8725
/// [RFC 9068]: https://www.rfc-editor.org/rfc/rfc9068
pub struct JwtVerifier<C> {
    issuers: Vec<Arc<Issuer>>,
    judge: Judge<C>,
    /// Paths to roles. Only a verifier of [`StandardClaims`] has any.
    roles_at: Vec<Vec<String>>,
}

impl<C: DeserializeOwned> JwtVerifier<C> {
    /// Tokens of one issuer.
    #[must_use]
    pub fn new(issuer: Issuer) -> Self {
        Self {
            issuers: vec![Arc::new(issuer)],
            judge: Judge {
                backend: Backend::preferred(),
                times: Times {
                    clock: Clock::system(),
                    leeway: LEEWAY,
                },
                read: Arc::new(|claims| serde_json::from_slice(claims)),
                revocations: None,
            },
            roles_at: Vec::new(),
        }
    }
}

impl<C> JwtVerifier<C> {
    /// Takes tokens of another issuer, too, by its own keys. Both are trusted alike: what one of them writes into
    /// scopes and roles counts as much as what the other does.
    #[must_use]
    pub fn or(mut self, issuer: Issuer) -> Self {
        self.issuers.push(Arc::new(issuer));
        self
    }

    /// How far the issuers' clocks may be from this one: 60 seconds by default, 300 at most.
    #[must_use]
    pub const fn leeway(mut self, leeway: Duration) -> Self {
        self.judge.times.leeway = leeway;
        self
    }

    /// Takes the time from `clock`.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.judge.times.clock = clock;
        self
    }

    /// Refuses tokens that were taken back before their time, as `revocations` knows; of several, the last
    /// holds. Asked after all else is found true. Where it cannot answer: 503.
    ///
    /// Without it, a token is true until it expires, whatever became of whom it was issued to.
    #[must_use]
    pub fn revocations(mut self, revocations: impl Revocations) -> Self {
        self.judge.revocations = Some(Arc::new(revocations));
        self
    }

    /// Verifies signatures with this library, where both are compiled in.
    #[must_use]
    pub const fn backend(mut self, backend: Backend) -> Self {
        self.judge.backend = Some(backend);
        self
    }
}

impl JwtVerifier<StandardClaims> {
    /// Takes roles from the claim at this path, and not from `roles`: `["realm_access", "roles"]` for
    /// Keycloak, or `["https://example.com/roles"]` for a claim with a name of one's own. One name for
    /// each level: a dot is part of a name. Several paths may be named, one call after the other: roles are those
    /// of all.
    #[must_use]
    pub fn roles_at<T: Into<String>>(mut self, path: impl IntoIterator<Item = T>) -> Self {
        self.roles_at
            .push(path.into_iter().map(Into::into).collect());
        let paths = self.roles_at.clone();
        self.judge.read = Arc::new(move |claims| StandardClaims::with_roles_at(claims, &paths));
        self
    }
}

impl<C: Send + Sync + 'static> JwtVerifier<C> {
    fn begin(&self, secret: Secret<'_>) -> Result<Step<Verdict<C>>, Fault> {
        let compact = Compact::read(secret.expose())?;
        let token = Token::read(&compact)?;
        let issuer = self.issuer_of(&token)?;
        Ok(match issuer.keys(token.header.kid.as_deref()) {
            Step::Now(keys) => self.judge.conclude(&token, issuer, keys),
            Step::Later(waiting) => {
                let (judge, issuer) = (self.judge.clone(), Arc::clone(issuer));
                let secret = secret.into_owned();
                Step::later(async move {
                    let keys = waiting.await;
                    judge.read_and_conclude(&secret, &issuer, keys).await
                })
            }
        })
    }

    fn issuer_of(&self, token: &Token<'_>) -> Result<&Arc<Issuer>, Fault> {
        let named = token.claims.issuer.as_deref().ok_or(Fault::BadClaims)?;
        let mut issuers = self.issuers.iter();
        let found = issuers.find(|issuer| issuer.identifier() == named);
        found.ok_or(Fault::UnknownIssuer)
    }
}

impl<C: Send + Sync + 'static> Verify<Secret<'_>> for JwtVerifier<C> {
    type Principal = C;

    fn verify(&self, secret: Secret<'_>) -> Step<Verdict<C>> {
        let begun = self.begin(secret);
        begun.unwrap_or_else(|fault| Step::Now(Verdict::Faulty(fault)))
    }

    fn inspect(&self, inspection: &mut Inspection, _: &'static str) {
        for (place, issuer) in self.issuers.iter().enumerate() {
            issuer.inspect(inspection);
            let mut earlier = self.issuers.iter().take(place);
            if earlier.any(|other| other.identifier() == issuer.identifier()) {
                inspection.problem(format!(
                    "the issuer `{}` stands there twice: the second would never be asked",
                    issuer.identifier().escape_debug()
                ));
            }
        }
        if self.judge.times.leeway > LONGEST_LEEWAY {
            inspection.problem("the leeway of a JwtVerifier is too long: give 300 seconds at most");
        }
        if self
            .roles_at
            .iter()
            .any(|path| path.is_empty() || path.iter().any(String::is_empty))
        {
            inspection.problem(
                "a path in `roles_at` names no claim: give the name of the claim, and of each member on the way to the roles",
            );
        }
        if let Some(revocations) = &self.judge.revocations {
            revocations.inspect(inspection);
        }
        if self.judge.backend.is_none() {
            inspection.problem(
                "nothing verifies the signatures of tokens: switch on the feature `aws_lc_rs` or `rust_crypto`",
            );
        }
    }
}
