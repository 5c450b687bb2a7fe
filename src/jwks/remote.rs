//! The keys of an issuer that publishes them.

use std::{
    fmt,
    sync::{Arc, atomic::Ordering},
};

use crate::{
    decision::Unavailable,
    jwt::{Key, KeySet, KeySource},
    step::{Step, Waiting},
};

use super::{
    error::FetchError, pace::Pace, refreshed::Refreshed, source::Source, status::KeysStatus,
};

/// The keys of an issuer that publishes them, fetched, kept, and fetched again. Clones share them.
///
/// They are fetched when [`ready`](Self::ready) or [`refresh`](Self::refresh) is called, or when the first
/// token comes; then again in the background, when the answer's `Cache-Control`, `Age` and `Expires` say
/// so ([RFC 9111 §4.2]): within a minute and an hour, or every ten minutes where they say nothing. A tenth
/// of that is left to chance. The background task ends with the last clone.
///
/// - **A token that names an unknown key** is due a fetch, and waits for it: at most one in 30 seconds,
///   whoever asks ([`cooldown`](super::RemoteKeysBuilder::cooldown)). In between the token is refused at once: 401.
///   So publish a key before you sign with it. Keys without a `kid` fit every token; where all are without, no
///   token makes anybody fetch.
/// - **An issuer that does not answer** takes no key away: the last good set is used for 24 hours
///   ([`keep_for`](super::RemoteKeysBuilder::keep_for)), and the issuer is asked again after 1, 2, 4 .. seconds, up to the
///   cooldown. With no keys at all tokens are answered with 503, and `Retry-After`. An answer without a
///   key that can be used is none.
/// - **An issuer that answers badly** gets no further: 5 seconds, 256 KiB, 100 keys, 200 or nothing, no
///   redirects. Keys of unknown kinds, secrets and private keys are skipped.
///
/// It runs on tokio. Where its runtime ends, the next one to ask, on another, goes on. Without any, tokens are
/// verified with the keys that are known, and answered with 503 when there are none.
///
/// ```
/// # tokio_test::block_on(async {
/// # use tower_auth::jwt::{Issuer, JwtVerifier, StandardClaims};
/// use http::{Request, Response, StatusCode};
/// use tower::{Layer, ServiceExt, service_fn};
/// use tower_auth::{AuthLayer, jwks::RemoteKeys, policy, scheme::Bearer};
///
/// // Any HTTP client that is a tower service; with the feature `https`, `RemoteKeys::https(url)` brings one.
/// # let client = service_fn(async |_: Request<String>| {
/// #     Ok::<_, std::io::Error>(Response::builder().status(502).body(String::new()).unwrap())
/// # });
/// let keys = RemoteKeys::new("https://as.example.net/jwks", client).build()?;
/// let issuer = Issuer::new("https://as.example.net", "https://rs.example.com", keys.clone());
/// let bearer = Bearer::new("api", JwtVerifier::<StandardClaims>::new(issuer));
/// let layer = AuthLayer::new(bearer, policy::authenticated()).build_with(Vec::from)?;
/// # let service = layer.layer(service_fn(async |_: Request<()>| {
/// #     Ok::<_, std::convert::Infallible>(Response::new(Vec::new()))
/// # }));
///
/// // The issuer does not answer, and that is not the caller's fault.
/// # let token = concat!("eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSIsImtpZCI6IjEifQ",
/// #     ".eyJpc3MiOiJodHRwczovL2FzLmV4YW1wbGUubmV0IiwiYXVkIjoiaHR0cHM6Ly9ycy5leGFtcGxlLmNvbSIsImV4cCI6OTk5OTk5OTk5OSwic3ViIjoiYSJ9",
/// #     ".AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
/// let request = Request::get("/").header("authorization", format!("Bearer {token}")).body(())?;
/// assert_eq!(service.oneshot(request).await?.status(), StatusCode::SERVICE_UNAVAILABLE);
/// assert_eq!((keys.status().fetches(), keys.status().failures()), (1, 1));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
///
/// [RFC 9111 §4.2]: https://www.rfc-editor.org/rfc/rfc9111#section-4.2
#[derive(Clone)]
pub struct RemoteKeys {
    keys: Refreshed<KeySet>,
    source: Arc<Source>,
}

impl RemoteKeys {
    pub(super) fn start(from: String, source: Source, pace: Pace) -> Self {
        let source = Arc::new(source);
        let fetches = Arc::clone(&source);
        let fetch = move || -> Waiting<_> {
            let source = Arc::clone(&fetches);
            Box::pin(async move { source.fetch().await })
        };
        Self {
            keys: Refreshed::new(pace, from, fetch),
            source,
        }
    }

    /// Fetches the keys if there are none, and waits for that one try: up to the
    /// [`timeout`](super::RemoteKeysBuilder::timeout), and twice that where they are discovered. For the start of
    /// a program, which can end there if there are none, or wait a little and call it again.
    ///
    /// # Errors
    ///
    /// Why there are none. They are fetched in the background from then on, whether or not anybody
    /// waits. What the HTTP client said is the error's source, and in the log.
    pub async fn ready(&self) -> Result<(), FetchError> {
        if self.status().is_usable() {
            return Ok(());
        }
        self.refresh().await
    }

    /// Fetches the keys now, whatever is known of them, or joins a fetch that is on its way. No cooldown holds
    /// it back: let no caller trigger it.
    ///
    /// # Errors
    ///
    /// Why they could not be fetched. The last good ones are kept.
    pub async fn refresh(&self) -> Result<(), FetchError> {
        self.keys.fetch().await
    }

    /// What is known, now.
    #[must_use]
    pub fn status(&self) -> KeysStatus {
        let seen = match self.keys.snapshot() {
            Ok(seen) => seen,
            Err(error) => {
                return KeysStatus {
                    last_error: Some(error),
                    ..KeysStatus::default()
                };
            }
        };
        let ids = |keys: &KeySet| keys.iter().filter_map(Key::id).map(str::to_owned).collect();
        KeysStatus {
            keys: seen.value.as_ref().map_or(0, KeySet::len),
            kids: seen.value.as_ref().map(ids).unwrap_or_default(),
            age: seen.age,
            next_fetch: seen.next,
            failures: seen.failures,
            last_error: seen.error,
            fetches: seen.begun,
            metadata_fetches: self.source.metadata_fetches.load(Ordering::Relaxed),
        }
    }
}

impl KeySource for RemoteKeys {
    fn keys(&self, kid: Option<&str>) -> Step<Result<KeySet, Unavailable>> {
        self.keys.get(|keys| holds(keys, kid))
    }

    fn issuer(&self) -> Option<&str> {
        self.source.issuer()
    }
}

impl fmt::Debug for RemoteKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteKeys")
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}

/// Whether a token that names this key, or none, has one here that it may be verified with.
fn holds(keys: &KeySet, kid: Option<&str>) -> bool {
    let Some(kid) = kid else {
        return true;
    };
    let mut named = keys.iter().filter_map(Key::id).peekable();
    named.peek().is_none() || named.any(|id| id == kid)
}
