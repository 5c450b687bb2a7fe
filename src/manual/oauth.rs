//! OAuth 2.0 for the service that takes the tokens: the resource server.
//!
//! # What the resource tells of itself
//!
//! A client that was never told where to get a token asks the resource. The 401 points to a document, the document
//! names the authorization servers, and there the client gets a token ([RFC 9728]). Clients of the Model Context
//! Protocol know no other way. Two things have to be there, and they have to agree: the document, which is a
//! [`ResourceMetadata`], and its URL in the challenge.
//!
//! ```
//! # tokio_test::block_on(async {
//! use axum::{Router, body::Body, http::{Request, StatusCode, header::WWW_AUTHENTICATE}, routing::post};
//! use tower::ServiceExt;
//! use tower_auth::{
//!     AuthLayer, GuardedRouter,
//!     metadata::ResourceMetadata,
//!     policy::{self, HasScope, scope},
//!     scheme::Bearer,
//! };
//!
//! #[derive(Clone)]
//! struct Reader;
//! impl HasScope for Reader {
//!     fn has_scope(&self, scope: &str) -> bool { scope == "files:read" }
//! }
//!
//! let metadata = ResourceMetadata::new("https://files.example.com/mcp")
//!     .authorization_server("https://login.example.com")
//!     .scopes(["files:read", "files:write"])
//!     .name("Files")
//!     .build()?;
//! let bearer = Bearer::fixed("files", "s3cret", Reader)
//!     .resource_metadata(metadata.url())
//!     .scope_hint(["files:read"]);
//! let auth = AuthLayer::new(bearer, policy::anyone()).build()?;
//! let guarded = GuardedRouter::new()
//!     .route("/mcp", scope("files:write"), post(async || "written"))
//!     .guarded_by(&auth)?;
//! let app = metadata.router().fallback_service(guarded);
//!
//! let write = |token: Option<&str>| {
//!     let request = Request::post("/mcp");
//!     match token {
//!         Some(token) => request.header("authorization", format!("Bearer {token}")),
//!         None => request,
//!     }
//!     .body(Body::empty())
//! };
//! let link = "https://files.example.com/.well-known/oauth-protected-resource/mcp";
//!
//! let stranger = app.clone().oneshot(write(None)?).await?;
//! assert_eq!(stranger.status(), StatusCode::UNAUTHORIZED);
//! assert_eq!(
//!     stranger.headers()[WWW_AUTHENTICATE],
//!     format!(r#"Bearer realm="files", scope="files:read", resource_metadata="{link}""#),
//! );
//! let reader = app.clone().oneshot(write(Some("s3cret"))?).await?;
//! assert_eq!(reader.status(), StatusCode::FORBIDDEN);
//! assert_eq!(
//!     reader.headers()[WWW_AUTHENTICATE],
//!     format!(
//!         "Bearer realm=\"files\", error=\"insufficient_scope\", scope=\"files:write\", \
//!          resource_metadata=\"{link}\""
//!     ),
//! );
//! let document = Request::get(metadata.path()).body(Body::empty())?;
//! assert_eq!(app.oneshot(document).await?.status(), StatusCode::OK);
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```
//!
//! ## Where it stands
//!
//! Outside of the [`AuthLayer`], for clients fetch it before they have a token. [`ResourceMetadata::router`] answers at one
//! path, and everything else goes on to the layer, as its fallback: missing paths and hidden ones alike, so that
//! nothing can be told from it. Without axum, compare the path of the request with
//! [`path`](crate::metadata::ResourceMetadata::path) and give the [`answer`](crate::metadata::ResourceMetadata::answer).
//!
//! | it stands | without a token | with one that has expired |
//! |---|---|---|
//! | outside of the layer | 200 | 200 |
//! | inside, with `policy::anyone()` | 200 | 401 |
//! | inside, where the layer's policy asks for a principal | 401 | 401 |
//!
//! The document is public, and says which resource there is. Of a resource whose existence is a secret, publish none;
//! what is concealed is answered without a challenge, so nothing points to it.
//!
//! A `CorsLayer` around all of it answers the preflights, and clients in pages of origins that it does not know stop
//! there: stand the document outside of that layer, too, or have it allow all.
//!
//! ## What it has to say
//!
//! The identifier is compared code point by code point (§3.3, §6): `https://files.example.com` and
//! `https://files.example.com/` are two resources, although their documents stand at the same URL. It is what clients
//! are told to connect to, what they ask the authorization server for (`resource`, RFC 8707), and what then stands in
//! `aud`. Use one constant for it, for the audience of the verifier too.
//!
//! A client that was sent by a challenge compares it with the URL that it had asked for, by the letter of §3.3. A
//! resource with many paths below its identifier therefore disappoints strict clients on all but one; those of MCP ask
//! one path, and take an identifier above it.
//!
//! Several resources on one host have a document each, at a path of its own; give each its own `Bearer`, and so its own layer,
//! for a challenge names one document.
//!
//! The document says nothing that the service does not do. `bearer_methods_supported` is `header` unless you say
//! otherwise; there is nothing to say that tokens are bound to keys or certificates, since no scheme here checks it.
//! `jwks_uri` and the signing algorithms are about what the *resource* signs, not about tokens. Lists without
//! elements are left out (§3.2), and the empty `bearer_methods_supported` that §2 speaks of is left out, too.
//!
//! ## Which scopes are told where
//!
//! | where | which | who reads it |
//! |---|---|---|
//! | [`scope_hint`](crate::scheme::Bearer::scope_hint): 401 | those without which a token is of little use | whoever has no token, or one that is refused |
//! | [`scope(..)`](crate::policy::scope) and its kin: 403 `insufficient_scope` | all that the operation needs | whoever has a token that lacks some |
//! | [`scopes`](crate::metadata::ResourceMetadataBuilder::scopes): the document | all that there are, or all that may be known | people, and clients that were not told otherwise |
//!
//! Clients of MCP ask for the scopes of the challenge, and for *all* of the document if it names none. So hint at
//! few: what a client does not need yet, it asks for later, when an operation tells it so.
//!
//! They find parameters by searching the whole field for the first `scope=`. Therefore the order is always the same, with
//! the URL last, and a realm, a scope or a URL that reads like a parameter is a problem when the layer is built.
//! Where several schemes challenge, write `Bearer` first: one of the SDKs looks for the link only there.
//!
//! [RFC 9728]: https://www.rfc-editor.org/rfc/rfc9728
//! [`AuthLayer`]: crate::AuthLayer
//! [`ResourceMetadata`]: crate::metadata::ResourceMetadata
//! [`ResourceMetadata::router`]: crate::metadata::ResourceMetadata::router
