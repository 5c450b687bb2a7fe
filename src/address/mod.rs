//! The client's address, and the proxies that may name it.
//!
//! | file | what lives there |
//! |---|---|
//! | `client` | [`ClientAddress`]: how the client's address is found |
//! | `connect_info` | the peer's address, as axum hands it on |
//! | `no_address` | [`NoAddress`]: why there is none |

mod client;
#[cfg(feature = "axum")]
mod connect_info;
mod no_address;

pub use self::client::ClientAddress;
pub use self::no_address::NoAddress;
