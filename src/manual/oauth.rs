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
//! ## What clients make of it
//!
//! Those of the Model Context Protocol (two for JavaScript, one for Python) ask for exactly the scopes that are
//! hinted at, and for all that the document lists where nothing is. Told of `insufficient_scope`, one of
//! them asks for the scopes that are named and gives up those that it had: so name all that the call needs, the
//! common ones too. Two compare `resource` with the URL that they called and refuse one with a slash more; the
//! third does so with the issuer's. Pages send `MCP-Protocol-Version` with their request for the document, and need
//! `WWW-Authenticate` among the exposed fields of the resource.
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
//! # Tokens
//!
//! [`JwtVerifier`](crate::jwt::JwtVerifier) verifies access tokens that are JSON Web Tokens ([RFC 9068], [RFC 8725]),
//! behind [`Bearer`](crate::scheme::Bearer). Three things are named and cannot be left out: whose tokens they are, whom
//! they must be for, and which keys are that issuer's.
//!
//! ```
//! # #[cfg(feature = "jwt")]
//! # {
//! use serde::Deserialize;
//! use tower_auth::{
//!     jwt::{Algorithm, Issuer, JwtVerifier, Key, StandardClaims},
//!     scheme::{Bearer, SchemeExt},
//! };
//!
//! /// Claims of your own: what is not optional must be there, or the token is refused.
//! #[derive(Clone, Deserialize)]
//! struct Member {
//!     sub: String,
//!     #[serde(rename = "https://example.com/tenant")]
//!     tenant: String,
//! }
//!
//! let own = Key::from_secret(Algorithm::HS256, [7; 32])?;
//! let partner = Key::from_jwk(
//!     r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
//! )?;
//! let members = JwtVerifier::<Member>::new(Issuer::new("https://login.example", "https://api.example", own))
//!     .or(Issuer::new("https://partner.example", "https://api.example", partner));
//! let bearer = Bearer::new("api", members).map(|member| (member.tenant, member.sub));
//! # let _ = bearer;
//! # }
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! | what is wrong with a token | `error_description` | in the log |
//! |---|---|---|
//! | no three parts of base64url; no JSON; a member twice in the header; `crit`, a token in a token | the token is malformed | `malformed_token` |
//! | `typ` is none that the issuer's tokens have | the token is of another type | `wrong_type` |
//! | `iss` is no issuer here | the token is not trusted here | `unknown_issuer` |
//! | no key of that issuer's has its `kid` and its `alg`; `alg` is none of ours (`none` is none) | the token is not trusted here | `unknown_key` |
//! | the signature is another | the token is not trusted here | `bad_signature` |
//! | `iss`, `aud`, `exp` or `sub` is missing, or a claim is of the wrong type or there twice, or a name in it has control characters | the token lacks a claim or holds one that is malformed | `bad_claims` |
//! | `aud` does not name this service | the token is for another audience | `wrong_audience` |
//! | `exp` has come | the token has expired | `expired` |
//! | `nbf` has not | the token is not valid yet | `not_yet_valid` |
//! | `cnf` binds it to a key or a certificate | the token is bound to a key and came without proof of it | `sender_constrained` |
//! | it was taken back | the token has been revoked | `revoked` |
//!
//! All are 401 with `error="invalid_token"`, or 404 where a stranger would get that. Keys that cannot be had at all
//! are 503.
//!
//! With claims of your own, `bad_claims` is most often a field that is neither an `Option` nor `#[serde(default)]`. At
//! the level DEBUG the log names the claim, of tokens that are true otherwise.
//!
//! **Several issuers** are trusted alike: a role or a scope counts whichever of them gave it. Where one may not give it, say so:
//! `when(|claims: &StandardClaims| claims.issuer() == "https://login.example").and(role("admin"))`.
//!
//! ## Issuers as they are
//!
//! As their documentation says; decode one of your tokens to be sure.
//!
//! | issuer | identifier | `typ` | audience | roles, for [`roles_at`](crate::jwt::JwtVerifier::roles_at) |
//! |---|---|---|---|---|
//! | Keycloak | `https://HOST/realms/REALM`, the host as browsers see it | `JWT` | `account`, until a mapper adds yours | `["realm_access", "roles"]`; `["resource_access", CLIENT, "roles"]` |
//! | Auth0 | `https://TENANT.auth0.com/`, with the slash | `JWT`, or `at+jwt` with its profile of RFC 9068 | the identifier of the API | `["permissions"]` |
//! | Entra | `https://login.microsoftonline.com/TENANT/v2.0` | `JWT` | the application's client ID | `roles` is read anyway |
//! | Okta | `https://ORG.okta.com/oauth2/default` | none: `or_untyped` | `api://default` | `["groups"]` |
//! | Ory Hydra | its URL, with the slash | `JWT` | as clients asked for | `["ext", "roles"]` |
//! | Supabase | `https://PROJECT.supabase.co/auth/v1` | `JWT` | `authenticated` | `["role"]` |
//! | Cognito | `https://cognito-idp.REGION.amazonaws.com/POOL` | none: `or_untyped` | none, and refused, until you have it add one | `["cognito:groups"]` |
//!
//! `at+jwt` is what [RFC 9068] asks for, and the default. Where it is `JWT`, say `token_types(["JWT"])`, and see to it
//! that ID tokens of the same issuer have another audience, as they should: theirs is the client. Roles that are
//! the names of an object's members (Zitadel), or objects, need claims of your own. So does an issuer whose access tokens
//! and ID tokens have one audience and one `typ`: ask there for the claim that tells them apart, such as `token_use`.
//!
//! A token of more than 8 KiB is refused, as most servers refuse it before. Entra comes near with 200 groups: have it
//! write those that are assigned to the application.
//!
//! **Which backend?** `aws_lc_rs` verifies RSA and ECDSA several times faster and is built by a compiler of C;
//! `rust_crypto` needs none. Each is a feature. With both on, which happens when two of your dependencies choose, `aws_lc_rs`
//! verifies, and [`backend`](crate::jwt::JwtVerifier::backend) says otherwise. With neither, the layer is not built.
//!
//! **Not here**: `alg: none`, which nothing switches on; keys, certificates and URLs in a token's header; encrypted
//! tokens; `ES512` and `ES256K`; keys of RSA under 2048 or over 4096 bits.
//!
//! # Keys that the issuer publishes
//!
//! Issuers publish their public keys as a JSON Web Key Set ([RFC 7517 §5]) at a URL, and change them from time to time.
//! [`RemoteKeys`](crate::jwks::RemoteKeys) (feature `jwks`) fetches them, and keeps them; with the feature `https` it
//! brings the HTTP client, too:
//!
//! ```no_run
//! # async fn start() -> Result<(), Box<dyn std::error::Error>> {
//! # #[cfg(feature = "https")] {
//! use tower_auth::{
//!     jwks::RemoteKeys,
//!     jwt::{Issuer, JwtVerifier, StandardClaims},
//!     scheme::Bearer,
//! };
//!
//! let keys = RemoteKeys::discover_https("https://login.example").build()?;
//! // Optional: fetches now, and ends the program where that cannot be. Otherwise the first token fetches.
//! keys.ready().await?;
//! let issuer = Issuer::new("https://login.example", "https://api.example", keys.clone());
//! let bearer = Bearer::new("api", JwtVerifier::<StandardClaims>::new(issuer));
//! # let _ = bearer;
//! # }
//! # Ok(())
//! # }
//! ```
//!
//! | what happens | what is asked of the issuer | what callers get |
//! |---|---|---|
//! | nothing | a fetch when `Cache-Control`, `Age` or `Expires` say so, within a minute and an hour; every ten minutes where they do not | 200 |
//! | ten thousand callers before the first answer | one fetch, for which all wait | 200 |
//! | a token names a key that is not known | one fetch, for which whoever names one meanwhile waits, if the last one ended 30 seconds ago | 200 if it is there now, else 401, also if the fetch failed: other keys are at hand |
//! | ten thousand such tokens | one fetch in 30 seconds | 401 |
//! | the issuer does not answer, or badly | a fetch after 1, 2, 4, 8, 16 and then every 30 seconds | as before, for 24 hours; then 503 |
//! | it has not answered yet | the same | 503 with `Retry-After` |
//! | a key is not in the set any more | | 401 from the next fetch on |
//! | no key is in the set any more that can be used | as if it had not answered | as before, for 24 hours; then 503 |
//! | the metadata are gone, and the keys still where they were | both, again and again | 200, for a day and 24 hours more; then as if it did not answer |
//! | whoever waits hangs up | the fetch goes on | |
//!
//! A fetch is one `GET`, or two where keys are discovered, and one at a time. What counts as an answer is bounded: 200, 5 seconds, 256 KiB, 100 keys, at
//! least one of which verifies tokens. Redirects are not followed (give no client that does), secrets and private keys not taken, and `http://` is
//! for loopback alone, after
//! [`allow_http_on_loopback`](crate::jwks::RemoteKeysBuilder::allow_http_on_loopback). An issuer in your cluster needs TLS,
//! too: whoever can change its keys on the way is the issuer. A certificate of your own authority is trusted by way of
//! `SSL_CERT_FILE`, or by an HTTP client of yours.
//!
//! **How to rotate**: publish the new key; wait for as long as your answers say that they are fresh, an hour at most, and
//! ten minutes where they say nothing; sign with it; take the old one back when its last token has expired. Without a cache in between, 30
//! seconds are enough to wait, since a token that names the new key is due a fetch. **How to revoke**: take the key out of the
//! set. Services go on taking its tokens until they fetch again, within the hour at the latest, or, where you do
//! not answer, until their keys are too old (`keep_for`). A set without any key is no answer, so put another key in its place
//! even if nothing is signed with it yet;
//! [`refresh`](crate::jwks::RemoteKeys::refresh) is for those that cannot wait.
//!
//! **A URL, or discovery?** [`new`](crate::jwks::RemoteKeys::new) and [`https`](crate::jwks::RemoteKeys::https) take the URL of
//! the keys. [`discover`](crate::jwks::RemoteKeys::discover) and
//! [`discover_https`](crate::jwks::RemoteKeys::discover_https) read it in the issuer's metadata, of `OpenID` Connect
//! or, after [`by_oauth_metadata`](crate::jwks::RemoteKeysBuilder::by_oauth_metadata), of [RFC 8414]. These must name the issuer exactly as
//! you do, which is also what its tokens hold in `iss`. They are read once a day, and when the keys are not where they say.
//!
//! **Which RSA?** Keys of RSA that name no `alg` are for `RS256`; an issuer that signs with `PS256` and does not say so needs
//! [`rsa_keys_are`](crate::jwks::RemoteKeysBuilder::rsa_keys_are). A key is never for two algorithms.
//!
//! **Health**: [`status`](crate::jwks::RemoteKeys::status) tells how many keys there are, how old they are, how many fetches
//! have failed since, and why the last one did, without secrets. Each failure is logged with the URL or the issuer, and
//! that they ended. Whether to be ready without keys is for you to say; alive you are. But call
//! [`ready`](crate::jwks::RemoteKeys::ready) at the start, even if you go on without: before that, or a token, nothing is
//! fetched, and a page that waits for keys waits for ever.
//!
//! # Tokens that are taken back
//!
//! A token that says itself how long it is true is true so long, whatever becomes of whom it was issued to. Let it be
//! short: what expires in five minutes hardly needs to be taken back. For the rest,
//! [`revocations`](crate::jwt::JwtVerifier::revocations) are asked about every token that is true otherwise
//! (feature `jwt`).
//!
//! ```
//! # #[cfg(all(feature = "jwt", any(feature = "aws_lc_rs", feature = "rust_crypto")))]
//! # tokio_test::block_on(async {
//! use std::time::{Duration, SystemTime};
//! use axum::{Router, body::Body, http::{Request, StatusCode}, routing::get};
//! use tower::{Layer, ServiceExt};
//! use tower_auth::{
//!     AuthLayer, Clock,
//!     jwt::{Algorithm, Issuer, JwtVerifier, Key, RevocationList, StandardClaims},
//!     policy,
//!     scheme::Bearer,
//! };
//!
//! let issued = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
//! let clock = Clock::fixed(issued);
//! let revoked = RevocationList::new().clock(clock.clone());
//! let key = Key::from_secret(Algorithm::HS256, [7; 32])?;
//! let verifier = JwtVerifier::<StandardClaims>::new(Issuer::new("https://as.example.net", "https://rs.example.com", key))
//!     .clock(clock)
//!     .revocations(revoked.clone());
//! let auth = AuthLayer::new(Bearer::new("api", verifier), policy::authenticated()).build()?;
//! let app = auth.layer(Router::new().route("/", get(async || "the goods")));
//!
//! let token = concat!(
//!     "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJIUzI1NiJ9.",
//!     "eyJpc3MiOiJodHRwczovL2FzLmV4YW1wbGUubmV0IiwiYXVkIjoiaHR0cHM6Ly9ycy5leGFtcGxlLmNvbSIs",
//!     "InN1YiI6ImFsaWNlIiwic2lkIjoiczEiLCJpYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMzYwMH0.",
//!     "tfH3TCTBGvk6KuWLd9XK1568m4dMO1GJF0uc0CVADb0",
//! );
//! let request = || Request::get("/").header("authorization", format!("Bearer {token}")).body(Body::empty());
//! assert_eq!(app.clone().oneshot(request()?).await?.status(), StatusCode::OK);
//!
//! // Somebody logs out: the session of the token, until the last token of it expires.
//! revoked.revoke_session("https://as.example.net", "s1", issued + Duration::from_secs(3600))?;
//! assert_eq!(app.oneshot(request()?).await?.status(), StatusCode::UNAUTHORIZED);
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```
//!
//! | what happened | what is taken back | for how long it has to be known |
//! |---|---|---|
//! | a token got into wrong hands | the token: [`revoke_token`](crate::jwt::RevocationList::revoke_token) | until its `exp` |
//! | somebody logged out | the session: [`revoke_session`](crate::jwt::RevocationList::revoke_session) | as long as a token is true |
//! | somebody logged out everywhere, lost a password, left | all that they were issued up to now: [`revoke_subject`](crate::jwt::RevocationList::revoke_subject) | as long as a token is true |
//! | an issuer's key got into wrong hands | nothing of these: take the key out | |
//!
//! - All is known within its issuer: what one of them took back says nothing of another's tokens.
//! - A token can be taken back by what it holds. Without `jti` nobody can take back one alone, without `sid` no
//!   session; without `iat` a token is refused once anything of its subject was taken back.
//! - Who logs out everywhere and in again at once may get a token that was issued in the same second, and it is
//!   refused: a token tells the time in whole seconds. A second later it is not.
//! - The time at which a token was issued is the issuer's. Where its clock is ahead of yours, a token from just before
//!   the log-out looks like one from after it: take the time of the log-out from the issuer, where it tells one, by
//!   [`revoke_subject_up_to`](crate::jwt::RevocationList::revoke_subject_up_to).
//!
//! A [`RevocationList`](crate::jwt::RevocationList) is for one instance, and a restart forgets it. Several instances
//! need a store that they share: implement [`Revocations`](crate::jwt::Revocations), or give an async closure to
//! [`revocations_with`](crate::jwt::revocations_with). It is asked in every request, and while it does not answer
//! nobody is let in: give it a deadline, keep it near, and let entries expire there with the tokens and
//! [five minutes more](crate::jwt::TokenIds::expires). What was taken back is told as `invalid_token`, on which
//! clients get a new token; see to it that the issuer gives none, or all this was for nothing.
//!
//! # Logins that are too old, or too weak
//!
//! To look at a bill is one thing, to pay it another. [`login`](crate::policy::login()) lets in who logged in lately, or
//! strongly enough, and asks others to log in again ([RFC 9470]); who does gets a new token with another `auth_time`
//! or `acr`. A token that was merely renewed keeps the old ones.
//!
//! | whoever asks | status | `WWW-Authenticate` |
//! |---|---|---|
//! | nobody who is known | 401 | plain: which login is needed is told to those whose token is true |
//! | a login that is too old, too weak, or not known | 401 | `error="insufficient_user_authentication"`, with all that is needed |
//! | the same, and scopes lack | 401 | the same, and `scope` |
//! | a fresh and strong one, and scopes lack | 403 | `error="insufficient_scope"` |
//!
//! Which classes there are (`acr`), and which of them is the stronger, only the issuer knows. Name all that will do. An
//! age of a few seconds is met by nobody whose token has a way to go; think of minutes.
//!
//! ```
//! # #[cfg(feature = "jwt")]
//! # {
//! use std::time::Duration;
//! use tower_auth::{
//!     Login,
//!     jwt::StandardClaims,
//!     policy::{self, BoxPolicy, PolicyExt, login, scope},
//! };
//!
//! let fresh = Login::not_older_than(Duration::from_secs(300)).and(Login::one_of(["mfa", "phr"]));
//! let pays: BoxPolicy<StandardClaims> = policy::all_of([login(fresh).boxed(), scope("payments").boxed()]).boxed();
//! # let _ = pays;
//! # }
//! ```
//!
//! [RFC 7517 §5]: https://www.rfc-editor.org/rfc/rfc7517#section-5
//! [RFC 8414]: https://www.rfc-editor.org/rfc/rfc8414
//! [RFC 8725]: https://www.rfc-editor.org/rfc/rfc8725
//! [RFC 9068]: https://www.rfc-editor.org/rfc/rfc9068
//! [RFC 9470]: https://www.rfc-editor.org/rfc/rfc9470
//! [RFC 9728]: https://www.rfc-editor.org/rfc/rfc9728
//! [`AuthLayer`]: crate::AuthLayer
//! [`ResourceMetadata`]: crate::metadata::ResourceMetadata
//! [`ResourceMetadata::router`]: crate::metadata::ResourceMetadata::router
