//! Other layers, by name.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use axum::{
    BoxError, Router,
    body::Body,
    error_handling::HandleErrorLayer,
    extract::Request,
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn},
};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use tower::{
    ServiceBuilder, load_shed::LoadShedLayer, load_shed::error::Overloaded, timeout::error::Elapsed,
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    csrf::CsrfLayer,
    limit::RequestBodyLimitLayer,
    map_request_body::MapRequestBodyLayer,
    map_response_body::MapResponseBodyLayer,
    request_id::{MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer},
    sensitive_headers::SetSensitiveRequestHeadersLayer,
    set_header::SetResponseHeaderLayer,
    timeout::TimeoutLayer,
    trace::TraceLayer,
};

use crate::stand::{A_MOMENT, Told};

/// How often a layer saw a request.
#[derive(Clone, Default)]
pub(crate) struct Seen(Arc<AtomicUsize>);

impl Seen {
    /// How often since the last time that this was asked.
    pub(crate) fn taken(&self) -> usize {
        self.0.swap(0, SeqCst)
    }
}

/// The layer of this name around `inner`, and a counter right outside of it.
pub(crate) fn wrap(name: &str, inner: Router, seen: &Seen) -> Router {
    let seen = seen.clone();
    let count = from_fn(move |request: Request, next: Next| {
        seen.0.fetch_add(1, SeqCst);
        next.run(request)
    });
    around(name, Router::new().fallback_service(inner)).layer(count)
}

fn around(name: &str, inner: Router) -> Router {
    let handled = || ServiceBuilder::new().layer(HandleErrorLayer::new(told));
    match name {
        "trace" => inner.layer(TraceLayer::new_for_http()),
        "set_sensitive_request_headers" => inner.layer(SetSensitiveRequestHeadersLayer::new([
            header::AUTHORIZATION,
        ])),
        "timeout" => {
            let status = StatusCode::REQUEST_TIMEOUT;
            inner.layer(TimeoutLayer::with_status_code(status, A_MOMENT))
        }
        "tower_timeout" => inner.layer(handled().timeout(A_MOMENT)),
        "request_body_limit" => inner.layer(RequestBodyLimitLayer::new(64)),
        "catch_panic" => inner.layer(CatchPanicLayer::new()),
        "compression" => inner.layer(CompressionLayer::new()),
        "map_response_body" => inner.layer(MapResponseBodyLayer::new(loud)),
        "map_request_body" => inner.layer(MapRequestBodyLayer::new(loud)),
        "csrf" => inner.layer(CsrfLayer::new()),
        "set_response_header" => inner.layer(SetResponseHeaderLayer::overriding(
            HeaderName::from_static("x-served-by"),
            HeaderValue::from_static("the third machine"),
        )),
        "request_id" => inner
            .layer(PropagateRequestIdLayer::x_request_id())
            .layer(SetRequestIdLayer::x_request_id(Numbers::default())),
        "concurrency_limit" => inner.layer(ServiceBuilder::new().concurrency_limit(1)),
        "buffer" => inner.layer(handled().buffer(4)),
        "load_shed" => inner.layer(handled().layer(LoadShedLayer::new()).concurrency_limit(1)),
        "rate_limit" => inner.layer(handled().buffer(4).rate_limit(1, A_DAY)),
        _ => panic!("`{name}` is no layer of these tests"),
    }
}

const A_DAY: Duration = Duration::from_secs(86_400);

/// What becomes of the errors of layers that have any.
async fn told(error: BoxError) -> StatusCode {
    if error.is::<Elapsed>() {
        StatusCode::GATEWAY_TIMEOUT
    } else if error.is::<Overloaded>() {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::INTERNAL_SERVER_ERROR
    }
}

fn loud(body: Body) -> Body {
    let upper = |bytes: Bytes| Bytes::from(bytes.to_ascii_uppercase());
    Body::new(body.map_frame(move |frame| frame.map_data(upper)))
}

#[derive(Clone, Default)]
struct Numbers(Arc<AtomicUsize>);

impl MakeRequestId for Numbers {
    fn make_request_id<B>(&mut self, _: &axum::http::Request<B>) -> Option<RequestId> {
        let number = self.0.fetch_add(1, SeqCst);
        Some(RequestId::new(HeaderValue::from(number)))
    }
}

/// Whether a response shows that the layer of this name had it.
pub(crate) fn marks(name: &str, told: &Told) -> bool {
    let has = |field: &str| told.fields.contains_key(field);
    match name {
        "compression" => has("content-encoding"),
        "set_response_header" => has("x-served-by"),
        "request_id" => has("x-request-id"),
        "map_response_body" => {
            !told.body.is_empty() && !told.body.iter().any(u8::is_ascii_lowercase)
        }
        _ => false,
    }
}
