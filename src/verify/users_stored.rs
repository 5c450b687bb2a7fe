//! The users of a table, under its lock.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use crate::{grammar::is_unfit, password::Hash};

use super::users_error::{Problem, UsersError};

/// The room that [`Basic`](crate::scheme::Basic) has for a user-id beside the longest password.
const LONGEST_NAME: usize = 512;

/// The users of a table.
pub(super) struct Users<P>(RwLock<Inside<P>>);

struct Inside<P> {
    by_name: HashMap<String, Arc<User<P>>>,
    changes: u64,
}

/// One user, as they have been since a change of the table. No two have the same number.
pub(super) struct User<P> {
    pub(super) stored: Stored<P>,
    pub(super) change: u64,
}

/// What is known of a user.
pub(super) struct Stored<P> {
    pub(super) hash: Arc<Hash>,
    pub(super) principal: Arc<P>,
    pub(super) disabled: bool,
}

impl<P> Users<P> {
    pub(super) fn new() -> Self {
        Self(RwLock::new(Inside {
            by_name: HashMap::new(),
            changes: 0,
        }))
    }

    pub(super) fn find(&self, user_id: &str) -> Option<Arc<User<P>>> {
        let users = self.0.read().unwrap_or_else(PoisonError::into_inner);
        users.by_name.get(user_id).cloned()
    }

    pub(super) fn len(&self) -> usize {
        let users = self.0.read().unwrap_or_else(PoisonError::into_inner);
        users.by_name.len()
    }

    /// The user-ids whose hashes are so, sorted.
    pub(super) fn names_where(&self, is_so: impl Fn(&Hash) -> bool) -> Vec<String> {
        let users = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let by_name = users.by_name.iter();
        let found = by_name.filter(|(_, user)| is_so(&user.stored.hash));
        let mut names: Vec<_> = found.map(|(name, _)| name.clone()).collect();
        names.sort_unstable();
        names
    }

    pub(super) fn insert(&self, user_id: &str, stored: Stored<P>) {
        let old = self.change(|users| {
            let user = users.next(stored);
            users.by_name.insert(user_id.to_owned(), user)
        });
        drop(old);
    }

    pub(super) fn remove(&self, user_id: &str) -> bool {
        self.change(|users| users.by_name.remove(user_id)).is_some()
    }

    pub(super) fn update(&self, user_id: &str, change: impl FnOnce(&mut Stored<P>)) -> bool {
        let old = self.change(|users| {
            let mut stored = users.by_name.get(user_id)?.stored.clone();
            change(&mut stored);
            let user = users.next(stored);
            users.by_name.insert(user_id.to_owned(), user)
        });
        old.is_some()
    }

    /// All of them at once.
    pub(super) fn replace(&self, fresh: HashMap<String, Stored<P>>) {
        let old = self.change(|users| {
            let fresh = fresh
                .into_iter()
                .map(|(user_id, stored)| (user_id, users.next(stored)))
                .collect();
            std::mem::replace(&mut users.by_name, fresh)
        });
        drop(old);
    }

    /// Nothing of the application's runs under the lock, not even the drop of a principal, so
    /// that a lock can be poisoned only by a map that is whole.
    fn change<T>(&self, change: impl FnOnce(&mut Inside<P>) -> T) -> T {
        change(&mut self.0.write().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<P> Inside<P> {
    fn next(&mut self, stored: Stored<P>) -> Arc<User<P>> {
        self.changes += 1;
        Arc::new(User {
            stored,
            change: self.changes,
        })
    }
}

impl<P> Stored<P> {
    pub(super) fn read(user_id: &str, hash: &str, principal: P) -> Result<Self, UsersError> {
        let (disabled, hash) = read(user_id, hash)?;
        Ok(Self::new(hash, disabled, principal))
    }

    pub(super) fn new(hash: Hash, disabled: bool, principal: P) -> Self {
        Self {
            hash: Arc::new(hash),
            principal: Arc::new(principal),
            disabled,
        }
    }
}

impl<P> Clone for Stored<P> {
    fn clone(&self) -> Self {
        Self {
            hash: Arc::clone(&self.hash),
            principal: Arc::clone(&self.principal),
            disabled: self.disabled,
        }
    }
}

/// Whether the user is disabled, and their hash.
pub(super) fn read(user_id: &str, hash: &str) -> Result<(bool, Hash), UsersError> {
    let error = |problem| UsersError::of(user_id, problem);
    if user_id.is_empty() {
        return Err(error(Problem::EmptyName));
    }
    if user_id.len() > LONGEST_NAME {
        return Err(error(Problem::LongName));
    }
    if user_id.chars().any(|part| part == ':' || is_unfit(part)) {
        return Err(error(Problem::UnfitName));
    }
    let enabled = hash.strip_prefix(['!', '*']);
    let hash = Hash::read(enabled.unwrap_or(hash)).map_err(|flaw| error(Problem::Hash(flaw)))?;
    Ok((enabled.is_some(), hash))
}
