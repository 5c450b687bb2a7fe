//! The task that fetches.

use std::{future::poll_fn, sync::Arc, task::Poll};

use tokio::{
    sync::Notify,
    time::{Instant, timeout_at},
};

use crate::{caught::caught, step::Waiting, trace};

use super::{
    cell::{Cell, failed},
    error::FetchProblem,
    state::{Fetched, Next},
};

/// A task's place as the one that fetches. It is given up when it is dropped: when the task ends, and
/// when its runtime does.
pub(super) struct Seat<T: Clone + Send + 'static> {
    cell: Arc<Cell<T>>,
    number: u64,
    wake: Arc<Notify>,
}

impl<T: Clone + Send + 'static> Seat<T> {
    pub(super) const fn new(cell: Arc<Cell<T>>, number: u64, wake: Arc<Notify>) -> Self {
        Self { cell, number, wake }
    }

    fn next(&self) -> Next {
        match self.cell.lock() {
            Ok(mut state) => state.next(self.number, Instant::now()),
            Err(_) => Next::Leave,
        }
    }

    /// Keeps what was fetched, and lets those who wait know.
    fn finish(&self, fetched: Fetched<T>) {
        let Ok(mut state) = self.cell.lock() else {
            return;
        };
        let failed_before = state.failures() > 0;
        let Some(news) = state.finish(self.number, fetched, Instant::now()) else {
            return;
        };
        let (result, failures) = (state.result(), state.failures());
        drop(state);
        self.cell.tell(news);
        match result {
            Err(error) => trace::keys_not_fetched(&self.cell.from, &error, failures),
            Ok(()) if failed_before => trace::keys_fetched_again(&self.cell.from),
            Ok(()) => {}
        }
    }
}

impl<T: Clone + Send + 'static> Drop for Seat<T> {
    fn drop(&mut self) {
        self.cell.lose(Some(self.number));
    }
}

/// Fetches when it is due, or asked for, until nobody needs it any more.
pub(super) async fn drive<T: Clone + Send + 'static>(seat: Seat<T>) {
    loop {
        match seat.next() {
            Next::Leave => return,
            Next::Fetch => {
                let fetched = whole(|| seat.cell.fetch()).await;
                seat.finish(fetched.unwrap_or_else(|| Err(failed(FetchProblem::Panicked))));
            }
            Next::Rest(until) => {
                // Woken or not, the time tells what to do.
                let _ = timeout_at(until, seat.wake.notified()).await;
            }
        }
    }
}

/// What a future answers, or `None` where it panics: the client is the application's.
async fn whole<A>(make: impl FnOnce() -> Waiting<A>) -> Option<A> {
    let mut waiting = caught(make)?;
    poll_fn(
        move |context| match caught(|| waiting.as_mut().poll(context)) {
            Some(Poll::Ready(answer)) => Poll::Ready(Some(answer)),
            Some(Poll::Pending) => Poll::Pending,
            None => Poll::Ready(None),
        },
    )
    .await
}
