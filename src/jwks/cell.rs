//! What those who ask and the task that fetches share.

use std::{
    sync::{Mutex, MutexGuard},
    time::Duration,
};

use tokio::sync::watch;

use crate::step::Waiting;

use super::{
    error::{Document, FetchError, FetchProblem},
    pace::Pace,
    state::{Fetched, Progress, State},
};

pub(super) struct Cell<T> {
    state: Mutex<State<T>>,
    progress: watch::Sender<Progress>,
    /// How long to wait for a task that may be lost.
    pub(super) patience: Duration,
    /// From where it is fetched, for the log.
    pub(super) from: String,
    fetch: Box<dyn Fn() -> Waiting<Fetched<T>> + Send + Sync>,
}

/// A place among those who wait for a try.
pub(super) struct Ticket {
    pub(super) progress: watch::Receiver<Progress>,
    /// What had happened when it was taken.
    pub(super) before: Progress,
    /// The task that was there.
    pub(super) driver: Option<u64>,
}

impl<T: Clone + Send + 'static> Cell<T> {
    pub(super) fn new(
        pace: Pace,
        from: String,
        fetch: impl Fn() -> Waiting<Fetched<T>> + Send + Sync + 'static,
    ) -> Self {
        Self {
            state: Mutex::new(State::new(pace)),
            progress: watch::Sender::new(Progress::default()),
            patience: pace.patience,
            from,
            fetch: Box::new(fetch),
        }
    }

    /// Takes the lock. Nothing of others runs under it, so nobody poisons it; if somebody did, that is
    /// an outage.
    pub(super) fn lock(&self) -> Result<MutexGuard<'_, State<T>>, FetchError> {
        self.state
            .lock()
            .map_err(|_| failed(FetchProblem::Panicked))
    }

    pub(super) fn fetch(&self) -> Waiting<Fetched<T>> {
        (self.fetch)()
    }

    pub(super) fn ticket(&self, state: &State<T>) -> Ticket {
        Ticket {
            progress: self.progress.subscribe(),
            before: state.progress(),
            driver: state.driven_by(),
        }
    }

    /// Wakes those who wait. The lock is not held: who knows what wakes with them.
    pub(super) fn tell(&self, news: Progress) {
        self.progress.send_modify(|told| {
            told.finished = told.finished.max(news.finished);
            told.lost = told.lost.max(news.lost);
        });
    }

    /// Stops the task of this number, or whichever there is, and tells those who wait for it.
    pub(super) fn lose(&self, number: Option<u64>) {
        let Ok(mut state) = self.lock() else {
            return;
        };
        let Some(driver) = state.dismiss(number) else {
            return;
        };
        let news = state.progress();
        drop(state);
        if let Some(task) = driver.task {
            task.abort();
        }
        self.tell(news);
    }
}

pub(super) const fn failed(problem: FetchProblem) -> FetchError {
    FetchError::new(Document::KeySet, problem)
}
