//! The layer that a case asks for.

use std::{
    convert::Infallible,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{
    HeaderValue, Method, Request, Response, StatusCode,
    header::{CONTENT_LENGTH, SERVER},
};
use tower::Service;
use tower_auth::{AuthLayer, Clock, Mode, NoBody, policy::Policy, scheme::Schemes};

use crate::{support::user::User, table::Case};

/// When all requests are answered, in seconds of Unix and as it is told.
const TIME: Duration = Duration::from_secs(1_795_167_000);
pub(crate) const TIMESTAMP: &str = "2026-11-20T09:30:00Z";

/// What the application answers for paths that do not exist.
pub(crate) const MISSING: &str = "nothing here\n";

/// The layer of a case, with these schemes and this policy.
pub(crate) fn build<B, N>(
    case: &Case<'_>,
    schemes: Schemes<User>,
    policy: impl Policy<User>,
    not_found: N,
) -> AuthLayer<User, B>
where
    B: From<Bytes> + 'static,
    N: Service<Request<NoBody>, Response = Response<B>, Error = Infallible>,
    N: Clone + Send + Sync + 'static,
    N::Future: Send,
{
    let builder = match case.mode {
        Mode::Origin => AuthLayer::new(schemes, policy),
        Mode::Proxy => AuthLayer::proxy(schemes, policy),
    };
    builder
        .not_found(not_found)
        .clock(Clock::fixed(SystemTime::UNIX_EPOCH + TIME))
        .build()
        .unwrap()
}

/// The application's own 404.
pub(crate) fn missing<B: From<&'static str>>(method: &Method) -> Response<B> {
    let body = if method == Method::HEAD { "" } else { MISSING };
    let mut response = Response::new(B::from(body));
    *response.status_mut() = StatusCode::NOT_FOUND;
    let fields = response.headers_mut();
    fields.insert(CONTENT_LENGTH, HeaderValue::from(MISSING.len()));
    fields.insert(SERVER, HeaderValue::from_static("the application"));
    response
}
