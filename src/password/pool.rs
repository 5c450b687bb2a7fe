//! Hashing away from the threads that serve, a bounded number at once.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    thread::available_parallelism,
    time::Duration,
};

use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, Semaphore},
};

use crate::{caught::caught, decision::Unavailable};

const QUEUE: usize = 64;
/// As many as tokio has threads for blocking work.
const MOST_WORKERS: usize = 512;
/// After how long to try again where there was no room.
const RETRY: Duration = Duration::from_secs(1);

/// Where passwords are hashed: on tokio's threads for blocking work, so many at once.
///
/// Further ones wait, so many of them. Beyond that the answer is 503 with `Retry-After: 1`, and never
/// a verification that is left out. What has started is finished, whether or not somebody still waits
/// for it, and makes room only then; what waits and is dropped makes room at once.
///
/// It is where passwords are verified. New ones are hashed beside it, by [`hash`](super::hash) in
/// `tokio::task::spawn_blocking`, and are not counted here: limit who may ask for that.
///
/// Clones share one pool. Give one to all your tables, so that they share the limit.
///
/// ```
/// use tower_auth::{password::Pool, verify::UserTable};
///
/// let pool = Pool::new(2, 64);
/// let staff = UserTable::<&str>::new().pool(pool.clone());
/// let guests = UserTable::<&str>::new().pool(pool.clone());
/// assert_eq!((pool.hashes(), pool.running(), pool.waiting(), pool.turned_away()), (0, 0, 0, 0));
/// # let _ = (staff, guests);
/// ```
#[derive(Clone)]
pub struct Pool(Arc<Shared>);

struct Shared {
    permits: Arc<Semaphore>,
    given: usize,
    workers: usize,
    queue: usize,
    hashes: AtomicU64,
    waiting: AtomicUsize,
    turned_away: AtomicU64,
}

impl Pool {
    /// Hashes on up to `workers` threads, with room for `queue` more requests that wait. By default
    /// half of the processors, and 64. A table whose pool has no workers, or more than 512, cannot be
    /// built with.
    #[must_use]
    pub fn new(workers: usize, queue: usize) -> Self {
        let given = workers;
        let workers = workers.clamp(1, MOST_WORKERS);
        Self(Arc::new(Shared {
            permits: Arc::new(Semaphore::new(workers)),
            given,
            workers,
            queue,
            hashes: AtomicU64::new(0),
            waiting: AtomicUsize::new(0),
            turned_away: AtomicU64::new(0),
        }))
    }

    /// How many verifications were started so far.
    #[must_use]
    pub fn hashes(&self) -> u64 {
        self.0.hashes.load(Ordering::SeqCst)
    }

    /// How many run now.
    #[must_use]
    pub fn running(&self) -> usize {
        let free = self.0.permits.available_permits();
        self.0.workers.saturating_sub(free)
    }

    /// How many wait now.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.0.waiting.load(Ordering::SeqCst)
    }

    /// How many found no room so far.
    #[must_use]
    pub fn turned_away(&self) -> u64 {
        self.0.turned_away.load(Ordering::SeqCst)
    }

    /// What is wrong with the pool.
    pub(crate) fn problem(&self) -> Option<String> {
        let given = self.0.given;
        (given != self.0.workers).then(|| {
            format!("the pool that hashes has `{given}` workers: let it have 1 to {MOST_WORKERS}")
        })
    }

    /// Does `work` when there is room for it. An error if there is none, not even to wait.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Unavailable> {
        let Ok(runtime) = Handle::try_current() else {
            return Err(Unavailable::new(
                "passwords are hashed on the runtime of tokio, and this is not running on one",
            ));
        };
        let permit = self.permit().await?;
        let shared = Arc::clone(&self.0);
        let work = move || {
            let _permit = permit;
            shared.hashes.fetch_add(1, Ordering::SeqCst);
            work()
        };
        let unable = || Unavailable::new("no thread could be had to hash on").retry_after(RETRY);
        let worked = caught(|| runtime.spawn_blocking(work)).ok_or_else(unable)?;
        worked.await.map_err(|error| {
            Unavailable::new(if error.is_panic() {
                "hashing a password panicked"
            } else {
                "the runtime shut down before the password was hashed"
            })
        })
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit, Unavailable> {
        // Whoever waits goes first: released permits are theirs, and not for the taking.
        if let Ok(permit) = Arc::clone(&self.0.permits).try_acquire_owned() {
            return Ok(permit);
        }
        let _place = Place::take(&self.0).ok_or_else(|| {
            Unavailable::new("too many passwords wait to be hashed").retry_after(RETRY)
        })?;
        Ok(Arc::clone(&self.0.permits).acquire_owned().await?)
    }
}

impl Default for Pool {
    fn default() -> Self {
        let processors = available_parallelism().map_or(1, usize::from);
        Self::new((processors / 2).clamp(1, MOST_WORKERS), QUEUE)
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("workers", &self.0.workers)
            .field("queue", &self.0.queue)
            .field("running", &self.running())
            .field("waiting", &self.waiting())
            .finish_non_exhaustive()
    }
}

/// A place in the queue, given back when it is dropped.
struct Place<'a>(&'a Shared);

impl<'a> Place<'a> {
    fn take(shared: &'a Shared) -> Option<Self> {
        let further = |waiting| (waiting < shared.queue).then_some(waiting + 1);
        let taken = shared
            .waiting
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, further);
        if taken.is_err() {
            shared.turned_away.fetch_add(1, Ordering::SeqCst);
            return None;
        }
        Some(Self(shared))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The answer of a pool with one worker.
    fn alone<T>(ask: impl AsyncFnOnce(&Pool) -> T) -> T {
        tokio_test::block_on(ask(&Pool::new(1, 0)))
    }

    #[test]
    fn a_hash_that_panics_is_an_outage_and_gives_its_room_back() {
        alone(async |pool| {
            let panicked = pool
                .run(|| std::panic::resume_unwind(Box::new("a hash")))
                .await;
            let outage: Result<(), _> = panicked;
            let reason = outage
                .err()
                .map(|outage| outage.private_reason().to_owned());
            assert_eq!(reason.as_deref(), Some("hashing a password panicked"));
            assert_eq!((pool.running(), pool.run(|| 7).await.ok()), (0, Some(7)));
        });
    }
}
