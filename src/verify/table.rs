//! Tokens and keys in memory, changed while serving.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, PoisonError, RwLock},
    time::SystemTime,
};

use crate::{
    clock::Clock,
    secret::{Secret, SecretDigest},
    step::Step,
};

use super::contract::{IntoVerdict as _, Verdict, Verify};

/// Tokens and keys in memory, with their principals and, if they have one, their expiry.
///
/// Only SHA-256 digests are kept. Clones share one table, so that one can serve while another is
/// changed. Made for tokens and keys with at least 128 bits of chance in them: a digest of what
/// people choose can be guessed.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use tower_auth::{scheme::Bearer, verify::TokenTable};
///
/// let tokens = TokenTable::new();
/// tokens.insert("0f3a61c2b7d84e95", "the robot");
/// tokens.insert_until("c61f0a9d27b3584e", "a guest", SystemTime::now() + Duration::from_secs(3600));
///
/// let bearer = Bearer::new("api", tokens.clone());
/// tokens.revoke("0f3a61c2b7d84e95"); // while it serves
/// assert_eq!(tokens.len(), 1);
/// # let _ = bearer;
/// ```
pub struct TokenTable<P> {
    entries: Arc<RwLock<Entries<P>>>,
    clock: Clock,
}

type Entries<P> = HashMap<[u8; 32], Arc<Entry<P>>>;

struct Entry<P> {
    principal: P,
    expires: Option<SystemTime>,
}

impl<P> TokenTable<P> {
    /// An empty table: everything is refused.
    #[must_use]
    pub fn new() -> Self {
        Self {
            entries: Arc::default(),
            clock: Clock::system(),
        }
    }

    /// Takes the time from `clock`.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Adds a secret that does not expire, or gives one that is there a new principal.
    pub fn insert<'a>(&self, secret: impl Into<Secret<'a>>, principal: P) {
        self.put(secret.into().digest(), principal, None);
    }

    /// Adds a secret that is refused from `expires` on.
    pub fn insert_until<'a>(
        &self,
        secret: impl Into<Secret<'a>>,
        principal: P,
        expires: SystemTime,
    ) {
        self.put(secret.into().digest(), principal, Some(expires));
    }

    /// Adds a secret of which only the SHA-256 digest is known here.
    pub fn insert_digest(&self, digest: SecretDigest, principal: P, expires: Option<SystemTime>) {
        self.put(digest, principal, expires);
    }

    /// Takes a secret out. Says whether it was there.
    pub fn revoke<'a>(&self, secret: impl Into<Secret<'a>>) -> bool {
        self.revoke_digest(secret.into().digest())
    }

    /// Takes out a secret of which only the SHA-256 digest is known here. Says whether it was
    /// there.
    #[expect(
        clippy::must_use_candidate,
        reason = "revoking is what it is called for"
    )]
    pub fn revoke_digest(&self, digest: SecretDigest) -> bool {
        self.change(|entries| entries.remove(digest.as_bytes()))
            .is_some()
    }

    /// Replaces the whole table at once: no request sees half of it.
    pub fn replace_all<'a, S: Into<Secret<'a>>>(
        &self,
        secrets: impl IntoIterator<Item = (S, P, Option<SystemTime>)>,
    ) {
        let fresh = secrets
            .into_iter()
            .map(|(secret, principal, expires)| {
                let digest = secret.into().digest();
                (*digest.as_bytes(), Arc::new(Entry { principal, expires }))
            })
            .collect();
        let old = self.change(|entries| std::mem::replace(entries, fresh));
        drop(old);
    }

    /// Takes out what has expired.
    pub fn remove_expired(&self) {
        let now = self.clock.now();
        let old: Vec<_> = self.change(|entries| {
            entries
                .extract_if(|_, entry| entry.expires.is_some_and(|expires| expires <= now))
                .collect()
        });
        drop(old);
    }

    /// How many secrets there are, expired ones included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn put(&self, digest: SecretDigest, principal: P, expires: Option<SystemTime>) {
        let entry = Arc::new(Entry { principal, expires });
        let old = self.change(|entries| entries.insert(*digest.as_bytes(), entry));
        drop(old);
    }

    /// Nothing of the application's runs under the lock, not even the drop of a principal, so
    /// that a lock can be poisoned only by a map that is whole.
    fn change<T>(&self, change: impl FnOnce(&mut Entries<P>) -> T) -> T {
        change(&mut self.entries.write().unwrap_or_else(PoisonError::into_inner))
    }

    fn find(&self, digest: SecretDigest) -> Option<Arc<Entry<P>>> {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        entries.get(digest.as_bytes()).cloned()
    }
}

impl<P: Clone + Send + Sync + 'static> Verify<Secret<'_>> for TokenTable<P> {
    type Principal = P;

    fn verify(&self, secret: Secret<'_>) -> Step<Verdict<P>> {
        let found = self.find(secret.digest());
        let live = found.filter(|entry| match entry.expires {
            Some(expires) => self.clock.now() < expires,
            None => true,
        });
        Step::Now(live.map(|entry| entry.principal.clone()).into_verdict())
    }
}

impl<P> Clone for TokenTable<P> {
    fn clone(&self) -> Self {
        Self {
            entries: Arc::clone(&self.entries),
            clock: self.clock.clone(),
        }
    }
}

impl<P> Default for TokenTable<P> {
    fn default() -> Self {
        Self::new()
    }
}

impl<P> fmt::Debug for TokenTable<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenTable")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}
