//! What is counted while a request is answered.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use http::{HeaderName, request::Parts};
use tower_auth::{
    Attempt, Rejection, Step,
    challenge::{Ask, Challenge},
    scheme::{Carrier, Presented, Redact, Scheme, Schemes},
};

use crate::support::{
    schemes::{AnyScheme, joined, named},
    user::User,
};

/// How often each was asked since it was last counted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Credentials that a scheme found, and judged.
    pub(crate) verified: usize,
    /// Schemes that were asked more than once.
    pub(crate) asked_again: usize,
    /// The policy of the layer outside.
    pub(crate) outside: usize,
    /// The policy of the route.
    pub(crate) route: usize,
    /// Handlers that decide for themselves.
    pub(crate) handler: usize,
    /// Requests that the application answered, with their bodies read to the end.
    pub(crate) answered: usize,
}

/// Who counts.
#[derive(Clone, Default)]
pub(crate) struct Watch {
    asked: Arc<Mutex<Vec<&'static str>>>,
    found: Arc<AtomicUsize>,
    pub(crate) outside: Arc<AtomicUsize>,
    pub(crate) route: Arc<AtomicUsize>,
    pub(crate) handler: Arc<AtomicUsize>,
    pub(crate) answered: Arc<AtomicUsize>,
}

impl Watch {
    /// What was counted, and begins anew.
    pub(crate) fn take(&self) -> Counts {
        let take = |counter: &AtomicUsize| counter.swap(0, Ordering::SeqCst);
        let mut asked = std::mem::take(&mut *self.asked.lock().unwrap());
        let all = asked.len();
        asked.sort_unstable();
        asked.dedup();
        Counts {
            verified: take(&self.found),
            asked_again: all - asked.len(),
            outside: take(&self.outside),
            route: take(&self.route),
            handler: take(&self.handler),
            answered: take(&self.answered),
        }
    }

    /// The schemes of these names, watched.
    pub(crate) fn schemes(&self, names: &str) -> Schemes<User> {
        let watched = named(names).into_iter().map(|scheme| {
            let watch = self.clone();
            Box::new(Watched { scheme, watch }) as AnyScheme
        });
        joined(watched.collect())
    }
}

struct Watched {
    scheme: AnyScheme,
    watch: Watch,
}

impl Scheme for Watched {
    type Principal = User;

    fn attempt(&self, presented: &Presented<'_>) -> Step<Attempt<User>> {
        self.watch.asked.lock().unwrap().push(self.scheme.name());
        let found = Arc::clone(&self.watch.found);
        self.scheme.attempt(presented).map(move |attempt| {
            if !matches!(attempt, Attempt::Absent) {
                found.fetch_add(1, Ordering::SeqCst);
            }
            attempt
        })
    }

    fn name(&self) -> &'static str {
        self.scheme.name()
    }

    fn carrier(&self) -> Carrier {
        self.scheme.carrier()
    }

    fn is_presented(&self, presented: &Presented<'_>) -> bool {
        self.scheme.is_presented(presented)
    }

    fn malformed(&self) -> Rejection {
        self.scheme.malformed()
    }

    fn challenge(&self, ask: Ask<'_>) -> Option<Challenge> {
        self.scheme.challenge(ask)
    }

    fn varies_by(&self) -> Option<HeaderName> {
        self.scheme.varies_by()
    }

    fn redact(&self, head: &mut Parts, how: Redact) {
        self.scheme.redact(head, how);
    }
}
