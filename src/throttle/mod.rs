//! Limits on guessing: 429 after too many tries.
//!
//! | file | what lives there |
//! |---|---|
//! | `contract` | [`Counters`], which whatever counts is, and [`Taken`], what it answers |
//! | `bucket` | [`Bucket`]: what one try is counted against |
//! | `prefix` | [`ClientPrefix`]: the network that counts as one client |
//! | `limit` | [`Limit`]: how many tries at once, and how they come back |
//! | `throttle` | [`Throttle`]: whose tries are counted, and how many they have |
//! | `memory` | [`MemoryCounters`]: the counters of one process |
//! | `shard` | a part of them: keys that are known one by one |
//! | `sketch` | the rest: keys that there is no room for |
//! | `debt` | what a key owes |
//! | `timeline` | a time that does not go back |
//! | `poisoned` | a lock, or our own fault |
//!
//! A try is counted before the credentials are verified, and given back unless they were refused:
//! a thousand guesses at once are no more than a thousand after each other. See
//! [`SchemeExt::throttle`](crate::scheme::SchemeExt::throttle).

mod bucket;
mod contract;
mod debt;
mod limit;
mod memory;
mod poisoned;
mod prefix;
mod shard;
mod sketch;
#[expect(
    clippy::module_inception,
    reason = "the room is named after what it is for"
)]
mod throttle;
mod timeline;

pub use self::bucket::Bucket;
pub use self::contract::{Counters, Permit, Taken};
pub use self::limit::Limit;
pub use self::memory::MemoryCounters;
pub use self::prefix::ClientPrefix;
pub use self::throttle::Throttle;
