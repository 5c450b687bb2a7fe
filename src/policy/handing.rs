//! What policies find on the way to a decision, for whoever comes after them.

use std::{
    mem,
    sync::{Arc, Mutex, OnceLock, PoisonError},
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
        let mut there = self.shared().lock().unwrap_or_else(PoisonError::into_inner);
        there.push(found);
    }

    /// Hands it all on, in order.
    pub(crate) fn hand_on(&self, extensions: &mut Extensions) {
        if let Some(shared) = self.0.get() {
            let found = mem::take(&mut *shared.lock().unwrap_or_else(PoisonError::into_inner));
            for put in found {
                put(extensions);
            }
        }
    }

    /// Leaves it all to `other`.
    pub(super) fn pass_to(&self, other: &Self) {
        if let Some(shared) = self.0.get() {
            let found = mem::take(&mut *shared.lock().unwrap_or_else(PoisonError::into_inner));
            let mut there = other
                .shared()
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            there.extend(found);
        }
    }

    fn shared(&self) -> &Arc<Mutex<Vec<Found>>> {
        self.0.get_or_init(Arc::default)
    }
}
