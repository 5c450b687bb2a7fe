//! What is kept of each refusal.
//!
//! | file | what lives there |
//! |---|---|
//! | `record` | [`Record`]: one settled request |
//! | `log` | how it becomes an event |

mod log;
mod record;

pub(crate) use self::log::log;
pub use self::record::Record;
