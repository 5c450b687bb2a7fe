//! A scheme whose tries are counted.

use std::sync::Arc;

use http::{HeaderName, Request, request::Parts};
use zeroize::Zeroizing;

use crate::{
    attempt::{Attempt, Rejection},
    challenge::{Ask, Challenge},
    decision::Unavailable,
    inspect::Inspection,
    step::Step,
    throttle::{Permit, Taken, Throttle},
};

use super::{
    contract::{Carrier, Presented, Redact, Scheme},
    forward::forward,
    schemes::Schemes,
};

/// A scheme whose tries are counted. See [`SchemeExt::throttle`](super::SchemeExt::throttle).
pub struct Throttled<S> {
    scheme: Arc<S>,
    throttle: Throttle,
}

impl<S> Throttled<S> {
    pub(super) fn new(scheme: S, throttle: Throttle) -> Self {
        Self {
            scheme: Arc::new(scheme),
            throttle,
        }
    }
}

impl<P: Clone + Send + Sync + 'static> Schemes<P> {
    /// Counts the tries of all these schemes together. See
    /// [`SchemeExt::throttle`](super::SchemeExt::throttle).
    ///
    /// It is for lists of schemes that take passwords. Tokens and keys of 128 random bits need no
    /// throttle, and one that has expired would be counted as a guess: throttle `Basic` alone before
    /// it is joined with theirs.
    #[must_use]
    pub fn throttle(self, throttle: Throttle) -> Self {
        self.each(|scheme| Box::new(Throttled::new(scheme, throttle.clone())))
    }
}

impl<S: Scheme> Scheme for Throttled<S> {
    type Principal = S::Principal;

    fn attempt(&self, presented: &Presented<'_>) -> Step<Attempt<S::Principal>> {
        if !self.scheme.is_presented(presented) {
            return Step::Now(Attempt::Absent);
        }
        let account = self.scheme.account(presented);
        match self.throttle.take(account.as_deref(), presented.head()) {
            Step::Now(taken) => go_on(&*self.scheme, taken, presented),
            Step::Later(waiting) => {
                let scheme = Arc::clone(&self.scheme);
                let head = presented.head().clone();
                let credentials = Zeroizing::new(presented.credentials().to_vec());
                Step::later(async move {
                    let taken = waiting.await;
                    let step = go_on(&*scheme, taken, &Presented::new(&head, &credentials));
                    drop((head, credentials));
                    step.wait().await
                })
            }
        }
    }

    forward!(self => self.scheme, inspects Counting(self));
}

/// What can be wrong with counting the tries of a scheme.
struct Counting<'a, S>(&'a Throttled<S>);

impl<S: Scheme> Counting<'_, S> {
    fn inspect(&self, inspection: &mut Inspection) {
        let Throttled { scheme, throttle } = self.0;
        throttle.inspect(inspection);
        let (head, ()) = Request::new(()).into_parts();
        let finds = scheme.is_presented(&Presented::new(&head, &[]));
        if finds && scheme.carrier() == Carrier::Ambient {
            inspection.problem(format!(
                "`{}` is ambient and finds credentials on an empty request, so it would be throttled \
                 for strangers: implement `is_presented`",
                scheme.name().escape_debug()
            ));
        }
    }
}

fn go_on<S: Scheme>(
    scheme: &S,
    taken: Result<Taken, Unavailable>,
    presented: &Presented<'_>,
) -> Step<Attempt<S::Principal>> {
    match taken {
        Ok(Taken::Permit(permit)) => match scheme.attempt(presented) {
            Step::Now(attempt) => account_for(permit, attempt),
            Step::Later(waiting) => {
                Step::later(async move { account_for(permit, waiting.await).wait().await })
            }
        },
        Ok(Taken::Exhausted { retry_after }) => {
            Step::Now(Attempt::Rejected(Rejection::Throttled {
                retry_after: Some(retry_after),
            }))
        }
        Err(unavailable) => Step::Now(Attempt::Unavailable(unavailable)),
    }
}

/// Gives the permit back, unless the caller is told that the credentials are not true.
fn account_for<P: Send + 'static>(permit: Permit, attempt: Attempt<P>) -> Step<Attempt<P>> {
    match &attempt {
        Attempt::Rejected(Rejection::Refused) => Step::Now(attempt),
        Attempt::Rejected(Rejection::Faulty(fault)) if fault.is_guess() => Step::Now(attempt),
        Attempt::Absent
        | Attempt::Verified(_)
        | Attempt::Rejected(
            Rejection::Malformed
            | Rejection::NotUnderstood
            | Rejection::Faulty(_)
            | Rejection::CrossOrigin
            | Rejection::InvalidRequest
            | Rejection::Throttled { .. },
        )
        | Attempt::Unavailable(_) => permit.give_back().map(|()| attempt),
    }
}
