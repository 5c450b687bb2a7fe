//! Which requests are preflights.

use http::{HeaderName, Method, header, request::Parts};

/// Whether a browser asks with this request, before it sends another, whether it may: `OPTIONS` with
/// one `Origin` and one `Access-Control-Request-Method` that are not empty (Fetch, CORS-preflight
/// fetch). Exactly that.
pub(super) fn is(head: &Parts) -> bool {
    let says_one = |name: HeaderName| {
        let mut lines = head.headers.get_all(name).iter();
        matches!((lines.next(), lines.next()), (Some(value), None) if !value.as_bytes().trim_ascii().is_empty())
    };
    head.method == Method::OPTIONS
        && says_one(header::ORIGIN)
        && says_one(header::ACCESS_CONTROL_REQUEST_METHOD)
}
