//! What the tests stand on.

use std::collections::BTreeMap;

use http::{HeaderMap, Response};
use tower_auth::metadata::ResourceMetadata;

pub(crate) const RESOURCE: &str = "https://rs.example.com/mcp";
pub(crate) const PATH: &str = "/.well-known/oauth-protected-resource/mcp";

pub(crate) fn metadata() -> ResourceMetadata {
    of(RESOURCE)
}

/// The metadata of a resource that says little.
pub(crate) fn of(resource: &str) -> ResourceMetadata {
    let metadata = ResourceMetadata::new(resource).authorization_server("https://as.example.net");
    metadata.build().unwrap()
}

/// Fields by name, each of them once.
pub(crate) fn fields<B>(response: &Response<B>) -> BTreeMap<&str, &str> {
    once(response.headers())
}

fn once(headers: &HeaderMap) -> BTreeMap<&str, &str> {
    assert_eq!(headers.len(), headers.keys_len(), "{headers:?}");
    let fields = headers.iter();
    fields
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
        .collect()
}
