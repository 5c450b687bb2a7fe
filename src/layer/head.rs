//! Which head of a request an answer is about.

use http::{Method, Request, Uri, request::Parts};

/// What a request asked for, as it came: routers strip prefixes further in.
pub(super) struct Target {
    pub(super) method: Method,
    /// The URI, if it was kept.
    pub(super) uri: Option<Uri>,
}

/// The head of a request that was refused further in: as it was there, if the refusal tells it, else as it
/// came, if that was kept; and in any case for what it asked for, as far as that is known.
pub(super) fn head_of(there: Option<Parts>, came: Option<Parts>, target: Target) -> Parts {
    let uri = came.as_ref().map(|came| came.uri.clone()).or(target.uri);
    let mut head = there.or(came).unwrap_or_else(nothing);
    head.method = target.method;
    if let Some(uri) = uri {
        head.uri = uri;
    }
    head
}

fn nothing() -> Parts {
    let (head, ()) = Request::new(()).into_parts();
    head
}
