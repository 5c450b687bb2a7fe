//! Which head of a request an answer is about.

use http::{Method, Request, request::Parts};

/// The head of a request that was refused further in: as it was there, if the refusal tells it, with the
/// method that it came with, and the URI, if that was kept. Of a head that nobody has, the method is left.
pub(super) fn head_of(there: Option<Parts>, came: Option<Parts>, method: Method) -> Parts {
    match (there, came) {
        (Some(mut there), Some(came)) => {
            (there.method, there.uri) = (came.method, came.uri);
            there
        }
        (Some(mut there), None) => {
            there.method = method;
            there
        }
        (None, Some(came)) => came,
        (None, None) => {
            let (mut head, ()) = Request::new(()).into_parts();
            head.method = method;
            head
        }
    }
}
