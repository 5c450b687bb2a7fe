//! Who proved a password a moment ago.

use std::{
    collections::HashMap,
    ops::RangeInclusive,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::credentials::BasicCredentials;

use super::{error::HashError, hash::Hash, random::random};

const TTL: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(60);
/// All of them are looked at under a lock that every request takes.
const MOST: usize = 100_000;

/// Who proved a password a moment ago: digests with a key that this process alone knows, and by which
/// hash.
pub(crate) struct Recent {
    key: Zeroizing<[u8; 32]>,
    ttl: Duration,
    capacity: usize,
    proofs: Mutex<Proofs>,
}

#[derive(Default)]
struct Proofs {
    by_digest: HashMap<[u8; 32], Proof>,
    swept: Option<SystemTime>,
}

struct Proof {
    since: SystemTime,
    hash: Arc<Hash>,
}

impl Recent {
    /// Keeps up to `capacity` proofs for `ttl`. An error says what cannot be.
    pub(crate) fn new(ttl: Duration, capacity: usize) -> Result<Self, String> {
        if !TTL.contains(&ttl) {
            return Err(format!(
                "proofs of passwords are remembered for `{}`: let it be 1s to 60s",
                humantime::format_duration(ttl)
            ));
        }
        if capacity == 0 || capacity > MOST {
            return Err(format!(
                "proofs of passwords are remembered, `{capacity}` of them: let it be 1 to {MOST}, or \
                 leave it out"
            ));
        }
        Ok(Self {
            key: Zeroizing::new(random().map_err(|error: HashError| error.to_string())?),
            ttl,
            capacity,
            proofs: Mutex::default(),
        })
    }

    /// What stands for these credentials here. The user-id's length parts it from the password.
    pub(crate) fn digest(&self, credentials: &BasicCredentials<'_>) -> [u8; 32] {
        let user_id = credentials.user_id().as_bytes();
        Sha256::new()
            .chain_update(*self.key)
            .chain_update((user_id.len() as u64).to_be_bytes())
            .chain_update(user_id)
            .chain_update(credentials.password().expose())
            .finalize()
            .into()
    }

    /// By which hash these credentials were proven, if that was a moment ago.
    pub(crate) fn find(&self, digest: &[u8; 32], now: SystemTime) -> Option<Arc<Hash>> {
        let mut proofs = self.lock();
        let proof = proofs.by_digest.get(digest)?;
        if self.is_fresh(proof, now) {
            return Some(Arc::clone(&proof.hash));
        }
        proofs.by_digest.remove(digest);
        None
    }

    /// Takes out a proof that proves nothing any more.
    pub(crate) fn forget(&self, digest: &[u8; 32]) {
        self.lock().by_digest.remove(digest);
    }

    /// Keeps a proof, if there is room for it. What is old goes, a few times for each `ttl`: looking
    /// at all of them each time would take longer than a full table is worth.
    pub(crate) fn keep(&self, digest: [u8; 32], now: SystemTime, hash: Arc<Hash>) {
        let mut proofs = self.lock();
        let since = |swept| now.duration_since(swept).ok();
        if proofs
            .swept
            .and_then(since)
            .is_none_or(|age| age >= self.ttl / 4)
        {
            proofs.swept = Some(now);
            proofs
                .by_digest
                .retain(|_, proof| self.is_fresh(proof, now));
        }
        if proofs.by_digest.len() < self.capacity || proofs.by_digest.contains_key(&digest) {
            proofs.by_digest.insert(digest, Proof { since: now, hash });
        }
    }

    /// Of the future is none: a clock that was set back is not trusted.
    fn is_fresh(&self, proof: &Proof, now: SystemTime) -> bool {
        now.duration_since(proof.since)
            .is_ok_and(|age| age < self.ttl)
    }

    fn lock(&self) -> MutexGuard<'_, Proofs> {
        self.proofs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(recent: &Recent, user_id: &str, password: &str) -> [u8; 32] {
        recent.digest(&BasicCredentials::new(user_id, password))
    }

    #[test]
    fn credentials_that_differ_anywhere_have_digests_that_differ() -> Result<(), String> {
        let recent = Recent::new(Duration::from_secs(1), 1)?;
        let ours = digest(&recent, "ann", "open sesame");
        assert_eq!(digest(&recent, "ann", "open sesame"), ours);
        for (user_id, password) in [
            ("bob", "open sesame"),
            ("ann", "open barley"),
            ("anno", "pen sesame"),
            ("an", "nopen sesame"),
            ("", "annopen sesame"),
            ("annopen sesame", ""),
        ] {
            assert_ne!(digest(&recent, user_id, password), ours, "{user_id}");
        }
        Ok(())
    }

    #[test]
    fn digests_of_one_table_tell_nothing_of_those_of_another() -> Result<(), String> {
        let [one, other] = [
            Recent::new(Duration::from_secs(1), 1)?,
            Recent::new(Duration::from_secs(1), 1)?,
        ];
        assert_ne!(digest(&one, "ann", "x"), digest(&other, "ann", "x"));
        Ok(())
    }
}
