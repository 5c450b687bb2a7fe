//! What stands where, and what is in front of it.

use axum::{
    Router,
    http::{
        HeaderName, Method,
        header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE},
    },
    middleware,
};
use rmcp::transport::streamable_http_server::{
    StreamableHttpServerConfig, StreamableHttpService, session::never::NeverSessionManager,
};
use tower::Layer as _;
use tower_auth::{
    AuthLayer, BuildError,
    jwt::{Issuer, JwtVerifier, StandardClaims},
    metadata::ResourceMetadata,
    policy,
    scheme::Bearer,
};
use tower_http::cors::{Any, CorsLayer};

use crate::{
    calls::{self, READ},
    notes::Notes,
};

/// Tools for whoever brings a token of this issuer. The metadata stands before the layer: whoever reads it
/// has none yet.
pub(crate) fn app(issuer: Issuer, metadata: &ResourceMetadata) -> Result<Router, BuildError> {
    let bearer = Bearer::new("notes", JwtVerifier::<StandardClaims>::new(issuer))
        .resource_metadata(metadata.url())
        .scope_hint([READ]);
    let auth = AuthLayer::new(bearer, policy::scope(READ)).build()?;
    let tools = cors().layer(auth.layer(tools()));
    Ok(metadata.router().route_service("/mcp", tools))
}

/// Without sessions: the identifier of one proves nothing, and every request brings a token anyway.
fn tools() -> Router {
    let notes = Notes::default();
    let mut config = StreamableHttpServerConfig::default();
    config.legacy_session_mode = false;
    config.json_response = true;
    let sessions = NeverSessionManager::default().into();
    let server = StreamableHttpService::new(move || Ok(notes.clone()), sessions, config);
    Router::new()
        .fallback_service(server)
        .layer(middleware::from_fn(calls::judge))
}

/// Clients in browsers are pages of other origins. Any may ask: what lets them in is a token, which browsers do
/// not send by themselves.
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST, Method::DELETE])
        .allow_headers([
            AUTHORIZATION,
            CONTENT_TYPE,
            HeaderName::from_static("mcp-protocol-version"),
            HeaderName::from_static("mcp-method"),
            HeaderName::from_static("mcp-name"),
        ])
        .expose_headers([WWW_AUTHENTICATE])
}
