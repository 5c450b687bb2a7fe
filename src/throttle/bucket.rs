//! What one try is counted against.

use std::fmt;

use sha2::{Digest as _, Sha256};

use super::{limit::Limit, prefix::ClientPrefix};

/// What one try is counted against: an account, a client, or an account as one client tries it.
///
/// ```
/// use std::time::Duration;
/// use tower_auth::throttle::{Bucket, ClientPrefix, Limit};
///
/// let client = ClientPrefix::of([192, 0, 2, 1].into());
/// let limit = Limit::new(60, Duration::from_secs(30));
/// let both = Bucket::new(Some("alice"), Some(client), limit);
/// let alone = Bucket::new(None, Some(client), limit);
/// assert_ne!(both.digest(b"pepper"), alone.digest(b"pepper"));
/// assert_ne!(both.digest(b"pepper"), both.digest(b"salt"));
/// ```
#[derive(Clone, Copy)]
pub struct Bucket<'a> {
    account: Option<&'a str>,
    client: Option<ClientPrefix>,
    limit: Limit,
}

impl<'a> Bucket<'a> {
    /// The tries of `client` at `account`, all of a client, or all at an account.
    #[must_use]
    pub const fn new(account: Option<&'a str>, client: Option<ClientPrefix>, limit: Limit) -> Self {
        Self {
            account,
            client,
            limit,
        }
    }

    /// The account that is tried, where it is counted by: as the throttle normalizes names, a text
    /// that a stranger chose, and up to 4.6 KB long from `Basic`, for other letters can take more
    /// bytes. Keep it out of logs, and a [`digest`](Self::digest) in
    /// stores.
    #[must_use]
    pub const fn account(&self) -> Option<&'a str> {
        self.account
    }

    /// The client that tries, where it is counted by.
    #[must_use]
    pub const fn client(&self) -> Option<ClientPrefix> {
        self.client
    }

    /// How many tries it holds.
    #[must_use]
    pub const fn limit(&self) -> Limit {
        self.limit
    }

    /// A name of this bucket that says nothing of account and client to who does not know `pepper`:
    /// 32 random bytes that the processes share, and nobody else has. It is made of them, account
    /// and client by SHA-256, not of the limit, and stays the same for as long as this crate is
    /// 0.1.
    #[must_use]
    pub fn digest(&self, pepper: &[u8]) -> [u8; 32] {
        let client = self.client.map(|client| client.to_string());
        let mut digest = Sha256::new_with_prefix("tower-auth throttle 1");
        let parts = [
            Some(pepper),
            self.account.map(str::as_bytes),
            client.as_deref().map(str::as_bytes),
        ];
        for part in parts {
            // Lengths in front, so that no two buckets are the same bytes; one more than it is, so
            // that nothing differs from an empty text.
            let length = part.map_or(0, |part| part.len() as u64 + 1);
            digest.update(length.to_be_bytes());
            digest.update(part.unwrap_or_default());
        }
        digest.finalize().into()
    }
}

impl fmt::Debug for Bucket<'_> {
    /// Without the account.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket")
            .field("client", &self.client)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
