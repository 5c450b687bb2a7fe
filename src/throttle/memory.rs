//! The counters of one process.

use std::{
    hash::{BuildHasher as _, RandomState},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use crate::{clock::Clock, decision::Unavailable, inspect::Inspection, step::Step};

use super::{
    bucket::Bucket,
    contract::{Counters, Permit, Taken},
    debt::{End, Pace},
    poisoned::lock,
    shard::Shard,
    sketch::Sketch,
    timeline::Timeline,
};

/// The counters of one process, in memory. Clones share what was counted.
///
/// No name and no address is kept: a key is a hash with a secret of this process, beside the moment
/// at which it owes nothing any more and what it has under way. A key that owes nothing any more is
/// forgotten, one that does never is. Where there is no room for a new one, it is counted in a
/// table of fixed size in which keys can share their count: too many tries rather than too few, so
/// that a flood of new names or addresses forgives nobody.
///
/// While one lasts that fills this as well, those who come new find a limit reached that is not
/// theirs. With the room and the limits that you begin with, and all networks of one IPv6 `/48` making
/// up a new name for each try:
///
/// | tries a second | of the clients who come new, locked out |
/// |---|---|
/// | 1,000 or 2,000 | none in 7 minutes |
/// | 5,000 | 4 % after 2 minutes, 76 % after 3, 98 % after 7 |
/// | as fast as they come | 7 % after 500,000 tries, half after 620,000, nearly all after a million |
///
/// Each new name is kept until its try has come back: have room for as many as come in that time,
/// and for their clients. With room for 262,144 keys, 5,000 tries a second lock out nobody.
///
/// ```
/// use std::time::Duration;
/// use tower_auth::{Step, throttle::{Bucket, ClientPrefix, Counters, Limit, MemoryCounters, Taken}};
///
/// let counters = MemoryCounters::new();
/// let client = ClientPrefix::of([192, 0, 2, 1].into());
/// let bucket = Bucket::new(None, Some(client), Limit::new(1, Duration::from_secs(60)));
///
/// assert!(matches!(counters.take(&[bucket]), Step::Now(Ok(Taken::Permit(_)))));
/// let Step::Now(Ok(Taken::Exhausted { retry_after })) = counters.take(&[bucket]) else { panic!() };
/// assert!(retry_after <= Duration::from_secs(60));
/// ```
#[derive(Clone)]
pub struct MemoryCounters(Arc<Table>);

struct Table {
    time: Timeline,
    shards: Box<[Mutex<Shard>]>,
    sketch: Sketch,
    keys: RandomState,
    room: usize,
}

/// A try that is held. Dropped, it stays counted.
struct Held {
    table: Arc<Table>,
    since: u64,
    places: Vec<Place>,
}

struct Place {
    key: u64,
    pace: Pace,
    /// Whether it is held in the sketch, there having been no room.
    sketched: bool,
}

const CAPACITY: usize = 65_536;
/// The fewest keys that are worth a lock of their own. A shard that is full looks at all of its keys
/// for some that owe nothing, so there are few more.
const LEAST: usize = 256;

impl MemoryCounters {
    /// Room for 65,536 keys that owe something: about 4 MiB when they are there.
    #[must_use]
    pub fn new() -> Self {
        Self::with_capacity(CAPACITY)
    }

    /// Room for `keys` keys that owe something. A caller who is refused has up to three: the
    /// client, the account, and both together.
    #[must_use]
    pub fn with_capacity(keys: usize) -> Self {
        Self::build(keys, Clock::monotonic())
    }

    /// The same room, empty, and the time from `clock`. Without one it is the time when the
    /// counters were made, and what has passed since, so that nobody who sets the system's clock
    /// gives tries back.
    ///
    /// A clock that goes back stands still until it has caught up: nothing comes back meanwhile.
    #[must_use]
    pub fn clock(self, clock: Clock) -> Self {
        Self::build(self.0.room, clock)
    }

    fn build(room: usize, clock: Clock) -> Self {
        let shards = (room / LEAST).max(1);
        let shard = || Mutex::new(Shard::new(room / shards));
        Self(Arc::new(Table {
            time: Timeline::new(clock),
            shards: (0..shards).map(|_| shard()).collect(),
            sketch: Sketch::new(room / 4),
            keys: RandomState::new(),
            room,
        }))
    }
}

impl Counters for MemoryCounters {
    fn take(&self, buckets: &[Bucket<'_>]) -> Step<Result<Taken, Unavailable>> {
        Step::Now(Table::take(&self.0, buckets))
    }

    fn inspect(&self, inspection: &mut Inspection) {
        if self.0.room == 0 {
            inspection.problem(
                "the counters of the throttle have room for `0` keys: give them room for some \
                 thousands",
            );
        }
    }
}

impl Default for MemoryCounters {
    fn default() -> Self {
        Self::new()
    }
}

impl Table {
    fn take(this: &Arc<Self>, buckets: &[Bucket<'_>]) -> Result<Taken, Unavailable> {
        this.time.ask();
        let asked: Vec<(u64, Pace)> = buckets.iter().map(|bucket| this.asked(bucket)).collect();
        // Dropped after the locks, which it takes again if it is not handed on.
        let mut held = Held::new(Arc::clone(this));
        let mut locked = this.lock(&asked)?;
        let now = this.time.now();
        held.since = now;

        let mut known = Vec::with_capacity(asked.len());
        let mut wait = 0;
        for &(key, pace) in &asked {
            let shard = locked.shard(this.shard_of(key));
            let until = match shard.and_then(|shard| shard.until(key, now)) {
                Some(until) => until,
                None => this.sketch.until(key, now)?,
            };
            wait = wait.max(pace.wait(until, now));
            known.push(until);
        }
        if wait > 0 {
            let retry_after = Duration::from_micros(wait);
            return Ok(Taken::Exhausted { retry_after });
        }

        held.places.reserve(asked.len());
        for ((key, pace), known) in asked.into_iter().zip(known) {
            let shard = locked.shard(this.shard_of(key));
            let sketched = !shard.is_some_and(|shard| shard.hold(key, pace, now, known));
            if sketched {
                this.sketch.hold(key, pace)?;
            }
            held.places.push(Place {
                key,
                pace,
                sketched,
            });
        }
        drop(locked);
        Ok(Taken::Permit(Permit::new(move || {
            held.end(End::GivenBack);
            Step::Now(())
        })))
    }

    fn asked(&self, bucket: &Bucket<'_>) -> (u64, Pace) {
        let key = self.keys.hash_one((bucket.account(), bucket.client()));
        (key, Pace::of(bucket.limit()))
    }

    /// The shard of `key`. Its map looks at the lowest bits and the highest.
    fn shard_of(&self, key: u64) -> usize {
        let [_, a, b, c, d, ..] = key.to_be_bytes();
        u32::from_be_bytes([a, b, c, d]) as usize % self.shards.len()
    }

    /// Locks the shards of all keys, always in the same order.
    fn lock(&self, asked: &[(u64, Pace)]) -> Result<Locked<'_>, Unavailable> {
        let mut places: Vec<_> = asked.iter().map(|&(key, _)| self.shard_of(key)).collect();
        places.sort_unstable();
        places.dedup();
        let mut shards = Vec::with_capacity(places.len());
        for place in places {
            if let Some(shard) = self.shards.get(place) {
                shards.push((place, lock(shard)?));
            }
        }
        Ok(Locked(shards))
    }
}

impl Held {
    fn new(table: Arc<Table>) -> Self {
        Self {
            table,
            since: 0,
            places: Vec::new(),
        }
    }

    fn end(&mut self, end: End) {
        let (table, now) = (&self.table, self.table.time.now());
        for place in self.places.drain(..) {
            let Place {
                key,
                pace,
                sketched,
            } = place;
            if sketched {
                table.sketch.end(key, pace, end);
            } else if let Some(Ok(mut shard)) = table.shards.get(table.shard_of(key)).map(lock) {
                shard.end(key, pace, end, now);
            }
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.end(End::Kept { since: self.since });
    }
}

/// The shards that one try is counted in.
struct Locked<'a>(Vec<(usize, MutexGuard<'a, Shard>)>);

impl Locked<'_> {
    fn shard(&mut self, place: usize) -> Option<&mut Shard> {
        let mut shards = self.0.iter_mut();
        shards.find_map(|(there, shard)| (*there == place).then_some(&mut **shard))
    }
}

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasherDefault, DefaultHasher};

    use super::*;

    #[test]
    fn a_shard_has_few_keys_whatever_the_room_and_all_are_used() {
        for room in [1, 256, 1_000, 65_536, 1_000_000] {
            let MemoryCounters(table) = MemoryCounters::with_capacity(room);
            assert!(room / table.shards.len() < 2 * LEAST, "{room}");

            let hasher = BuildHasherDefault::<DefaultHasher>::default();
            let mut used = vec![0; table.shards.len()];
            for number in 0..room {
                let key = hasher.hash_one(number);
                if let Some(keys) = used.get_mut(table.shard_of(key)) {
                    *keys += 1;
                }
            }
            let share = room / used.len();
            let even = used
                .iter()
                .all(|keys| (share / 2..=share * 3 / 2).contains(keys));
            assert!(even, "{room}: {used:?}");
        }
    }
}
