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
/// - *What is given back never was.* It leaves nothing behind, not even the time for which it was under
///   way, and takes nothing with it that came back by itself meanwhile: in whatever order tries end,
///   those who are let in lock nobody out.
///
/// The buckets of one call differ from each other.
///
/// Below, a bucket is a row: until when it owes what stays counted, and the tries that may still be
/// given back, each with the time when it began. One that is older than any request stays counted,
/// so that a process that dies leaves nothing to clear up. A store of your own does the same in one
/// script, with the time of the store, and lets rows expire by themselves. Do not keep one number
/// alone and take a part of it off again: tries that overlap would then leave a little each time,
/// until nobody is let in.
///
/// ```
/// use std::{collections::HashMap, sync::{Arc, Mutex}, time::{Duration, Instant}};
/// use tower_auth::{Step, Unavailable, throttle::{Bucket, Counters, Limit, Permit, Taken}};
///
/// /// Longer than any request is under way.
/// const LONGEST: Duration = Duration::from_secs(60);
///
/// #[derive(Clone, Default)]
/// struct Store(Arc<Mutex<HashMap<[u8; 32], Row>>>);
///
/// #[derive(Clone)]
/// struct Row { until: Instant, held: Vec<Instant>, expires: Instant }
///
/// impl Row {
///     /// Until when it owes, if all that is held stays counted.
///     fn until(&self, limit: Limit) -> Instant {
///         self.held.iter().fold(self.until, |until, &since| until.max(since) + limit.every())
///     }
///
///     /// Lets what is too old to be given back stay counted.
///     fn settle(&mut self, limit: Limit, now: Instant) {
///         let old = self.held.partition_point(|&since| since + LONGEST <= now);
///         for since in self.held.drain(..old) {
///             self.until = self.until.max(since) + limit.every();
///         }
///     }
/// }
///
/// impl Counters for Store {
///     fn take(&self, buckets: &[Bucket<'_>]) -> Step<Result<Taken, Unavailable>> {
///         let row = |bucket: &Bucket<'_>| (bucket.digest(b"a secret of 32 bytes"), bucket.limit());
///         let (store, asked) = (self.clone(), buckets.iter().map(row).collect());
///         Step::later(async move { store.count(asked).await })
///     }
/// }
///
/// impl Store {
///     async fn count(self, asked: Vec<([u8; 32], Limit)>) -> Result<Taken, Unavailable> {
///         let mut rows = self.0.lock().map_err(|_| Unavailable::new("a lock is poisoned"))?;
///         let now = Instant::now();
///         rows.retain(|_, row| row.expires > now);
///
///         let (mut taken, mut wait) = (Vec::new(), Duration::ZERO);
///         for &(name, limit) in &asked {
///             let new = || Row { until: now, held: Vec::new(), expires: now };
///             let mut row = rows.get(&name).cloned().unwrap_or_else(new);
///             row.settle(limit, now);
///             row.held.push(now);
///             let until = row.until(limit);
///             row.expires = until.max(now + LONGEST);
///             wait = wait.max((until - now).saturating_sub(limit.window()));
///             taken.push((name, row));
///         }
///         if !wait.is_zero() {
///             return Ok(Taken::Exhausted { retry_after: wait });
///         }
///         rows.extend(taken);
///         drop(rows);
///         Ok(Taken::Permit(Permit::new(move || {
///             Step::later(async move { self.give_back(&asked, now).await })
///         })))
///     }
///
///     /// Tries that began at the same time are worth the same: it takes one of them away.
///     async fn give_back(&self, asked: &[([u8; 32], Limit)], since: Instant) {
///         let Ok(mut rows) = self.0.lock() else { return };
///         if since.elapsed() >= LONGEST { return }
///         for (name, _) in asked {
///             let Some(row) = rows.get_mut(name) else { continue };
///             if let Some(place) = row.held.iter().position(|&there| there == since) {
///                 row.held.remove(place);
///             }
///         }
///     }
/// }
/// # tokio_test::block_on(async {
/// # let store = Store::default();
/// # let bucket = [Bucket::new(Some("alice"), None, Limit::new(2, Duration::from_secs(60)))];
/// # for _ in 0..5 {
/// #     let Ok(Taken::Permit(one)) = store.take(&bucket).wait().await else { panic!() };
/// #     let Ok(Taken::Permit(other)) = store.take(&bucket).wait().await else { panic!() };
/// #     assert!(matches!(store.take(&bucket).wait().await, Ok(Taken::Exhausted { .. })));
/// #     std::thread::sleep(Duration::from_millis(2));
/// #     one.give_back().wait().await;
/// #     other.give_back().wait().await;
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
