//! The client's address, and the proxies that may name it.
//!
//! | file | what lives there |
//! |---|---|
//! | `client` | [`ClientAddress`]: how the client's address is found |
//! | `connect_info` | the peer's address, as axum hands it on |
//! | `no_address` | [`NoAddress`]: why there is none |
//! | `proxies` | who is believed, and the walk from the peer to the client |
//! | `forwarded` | `Forwarded`, read from the right |
//! | `x_forwarded_for` | `X-Forwarded-For`, likewise |
//! | `node` | one hop: its text, and what that is read as |
//! | `networks` | lists of networks |
//!
//! Both fields grow to the right: each proxy appends whom it got the request from. What stands left
//! of the first hop that no trusted proxy vouches for is the client's own text, and is not read.

mod client;
#[cfg(feature = "axum")]
mod connect_info;
mod forwarded;
mod networks;
mod no_address;
mod node;
mod proxies;
mod x_forwarded_for;

pub use self::client::ClientAddress;
pub use self::no_address::NoAddress;

pub(crate) use self::networks::Networks;
