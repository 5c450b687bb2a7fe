//! A layer that judges by address, and requests as a server hands them on.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
};

use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, request::Parts};
use tower::{Layer, ServiceExt, service_fn};
use tower_auth::{AuthLayer, BuildError, policy::Policy, scheme::Bearer};

/// The scheme of these tests is one that nobody needs.
pub(crate) fn layer(policy: impl Policy<()>) -> Result<AuthLayer<(), Vec<u8>>, BuildError> {
    AuthLayer::new(Bearer::fixed("api", "canary", ()), policy).build_with(Vec::from)
}

/// Field lines, from bytes of UTF-8.
pub(crate) fn fields(lines: &[(String, String)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    headers
}

/// The head of a request from `peer`, which stands there as a `SocketAddr`.
pub(crate) fn head(peer: Option<IpAddr>, headers: HeaderMap) -> Parts {
    let (mut head, ()) = Request::new(()).into_parts();
    head.headers = headers;
    if let Some(peer) = peer {
        head.extensions.insert(SocketAddr::new(peer, 4711));
    }
    head
}

/// What `policy` makes of a request.
pub(crate) fn answer(policy: impl Policy<()>, head: &Parts) -> Response<Vec<u8>> {
    let inner = service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(Response::new(b"the inner service".to_vec()))
    });
    let service = layer(policy).unwrap().layer(inner);
    let request = Request::from_parts(head.clone(), ());
    tokio_test::block_on(service.oneshot(request)).unwrap()
}
