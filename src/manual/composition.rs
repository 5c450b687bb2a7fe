//! What stands where: rules, routers, and the layers of others.
//!
//! One [`AuthLayer`] stands outside of everything that it guards. It verifies callers, and it answers every
//! refusal, wherever that was made. The rest of this chapter is about what stands inside of it, and around.
//!
//! # Where a decision is made
//!
//! | who decides | how | knows | when it refuses |
//! |---|---|---|---|
//! | the layer | its own policy | the head of every request, missing paths too | it answers |
//! | a route | [`auth.require(policy)`](crate::AuthLayer::require), around anything further in; or [`GuardedRouter::route`](crate::GuardedRouter::route) | what the router made of the path: [`Access::route`], [`Access::path`] | the layer outside answers |
//! | a route, about a thing | [`policy::load(..).then(policy)`](crate::policy::load) | the thing as well: [`Access::extension`] | likewise |
//! | a handler | `Err(..)` of [`Denied`], [`Hidden`], [`NeedsLogin`], [`Unavailable`], or [`Refusal`] for all of them | all that it loaded itself | likewise |
//! | any service | a [`Refusal`] in the extensions of its response; without a layer outside, that goes out as it is | likewise | likewise |
//!
//! Which of them decided cannot be told from the answer: status, challenges, fields and body are the same (but
//! for the time that a problem tells). Credentials are verified once, however many rules stand on the way, even
//! where the same layer stands twice.
//!
//! A handler that refuses has run: what it did before stays done. Rules on routes refuse before.
//!
//! ```
//! # tokio_test::block_on(async {
//! use axum::{Router, body::Body, routing::{get, post}};
//! use http::{Request, StatusCode};
//! use tower::{Layer, ServiceExt};
//! use tower_auth::{AuthLayer, Denied, Refusal, Remedy, policy, scheme::Bearer};
//!
//! let auth = AuthLayer::new(Bearer::fixed("api", "s3cret", "alice"), policy::anyone()).build()?;
//! let members = auth.require(policy::authenticated())?;
//! let routes = Router::new()
//!     .route("/reports", get(async || "reports").layer(members))
//!     .route("/orders", post(async |text: String| {
//!         Refusal::unless(text.len() < 10)?;
//!         Ok::<_, Refusal>("ordered")
//!     }));
//! let app = auth.layer(routes);
//!
//! let stranger = |method: &str, path: &str, body: &str| {
//!     Request::builder().method(method).uri(path).body(Body::from(String::from(body)))
//! };
//! let by_a_route = app.clone().oneshot(stranger("GET", "/reports", "")?).await?;
//! let by_a_handler = app.clone().oneshot(stranger("POST", "/orders", "a hundred of them")?).await?;
//! assert_eq!(by_a_route.status(), StatusCode::UNAUTHORIZED);
//! assert_eq!(by_a_handler.headers(), by_a_route.headers());
//! assert_eq!(app.oneshot(stranger("POST", "/orders", "one")?).await?.status(), StatusCode::OK);
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```
//!
//! ## What the not-found service is told
//!
//! Method and URI are always those that came. Where a route refused, fields and extensions are as they were at
//! the route: with what layers around the router added, and what the router found. Where a handler refused,
//! the request is gone, and they are as the layer handed them on; likewise in a guarded router. So the layer keeps a copy of the head of each
//! request that passes, if it has a not-found service, or a reply that
//! [needs it](crate::reply::Reply::needs_head): seven allocations for a `GET` with one field, and none where
//! neither is there. A not-found service that looks at nothing but method and URI says so
//! ([`not_found_by_target`](crate::AuthLayerBuilder::not_found_by_target)): then it is one, for the URI.
//!
//! # How the layer is attached
//!
//! With axum 0.8, a layer that answers 401 to strangers, and a router with one `GET` route:
//!
//! | attached by | the route | its other methods | added or merged later | missing paths | a fallback | missing in a nested router |
//! |---|---|---|---|---|---|---|
//! | `auth.layer(router)`, as a service | 401 | 401 | 401 | 401 | 401 | 401 |
//! | `Router::layer` | 401 | 401 | **200** | 401 | 401, **200** if it is set later | 401 |
//! | `Router::route_layer` | 401 | 401, **200** with a `method_not_allowed_fallback` | **200** | 404 | **200** | 404, **200** with a fallback of its own |
//! | `MethodRouter::layer` | 401 | 401 | – | 404 | – | – |
//! | `MethodRouter::route_layer` | 401 | 405 with `Allow`, **200** if it is added later | – | 404 | – | – |
//!
//! Each **200** is a hole that nothing tells of. And each 404 or 405 beside a 401 tells what there is: where
//! something is hidden, the layer stands around the whole router, as a service, and single routes get
//! rules with `.layer`.
//!
//! # A router that cannot be left open
//!
//! A [`GuardedRouter`] has none of these holes. A route is added with its policy, or not
//! at all; nested and merged routers are guarded routers, too. There is no fallback to forget: where no route
//! leads, the request is refused by the code that refuses what is hidden, so that neither can be told from the
//! other (the log calls it `no_route`). Methods that a route does not have are answered behind
//! its policy. It is made without the layer, so that each module can have its own, and
//! bound to one at the end. `routes()` gives what is open to whom as data: hold it in a test.
//!
//! What it leaves to you:
//!
//! - A hidden route in the place of a wider one, `/docs/plans` beside `/docs/{id}` or `/{*page}`, is a hole in
//!   what is visible around it. Hide there by what is loaded, or hide the wider one alike.
//! - A hidden method beside others of its path that a caller may use: the path is known, and the method answers
//!   404. To that caller, methods that none of the routes has are 404, too, without `Allow`; to those from
//!   whom nothing is hidden they are 405, and `Allow` names all of them.
//! - A handler that takes [`Caller`](crate::Caller) behind `anyone()` answers strangers 401, and 404 is what
//!   they get where nothing is.
//! - Lists and searches that show what is hidden, and what stands around the router.
//!
//! # Hiding in handlers
//!
//! A handler that hides answers [`Hidden`] for what is not there, too: a 404 of its own looks different. It
//! takes no argument before that may fail, such as `Path<u32>` or `Json`, or takes it as a `Result`: what an
//! extractor answers by itself is another answer than that of a missing path. Methods that it does not have are
//! answered by the router, 405 with `Allow`; `get(read).fallback(async || Hidden::new())` sees to them. Layers
//! between it and the `AuthLayer` leave its response as it is, or change nothing but fields. A rule on its route
//! needs none of that.
//!
//! # The layers of others
//!
//! Each was put outside of the layer, inside of it around the whole router, and on both sides of a rule on a
//! single route; what came of it is a table of the tests (`tests/corpus/layer_order.toml`), and in short:
//!
//! | layer | outside | inside, around the router |
//! |---|---|---|
//! | `TraceLayer` | sees every answer, and the [`Record`](crate::audit::Record) of each refusal | sees who was let in; refusals further in as placeholders (403, an empty 404, 503), which need not be what the caller gets: a 401 looks like 403 |
//! | `SetSensitiveRequestHeadersLayer` | keeps credentials out of a `TraceLayer` that stands outside, too | the layer marks by itself what it reads; not what it does not, such as another service's key |
//! | `TimeoutLayer` | 408 for slow verifiers and policies, too; a request that it cancels before the decision leaves no line in the log | 408 for slow handlers; a policy has time until its own deadline (`within`), and is 503 then |
//! | `RequestBodyLimitLayer` | 413 before 401, if the length is told | 401 before 413 |
//! | `CatchPanicLayer` | 500 if a handler or a page panics; verifiers and policies are 503 without it | the same, but for the not-found service: wrap that, too |
//! | compression, `SetResponseHeaderLayer`, `MapResponseBodyLayer`, request ids | touch all answers alike | **tell** what is hidden, which they miss; wrap the not-found service, too |
//! | `csrf` | 403 by it, before anybody is asked for credentials | 401 first; then 403 by it, for what is hidden as for what is missing |
//! | `ConcurrencyLimit`, `RateLimit` | refused requests count | what the layer refuses does not count; what is refused further in does. While a policy is asked, its permit is held |
//! | `LoadShed` | 503 by it, to everybody | 401 stays 401; 503 by it to those let in |
//! | `Buffer` | as without it | as without it |
//!
//! On a single route, those that answer by themselves (limits, `csrf`) stand inside of its rule, which is added
//! after them: outside of one that hides, their 413 or 403 tells that something is there. Those that only add
//! fields may stand on either side, since a refusal drops what they added. axum cannot infer the error between
//! two layers, so it is written: `get(read).layer::<_, Infallible>(csrf).layer(rule)`.
//!
//! Layers whose error is not `Infallible` (tower's `Timeout`, `LoadShed`, `Buffer`) need axum's
//! `HandleErrorLayer` outside of them, as ever; ours passes their errors as they are.
//!
//! # Bodies, conditions, upgrades
//!
//! A request is refused before anything of its body is read, before `100 Continue` is sent
//! ([RFC 9110 §10.1.1]), and before conditions and ranges count ([RFC 9110 §13.2.1]): a refusal is never a 304,
//! a 206, a 412 or a 416. What a handler refuses is answered the same, though it may have read the body.
//! An upgrade is refused before it begins; whoever was let in stays in, until you close it: what is sent
//! over a WebSocket is not asked about again.
//!
//! Handlers are the exception: extractors that stand before the refusal have run, so that a body may have
//! been asked for, and an extractor that fails answers first. A handler that hides and takes a
//! `WebSocketUpgrade` or a `Path<u32>` as an argument answers 400 by itself; a rule on its route does not.
//!
//! What becomes of an unread body is the server's affair. hyper passes over one that has come, and goes on
//! with the connection; where it has not come, it closes the connection. Nothing that stands in a body is ever
//! taken for a request. Over HTTP/2 the stream is given up, and the connection lives on.
//!
//! # CORS
//!
//! Stand the layer that answers CORS outside of this one. Then preflights, which carry no credentials, are
//! answered before anybody asks for them, and refusals carry the fields without which a browser shows
//! its page no status at all.
//!
//! ```
//! # tokio_test::block_on(async {
//! use axum::{Router, body::Body, routing::get};
//! use http::{Request, StatusCode, header::ACCESS_CONTROL_ALLOW_ORIGIN};
//! use tower::{Layer, ServiceExt};
//! use tower_auth::{AuthLayer, policy, scheme::Bearer};
//! use tower_http::cors::{AllowHeaders, CorsLayer};
//!
//! let auth = AuthLayer::new(Bearer::fixed("api", "s3cret", "alice"), policy::authenticated()).build()?;
//! let origin: http::HeaderValue = "https://app.example".parse()?;
//! let cors = CorsLayer::new().allow_origin(origin.clone()).allow_headers(AllowHeaders::mirror_request());
//! let app = cors.layer(auth.layer(Router::new().route("/", get(async || "hello"))));
//!
//! let preflight = Request::options("/")
//!     .header("origin", &origin)
//!     .header("access-control-request-method", "GET")
//!     .header("access-control-request-headers", "authorization")
//!     .body(Body::empty())?;
//! assert_eq!(app.clone().oneshot(preflight).await?.status(), StatusCode::OK);
//!
//! let stranger = Request::get("/").header("origin", &origin).body(Body::empty())?;
//! let refused = app.oneshot(stranger).await?;
//! assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
//! assert_eq!(refused.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], origin);
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```
//!
//! tower-http's answers every `OPTIONS`, so that none reaches what is inside. `Authorization` has to be
//! allowed by name, for `*` does not cover it, and `WWW-Authenticate` exposed, if scripts are to read it.
//!
//! Where it has to stand inside, [`pass_preflights`](crate::AuthLayerBuilder::pass_preflights) lets
//! preflights pass, and nothing else: `OPTIONS` with one `Origin` and one
//! `Access-Control-Request-Method`, neither of them empty. Rules on routes are asked about them as ever.
//! Pages of other origins then cannot read refusals, since these are made outside of the layer that
//! would let them.
//!
//! # Caches
//!
//! Refusals carry `Cache-Control: no-store`. Caches may not keep a 401 or a 403 on their own
//! guess, but they may keep a 404 ([RFC 9110 §15.1]), and [RFC 9111 §3.5] protects only requests
//! with `Authorization`: a key in a field of its own, or a cookie, is nothing to a cache. A
//! concealed 404 carries what your own 404 carries, for a field that stands on one and not on the
//! other would tell. A 404 that a shared cache kept for a stranger is otherwise served to the caller who
//! may know. Four options of the layer, all off unless you say so, add what is missing, to responses of the
//! inner service and to what is concealed alike:
//!
//! | option | adds | to |
//! |---|---|---|
//! | [`no_store_on_not_found`](crate::AuthLayerBuilder::no_store_on_not_found) | `Cache-Control: no-store`, instead of what is there | every 404 |
//! | [`vary_by_credentials`](crate::AuthLayerBuilder::vary_by_credentials) | `Vary` with the fields that credentials stand in, other than `Authorization` | every response of the inner service, and what is concealed |
//! | [`private_by_default`](crate::AuthLayerBuilder::private_by_default) | `Cache-Control: private`, unless something is there | such responses to callers who were verified, but not by `Authorization` |
//! | [`complete_challenges`](crate::AuthLayerBuilder::complete_challenges) | the layer's challenges | a 401 of the inner service that has none |
//!
//! Without them, a response of the inner service passes bit for bit.
//!
//! What they achieve: a hidden document, opened by a key, behind Varnish 7.1 or nginx 1.22
//! (`proxy_cache_valid any 1m`), which gave the same results:
//!
//! | options | a stranger, then alice | alice, then a stranger |
//! |---|---|---|
//! | none | 404, **404** | 200, **200** |
//! | `no_store_on_not_found` | 404, 200 | 200, **200** |
//! | `vary_by_credentials` | 404, 200 | 200, 404 |
//! | `private_by_default` | 404, **404** | 200, 404 |
//! | any two of them | 404, 200 | 200, 404 |
//!
//! Answers to `Authorization` protect themselves, if the cache follows [RFC 9111 §3.5]. nginx does not: tell it
//! with `proxy_cache_bypass $http_authorization` and `proxy_no_cache $http_authorization`. What a stranger got
//! is not protected from being served to callers with `Authorization`: put `no-store` on what differs by who
//! calls.
//!
//! [`Access::extension`]: crate::policy::Access::extension
//! [`Access::path`]: crate::policy::Access::path
//! [`Access::route`]: crate::policy::Access::route
//! [`AuthLayer`]: crate::AuthLayer
//! [`AuthLayer::require`]: crate::AuthLayer::require
//! [`Denied`]: crate::Denied
//! [`GuardedRouter`]: crate::GuardedRouter
//! [`Hidden`]: crate::Hidden
//! [`NeedsLogin`]: crate::NeedsLogin
//! [`Refusal`]: crate::Refusal
//! [`Unavailable`]: crate::Unavailable
//! [RFC 9110 §10.1.1]: https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1
//! [RFC 9110 §13.2.1]: https://www.rfc-editor.org/rfc/rfc9110#section-13.2.1
//! [RFC 9110 §15.1]: https://www.rfc-editor.org/rfc/rfc9110#section-15.1
//! [RFC 9111 §3.5]: https://www.rfc-editor.org/rfc/rfc9111#section-3.5
