//! Something that is fetched by one task, and read by everybody.

use std::sync::Arc;

use tokio::{
    runtime::Handle,
    time::{Duration, Instant, sleep, timeout},
};

use crate::{
    caught::caught,
    decision::Unavailable,
    step::{Step, Waiting},
};

use super::{
    cell::{Cell, Ticket, failed},
    drive::{Seat, drive},
    error::{FetchError, FetchProblem},
    pace::Pace,
    state::{Fetched, Look, Snapshot, State},
};

/// How often the runtime may go away on which somebody waits for a task.
const TRIES: usize = 3;

/// Something that is fetched when it is first asked for, and again from time to time, by one task.
/// The task ends with the last clone, or with its runtime; then whoever asks next starts another.
pub(super) struct Refreshed<T: Clone + Send + 'static>(Arc<Owner<T>>);

/// What clones share. The task has the cell alone, and does not keep itself going.
struct Owner<T: Clone + Send + 'static>(Arc<Cell<T>>);

/// What somebody who asks is told.
enum Told<T> {
    Now(Result<T, Unavailable>),
    /// When the try of this ticket is over.
    Later(Ticket),
}

impl<T: Clone + Send + 'static> Refreshed<T> {
    pub(super) fn new(
        pace: Pace,
        from: String,
        fetch: impl Fn() -> Waiting<Fetched<T>> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(Owner(Arc::new(Cell::new(pace, from, fetch)))))
    }

    /// What is known, after a fetch if that does not suffice and one is due. Dropping the step cancels
    /// no fetch.
    pub(super) fn get(&self, suffices: impl Fn(&T) -> bool) -> Step<Result<T, Unavailable>> {
        let now = Instant::now();
        let told = self.driven(now, |cell, state| match state.look(now, suffices) {
            Look::Known(value) => Told::Now(Ok(value)),
            Look::Nothing => Told::Now(Err(state.outage(now, None))),
            Look::Wait => Told::Later(cell.ticket(state)),
        });
        let ticket = match told {
            Ok(Told::Now(answer)) => return Step::Now(answer),
            Ok(Told::Later(ticket)) => ticket,
            Err(error) => return Step::Now(Err(error.into())),
        };
        let this = self.clone();
        Step::later(async move {
            let waited = this.wait(ticket).await;
            let now = Instant::now();
            let state = this.0.0.lock()?;
            let known = state.known(now).cloned();
            known.ok_or_else(|| state.outage(now, waited.err()))
        })
    }

    /// Fetches it now, or joins a fetch that is on its way, and tells how that went.
    pub(super) async fn fetch(&self) -> Result<(), FetchError> {
        let ticket = self.ask()?;
        self.wait(ticket).await
    }

    /// What is known. An error is a lock that is poisoned.
    pub(super) fn snapshot(&self) -> Result<Snapshot<T>, FetchError> {
        Ok(self.0.0.lock()?.snapshot(Instant::now()))
    }

    fn ask(&self) -> Result<Ticket, FetchError> {
        self.driven(Instant::now(), |cell, state| {
            state.ask();
            cell.ticket(state)
        })
    }

    /// Does something with the state, and sees that a task fetches, if one can be spawned here.
    fn driven<A>(
        &self,
        now: Instant,
        act: impl FnOnce(&Cell<T>, &mut State<T>) -> A,
    ) -> Result<A, FetchError> {
        let cell = &self.0.0;
        let mut state = cell.lock()?;
        let mut hired = None;
        if state.lacks_driver(now) {
            drop(state);
            let runtime = runtime();
            state = cell.lock()?;
            if state.lacks_driver(now) {
                hired = runtime.map(|runtime| (runtime, state.hire(now)));
            }
        }
        let answer = act(cell, &mut state);
        drop(state);
        if let Some((runtime, hired)) = hired {
            if let Some(replaced) = hired.replaces {
                replaced.abort();
            }
            let seat = Seat::new(Arc::clone(cell), hired.number, hired.wake);
            let task = runtime.spawn(drive(seat)).abort_handle();
            let unwanted = cell.lock()?.hired(hired.number, task);
            if let Some(unwanted) = unwanted {
                unwanted.abort();
            }
        }
        Ok(answer)
    }

    /// Waits until the try has finished, whichever task makes it.
    async fn wait(&self, mut ticket: Ticket) -> Result<(), FetchError> {
        let cell = &self.0.0;
        for _ in 0..TRIES {
            if runtime().is_none() {
                return Err(failed(FetchProblem::NoRuntime));
            }
            if ticket.driver.is_none() {
                // There was no runtime where it was asked for, and here is one.
                ticket = self.ask()?;
            }
            let Ticket {
                mut progress,
                before,
                driver,
            } = ticket;
            let over =
                progress.wait_for(|now| now.finished > before.finished || now.lost > before.lost);
            let seen = timeout(cell.patience, over).await;
            match seen.map(|seen| seen.map(|now| now.finished > before.finished)) {
                Ok(Ok(true)) => return cell.lock()?.result(),
                Ok(Ok(false)) => ticket = self.ask()?,
                Ok(Err(_)) => break,
                Err(_) => {
                    if driver.is_some() {
                        cell.lose(driver);
                    }
                    break;
                }
            }
        }
        Err(failed(FetchProblem::Interrupted))
    }
}

impl<T: Clone + Send + 'static> Clone for Refreshed<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Clone + Send + 'static> Drop for Owner<T> {
    fn drop(&mut self) {
        self.0.lose(None);
    }
}

/// The runtime that this runs on, if it has a timer: tokio panics where there is none.
fn runtime() -> Option<Handle> {
    let runtime = Handle::try_current().ok()?;
    caught(|| drop(sleep(Duration::ZERO))).map(|()| runtime)
}
