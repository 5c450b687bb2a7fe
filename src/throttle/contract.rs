//! The contract of whatever counts.

use std::{sync::Arc, time::Duration};

use crate::{decision::Unavailable, inspect::Inspection, step::Step};

use super::bucket::Bucket;

/// Counts tries: in memory, or in a store that several processes share.
///
/// What it must keep:
///
/// - *All or none.* A try is counted against all buckets of a call, or against none.
/// - *At once.* Looking whether there is room and taking it is one step, in the store too (a
///   transaction, a script): of parallel tries, no more are permitted than after each other.
/// - *Too many rather than too few.* What is lost, given up, merged or forgotten early must leave a
///   bucket fuller, never emptier. A store that cannot be asked is [`Unavailable`], which is 503:
///   never a permit.
/// - *Nothing for the refused.* Where one bucket is full, none changes: who tries on neither fills
///   the others nor puts off the next try.
///
/// - *What is left, given back.* Of a try, no more is given back than time has left of it: what came
///   back by itself meanwhile was another's.
///
/// The buckets of one call differ from each other.
///
/// Below, a bucket is a row with the moment at which it is empty. A store of your own does the same
/// in one script, with the time of the store, and forgets a row after the
/// [`window`](super::Limit::window) of its limit.
///
/// ```
/// use std::{collections::HashMap, sync::{Arc, Mutex}, time::Instant};
/// use tower_auth::{Step, Unavailable, throttle::{Bucket, Counters, Limit, Permit, Taken}};
///
/// #[derive(Clone, Default)]
/// struct Rows(Arc<Mutex<HashMap<[u8; 32], Instant>>>);
///
/// impl Counters for Rows {
///     fn take(&self, buckets: &[Bucket<'_>]) -> Step<Result<Taken, Unavailable>> {
///         let row = |bucket: &Bucket<'_>| (bucket.digest(b"a secret of 32 bytes"), bucket.limit());
///         let (store, asked) = (self.clone(), buckets.iter().map(row).collect());
///         Step::later(async move { store.count(asked).await })
///     }
/// }
///
/// impl Rows {
///     async fn count(self, asked: Vec<([u8; 32], Limit)>) -> Result<Taken, Unavailable> {
///         let now = Instant::now();
///         let mut rows = self.0.lock().map_err(|_| Unavailable::new("a lock is poisoned"))?;
///         let filled = asked.iter().map(|(row, limit)| {
///             let empty = rows.get(row).map_or(now, |&empty| empty.max(now));
///             (*row, empty + limit.every())
///         });
///         let filled: Vec<_> = filled.collect();
///         let waits = filled.iter().zip(&asked);
///         let waits = waits.map(|((_, empty), (_, limit))| (*empty - now).saturating_sub(limit.window()));
///         if let Some(retry_after) = waits.max().filter(|wait| !wait.is_zero()) {
///             return Ok(Taken::Exhausted { retry_after });
///         }
///         rows.extend(filled);
///         drop(rows);
///         Ok(Taken::Permit(Permit::new(move || {
///             let passed = now.elapsed();
///             if let Ok(mut rows) = self.0.lock() {
///                 for (row, limit) in asked {
///                     let left = limit.every().saturating_sub(passed);
///                     rows.entry(row).and_modify(|empty| *empty -= left);
///                 }
///             }
///             Step::Now(())
///         })))
///     }
/// }
/// # use std::time::Duration;
/// # tokio_test::block_on(async {
/// # let rows = Rows::default();
/// # let bucket = [Bucket::new(Some("alice"), None, Limit::new(1, Duration::from_secs(60)))];
/// # for _ in 0..2 {
/// #     let Ok(Taken::Permit(permit)) = rows.take(&bucket).wait().await else { panic!() };
/// #     assert!(matches!(rows.take(&bucket).wait().await, Ok(Taken::Exhausted { .. })));
/// #     permit.give_back().wait().await;
/// #     std::thread::sleep(Duration::from_millis(1));
/// # }
/// # });
/// ```
pub trait Counters: Send + Sync + 'static {
    /// Counts one try against all of `buckets`, or against none of them.
    ///
    /// An answer that comes later owns what it needs of the buckets: their digests and limits.
    fn take(&self, buckets: &[Bucket<'_>]) -> Step<Result<Taken, Unavailable>>;

    /// Reports what is wrong with the counters, before they are asked for the first time.
    fn inspect(&self, inspection: &mut Inspection) {
        let _ = inspection;
    }
}

impl<C: Counters + ?Sized> Counters for Arc<C> {
    fn take(&self, buckets: &[Bucket<'_>]) -> Step<Result<Taken, Unavailable>> {
        (**self).take(buckets)
    }

    fn inspect(&self, inspection: &mut Inspection) {
        (**self).inspect(inspection);
    }
}

/// What becomes of a try.
#[must_use = "a try that was counted is not verified by itself"]
pub enum Taken {
    /// It may be verified, and is counted until the permit is given back.
    Permit(Permit),
    /// It may not be, and nothing was counted.
    Exhausted {
        /// After how long there is room in all buckets, if nobody else tries: the longest of the
        /// times of those that are full.
        retry_after: Duration,
    },
}

/// A try that is counted. Dropping it leaves it so.
#[must_use = "a permit that is dropped stays counted"]
pub struct Permit(Option<Box<GiveBack>>);

type GiveBack = dyn FnOnce() -> Step<()> + Send;

impl Permit {
    /// A try that `give_back` gives back. It is called at most once, and awaited before the request
    /// goes on. It tells of no failure: what cannot be given back stays counted.
    pub fn new(give_back: impl FnOnce() -> Step<()> + Send + 'static) -> Self {
        Self(Some(Box::new(give_back)))
    }

    /// A try that stays counted, whatever comes of it.
    pub const fn kept() -> Self {
        Self(None)
    }

    /// Gives the try back, as if it had never been: the credentials are true, or nobody was told
    /// that they are not.
    pub fn give_back(self) -> Step<()> {
        self.0.map_or(Step::Now(()), |give_back| give_back())
    }
}
