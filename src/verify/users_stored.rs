//! The users of a table, under its lock.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, PoisonError, RwLock},
};

use crate::{grammar::is_unfit, password::Hash};

use super::users_error::{Problem, UsersError};

/// The room that [`Basic`](crate::scheme::Basic) has for a user-id beside the longest password.
const LONGEST_NAME: usize = 512;

/// The users of a table.
pub(super) struct Users<P>(RwLock<Inside<P>>);

struct Inside<P> {
    by_name: ByName<P>,
    /// Who was disabled here, and not by a mark: they stay so when the others are replaced.
    locked: HashSet<String>,
}

type ByName<P> = HashMap<String, Arc<Stored<P>>>;

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
            locked: HashSet::new(),
        }))
    }

    pub(super) fn find(&self, user_id: &str) -> Option<Arc<Stored<P>>> {
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
        let found = by_name.filter(|(_, stored)| is_so(&stored.hash));
        let mut names: Vec<_> = found.map(|(name, _)| name.clone()).collect();
        names.sort_unstable();
        names
    }

    pub(super) fn insert(&self, user_id: &str, mut stored: Stored<P>) {
        let old = self.change(|users| {
            stored.disabled |= users.locked.contains(user_id);
            users.by_name.insert(user_id.to_owned(), Arc::new(stored))
        });
        drop(old);
    }

    pub(super) fn remove(&self, user_id: &str) -> bool {
        let old = self.change(|users| {
            users.locked.remove(user_id);
            users.by_name.remove(user_id)
        });
        old.is_some()
    }

    pub(super) fn disable(&self, user_id: &str) -> bool {
        let old = self.change(|users| {
            let old = users.update(user_id, |stored| stored.disabled = true)?;
            users.locked.insert(user_id.to_owned());
            Some(old)
        });
        old.is_some()
    }

    pub(super) fn enable(&self, user_id: &str) -> bool {
        let old = self.change(|users| {
            users.locked.remove(user_id);
            users.update(user_id, |stored| stored.disabled = false)
        });
        old.is_some()
    }

    pub(super) fn update(&self, user_id: &str, change: impl FnOnce(&mut Stored<P>)) -> bool {
        let old = self.change(|users| users.update(user_id, change));
        old.is_some()
    }

    /// All of them at once. What takes long is done before and after the lock.
    pub(super) fn replace(&self, fresh: HashMap<String, Stored<P>>) {
        let fresh = fresh.into_iter();
        let mut fresh: ByName<P> = fresh.map(|(name, user)| (name, Arc::new(user))).collect();
        let old = self.change(|users| {
            users.locked.retain(|name| {
                let stays = fresh.get_mut(name);
                stays.is_some_and(|user| {
                    Arc::make_mut(user).disabled = true;
                    true
                })
            });
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
    /// What was there, to be dropped where nothing is locked.
    fn update(
        &mut self,
        user_id: &str,
        change: impl FnOnce(&mut Stored<P>),
    ) -> Option<Arc<Stored<P>>> {
        let user = self.by_name.get_mut(user_id)?;
        let mut fresh = Stored::clone(user);
        change(&mut fresh);
        Some(std::mem::replace(user, Arc::new(fresh)))
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
