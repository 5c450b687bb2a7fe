//! The peer's address, as axum hands it on.

use std::net::SocketAddr;

use ::axum::extract::{ConnectInfo, connect_info::MockConnectInfo};

use super::client::ClientAddress;

impl ClientAddress {
    /// The peer's address, as axum hands it on. Serve with
    /// `into_make_service_with_connect_info::<SocketAddr>()`; without it, nobody has an address,
    /// which is 503. As axum's own extractor does, this reads a `MockConnectInfo` where no
    /// `ConnectInfo` is.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use std::net::SocketAddr;
    /// use axum::{Router, body::Body, extract::ConnectInfo, routing::get};
    /// use http::{Request, StatusCode};
    /// use tower::{Layer, ServiceExt};
    /// use tower_auth::{AuthLayer, address::ClientAddress, policy, scheme::Bearer};
    ///
    /// let here = policy::from_networks(ClientAddress::connect_info(), ["127.0.0.0/8", "::1"]);
    /// let auth = AuthLayer::new(Bearer::fixed("api", "s3cret", "the robot"), here).build()?;
    /// let app = auth.layer(Router::new().route("/", get(|| async { "Hello!" })));
    ///
    /// let from = |peer: [u8; 4]| {
    ///     let mut request = Request::new(Body::empty());
    ///     request.extensions_mut().insert(ConnectInfo(SocketAddr::from((peer, 4711))));
    ///     request
    /// };
    /// assert_eq!(app.clone().oneshot(from([127, 0, 0, 1])).await?.status(), StatusCode::OK);
    /// assert_eq!(app.oneshot(from([203, 0, 113, 7])).await?.status(), StatusCode::FORBIDDEN);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    #[must_use]
    pub fn connect_info() -> Self {
        Self::from_fn(|extensions| {
            let real = extensions.get().map(|ConnectInfo(peer)| peer);
            let mock = || extensions.get().map(|MockConnectInfo(peer)| peer);
            real.or_else(mock).map(SocketAddr::ip)
        })
    }
}
