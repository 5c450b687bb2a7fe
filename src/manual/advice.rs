//! Common advice, judged.
//!
//! Much is written about 401, 403 and 404, and half of it contradicts the other half. Here is
//! what is commonly said, what the RFCs make of it, and what this crate answers.
//!
//! | the advice | verdict |
//! |---|---|
//! | 401 means *not authorized*, 403 *not logged in* | wrong |
//! | 403 is for callers who are logged in | wrong |
//! | a wrong password is 403 | wrong |
//! | malformed credentials are 400 | half right |
//! | an expired token deserves a status of its own | wrong |
//! | an API key is no HTTP authentication, so no 401 | wrong |
//! | your own login page may never use 401 | half right |
//! | send strangers a redirect to the login page | half right |
//! | leave `WWW-Authenticate` out, and the prompt goes away | wrong |
//! | rename `Basic`, and the prompt goes away | half right |
//! | a scope mismatch is 401 | wrong |
//! | a step-up is 403 | wrong |
//! | a 403 never carries `WWW-Authenticate` | wrong |
//! | a 403 must explain why, or must never | half right, both |
//! | 404 has nothing to do with authorization | wrong |
//! | answer 404, and it is hidden | half right |
//! | answer 200, with the error in the body | wrong |
//! | an outage of the identity provider is 401 | wrong |
//! | bad credentials on a public page are to be ignored | half right |
//! | `OPTIONS` must always skip authentication | half right |
//! | behind a reverse proxy, say 407 | wrong |
//!
//! # Who are you?
//!
//! ## "401 means *not authorized*, 403 *not logged in*"
//!
//! **Wrong.** The name of 401, `Unauthorized`, is a slip that nobody can repair any more. Its
//! text is about authentication: the request lacks valid credentials for this resource
//! ([RFC 9110 §15.5.2]). 403 is about authorization: understood, and refused ([RFC 9110 §15.5.4]).
//! Read 401 as *come back with credentials*. You get it here for strangers and for rejected
//! credentials, and 403 where credentials are true and do not allow this.
//!
//! ## "403 is for callers who are logged in"
//!
//! **Wrong.** 403 may have reasons that have nothing to do with credentials, and anybody may hear
//! it ([RFC 9110 §15.5.4]). The question is whether a login would help. Where it would not, asking
//! for one wastes a person's time.
//!
//! ```
//! use tower_auth::{AttemptKind, Decision, Denied, Outcome, Remedy, settle};
//!
//! let closed = Decision::from(Denied::new(Remedy::Nothing).code("office_closed"));
//! let stranger = settle(AttemptKind::Absent, &closed, |_ask| Some(()));
//! assert_eq!(stranger, Outcome::Forbid(None));
//! ```
//!
//! ## "A wrong password is 403"
//!
//! **Wrong.** Invalid credentials get a 401 with a challenge ([RFC 9110 §11.4], which names the bad
//! password). The difference is not academic: on 403, clients are told not to repeat the request
//! by themselves with the same credentials, on 401 they ask the person again. A browser that got
//! 403 for a typing error shows no prompt, and the person has no way back. Unknown user and wrong
//! password are the same refusal here: a verifier has only `None` to say it with.
//!
//! ## "Malformed credentials are 400"
//!
//! **Half right.** 400 is for what looks like the client's error ([RFC 9110 §15.5.1]), and
//! [RFC 6750 §3.1] has `invalid_request` for it. But the same section counts a malformed token
//! among invalid ones, which are 401, and [RFC 9110 §11.4] wants a challenge wherever credentials
//! are missing, invalid or partial. A client that mangled its credentials is helped by the
//! challenge, not by being told that something was wrong with something. Here: 401, for every
//! scheme, unless you build [`Bearer`](crate::scheme::Bearer) to follow RFC 6750 to the letter. Then it
//! is 400 `invalid_request`, with a challenge.
//!
//! ```
//! use tower_auth::{AttemptKind, Decision, Outcome, Rejection, settle};
//!
//! let mangled = AttemptKind::Rejected(Rejection::Malformed);
//! let outcome = settle(mangled, &Decision::deny(), |_ask| Some(()));
//! assert_eq!(outcome, Outcome::Challenge(()));
//! ```
//!
//! ## "An expired token deserves a status of its own"
//!
//! **Wrong.** 419, 440 and 498 are in no registry. A client that does not know a status treats it
//! as the x00 of its class ([RFC 9110 §15]), so all three arrive as 400. The words for it exist:
//! 401 and `error="invalid_token"` ([RFC 6750 §3.1]) for a token that is expired, revoked or
//! otherwise invalid. That is what [`Bearer`](crate::scheme::Bearer) says.
//!
//! ## "An API key is no HTTP authentication, so no 401"
//!
//! **Wrong.** Credentials may travel outside of `Authorization` ([RFC 9110 §11.4] leaves room for
//! it), and 401 is defined by what the request lacks, not by the field it should have been in.
//! What a 401 needs is a challenge that fits the resource. [`ApiKey`](crate::scheme::ApiKey) sends
//! one under a name of its own. Clients that do not know the name leave it alone; people who read
//! it know what is missing.
//!
//! ## "Your own login page may never use 401"
//!
//! **Half right.** The *form* is a public resource: nobody needs credentials to see it or to send
//! it. A wrong password in it is bad input for that resource, and 401 without a challenge would be
//! illegal, so 200 with the form, 400 or 422 are all fine there. The *pages behind it* are another
//! matter. They lack credentials, and a 401 with a challenge of your scheme's own name is exactly
//! right; its body may be the login page. This crate guards the pages, and leaves the form to you.
//!
//! ## "Send strangers a redirect to the login page"
//!
//! **Half right.** Right for a person who navigates. Wrong for programs: `fetch` follows the
//! redirect, gets the login page with 200, and the program fails over HTML where it expected
//! JSON. Programs need the 401. So that is what you get here; a redirect is for your front end, or
//! for a layer outside that knows a navigation when it sees one.
//!
//! ## "Leave `WWW-Authenticate` out, and the prompt goes away"
//!
//! **Wrong.** It does go away, and with it every client that reads challenges: command-line tools,
//! SDKs that find the authorization server in them ([RFC 9728 §5.1]), libraries that send
//! credentials only when asked. A 401 without a challenge is illegal ([RFC 9110 §15.5.2]). Here it
//! cannot be said: the list of challenges of a 401 is non-empty by type.
//!
//! ## "Rename `Basic`, and the prompt goes away"
//!
//! **Half right.** Browsers prompt for schemes that they can answer, so a challenge under another
//! name prompts nobody. But if the service still takes `Authorization: Basic`, then `xBasic` is a
//! challenge that nobody can answer, and the one that would work is kept secret. Say what is true
//! instead: for scripts in a page, offer [`Bearer`](crate::scheme::Bearer) or
//! [`ApiKey`](crate::scheme::ApiKey). If it must be `Basic`, let the page fetch with
//! `credentials: "omit"` and set the field itself: then there is no prompt either
//! ([the Fetch standard](https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch)).
//!
//! # May you?
//!
//! ## "A scope mismatch is 401"
//!
//! **Wrong.** The token is true; it does not reach this far. [RFC 6750 §3.1]: 403 with
//! `insufficient_scope`, and `scope` may name what is needed. A 401 sends the client for a new
//! token, which will have the same scopes, and round it goes.
//!
//! ## "A step-up is 403"
//!
//! **Wrong.** Here a new login does help, so it is 401 with `insufficient_user_authentication`
//! ([RFC 9470 §3]). On 403, well-behaved clients stop. Only where the scheme that verified has no
//! words for it, `Basic` for example, the answer is 403: asking for the same password again would
//! change nothing.
//!
//! ```
//! use std::time::Duration;
//! use tower_auth::{
//!     AttemptKind, Decision, Denied, Login, Outcome, Remedy, settle,
//!     scheme::{Basic, Bearer, Scheme},
//! };
//!
//! let login = Login::not_older_than(Duration::from_secs(300));
//! let stale = Decision::from(Denied::new(Remedy::login(login)));
//!
//! let bearer = Bearer::fixed("api", "s3cret", ());
//! let outcome = settle(AttemptKind::Verified, &stale, |ask| bearer.challenge(ask));
//! assert_eq!(outcome.kind(), Outcome::Challenge(()));
//!
//! let basic = Basic::fixed("api", "alice", "wonderland", ());
//! let outcome = settle(AttemptKind::Verified, &stale, |ask| basic.challenge(ask));
//! assert_eq!(outcome.kind(), Outcome::Forbid(None));
//! ```
//!
//! ## "A 403 never carries `WWW-Authenticate`"
//!
//! **Wrong.** The field may go with any status, to say that other credentials might change the
//! answer ([RFC 9110 §11.6.1]), and [RFC 6750 §3] demands it wherever a token does not reach. Here
//! it goes with a 403 for missing scopes, and with no other.
//!
//! ## "A 403 must explain why", "a 403 must never explain why"
//!
//! **Half right, both.** A server that wishes to make the reason public can describe it
//! ([RFC 9110 §15.5.4]); an error page should say what is wrong and whether it lasts
//! ([RFC 9110 §15.5]); and problem details must not show internals ([RFC 9457 §5]). So choose, denial by
//! denial: `code` and `detail` of a [`Denied`](crate::Denied) are for the caller, `reason` is for
//! the log. Say neither and a general sentence is sent. What must not be known at all is hidden,
//! and then nothing but a reason can be given.
//!
//! ## "404 has nothing to do with authorization"
//!
//! **Wrong.** A server that wishes to hide a forbidden resource may answer 404 in place of 403
//! ([RFC 9110 §15.5.4]), and the definition of 404 says so itself: nothing found, *or not willing
//! to disclose that one exists* ([RFC 9110 §15.5.5]). It is no lie either. It is what the status
//! means.
//!
//! ## "Answer 404, and it is hidden"
//!
//! **Half right.** The status is the smallest part. A handwritten body, another `content-type`, an
//! `Allow` on the wrong method, a 401 on bad credentials where missing paths give 404, a cookie
//! refreshed on real routes only: each tells. [`semantics`](super::semantics) lists what to put
//! where. Hide what must not be known, and tell the rest plainly: a 404 that only confuses your
//! own users protects nothing.
//!
//! # What else is said
//!
//! ## "Answer 200, with the error in the body"
//!
//! **Wrong.** The status is for all who do not know your body: caches, which may keep a 200 on
//! their own guess ([RFC 9110 §15.1]), clients that retry, dashboards that count errors, SDKs that
//! look for a challenge. [RFC 9205 §4.6] tells applications to use status codes for what they
//! mean. Put a `code` in the body as well, for what the status cannot say; the default reply of
//! this crate does.
//!
//! ## "An outage of the identity provider is 401"
//!
//! **Wrong.** Nobody has found the credentials false. On 401, clients throw good tokens away and
//! send people to log in, at a provider that is away. It is our side that failed, so 503
//! ([RFC 9110 §15.6.4]), with `Retry-After` if you know it. And nobody passes. In a verifier or a
//! policy, `?` does this: an error is an outage, and a refusal is never an error.
//!
//! ```
//! use tower_auth::{AttemptKind, Decision, Outcome, settle};
//!
//! let outcome = settle(AttemptKind::Unavailable, &Decision::Allow, |_ask| Some(()));
//! assert_eq!(outcome, Outcome::Fail);
//! ```
//!
//! ## "Bad credentials on a public page are to be ignored"
//!
//! **Half right.** The RFCs let a server do either. Ignoring them is kind to one reader and cruel
//! to the next: a client whose token ran out is served the strangers' page, with 200, and never
//! learns. So 401 is the rule here, on public pages too. `Basic` clients may send credentials
//! unasked to all paths below one they know ([RFC 7617 §2.2]); if those are true, nothing happens.
//! For a page that is only ever looked at by people there is
//! [`treat_rejected_as_anonymous`](crate::AuthLayerBuilder::treat_rejected_as_anonymous).
//!
//! ## "`OPTIONS` must always skip authentication"
//!
//! **Half right.** A CORS preflight carries no credentials and must succeed, or browsers send
//! nothing after it. But not every `OPTIONS` is a preflight, no RFC exempts the method
//! ([RFC 9110 §9.3.7]), and a handler that answers all methods would run for strangers. Put the
//! CORS layer outside. It answers preflights before this crate sees them, and adds to refusals the
//! fields without which a browser hides them from the page.
//!
//! ## "Behind a reverse proxy, say 407"
//!
//! **Wrong.** 407 is for a proxy that the client chose and can send `Proxy-Authorization` to. A
//! gateway acts as an origin server towards its clients ([RFC 9110 §3.7]), so it says 401, and so
//! do you behind it.
//!
//! [RFC 6750 §3]: https://www.rfc-editor.org/rfc/rfc6750#section-3
//! [RFC 6750 §3.1]: https://www.rfc-editor.org/rfc/rfc6750#section-3.1
//! [RFC 7617 §2.2]: https://www.rfc-editor.org/rfc/rfc7617#section-2.2
//! [RFC 9110 §3.7]: https://www.rfc-editor.org/rfc/rfc9110#section-3.7
//! [RFC 9110 §9.3.7]: https://www.rfc-editor.org/rfc/rfc9110#section-9.3.7
//! [RFC 9110 §11.4]: https://www.rfc-editor.org/rfc/rfc9110#section-11.4
//! [RFC 9110 §11.6.1]: https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1
//! [RFC 9110 §15]: https://www.rfc-editor.org/rfc/rfc9110#section-15
//! [RFC 9110 §15.1]: https://www.rfc-editor.org/rfc/rfc9110#section-15.1
//! [RFC 9110 §15.5]: https://www.rfc-editor.org/rfc/rfc9110#section-15.5
//! [RFC 9110 §15.5.1]: https://www.rfc-editor.org/rfc/rfc9110#section-15.5.1
//! [RFC 9110 §15.5.2]: https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2
//! [RFC 9110 §15.5.4]: https://www.rfc-editor.org/rfc/rfc9110#section-15.5.4
//! [RFC 9110 §15.5.5]: https://www.rfc-editor.org/rfc/rfc9110#section-15.5.5
//! [RFC 9110 §15.6.4]: https://www.rfc-editor.org/rfc/rfc9110#section-15.6.4
//! [RFC 9205 §4.6]: https://www.rfc-editor.org/rfc/rfc9205#section-4.6
//! [RFC 9457 §5]: https://www.rfc-editor.org/rfc/rfc9457#section-5
//! [RFC 9470 §3]: https://www.rfc-editor.org/rfc/rfc9470#section-3
//! [RFC 9728 §5.1]: https://www.rfc-editor.org/rfc/rfc9728#section-5.1
