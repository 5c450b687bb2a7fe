//! What policies find on the way to a decision, for whoever comes after them.

use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use http::Extensions;

type Found = Box<dyn FnOnce(&mut Extensions) + Send>;

/// What the policies of one request hand on. It asks for memory once something waits, or is found.
#[derive(Default)]
pub(crate) struct Handing(OnceLock<Arc<Mutex<Vec<Found>>>>);

impl Handing {
    /// The same, for an answer that waits.
    pub(super) fn share(&self) -> Self {
        Self(OnceLock::from(Arc::clone(self.shared())))
    }

    pub(super) fn put<T: Clone + Send + Sync + 'static>(&self, thing: T) {
        let found = Box::new(|extensions: &mut Extensions| drop(extensions.insert(thing)));
        self.add([found as Found]);
    }

    /// Hands it all on, in order.
    pub(crate) fn hand_on(&self, extensions: &mut Extensions) {
        for put in self.take() {
            put(extensions);
        }
    }

    /// Leaves it all to `other`.
    pub(super) fn pass_to(&self, other: &Self) {
        let found = self.take();
        if !found.is_empty() {
            other.add(found);
        }
    }

    fn take(&self) -> Vec<Found> {
        let shared = self.0.get();
        shared.map_or_else(Vec::new, |shared| mem::take(&mut *lock(shared)))
    }

    fn add(&self, found: impl IntoIterator<Item = Found>) {
        lock(self.shared()).extend(found);
    }

    fn shared(&self) -> &Arc<Mutex<Vec<Found>>> {
        self.0.get_or_init(Arc::default)
    }
}

/// Nothing of the application runs under the lock: there is always a whole list.
fn lock(found: &Mutex<Vec<Found>>) -> MutexGuard<'_, Vec<Found>> {
    found.lock().unwrap_or_else(PoisonError::into_inner)
}
