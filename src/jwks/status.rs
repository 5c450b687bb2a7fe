//! What is known of the keys, for a health page.

use std::time::Duration;

use super::error::FetchError;

/// What is known of the keys of an issuer, as it is now, for health pages and metrics. It holds no
/// secrets, and nothing that a caller sent.
///
/// ```
/// # tokio_test::block_on(async {
/// # use http::{Request, Response};
/// use tower_auth::jwks::RemoteKeys;
/// # let client = tower::service_fn(async |_: Request<String>| {
/// #     let text = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"2026","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
/// #     Ok::<_, std::io::Error>(Response::new(String::from(text)))
/// # });
///
/// let keys = RemoteKeys::new("https://as.example.net/jwks", client).build()?;
/// assert!(!keys.status().is_usable());
///
/// keys.ready().await?;
/// let status = keys.status();
/// assert_eq!((status.keys(), status.kids()), (1, &[String::from("2026")][..]));
/// assert_eq!((status.fetches(), status.failures()), (1, 0));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug, Default)]
pub struct KeysStatus {
    pub(super) keys: usize,
    pub(super) kids: Vec<String>,
    pub(super) age: Option<Duration>,
    pub(super) next_fetch: Option<Duration>,
    pub(super) failures: u32,
    pub(super) last_error: Option<FetchError>,
    pub(super) fetches: u64,
    pub(super) metadata_fetches: u64,
}

impl KeysStatus {
    /// Whether there are keys to verify tokens with. Without any, tokens are answered with 503. Before
    /// [`ready`](super::RemoteKeys::ready) is called or a token comes there are none.
    #[must_use]
    pub const fn is_usable(&self) -> bool {
        self.keys > 0
    }

    /// How many keys there are to verify tokens with.
    #[must_use]
    pub const fn keys(&self) -> usize {
        self.keys
    }

    /// The `kid`s of those that have one, in the order of the set.
    #[must_use]
    pub fn kids(&self) -> &[String] {
        &self.kids
    }

    /// How long ago the last good set was fetched, even if it is too old to be used by now.
    #[must_use]
    pub const fn age(&self) -> Option<Duration> {
        self.age
    }

    /// After how long the next fetch is due. `None` before the first.
    #[must_use]
    pub const fn next_fetch(&self) -> Option<Duration> {
        self.next_fetch
    }

    /// How many fetches have failed since the last good one.
    #[must_use]
    pub const fn failures(&self) -> u32 {
        self.failures
    }

    /// Why the last fetch failed, if it did.
    #[must_use]
    pub const fn last_error(&self) -> Option<&FetchError> {
        self.last_error.as_ref()
    }

    /// How many fetches of the keys have begun, good ones and failed ones. What went before, to find out
    /// where the keys are, is not counted here.
    #[must_use]
    pub const fn fetches(&self) -> u64 {
        self.fetches
    }

    /// How often the issuer's metadata was asked for, where the keys are found by it.
    #[must_use]
    pub const fn metadata_fetches(&self) -> u64 {
        self.metadata_fetches
    }
}
