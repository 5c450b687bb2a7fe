//! The head of a request that nobody needs.

use http::{Method, Request, request::Parts};

/// All that is known of a request whose head nobody needs.
pub(super) fn head_of(method: Method) -> Parts {
    let (mut head, ()) = Request::new(()).into_parts();
    head.method = method;
    head
}
