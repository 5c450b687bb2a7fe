//! The keys of an issuer.

use std::{fmt, fs, path::Path, sync::Arc};

use crate::{decision::Unavailable, step::Step};

use super::{algorithm::Algorithm, jwk, key::Key, key_error::KeyError};

/// The keys of an issuer. Cheap to clone: clones share them.
///
/// ```
/// use tower_auth::jwt::KeySet;
///
/// // RFC 8037 §A.2, beside a key that signs nothing.
/// let keys = KeySet::from_jwks(
///     r#"{"keys":[
///         {"kty":"OKP","crv":"Ed25519","kid":"2026","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
///         {"kty":"OKP","crv":"X25519","kid":"bob","x":"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"}
///     ]}"#,
/// )?;
/// assert_eq!(keys.len(), 1);
/// # Ok::<_, tower_auth::jwt::KeyError>(())
/// ```
#[derive(Clone)]
pub struct KeySet(Arc<[Key]>);

impl KeySet {
    /// The keys of a JSON Web Key Set ([RFC 7517 §5]). Those that verify no tokens are skipped: keys of
    /// unknown kinds and for unknown algorithms, those that encrypt, private ones.
    ///
    /// # Errors
    ///
    /// If it is none, holds more than 100 keys, or not one that can be used.
    ///
    /// [RFC 7517 §5]: https://www.rfc-editor.org/rfc/rfc7517#section-5
    pub fn from_jwks(text: &str) -> Result<Self, KeyError> {
        jwk::read_set(text, jwk::AS_THEY_ARE).map(Self::from_iter)
    }

    /// The keys of a JSON Web Key Set in a file, read once. It blocks: for the start of a program.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or as [`from_jwks`](Self::from_jwks).
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, KeyError> {
        let path = path.as_ref();
        let text = fs::read_to_string(path);
        Self::from_jwks(&text.map_err(|error| KeyError::File(path.to_owned(), error))?)
    }

    /// The public keys that others publish. Keys of RSA that do not say what they are for are for `rsa`.
    #[cfg(feature = "jwks")]
    pub(crate) fn published(text: &str, rsa: Algorithm) -> Result<Self, KeyError> {
        let reading = jwk::Reading {
            rsa,
            secrets: false,
        };
        jwk::read_set(text, reading).map(Self::from_iter)
    }

    /// The keys.
    pub fn iter(&self) -> impl Iterator<Item = &Key> {
        self.0.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none: then every token is refused.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The keys that may have signed a token that says this of itself.
    pub(super) fn fitting(
        &self,
        algorithm: Algorithm,
        kid: Option<&str>,
    ) -> impl Iterator<Item = &Key> {
        self.0.iter().filter(move |key| key.fits(algorithm, kid))
    }
}

impl FromIterator<Key> for KeySet {
    fn from_iter<I: IntoIterator<Item = Key>>(keys: I) -> Self {
        Self(keys.into_iter().collect())
    }
}

impl From<Key> for KeySet {
    fn from(key: Key) -> Self {
        Self::from_iter([key])
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// Where the keys of an issuer come from: a [`KeySet`], a [`Key`], a URL (feature `jwks`), or
/// something of your own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no keys",
    label = "this is no source of keys",
    note = "give a `jwt::Key`, a `jwt::KeySet`, or a `jwks::RemoteKeys`"
)]
pub trait KeySource: Send + Sync + 'static {
    /// The keys as they are known now, after whatever is due because a token names `kid`. It is
    /// text of the caller's: up to 128 bytes of anything.
    ///
    /// An error is an outage: 503. That no key is called `kid` is none; the verifier sees it, and
    /// refuses the token.
    fn keys(&self, kid: Option<&str>) -> Step<Result<KeySet, Unavailable>>;

    /// Whose keys they are, where the source knows: the identifier of an issuer. Building a layer fails where
    /// they are given to another.
    fn issuer(&self) -> Option<&str> {
        None
    }

    /// How many keys there are for certain, when a layer is built. `None` where that shows later.
    fn known(&self) -> Option<usize> {
        None
    }

    /// The source as an issuer keeps it: made once, asked about every token.
    fn shared(self) -> Arc<dyn KeySource>
    where
        Self: Sized,
    {
        Arc::new(self)
    }
}

impl KeySource for KeySet {
    fn keys(&self, _: Option<&str>) -> Step<Result<KeySet, Unavailable>> {
        Step::Now(Ok(self.clone()))
    }

    fn known(&self) -> Option<usize> {
        Some(self.len())
    }
}

impl KeySource for Key {
    fn keys(&self, kid: Option<&str>) -> Step<Result<KeySet, Unavailable>> {
        KeySet::from(self.clone()).keys(kid)
    }

    fn known(&self) -> Option<usize> {
        Some(1)
    }

    /// As a set, of which a token is handed a share, and no copy of the key.
    fn shared(self) -> Arc<dyn KeySource> {
        Arc::new(KeySet::from(self))
    }
}
