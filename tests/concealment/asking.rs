//! One request without a socket, and what is told in answer.

use axum::{
    Router,
    body::Body,
    http::{
        HeaderValue, Request, StatusCode,
        header::{ACCESS_CONTROL_REQUEST_METHOD, ORIGIN},
    },
    response::Response,
};
use http_body_util::BodyExt as _;
use tower::{Service, ServiceExt as _};
use tower_auth::{AuthLayer, AuthLayerBuilder, policy};

use crate::callers::{User, schemes};

pub(crate) const HIDDEN: &str = "/docs/2";
const MISSING: &str = "/docz/2";

pub(crate) type Told = (StatusCode, Vec<String>, String);

/// What is told: status, fields and body. The first is of a hidden document, the second of what
/// is missing.
pub(crate) async fn told<S>(service: &S, request: Request<&'static str>, prefix: &str) -> [Told; 2]
where
    S: Service<Request<Body>, Response = Response> + Clone,
    S::Error: std::fmt::Debug,
{
    let ask = |path: &str| answer(service, &request, format!("{prefix}{path}"));
    [ask(HIDDEN).await, ask(MISSING).await]
}

/// What is told of one path.
pub(crate) async fn answer<S>(service: &S, request: &Request<&'static str>, path: String) -> Told
where
    S: Service<Request<Body>, Response = Response> + Clone,
    S::Error: std::fmt::Debug,
{
    let mut request = request.clone().map(Body::from);
    *request.uri_mut() = path.parse().expect("a path");
    let response = service.clone().oneshot(request).await.expect("an answer");
    let (head, body) = response.into_parts();
    let fields = head.headers.iter();
    let fields = fields.map(|(name, value)| format!("{name}: {value:?}"));
    let body = body.collect().await.expect("a body").to_bytes();
    let body = String::from_utf8_lossy(&body).into_owned();
    (head.status, fields.collect(), body)
}

pub(crate) fn request(method: &str) -> Request<&'static str> {
    let request = Request::builder().method(method);
    request.body("<document/>").expect("a request")
}

/// What a browser asks before it sends a request to another origin.
pub(crate) fn preflight() -> Request<&'static str> {
    let mut request = request("OPTIONS");
    let fields = request.headers_mut();
    let origin = HeaderValue::from_static("https://example.com");
    fields.insert(ORIGIN, origin);
    let method = HeaderValue::from_static("DELETE");
    fields.insert(ACCESS_CONTROL_REQUEST_METHOD, method);
    request
}

pub(crate) fn statuses([hidden, missing]: &[Told; 2]) -> [u16; 2] {
    [hidden.0.as_u16(), missing.0.as_u16()]
}

pub(crate) fn open() -> AuthLayerBuilder<User, Body> {
    AuthLayer::new(schemes(), policy::anyone())
}

pub(crate) fn nothing_here() -> Router {
    Router::new().fallback(async || (StatusCode::NOT_FOUND, "There is nothing here"))
}
