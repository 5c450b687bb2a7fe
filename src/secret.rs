//! Text that must not be printed, compared carelessly, or left in memory.

use std::borrow::Cow;

use constant_time_eq::constant_time_eq_32;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroize;

/// A token, a key or a password: text that must not be printed.
///
/// It has no `Debug`, `Display`, `PartialEq` or serialization, so that it cannot end in a log
/// line or be compared with an early exit by accident. An owned secret is overwritten with
/// zeros when it is dropped; a borrowed one belongs to the request it was read from.
///
/// ```
/// use tower_auth::Secret;
///
/// let configured = Secret::from(String::from("s3cret"));
/// assert!(configured.matches(&Secret::from("s3cret")));
/// assert!(!configured.matches(&Secret::from("s3cre")));
/// ```
///
/// ```compile_fail,E0277
/// let secret = tower_auth::Secret::from("s3cret");
/// println!("{secret:?}");
/// ```
pub struct Secret<'a>(Cow<'a, str>);

impl Secret<'_> {
    /// The text itself. Every use of it is a place to look at in a review.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The same secret, owning its text.
    #[must_use]
    pub fn into_owned(mut self) -> Secret<'static> {
        Secret(Cow::Owned(std::mem::take(&mut self.0).into_owned()))
    }

    /// Whether two secrets are the same, in a time that does not tell where they differ: the
    /// comparison is of their SHA-256 digests.
    ///
    /// Making a digest takes longer for a longer secret, in steps of 64 bytes. For one that is
    /// configured, keep the [`SecretDigest`]: then only the length of what the caller sent shows.
    #[must_use]
    pub fn matches(&self, other: &Secret<'_>) -> bool {
        self.digest().matches(&other.digest())
    }

    /// The SHA-256 digest of the text.
    #[must_use]
    pub fn digest(&self) -> SecretDigest {
        SecretDigest(Sha256::digest(self.0.as_bytes()).into())
    }
}

impl Drop for Secret<'_> {
    fn drop(&mut self) {
        if let Cow::Owned(text) = &mut self.0 {
            text.zeroize();
        }
    }
}

impl<'a> From<&'a str> for Secret<'a> {
    fn from(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl From<String> for Secret<'static> {
    fn from(text: String) -> Self {
        Self(Cow::Owned(text))
    }
}

/// The SHA-256 digest of a [`Secret`], compared in constant time.
#[derive(Clone, Copy)]
pub struct SecretDigest([u8; 32]);

impl SecretDigest {
    /// A digest computed elsewhere, in a configuration file for example.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Whether two digests are the same, in constant time.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        constant_time_eq_32(&self.0, &other.0)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn into_bytes(self) -> [u8; 32] {
        self.0
    }

    pub(crate) const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}
