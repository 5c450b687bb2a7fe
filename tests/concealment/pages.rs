//! What the documents say, and the pages for what is missing.

use axum::{
    Extension, Json, Router,
    extract::{OriginalUri, Request, State},
    http::{StatusCode, header, request::Parts},
    response::{Html, IntoResponse, Response},
};
use serde_json::json;
use tower_auth::{Caller, Hidden, Refusal};

use crate::{
    callers::User,
    rules::{Document, Rule, admit},
};

/// What answers for missing paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    Page,
    Echo,
    Default,
}

impl Missing {
    pub(crate) fn router(self) -> Option<Router> {
        match self {
            Self::Page => Some(Router::new().fallback(page)),
            Self::Echo => Some(Router::new().fallback(echo)),
            Self::Default => None,
        }
    }
}

pub(crate) async fn read() -> impl IntoResponse {
    let fields = [(header::ETAG, "\"1\""), (header::ACCEPT_RANGES, "bytes")];
    (fields, "the document")
}

pub(crate) async fn read_as(Caller(user): Caller<User>) -> impl IntoResponse {
    (
        [(header::ETAG, "\"1\"")],
        format!("the document, for {}", user.name),
    )
}

pub(crate) async fn read_loaded(_: Extension<Document>) -> impl IntoResponse {
    read().await
}

/// Decides by itself.
pub(crate) async fn read_or_refuse(
    State(rule): State<Rule>,
    caller: Option<Caller<User>>,
    head: Parts,
) -> Result<impl IntoResponse, Refusal> {
    admit(rule, caller.map(|Caller(user)| user), &head).await?;
    Ok(read().await)
}

/// Decides by itself who may learn that there is no such method.
pub(crate) async fn no_such_method(
    State(rule): State<Rule>,
    caller: Option<Caller<User>>,
    head: Parts,
) -> Result<StatusCode, Hidden> {
    let admitted = admit(rule, caller.map(|Caller(user)| user), &head).await;
    let admitted = admitted.map(|()| StatusCode::METHOD_NOT_ALLOWED);
    admitted.map_err(|_| Hidden::new().reason("another's"))
}

async fn page() -> impl IntoResponse {
    let fields = [
        (header::CACHE_CONTROL, "no-store"),
        (header::VARY, "accept"),
        (header::VARY, "origin"),
    ];
    (
        StatusCode::NOT_FOUND,
        fields,
        Html("<h1>There is nothing here</h1>"),
    )
}

/// Says all that it is told of the request.
async fn echo(OriginalUri(original): OriginalUri, request: Request) -> Response {
    let accept = request.headers().get(header::ACCEPT);
    let html = accept.is_some_and(|accept| accept.as_bytes().starts_with(b"text/html"));
    let method = request.method().as_str();
    let uri = request.uri().to_string();
    let original = original.to_string();
    let fields = format!("{:?}", request.headers());
    let body = if html {
        Html(format!("<p>{method} {uri} {original} {fields}")).into_response()
    } else {
        let told = json!({ "method": method, "uri": uri, "original": original, "fields": fields });
        Json(told).into_response()
    };
    (StatusCode::NOT_FOUND, body).into_response()
}
