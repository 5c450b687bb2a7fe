//! The document, and the URL that it stands at.

use std::{sync::Arc, time::Duration};

use http::HeaderValue;

use super::{member::MemberValue, write};

const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// The longest time that caches know (RFC 9111 §1.2.2).
const LONGEST: u64 = 1 << 31;

/// The metadata of a protected resource ([RFC 9728]): which resource it is, and which authorization
/// servers issue tokens for it, so that clients that were never told find out.
///
/// It is written once, when it is built; cloning is cheap. It is served as it is: as a tower `Service`, by
/// [`answer`](Self::answer), or, with axum, as a router of its own. Clients fetch it before they have a token, so
/// **it stands outside of the `AuthLayer`**, and its [`url`](Self::url) stands in the challenges:
///
/// ```
/// # tokio_test::block_on(async {
/// use axum::{Router, body::Body, http::{Request, StatusCode, header::WWW_AUTHENTICATE}, routing::get};
/// use tower::{Layer, ServiceExt};
/// use tower_auth::{AuthLayer, metadata::ResourceMetadata, policy, scheme::Bearer};
///
/// let metadata = ResourceMetadata::new("https://api.example.com/notes")
///     .authorization_server("https://login.example.com")
///     .scopes(["notes:read", "notes:write"])
///     .name("Notes")
///     .build()?;
///
/// let bearer = Bearer::fixed("notes", "s3cret", "alice")
///     .resource_metadata(metadata.url())
///     .scope_hint(["notes:read"]);
/// let auth = AuthLayer::new(bearer, policy::authenticated()).build()?;
/// let notes = Router::new().route("/notes", get(async || "all notes"));
/// let app = Router::new()
///     .route_service(metadata.path(), metadata.clone())
///     .fallback_service(auth.layer(notes));
///
/// let get = |path: &str| Request::get(path).body(Body::empty());
/// let refused = app.clone().oneshot(get("/notes")?).await?;
/// assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
/// assert_eq!(
///     refused.headers()[WWW_AUTHENTICATE],
///     "Bearer realm=\"notes\", scope=\"notes:read\", resource_metadata=\
///      \"https://api.example.com/.well-known/oauth-protected-resource/notes\"",
/// );
/// let told = app.oneshot(get("/.well-known/oauth-protected-resource/notes")?).await?;
/// assert_eq!(told.status(), StatusCode::OK);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
///
/// [RFC 9728]: https://www.rfc-editor.org/rfc/rfc9728
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceMetadata(Arc<Document>);

#[derive(Debug, PartialEq, Eq)]
struct Document {
    resource: String,
    url: String,
    path: String,
    json: String,
    seconds: HeaderValue,
    cache_control: HeaderValue,
}

impl ResourceMetadata {
    pub(super) fn written(
        resource: &str,
        members: &[(&str, MemberValue)],
        max_age: Duration,
    ) -> Self {
        let seconds = max_age.as_secs().min(LONGEST);
        let (origin, path, query) = well_known(resource);
        Self(Arc::new(Document {
            resource: resource.to_owned(),
            url: format!("{origin}{path}{query}"),
            path,
            json: write::object(members),
            seconds: HeaderValue::from(seconds),
            cache_control: HeaderValue::try_from(format!("max-age={seconds}"))
                .unwrap_or(HeaderValue::from_static("max-age=0")),
        }))
    }

    /// The identifier of the resource, as it was given.
    #[must_use]
    pub fn resource(&self) -> &str {
        &self.0.resource
    }

    /// The URL that the document stands at ([RFC 9728 §3]): `/.well-known/oauth-protected-resource` between the host
    /// of the identifier and its path, query included; a path that is nothing but a slash is left out. For
    /// [`Bearer::resource_metadata`](crate::scheme::Bearer::resource_metadata).
    ///
    /// [RFC 9728 §3]: https://www.rfc-editor.org/rfc/rfc9728#section-3
    #[must_use]
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// The path of that URL, where a router mounts the document. A service that is reached under another path, behind
    /// a gateway that strips a prefix, mounts it where the gateway sends this one.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The document: one JSON object.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.0.json
    }

    pub(super) fn cache_control(&self) -> HeaderValue {
        self.0.cache_control.clone()
    }

    pub(super) fn seconds(&self) -> HeaderValue {
        self.0.seconds.clone()
    }
}

/// Where the metadata of a resource stands, as scheme and host, path, and query with its `?`. A slash that ends
/// the host, and begins no path, is removed (RFC 9728 §3.1).
fn well_known(resource: &str) -> (&str, String, &str) {
    let (before, query) = resource.split_at(resource.find('?').unwrap_or(resource.len()));
    let host = before.find("://").map_or(0, |at| at + "://".len());
    let path = before.get(host..).and_then(|rest| rest.find('/'));
    let (origin, path) = before.split_at(path.map_or(before.len(), |at| host + at));
    let suffix = if path == "/" { "" } else { path };
    (origin, format!("{WELL_KNOWN}{suffix}"), query)
}
