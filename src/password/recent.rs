//! Who proved a password a moment ago.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::credentials::BasicCredentials;

use super::{error::HashError, random::random};

/// Who proved a password a moment ago: digests with a key that this process alone knows, and how
/// often the table had changed.
pub(crate) struct Recent {
    key: Zeroizing<[u8; 32]>,
    ttl: Duration,
    capacity: usize,
    proofs: Mutex<HashMap<[u8; 32], Proof>>,
}

struct Proof {
    since: SystemTime,
    change: u64,
}

impl Recent {
    /// Keeps up to `capacity` proofs for `ttl`.
    pub(crate) fn new(ttl: Duration, capacity: usize) -> Result<Self, HashError> {
        Ok(Self {
            key: Zeroizing::new(random()?),
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

    /// At which change of the table these credentials were proven, if that was a moment ago.
    pub(crate) fn find(&self, digest: &[u8; 32], now: SystemTime) -> Option<u64> {
        let proofs = self.proofs.lock().unwrap_or_else(PoisonError::into_inner);
        let proof = proofs.get(digest)?;
        self.is_fresh(proof, now).then_some(proof.change)
    }

    /// Keeps a proof, if there is room for it.
    pub(crate) fn keep(&self, digest: [u8; 32], now: SystemTime, change: u64) {
        let mut proofs = self.proofs.lock().unwrap_or_else(PoisonError::into_inner);
        proofs.retain(|_, proof| self.is_fresh(proof, now));
        if proofs.len() < self.capacity || proofs.contains_key(&digest) {
            proofs.insert(digest, Proof { since: now, change });
        }
    }

    /// A clock that is set back makes no proof last longer.
    fn is_fresh(&self, proof: &Proof, now: SystemTime) -> bool {
        now.duration_since(proof.since)
            .is_ok_and(|age| age < self.ttl)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(recent: &Recent, user_id: &str, password: &str) -> [u8; 32] {
        recent.digest(&BasicCredentials::new(user_id, password))
    }

    #[test]
    fn credentials_that_differ_anywhere_have_digests_that_differ() -> Result<(), HashError> {
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
    fn digests_of_one_table_tell_nothing_of_those_of_another() -> Result<(), HashError> {
        let [one, other] = [
            Recent::new(Duration::from_secs(1), 1)?,
            Recent::new(Duration::from_secs(1), 1)?,
        ];
        assert_ne!(digest(&one, "ann", "x"), digest(&other, "ann", "x"));
        Ok(())
    }
}
