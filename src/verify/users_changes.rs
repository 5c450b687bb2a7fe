//! Changes of a table of users, while it serves.

use std::{collections::HashMap, sync::Arc};

use crate::password::Hash;

use super::{
    users::UserTable,
    users_error::{Problem, UsersError},
    users_stored::Stored,
};

impl<P> UserTable<P> {
    /// Adds a user, or replaces one. A hash with `!` or `*` in front adds a disabled one. Whom
    /// [`disable`](Self::disable) refuses stays refused.
    ///
    /// # Errors
    ///
    /// A user-id that [`Basic`](crate::scheme::Basic) would never let through, that is empty, or that
    /// is longer than 512 bytes, which leaves room for any password; a hash that cannot be read, or
    /// that costs too much to verify. The table stays as it was.
    pub fn insert(&self, user_id: &str, hash: &str, principal: P) -> Result<(), UsersError> {
        let stored = Stored::read(user_id, hash, principal)?;
        self.users().insert(user_id, stored);
        Ok(())
    }

    /// Takes a user out. Says whether they were there.
    #[expect(
        clippy::must_use_candidate,
        reason = "removing is what it is called for"
    )]
    pub fn remove(&self, user_id: &str) -> bool {
        self.users().remove(user_id)
    }

    /// Refuses a user from now on, as if the password were wrong. Says whether they are there.
    ///
    /// It holds until the user is [enabled](Self::enable) or [removed](Self::remove), whatever is
    /// [inserted](Self::insert), [replaced](Self::replace_all) or [loaded](Self::load) meanwhile. A
    /// user whom the new table does not name is removed. A restart forgets it: to lock somebody out
    /// for good, put the mark before the hash, too.
    #[expect(
        clippy::must_use_candidate,
        reason = "disabling is what it is called for"
    )]
    pub fn disable(&self, user_id: &str) -> bool {
        self.users().disable(user_id)
    }

    /// Lets a user in again. Says whether they are there.
    ///
    /// A mark before the hash is undone, too, until a hash with a mark is put in again.
    #[expect(
        clippy::must_use_candidate,
        reason = "enabling is what it is called for"
    )]
    pub fn enable(&self, user_id: &str) -> bool {
        self.users().enable(user_id)
    }

    /// Whether a user is refused whatever the password, by [`disable`](Self::disable) or by a mark
    /// before the hash. `None` if they are not there.
    #[must_use]
    pub fn is_disabled(&self, user_id: &str) -> Option<bool> {
        self.users().find(user_id).map(|user| user.disabled)
    }

    /// Gives a user a new principal: other roles, say. Says whether they are there.
    pub fn replace_principal(&self, user_id: &str, principal: P) -> bool {
        let principal = Arc::new(principal);
        self.users()
            .update(user_id, |stored| stored.principal = Arc::clone(&principal))
    }

    /// Gives a user a new hash: of another password, or with other parameters. Whether they are
    /// disabled stays as it is. Says whether they are there.
    ///
    /// # Errors
    ///
    /// A hash that cannot be read, or that costs too much to verify. The table stays as it was.
    pub fn replace_hash(&self, user_id: &str, hash: &str) -> Result<bool, UsersError> {
        let hash =
            Hash::read(hash).map_err(|error| UsersError::of(user_id, Problem::Hash(error)))?;
        let hash = Arc::new(hash);
        Ok(self
            .users()
            .update(user_id, |stored| stored.hash = Arc::clone(&hash)))
    }

    /// Replaces the whole table at once, by user-ids with their hashes and principals: no request sees
    /// half of it. Whom [`disable`](Self::disable) refuses stays refused, if they are named again.
    ///
    /// # Errors
    ///
    /// Those of [`insert`](Self::insert), and a user-id that is there twice. The table stays as it
    /// was.
    pub fn replace_all<N: AsRef<str>, H: AsRef<str>>(
        &self,
        users: impl IntoIterator<Item = (N, H, P)>,
    ) -> Result<(), UsersError> {
        let mut fresh = HashMap::new();
        for (user_id, hash, principal) in users {
            let user_id = user_id.as_ref();
            let stored = Stored::read(user_id, hash.as_ref(), principal)?;
            if fresh.insert(user_id.to_owned(), stored).is_some() {
                return Err(UsersError::of(user_id, Problem::Twice(None)));
            }
        }
        self.users().replace(fresh);
        Ok(())
    }

    /// Takes everybody out: everybody is refused.
    pub fn clear(&self) {
        self.users().replace(HashMap::new());
    }
}
