//! Mistakes that others made, and what keeps them out.
//!
//! Systems of this kind fail in the same few ways, again and again. Each section below names one:
//! what went wrong elsewhere, the rule it teaches, and what keeps the rule here. Where a part of it
//! is left to you, it says so.
//!
//! # Is the guard there, and does it see what the handler sees?
//!
//! ## The guard was not attached
//!
//! *Elsewhere:* a second way to the same page went past the check (CVE-2026-44575, Next.js). The
//! documentation of a router said that a layer covers the fallback, and it does not (put right in
//! axum pull request 3567). Neither the compiler nor a log line tells.
//!
//! *Rule:* guard from outside; what is forgotten further in is then still known, and decided.
//!
//! *Here:* [`AuthLayer`](crate::AuthLayer) is a layer around the whole router, fallbacks and
//! wrong methods included. A layer on a single route that stands without it answers 500 and logs an
//! error; it never passes. A handler that takes [`Caller<User>`](crate::Caller) does not run for
//! strangers, whatever was forgotten around it. What the outer policy lets through and no route
//! guards is open: say [`anyone`](crate::policy::anyone) outside only if you mean it, or let a
//! `GuardedRouter` (feature `axum`) take no route without its policy, and list what is open in a test.
//!
//! ```
//! use tower_auth::{AttemptKind, Decision, Outcome, settle};
//!
//! let unguarded = settle(AttemptKind::NotMade, &Decision::Allow, |_ask| Some(()));
//! assert_eq!(unguarded, Outcome::Misconfigured);
//! ```
//!
//! ## The guard read another path than the router
//!
//! *Elsewhere:* `//secret` was public to the check and `/secret` to the router: CVE-2026-2880 and
//! CVE-2026-33808 (Fastify), CVE-2023-20860 and CVE-2023-34034 (Spring), CVE-2020-1957 (Shiro).
//!
//! *Rule:* no second reading of the path.
//!
//! *Here:* the crate matches no paths at all: no prefix, no glob, no regular expression. You put a
//! rule on a route, and the router finds the route. With the feature `axum`, a policy is told what the router
//! made of it, the template and the parameters as handlers read them. It gets at the URI itself through a
//! method that says what it is, [`raw_head`](crate::policy::Access::raw_head).
//!
//! ## A header switched the guard off
//!
//! *Elsewhere:* a field that marked inner requests could be sent from outside (CVE-2025-29927,
//! Next.js). A forwarded URI was believed when it was matched against the list of public paths
//! (CVE-2026-40575, oauth2-proxy).
//!
//! *Rule:* that a request was checked is never read from the request.
//!
//! *Here:* there is no list of exceptions. What the outer layer found travels as an extension of a
//! private type, which cannot come over the wire.
//!
//! ## Identity was read from a header
//!
//! *Elsewhere:* `X_Forwarded_User` passed where `X-Forwarded-User` was removed (CVE-2025-64484,
//! oauth2-proxy). `Connection` made a proxy remove the fields that a service relied on
//! (CVE-2025-48865, Fabio; CVE-2024-45410, Traefik).
//!
//! *Here:* the principal is a typed extension that only the layer makes. `Caller(user)` can be
//! written by anybody, and proves nothing to this crate: extractors and inner layers read the
//! private one.
//!
//! ## A method was left out
//!
//! *Elsewhere:* every `OPTIONS` request was let through, by default (go-jwt-middleware, pull request
//! 8), whatever the handler does with it.
//!
//! *Here:* the crate itself never looks at the method to decide. Policies may. `HEAD`, `OPTIONS`
//! and methods nobody has heard of are decided like any other. CORS preflights are answered by a
//! CORS layer outside; for one that has to stand inside there is
//! [`pass_preflights`](crate::AuthLayerBuilder::pass_preflights), off unless you say so, which looks
//! for a preflight, and past which rules on routes are asked all the same.
//!
//! ## The answer came before the body was read
//!
//! *Elsewhere:* a body that was left unread was taken for the next request (RUSTSEC-2020-0093,
//! async-h1).
//!
//! *Here:* bodies are not touched. A refused request's body is dropped, and the server that owns
//! the connection closes it or reads on.
//!
//! # Reading credentials
//!
//! ## Two credentials, two readers
//!
//! *Elsewhere:* of a field that came twice, the check read one value and the service the other or
//! both: CVE-2020-25017 and CVE-2026-26308 (Envoy), CVE-2026-31838 (Istio). In tower-http 0.7.1 the
//! documentation of `ValidateRequestHeaderLayer::has_header_value` says that only the first
//! occurrence is checked.
//!
//! *Rule:* more than one is none that can be believed.
//!
//! *Here:* one function in `scheme/field` reads fields of credentials, and knows *absent*, *once*
//! and *malformed*. A [`Scheme`](crate::scheme::Scheme) is asked only if its field stands there
//! once, and is handed its own part, so that it has nothing to choose. Merged credentials fail the
//! grammar, since none that the schemes here read hold a comma.
//!
//! ## Name, space and spelling
//!
//! *Elsewhere:* a name compared with regard to case refuses clients that are right
//! ([RFC 9110 §11.1]); lenient base64 gives one password many spellings, past deny-lists and
//! counters that know one.
//!
//! *Here:* names are compared without regard to case, spaces and nothing else part name and
//! credentials, and base64 is read strictly: standard alphabet, padding as it must be, no stray
//! bits at the end ([RFC 4648 §3.5]).
//!
//! ```
//! use http::Request;
//! use tower_auth::{
//!     Attempt, AttemptKind, Decision, Outcome, Rejection, Step, settle,
//!     scheme::{Basic, Presented, Scheme},
//! };
//!
//! let basic = Basic::fixed("staff", "Aladdin", "open sesame", "Aladdin");
//! let (head, ()) = Request::new(()).into_parts();
//! let attempt = |credentials: &[u8]| match basic.attempt(&Presented::new(&head, credentials)) {
//!     Step::Now(Attempt::Verified(_)) => AttemptKind::Verified,
//!     Step::Now(Attempt::Rejected(rejection)) => AttemptKind::Rejected(rejection),
//!     _ => unreachable!("it is here, and can be told"),
//! };
//! assert_eq!(attempt(b"QWxhZGRpbjpvcGVuIHNlc2FtZQ=="), AttemptKind::Verified);
//!
//! // The same bytes, but for bits that no decoder needs.
//! let other_spelling = attempt(b"QWxhZGRpbjpvcGVuIHNlc2FtZR==");
//! assert_eq!(other_spelling, AttemptKind::Rejected(Rejection::Malformed));
//!
//! let outcome = settle(other_spelling, &Decision::deny(), |_ask| Some(()));
//! assert_eq!(outcome, Outcome::Challenge(()));
//! ```
//!
//! ## Bytes that are no text
//!
//! *Elsewhere:* a NUL ended the value for one reader and not for the other (CVE-2019-9900, Envoy).
//! Control characters in a user name wrote lines of the log (CVE-2025-25184, Rack). Text that was
//! not ASCII made a parser panic (RUSTSEC-2026-0199, bcrypt).
//!
//! *Here:* grammar is checked on bytes. User-id and password are UTF-8 or malformed, never mended;
//! control characters and those that turn the direction of text are refused. Nothing slices
//! text by position; a lint keeps indexing out.
//!
//! ## Work before the size was known
//!
//! *Elsewhere:* tokens were split, decoded and parsed before anybody looked at their length:
//! CVE-2025-30204 (golang-jwt), CVE-2025-27144 (go-jose), RUSTSEC-2026-0229 (nostr).
//!
//! *Here:* fields of credentials are looked at up to 8 KiB, keys up to 256 bytes. `Basic` decodes
//! into a room of fixed size on the stack. What is too long is malformed, and nothing is allocated
//! for it.
//!
//! ## Text that became a header
//!
//! *Elsewhere:* line breaks in a value split the response: RUSTSEC-2017-0002 (hyper),
//! RUSTSEC-2024-0009 (trillium). A challenge could hold what no header may (RUSTSEC-2026-0174,
//! http-types).
//!
//! *Here:* a [`Challenge`](crate::challenge::Challenge) is valid by construction and rendered when
//! it is configured, but for the scopes and logins that a policy names. A realm with a line break
//! is an error of [`build`](crate::AuthLayerBuilder::build), not of the thousandth request. Nothing
//! a caller sent is ever part of a challenge.
//!
//! ## Being there was taken for being true
//!
//! *Elsewhere:* any token at all passed (CVE-2022-29226, Envoy). Of several checks that were put
//! off, one counted for all (CVE-2022-0547, `OpenVPN`).
//!
//! *Rule:* *absent*, *rejected* and *verified* are three answers, and only the first may go on to
//! the next scheme.
//!
//! *Here:* they are variants of [`Attempt`](crate::Attempt), and [`settle`](crate::settle)
//! passes in two places, both with [`Decision::Allow`](crate::Decision::Allow). Empty keys and
//! tokens are malformed, and an empty fixed secret is an error when the layer is built. An empty
//! *password* reaches your verifier, for RFC 7617 allows it: refuse it before you ask a directory
//! that takes it for an anonymous login.
//!
//! ## What a browser sends by itself
//!
//! *Elsewhere:* whatever page a person looked at could call the service in their name
//! (RUSTSEC-2026-0140, dynoxide).
//!
//! *Here:* [`Bearer::in_cookie`](crate::scheme::Bearer::in_cookie) does not exist without a
//! [`SameOrigin`](crate::SameOrigin). What changes something, an upgrade to a WebSocket included, must
//! come from a page of the same origin; else it is 403, since no login changes whose page it is. The
//! cookie's name begins with `__Host-` or `__Secure-`, is compared as bytes, and may be there once.
//!
//! ## The address was the caller's word for it
//!
//! *Elsewhere:* the field was believed from whichever peer (CVE-2026-39409, Hono), or split inside of
//! quotes (CVE-2026-32762, Rack); addresses had a second spelling, with leading zeros
//! (CVE-2021-29922, Rust's standard library).
//!
//! *Rule:* what a trusted proxy wrote, and nothing left of it.
//!
//! *Here:* a field is read only where you named the proxies, from the right, up to the first address
//! that is none of them. Two fields cannot both be read. Addresses are parsed by the standard library
//! and made canonical, IPv4 within IPv6 too, wherever they come from. A field that cannot be read where
//! it decides is no address: lists answer 403, those that forbid included. What you name for a proxy
//! is trusted to write: leave it off the lists that let in.
//!
//! # Tokens that are signed
//!
//! ## The token said how it is to be verified
//!
//! *Elsewhere:* the header's `alg` chose, up to `none` in a spelling that a list had forgotten, and a public key
//! became a secret (CVE-2026-22817 and CVE-2026-22818, Hono). Keys were taken from the header, and an extension
//! that it called critical was ignored (CVE-2026-32597, `PyJWT`; CVE-2025-59420, Authlib).
//!
//! *Rule:* a key has one algorithm; the token's word is compared with it.
//!
//! *Here:* so it is ([`Key`](crate::jwt::Key)). `none` is no [`Algorithm`](crate::jwt::Algorithm). Keys and URLs in
//! a header are skipped, `crit` is refused whatever it names, and a `kid` is looked up and nothing else.
//!
//! ## What could not be read counted as absent
//!
//! *Elsewhere:* an `exp` in quotes was none, and the token true for ever (CVE-2026-25537, jsonwebtoken); claims
//! that were a list, and no object, were not looked at (fast-jwt pull request 639).
//!
//! *Here:* a claim that is read here or by your type is absent, or as it must be, or the token is refused: `null`, another type, and a member that is
//! there twice, if need be by way of escapes. `exp` and `sub` are never optional.
//!
//! ## True, and for somebody else
//!
//! *Elsewhere:* an issuer was a part of another's name (CVE-2024-53861, `PyJWT`); another was configured, and
//! not compared (CVE-2026-22748, Spring).
//!
//! *Here:* an [`Issuer`](crate::jwt::Issuer) is not made without its name, an audience and its own keys. All are
//! compared letter by letter, and nothing switches that off.
//!
//! ## Strangers had keys fetched
//!
//! *Elsewhere:* each unknown `kid` was a request to the issuer, and a fetch that failed emptied the cache
//! (GHSA-fhv5-28vv-h8m8, `PyJWT`).
//!
//! *Here:* [`RemoteKeys`](crate::jwks::RemoteKeys) fetch once in 30 seconds, whoever names what, and once for all
//! who wait. An answer that is none takes no key away; keys that are too old are none.
//!
//! # Secrets
//!
//! ## Comparing until the first difference
//!
//! *Elsewhere:* time told how much was right, or how long the secret is: RUSTSEC-2022-0018
//! (totp-rs), CVE-2022-31142 (Fastify), CVE-2025-59425 (vLLM).
//!
//! *Here:* a [`Secret`](crate::Secret) has no `==`. [`matches`](crate::Secret::matches) compares
//! SHA-256 digests in constant time, and tables are looked up by digest: what such a look-up may
//! tell is of the digest, which helps nobody to a secret with 128 bits of chance in it. People's
//! passwords have fewer: hash those with an algorithm made for it, as `UserTable` does.
//!
//! ## Telling who has an account
//!
//! *Elsewhere:* unknown users were refused faster than known ones: CVE-2024-39329 and
//! CVE-2025-13473 (Django), GHSA-w6m9-39cv-2fwp (Note Mark: 3 ms against 62 ms).
//!
//! *Here:* [`Basic::fixed`](crate::scheme::Basic::fixed) compares name and password, whatever the
//! first comparison says; a verifier refuses with `None`, which has no second spelling, so status,
//! fields and body are the same. `UserTable` makes one hash for each attempt, of the same cost, and
//! looks at what else is known of the user after that. Time in a verifier of your own is yours to keep
//! equal: hash something for users that you do not know.
//!
//! ## The price of a hash
//!
//! *Elsewhere:* what a hash costs was read from what others had stored (RUSTSEC-2026-0179,
//! postgres-protocol); hashing on the threads that serve stopped all that they served (Traefik issue
//! 7897).
//!
//! *Here:* stored hashes are held to limits when they are loaded, and hashed away from those
//! threads, so many at once, with a queue that ends. Who finds no room hears 503; no verification
//! is left out. What is remembered to spare hashes was true when it was verified, lasts a minute at
//! most, and ends with any change of the user. (RUSTSEC-2026-0224, nostr-relay-pool, remembered
//! before it had checked.)
//!
//! ## Guessing
//!
//! *Elsewhere:* tries were counted when they had failed, so that many at once all counted as the first
//! (CVE-2023-33170, ASP.NET Core); one way in was not counted (CVE-2026-9798, Keycloak); trying in the
//! lock made it longer (Tomcat), and locks kept owners out (CVE-2025-31947, Mattermost); counters grew
//! with the names that strangers made up (RUSTSEC-2026-0231, nostr-relay-pool).
//!
//! *Rule:* count first; count by what the guesser cannot change; forget too late rather than too early.
//!
//! *Here:* a throttle takes a try before anything is verified, and gives it back unless the credentials
//! were refused. It counts an account for each client, and each client, all schemes together; an
//! account for everybody only if you ask for it. Inside the lock nothing is looked at, nothing is put
//! off, and the answer is the same. Its memory has a size; what does not fit shares counts, and is
//! never forgiven.
//!
//! ## Secrets in logs
//!
//! *Elsewhere:* RUSTSEC-2024-0358 (`object_store`: a token in an error message), RUSTSEC-2022-0089
//! (aliyun-oss-client: a secret, through a trait).
//!
//! *Here:* what holds a secret has no `Debug` and no `Display`, and does not compile where one is
//! asked for. A [`Rejection`](crate::Rejection) is a kind, never a piece of what was sent. Once
//! read, fields of credentials are marked as sensitive, or removed
//! ([`strip_credentials`](crate::AuthLayerBuilder::strip_credentials)). Owned secrets are
//! overwritten when they are dropped.
//!
//! ## Callers who write the log
//!
//! *Elsewhere:* escape sequences in logged input reached the terminal (RUSTSEC-2025-0055,
//! tracing-subscriber).
//!
//! *Here:* the crate's own events hold words of its own, the scheme's name, and what your policies
//! gave as code and reason. No text of the caller's, unless you put it there, or it stands in an
//! error that your backend returned.
//!
//! # Deciding and answering
//!
//! ## Open in case of failure
//!
//! *Elsewhere:* what could not be read was judged by the default, which asked for nothing
//! (CVE-2026-32305, Traefik).
//!
//! *Rule:* there is no default answer, and no switch that makes one.
//!
//! *Here:* [`Decision`](crate::Decision) has no `Default`. An error is
//! [`Unavailable`](crate::Unavailable), and 503. So is a panic in a scheme, a verifier or a policy,
//! and an answer that comes later than `within` allows, whose question is dropped. An empty list of
//! policies denies; one of roles, scopes or networks is an error when the layer is built.
//!
//! ```
//! use tower_auth::{AttemptKind, Decision, IntoDecision, Outcome, settle};
//!
//! let answer: Result<bool, std::io::Error> = Err(std::io::ErrorKind::TimedOut.into());
//! let outcome = settle(AttemptKind::Verified, &answer.into_decision(), |_ask| Some(()));
//! assert_eq!(outcome, Outcome::Fail);
//! ```
//!
//! ## Going on after the refusal
//!
//! *Elsewhere:* the refusal was written, and the protected page after it.
//!
//! *Here:* the inner service is called in one place, with a value that is made only where the
//! outcome is a pass, for one request, and used up by the call. A refusal has no way to it.
//!
//! ## Calling what is not ready
//!
//! *Elsewhere:* a clone of the inner service was called, which nobody had polled (tower-http pull
//! request 561, jwt-authorizer pull request 21).
//!
//! *Here:* the service that was polled is the one that is called, or kept while the answer is on
//! its way. Refused requests drop it at once, so that they hold no permits of a limit further in.
//! Dropping the response's future cancels the question, and the inner service is not called.
//!
//! ## The 404 that was not the application's
//!
//! *Elsewhere:* private projects could be told from missing ones (CVE-2026-6713, GitLab), as in
//! many systems that write a second 404 by hand.
//!
//! *Here:* the application's own not-found service answers. [`semantics`](super::semantics) has
//! what must stand around it.
//!
//! ## The rule depended on how the token came
//!
//! *Elsewhere:* one release of Gitea checked scopes for tokens in `Bearer` and not in `Basic` on one
//! path (CVE-2026-28699), and the other way round on another (CVE-2026-28744).
//!
//! *Here:* a policy is asked about the principal. Scopes are the principal's, through
//! [`HasScope`](crate::policy::HasScope), which has no answer for *not known*. The scheme's name is
//! there for logs.
//!
//! ## Configuration without effect
//!
//! *Elsewhere:* an option that restricted access to a group stopped doing so, and everybody was in
//! it (GHSA-652x-m2gr-hppm, oauth2-proxy).
//!
//! *Here:* [`build`](crate::AuthLayerBuilder::build) gathers all that is wrong into one error: an
//! empty realm, an empty secret, two schemes that read the same field, a scope that no token can
//! have. Decisions, attempts and outcomes must be used, or the compiler warns.
//!
//! ## Unsound for speed
//!
//! *Elsewhere:* a panic in the middle left memory freed and in use: RUSTSEC-2021-0044 (rocket),
//! RUSTSEC-2026-0253 (lru).
//!
//! *Here:* `unsafe` is forbidden. No code of yours runs under a lock of ours, not even the drop of
//! a principal, so that a panic cannot leave a table half changed.
//!
//! [RFC 4648 §3.5]: https://www.rfc-editor.org/rfc/rfc4648#section-3.5
//! [RFC 9110 §11.1]: https://www.rfc-editor.org/rfc/rfc9110#section-11.1
