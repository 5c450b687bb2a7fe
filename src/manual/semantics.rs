//! Which status, when, and why.
//!
//! Two questions are asked of every request. *Who are you?* A scheme answers with an
//! [`Attempt`]. *May you?* A policy answers with a [`Decision`]. [`settle`] turns the two answers
//! into one [`Outcome`], and [`Outcome::status`] turns that into a status. Nothing else in this
//! crate chooses either, so this chapter is short for its subject.
//!
//! # The rule
//!
//! - Would better credentials help? **401**, and say which.
//! - Would they not? **403**.
//! - May the caller not even know? **404**.
//! - Is it our own fault? **503**, and never one of the other three.
//!
//! # The table
//!
//! | attempt | the policy says | outcome | status | challenges |
//! |---|---|---|---|---|
//! | verified | allow | pass, with the principal | the inner service's | untouched |
//! | verified | deny; nothing helps, or only other credentials | forbid | 403 | none |
//! | verified | deny; scopes are missing | forbid | 403 | `insufficient_scope` with all scopes that the operation needs, if the scheme that verified has words for it |
//! | verified | deny; the login is too old or too weak | challenge | 401 | `insufficient_user_authentication`, if the scheme that verified has words for it; else the outcome is forbid, 403 |
//! | absent | allow | pass, anonymous | the inner service's | untouched |
//! | absent | deny; nothing helps | forbid | 403 | none: a login would be in vain |
//! | absent | deny; anything else | challenge | 401 | one of each scheme that has one, without `error` |
//! | absent or verified | hide | conceal | 404 | none |
//! | absent or verified | unavailable | fail | 503 | none; `Retry-After` where known |
//! | rejected | hide | conceal | 404 | none |
//! | rejected | deny; nothing helps | forbid | 403 | none |
//! | rejected | unavailable | fail | 503 | none; `Retry-After` where known |
//! | rejected | anything else, allow included | challenge | 401 | one of each scheme, `error` only on the one that was tried |
//! | rejected, since another site had the browser send them | allow or deny | forbid | 403 | none: no login changes whose page it is |
//! | rejected, as malformed, by a scheme that follows RFC 6750 to the letter | deny, unless nothing helps; or allow | invalid | 400 | one of each scheme, `error="invalid_request"` on the one that was tried |
//! | rejected, after too many tries | hide | conceal | 404 | none |
//! | rejected, after too many tries | anything else | throttle | 429 | none; `Retry-After` where known |
//! | unavailable | not asked | fail | 503 | none; `Retry-After` where known |
//! | not made | not asked | misconfigured | 500 | none |
//!
//! What a row says of rejected credentials in general holds for the special ones too: who may not
//! know sees 404, and an outage is 503.
//!
//! Of rejected credentials, only the layer's own policy is asked: where that lets everybody in, they are 401
//! on every path, and no rule on a route hears of them.
//!
//! Two rows need a word more. A 401 without a challenge is illegal ([RFC 9110 §15.5.2]), so where no
//! scheme has one to offer, every 401 above is a 403. And an attempt is *not made* where a layer
//! that only asks a policy stands without the layer that made it around it. That is
//! a mistake in the wiring, so it is told as one, and lets nobody through.
//!
//! The table as code, with `()` in the place of challenges:
//!
//! ```
//! use tower_auth::{
//!     AttemptKind, Decision, Denied, Login, Outcome, Rejection, Remedy, Unavailable, settle,
//! };
//!
//! let deny = |remedy| Decision::from(Denied::new(remedy));
//! let scopes = deny(Remedy::scopes(["docs:write"]));
//! let login = deny(Remedy::login(Login::one_of(["mfa"])));
//! let nothing = deny(Remedy::Nothing);
//! let outage = Decision::from(Unavailable::new("the database is away"));
//! let says = |attempt, decision: &Decision| settle(attempt, decision, |_ask| Some(()));
//!
//! let verified = AttemptKind::Verified;
//! assert_eq!(says(verified, &Decision::Allow), Outcome::Pass);
//! assert_eq!(says(verified, &Decision::deny()), Outcome::Forbid(None));
//! assert_eq!(says(verified, &scopes), Outcome::Forbid(Some(())));
//! assert_eq!(says(verified, &login), Outcome::Challenge(()));
//!
//! let absent = AttemptKind::Absent;
//! assert_eq!(says(absent, &Decision::Allow), Outcome::Pass);
//! assert_eq!(says(absent, &nothing), Outcome::Forbid(None));
//! assert_eq!(says(absent, &scopes), Outcome::Challenge(()));
//! assert_eq!(says(absent, &Decision::hide()), Outcome::Conceal);
//! assert_eq!(says(absent, &outage), Outcome::Fail);
//!
//! let rejected = AttemptKind::Rejected(Rejection::Refused);
//! assert_eq!(says(rejected, &Decision::Allow), Outcome::Challenge(()));
//! assert_eq!(says(rejected, &Decision::hide()), Outcome::Conceal);
//!
//! let from_elsewhere = AttemptKind::Rejected(Rejection::CrossOrigin);
//! assert_eq!(says(from_elsewhere, &Decision::Allow), Outcome::Forbid(None));
//! let to_the_letter = AttemptKind::Rejected(Rejection::InvalidRequest);
//! assert_eq!(says(to_the_letter, &Decision::Allow), Outcome::Invalid(()));
//! let too_often = AttemptKind::Rejected(Rejection::Throttled { retry_after: None });
//! assert_eq!(says(too_often, &Decision::Allow), Outcome::Throttle);
//! assert_eq!(says(AttemptKind::Unavailable, &Decision::Allow), Outcome::Fail);
//!
//! // Nothing to challenge with: a bare 401 is illegal.
//! let mute = settle(absent, &Decision::deny(), |_ask| None::<()>);
//! assert_eq!(mute, Outcome::Forbid(None));
//! ```
//!
//! # Why it reads so
//!
//! **A scope mismatch is 403, a step-up is 401.** Both callers hold true credentials, and both
//! need better ones. The RFCs part them by what the client does next. [RFC 6750 §3.1] gives
//! `insufficient_scope` a 403: the token is good, and the client has to ask somebody for more
//! rights. [RFC 9470 §3] gives `insufficient_user_authentication` a 401: the rights are there,
//! and the person has to log in again. If both are missing, the login is asked for, and the
//! scopes are named with it.
//!
//! `scope="…"` names all that the operation needs, not what the token lacks. A client that asks
//! only for what it lacks gets a token without the rest.
//!
//! ```
//! use http::{Request, StatusCode};
//! use tower_auth::{
//!     AttemptKind, Mode, Outcome, Step, settle,
//!     policy::{Access, HasScope, Policy, PolicyExt, scope},
//!     scheme::{Bearer, Scheme},
//! };
//!
//! struct Reader;
//! impl HasScope for Reader {
//!     fn has_scope(&self, scope: &str) -> bool { scope == "docs:read" }
//! }
//!
//! let policy = scope("docs:read").and(scope("docs:write"));
//! let (head, ()) = Request::new(()).into_parts();
//! let Step::Now(decision) = policy.decide(&Access::new(Some(&Reader), &head)) else { unreachable!() };
//!
//! let bearer = Bearer::fixed("api", "s3cret", ());
//! let outcome = settle(AttemptKind::Verified, &decision, |ask| bearer.challenge(ask));
//! assert_eq!(outcome.status(Mode::Origin), Some(StatusCode::FORBIDDEN));
//!
//! let Outcome::Forbid(Some(challenge)) = outcome else { unreachable!() };
//! assert_eq!(
//!     challenge.to_string(),
//!     r#"Bearer realm="api", error="insufficient_scope", scope="docs:read docs:write""#,
//! );
//! ```
//!
//! **Rejected callers are asked about as strangers.** Credentials that are not true prove
//! nothing, so the policy is told of nobody. Its answer still matters. Where a stranger may not
//! know of a resource, bad credentials must not tell of it either ([RFC 9729 §6.4] says so for its
//! own scheme). Where nothing helps, a 401 would send the caller for better credentials in vain.
//! And where strangers are welcome, the answer is 401 nonetheless: a client whose token ran out
//! should hear of it, not be served as somebody else.
//!
//! **A denial says what would change it.** That is its [`Remedy`]. `Remedy::Nothing` is for
//! addresses, office hours and features that are off. It is the only denial that answers a
//! stranger with 403. The shorthand `false` from a closure means other credentials.
//!
//! **Hiding wins.** Of policies that must all allow, one that hides outweighs one that is
//! unreachable, which outweighs one that denies. A 403 from one part never reveals what another
//! part hides. Of policies of which one must allow, an outage outweighs a refusal: nobody is
//! turned away who might have been let in.
//!
//! # What a 401 carries
//!
//! At least one challenge, on a field line of its own, in the order in which you gave the schemes.
//! Several on one line do not work everywhere, as [RFC 9110 §11.6.1] warns, and a few clients read
//! only the first line: put the scheme they need first. Each challenge has a realm, though not
//! every scheme demands one, since there are clients that give up without. `error` is there only
//! if the caller sent credentials of that scheme ([RFC 6750 §3.1]).
//!
//! ```
//! use tower_auth::{Login, Rejection, Remedy, challenge::Ask, scheme::{Bearer, Scheme}};
//!
//! let bearer = Bearer::fixed("api", "s3cret", ());
//! let says = |ask: Ask<'_>| bearer.challenge(ask).expect("it has words for all of these").to_string();
//!
//! assert_eq!(says(Ask::Credentials), r#"Bearer realm="api""#);
//! assert_eq!(says(Ask::Again(Rejection::NotUnderstood)), r#"Bearer realm="api""#);
//! assert_eq!(says(Ask::Again(Rejection::Refused)), r#"Bearer realm="api", error="invalid_token""#);
//!
//! let remedy = Remedy::login(Login::one_of(["mfa"])).and(Remedy::scopes(["pay"]));
//! let Remedy::Missing(missing) = remedy else { unreachable!() };
//! assert_eq!(
//!     says(Ask::StepUp(&missing)),
//!     r#"Bearer realm="api", error="insufficient_user_authentication", acr_values="mfa", scope="pay""#,
//! );
//! ```
//!
//! # Credentials
//!
//! - Explicit credentials (`Authorization`, a field of an API key) come before ambient ones (what
//!   clients send by themselves: cookies, client certificates), whatever the order given.
//! - Two explicit credentials at once are rejected. So is a repeated field, and two credentials
//!   that somebody merged with a comma. Servers differ in which one they take; taking either is
//!   how a proxy and a service come to see two different callers.
//! - Where some scheme reads `Authorization`, all of it must make sense. A scheme name that none
//!   knows, an empty value, garbage: rejected. Where no scheme reads the field, it is left alone.
//! - Too much is not too little. A field over the limit is rejected, never overlooked
//!   ([RFC 9110 §5.4]).
//! - The scheme that finds its credentials decides alone. Refused ones never fall through to the
//!   next scheme, and never turn into an anonymous caller.
//! - Malformed credentials are 401, as refused ones are; [`advice`](super::advice) says why, and
//!   [`mistakes`](super::mistakes) has examples.
//!
//! Two options bend this, and are named for what they do.
//! [`ignore_unknown_schemes`](crate::AuthLayerBuilder::ignore_unknown_schemes) takes a scheme name
//! that no scheme of the layer owns for absent: for services behind a gateway that uses the field
//! itself. [`treat_rejected_as_anonymous`](crate::AuthLayerBuilder::treat_rejected_as_anonymous) takes
//! rejected callers for strangers: for pages that greet whoever is logged in. The log tells of each
//! caller it was done to, and too many tries stay 429.
//!
//! One more lets requests past the layer's own policy:
//! [`pass_preflights`](crate::AuthLayerBuilder::pass_preflights), for CORS preflights and nothing else.
//! They pass as a stranger's.
//!
//! # For a proxy that the client chose
//!
//! The same table reads 407, `Proxy-Authenticate` and `Proxy-Authorization` ([RFC 9110 §11.7]).
//! That is for forward proxies alone, which always remove the credentials before they pass a
//! request on. A service behind a reverse proxy or a load balancer is an origin server to its
//! clients, and so is the reverse proxy: both say 401.
//!
//! ```
//! use http::{StatusCode, header};
//! use tower_auth::{AttemptKind, Decision, Mode, settle};
//!
//! let stranger = settle(AttemptKind::Absent, &Decision::deny(), |_ask| Some(()));
//! assert_eq!(stranger.status(Mode::Origin), Some(StatusCode::UNAUTHORIZED));
//! assert_eq!(stranger.status(Mode::Proxy), Some(StatusCode::PROXY_AUTHENTICATION_REQUIRED));
//! assert_eq!(Mode::Proxy.authenticate(), header::PROXY_AUTHENTICATE);
//! ```
//!
//! # Concealment
//!
//! A policy that hides (`.hide()`, or [`Decision::Hide`]) promises this: while all backends
//! answer, the caller cannot tell the resource from one that does not exist. Not by the status, not
//! by names and values of fields, not by the body; whatever the method, the credentials, the
//! conditional fields and `Accept`. `Date` and request ids differ, as they do between any two
//! responses. `CONNECT` is left out.
//!
//! The layer keeps the promise by not writing a 404. It hands the request to the not-found
//! service of your application: method and URI as they came, fields and extensions as they were
//! where it was refused (as the layer handed them on, if a handler did), and an empty body. Two 404s from one place are equal; two places drift
//! apart.
//!
//! ```
//! # tokio_test::block_on(async {
//! use axum::{Router, body::Body, routing::get};
//! use http::{Request, StatusCode, header::ALLOW};
//! use tower::{Layer, ServiceExt};
//! use tower_auth::{AuthLayer, policy::{self, PolicyExt}, scheme::Bearer};
//!
//! let not_found = Router::new().fallback(|| async { (StatusCode::NOT_FOUND, "nothing here") });
//! let auth = AuthLayer::new(Bearer::fixed("api", "s3cret", "the robot"), policy::anyone())
//!     .not_found(not_found.clone())
//!     .build()?;
//! let hidden = auth.require(policy::authenticated().hide())?;
//! let app = Router::new()
//!     .route("/vault", get(|| async { "gold" }).layer(hidden))
//!     .fallback_service(not_found);
//! let app = auth.layer(app); // outside of the whole router
//!
//! // A stranger, with a method that the route does not even have.
//! let vault = app.clone().oneshot(Request::post("/vault").body(Body::empty())?).await?;
//! let nowhere = app.oneshot(Request::post("/nowhere").body(Body::empty())?).await?;
//! assert_eq!(vault.headers().get(ALLOW), None);
//! assert_eq!(vault.headers(), nowhere.headers());
//! assert_eq!(vault.status(), StatusCode::NOT_FOUND);
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```
//!
//! ## What it needs around it
//!
//! A `GuardedRouter` ([`composition`](super::composition)) sees to all of this but what other layers, the
//! layer's own policy, and your pages do. With a router of your own:
//!
//! - **The layer stands outside the whole router**, as a service. An axum router adds `Allow` to
//!   what the layer of a single route answers, so that a `POST` to a hidden `GET` route stands
//!   out. Layers on single routes, made by [`require`](crate::AuthLayer::require), only decide; the
//!   one outside answers for them.
//! - **Layers that change responses, or add to requests, stand outside of it too**: compression,
//!   CORS, request ids, cookies. Inside, they touch what exists and miss what does not. Or wrap
//!   the not-found service with them as well.
//! - **The not-found service is best a small router** with nothing but a fallback. A bare handler
//!   used as a service sends no `content-length` and keeps the body on `HEAD`; a router does
//!   neither. Give the router and the layer the same one, as above, and let it answer by method,
//!   path and fields alone: a concealed request comes without its body. Without one, the layer
//!   answers with an empty 404, which is what axum does by default.
//! - **Nested routers have no fallback of their own, or the same not-found service.** One of its own
//!   answers for what is missing, and the layer's for what is concealed. A layer inside `nest` is an
//!   oracle either way: it sees a stripped URI, and without a fallback the nested router sends its
//!   missing paths past it, so that its real paths answer 401 and the rest 404.
//! - **Rules stand on routes with `.layer`, not with `.route_layer`**, which leaves wrong methods to
//!   the router: 405, and `Allow` tells that something is there. A `method_not_allowed_fallback` on the
//!   router does the same, and runs for everybody.
//! - **A not-found page does not ask what was found.** Routers leave in the extensions which route
//!   matched, and its parameters, and rules further out what they handed on; on a missing path there are
//!   none. Where handlers hide, it does not ask either for what layers between this one and the router
//!   added.
//! - **One layer for one kind of principals.** An `AuthLayer` on a single route, inside of another for
//!   the same principals, makes its own caller known to the not-found service there, and nowhere else.
//! - **The layer's own policy treats all paths alike.** It is asked about missing paths, too. Let
//!   it hide everything, or nothing, and hide single things on their routes. A policy outside that
//!   hides one path and lets strangers see others answers bad credentials with 404 on that path,
//!   and with 401 on a missing one.
//! - **A route that is hidden stands in the place of no wider one** that is not: beside `/docs/{id}`, a hidden
//!   `/docs/plans` is a hole.
//! - **Handlers that hide** have needs of their own ([`composition`](super::composition)).
//! - **What else tells must not know more.** Lists and searches filter. Links, site maps and error
//!   pages do not mention what is hidden.
//!
//! With things hidden on their routes, bad credentials are 401 on every path, missing ones
//! included. That conceals as well: all answers are the same.
//!
//! [`hide`](crate::policy::PolicyExt::hide) hides from everybody.
//! [`hide_from_principals`](crate::policy::PolicyExt::hide_from_principals) lets strangers log in
//! first, and conceals only where a stranger hears 401 on paths that do not exist, too. A layer
//! around a whole router, whose own policy demands a login, sees to that.
//!
//! ## What it does not promise
//!
//! - **Time.** A decision that asks a database takes longer than a path that is missing.
//! - **429.** A throttle answers with it wherever nothing is hidden from strangers: on paths that are
//!   missing too, where the layer's own policy lets everybody through.
//! - **503.** Where a backend that decides is away, the answer is 503, and a missing path's is
//!   not.
//!
//! [`Attempt`]: crate::Attempt
//! [`Decision`]: crate::Decision
//! [`Decision::Hide`]: crate::Decision::Hide
//! [`Outcome`]: crate::Outcome
//! [`Outcome::status`]: crate::Outcome::status
//! [`Remedy`]: crate::Remedy
//! [`settle`]: crate::settle
//! [RFC 6750 §3.1]: https://www.rfc-editor.org/rfc/rfc6750#section-3.1
//! [RFC 9110 §5.4]: https://www.rfc-editor.org/rfc/rfc9110#section-5.4
//! [RFC 9110 §11.6.1]: https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
//! [RFC 9110 §11.7]: https://www.rfc-editor.org/rfc/rfc9110#section-11.7
//! [RFC 9110 §15.5.2]: https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2
//! [RFC 9470 §3]: https://www.rfc-editor.org/rfc/rfc9470#section-3
//! [RFC 9729 §6.4]: https://www.rfc-editor.org/rfc/rfc9729#section-6.4
