//! The peer's address, as axum hands it on.

use std::net::SocketAddr;

use ::axum::extract::{ConnectInfo, connect_info::MockConnectInfo};

use super::client::ClientAddress;

impl ClientAddress {
    /// The peer's address, as axum hands it on. Serve with
    /// `into_make_service_with_connect_info::<SocketAddr>()`; without it, nobody has an address,
    /// which is 503. As axum's own extractor does, this reads a `MockConnectInfo` where no
    /// `ConnectInfo` is.
    #[must_use]
    pub fn connect_info() -> Self {
        Self::from_fn(|extensions| {
            let real = extensions.get().map(|ConnectInfo(peer)| peer);
            let mock = || extensions.get().map(|MockConnectInfo(peer)| peer);
            real.or_else(mock).map(SocketAddr::ip)
        })
    }
}
