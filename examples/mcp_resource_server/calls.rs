//! Which tool needs which scopes: that stands in the body, where no policy looks.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{StatusCode, header::CONTENT_LENGTH},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use serde_json::Value;
use tower_auth::{Caller, Denied, Remedy, jwt::StandardClaims, policy::HasScope as _};

/// More than any call here needs.
const LONGEST: usize = 64 * 1024;

/// What every call needs.
pub(crate) const READ: &str = "notes:read";
/// What those need that change something.
pub(crate) const WRITE: &str = "notes:write";

/// Lets a call through whose caller has the scopes of the tool. Others are told all that the call needs, not only
/// what lacks: some clients ask for what they are told, and for nothing else.
pub(crate) async fn judge(
    Caller(claims): Caller<StandardClaims>,
    request: Request,
    next: Next,
) -> Response {
    let (mut head, body) = request.into_parts();
    let Ok(text) = to_bytes(body, LONGEST).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    if text.is_empty() {
        return next.run(Request::from_parts(head, Body::empty())).await;
    }
    let Ok(message) = serde_json::from_slice::<Value>(&text) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    if writes(&message) && !claims.has_scope(WRITE) {
        return Denied::new(Remedy::scopes([READ, WRITE])).into_response();
    }
    // Written anew, so that nobody reads it otherwise: of a member that stands twice, for example.
    head.headers.remove(CONTENT_LENGTH);
    next.run(Request::from_parts(head, Body::from(message.to_string())))
        .await
}

/// Whether a message, or one of a batch, calls a tool that changes something. Tools that are not known do.
fn writes(message: &Value) -> bool {
    match message {
        Value::Array(batch) => batch.iter().any(writes),
        Value::Object(message) if message.get("method") == Some(&"tools/call".into()) => {
            let called = message.get("params").and_then(|params| params.get("name"));
            !matches!(
                called.and_then(Value::as_str),
                Some("whoami" | "list_notes")
            )
        }
        _ => false,
    }
}
