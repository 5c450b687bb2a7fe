//! A list of what was taken back, in memory.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::SystemTime,
};

use crate::{clock::Clock, decision::Unavailable, inspect::Inspection, step::Step};

use super::{
    revocation_error::RevocationError,
    revocations::Revocations,
    revoked::{Entry, Full, Kind, Name, Revoked},
    token_ids::TokenIds,
};

/// How many entries a list has room for unless told.
const CAPACITY: usize = 65_536;

/// A list of what was taken back, in memory: tokens by `jti`, sessions by `sid`, and all that a subject
/// was issued up to some time. Each is known within its issuer alone: one cannot take back what another
/// issued. Names are what the tokens hold, compared letter by letter.
///
/// It is for one instance, and a restart forgets it. Where that is too little, keep revocations in a
/// store, and read them into the list at the start, or ask the store itself: see [`Revocations`].
///
/// Clones share one list. What is taken back is refused from the next request on. To look a token up takes
/// the same time however long the list is.
///
/// Every entry says until when it has to be known, which need not be longer than the tokens are true that
/// it is about; it is kept for five minutes more, since a verifier may take a token so much longer. Nothing
/// is forgotten before: a list that is full takes nothing on, and says so.
///
/// ```
/// # #[cfg(feature = "rust_crypto")] {
/// use std::time::{Duration, SystemTime};
/// use tower_auth::jwt::{Algorithm, Issuer, JwtVerifier, Key, RevocationList, StandardClaims};
///
/// let revoked = RevocationList::new();
/// let key = Key::from_secret(Algorithm::HS256, [7; 32])?;
/// let issuer = Issuer::new("https://as.example.net", "https://rs.example.com", key);
/// let verifier = JwtVerifier::<StandardClaims>::new(issuer).revocations(revoked.clone());
///
/// // Where somebody is logged out everywhere, and tokens are true for an hour:
/// let in_an_hour = SystemTime::now() + Duration::from_secs(3600);
/// revoked.revoke_subject("https://as.example.net", "alice", in_an_hour)?;
/// assert_eq!(revoked.len(), 1);
/// # let _ = verifier;
/// # }
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct RevocationList(Arc<Shared>);

struct Shared {
    revoked: RwLock<Revoked>,
    clock: Clock,
}

impl RevocationList {
    /// Room for 65,536 entries.
    #[must_use]
    pub fn new() -> Self {
        Self::with_capacity(CAPACITY)
    }

    /// Room for `entries`: some 150 bytes each, besides the names. It is taken as they come.
    #[must_use]
    pub fn with_capacity(entries: usize) -> Self {
        Self::build(entries, Clock::system())
    }

    /// The same room, empty, and the time from `clock`: best the one that the verifier has.
    #[must_use]
    pub fn clock(self, clock: Clock) -> Self {
        let revoked = self.0.revoked.read();
        let capacity = revoked.unwrap_or_else(PoisonError::into_inner).room();
        Self::build(capacity, clock)
    }

    fn build(capacity: usize, clock: Clock) -> Self {
        Self(Arc::new(Shared {
            revoked: RwLock::new(Revoked::with_room(capacity)),
            clock,
        }))
    }

    /// Takes back one token, which holds `token_id` as `jti`. Let `until` be its `exp`.
    ///
    /// # Errors
    ///
    /// Where the list is full, a name is empty, or the lock is poisoned. Nothing is taken back then.
    pub fn revoke_token(
        &self,
        issuer: &str,
        token_id: &str,
        until: SystemTime,
    ) -> Result<(), RevocationError> {
        self.revoke(Kind::Token, issuer, token_id, Entry { up_to: None, until })
    }

    /// Takes back all tokens of one session, which hold `session` as `sid`: those that are still to be
    /// issued, too. Let `until` be when the last of them expires.
    ///
    /// # Errors
    ///
    /// Those of [`revoke_token`](Self::revoke_token), and where `until` was over five minutes ago, the longest leeway.
    pub fn revoke_session(
        &self,
        issuer: &str,
        session: &str,
        until: SystemTime,
    ) -> Result<(), RevocationError> {
        self.revoke(Kind::Session, issuer, session, Entry { up_to: None, until })
    }

    /// Takes back all tokens of one subject that were issued up to now. Let `until` be when the last of
    /// them expires: now, and as long as a token is true.
    ///
    /// A token that does not say when it was issued is refused as well, and so is one that was issued
    /// in the same second, if it says so in whole seconds. The time is that of this list's clock; where
    /// the issuer's is ahead, and tells the time of a logout, as a logout token does, use
    /// [`revoke_subject_up_to`](Self::revoke_subject_up_to).
    ///
    /// # Errors
    ///
    /// Those of [`revoke_token`](Self::revoke_token), and where `until` is over.
    pub fn revoke_subject(
        &self,
        issuer: &str,
        subject: &str,
        until: SystemTime,
    ) -> Result<(), RevocationError> {
        self.revoke_subject_up_to(issuer, subject, self.0.clock.now(), until)
    }

    /// Takes back all tokens of one subject that were issued up to, and at, `up_to`, by the clock of the
    /// issuer; else as [`revoke_subject`](Self::revoke_subject). Of two times for one subject, the later
    /// holds.
    ///
    /// # Errors
    ///
    /// Those of [`revoke_token`](Self::revoke_token), and where `until` is before `up_to`.
    pub fn revoke_subject_up_to(
        &self,
        issuer: &str,
        subject: &str,
        up_to: SystemTime,
        until: SystemTime,
    ) -> Result<(), RevocationError> {
        if until < up_to {
            return Err(RevocationError::TooShort);
        }
        let up_to = Some(up_to);
        self.revoke(Kind::Subject, issuer, subject, Entry { up_to, until })
    }

    fn revoke(
        &self,
        kind: Kind,
        issuer: &str,
        id: &str,
        entry: Entry,
    ) -> Result<(), RevocationError> {
        if issuer.is_empty() || id.is_empty() {
            return Err(RevocationError::Nameless);
        }
        // The clock may be somebody's own, and no lock is held while it is asked.
        let now = self.0.clock.now();
        if kind == Kind::Session && entry.is_over(now) {
            return Err(RevocationError::TooShort);
        }
        let name = Name { kind, issuer, id };
        let mut revoked = self
            .0
            .revoked
            .write()
            .map_err(|_| RevocationError::Poisoned)?;
        let capacity = revoked.room();
        let taken = revoked.revoke(name, entry, now);
        taken.map_err(|Full| RevocationError::Full { capacity })
    }

    /// How many entries there are, with those that are not forgotten yet.
    #[must_use]
    pub fn len(&self) -> usize {
        let revoked = self.0.revoked.read();
        revoked.unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Default for RevocationList {
    fn default() -> Self {
        Self::new()
    }
}

impl Revocations for RevocationList {
    fn is_revoked(&self, token: &TokenIds<'_>) -> Step<Result<bool, Unavailable>> {
        let revoked = self.0.revoked.read();
        Step::Now(match revoked {
            Ok(revoked) => Ok(revoked.contains(token)),
            Err(_) => Err(Unavailable::new(POISONED)),
        })
    }

    fn inspect(&self, inspection: &mut Inspection) {
        let revoked = self.0.revoked.read();
        if revoked.unwrap_or_else(PoisonError::into_inner).room() == 0 {
            inspection.problem(
                "the list of revocations has room for `0` entries: give it room for some thousands",
            );
        }
    }
}

const POISONED: &str = "the lock of the list of revocations is poisoned";

#[cfg(test)]
mod tests {
    use std::{thread, time::Duration};

    use super::*;

    #[test]
    fn a_list_that_a_panic_left_in_the_middle_of_something_lets_nobody_in() {
        let list = RevocationList::new();
        let until = SystemTime::now() + Duration::from_secs(60);
        list.revoke_token("issuer", "one", until).unwrap();
        let held = list.clone();
        let panicked = thread::spawn(move || {
            let _guard = held.0.revoked.write().unwrap();
            panic!("in the middle of something");
        });
        assert!(panicked.join().is_err());

        for id in ["one", "another"] {
            let token = TokenIds::new("issuer", until).with_token_id(id);
            let Step::Now(Err(unavailable)) = list.is_revoked(&token) else {
                panic!("it answers");
            };
            assert_eq!(unavailable.private_reason(), POISONED);
        }
        let refused = list.revoke_token("issuer", "another", until);
        assert_eq!(refused, Err(RevocationError::Poisoned));
        assert_eq!(list.len(), 1);
    }
}
