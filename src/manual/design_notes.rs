//! Why the crate is built as it is.
//!
//! For whoever changes it, or wonders. Each note says what was chosen, and what spoke for it.
//!
//! # The heart
//!
//! **[`settle`] is a pure function.** It knows no tower, no body and no clock, and has no wildcard
//! arm. So the decision table can be tested in full, read in a review, and used without the rest.
//! A new outcome is a tour that the compiler leads.
//!
//! **The challenge is a witness.** [`Outcome<C>`](crate::Outcome) carries what asks for
//! credentials, and `settle` gets it from the function it is handed: once, at the moment when one
//! is about to be sent. The layer settles with a list of challenges that is non-empty by type. No
//! flag says *there are challenges*; there are, or the outcome is another.
//!
//! ```
//! use tower_auth::{AttemptKind, Decision, Outcome, settle, challenge::Challenge};
//!
//! let api = Challenge::new("Bearer", "api")?;
//! let outcome = settle(AttemptKind::Absent, &Decision::deny(), |_ask| Some(api.clone()));
//! assert_eq!(outcome, Outcome::Challenge(api));
//!
//! let outcome = settle(AttemptKind::Absent, &Decision::deny(), |_ask| None::<Challenge>);
//! assert_eq!(outcome, Outcome::Forbid(None));
//! # Ok::<_, tower_auth::challenge::ChallengeError>(())
//! ```
//!
//! **[`Ask`] instead of a list of failures.** A scheme could be told what went wrong and left to
//! find out what to say. Then every scheme would hold a piece of the decision table. So `settle`
//! says what is *asked* of the caller (credentials, others, more scopes, a better login), and a
//! scheme words it, or answers `None`. What a scheme has no words for, it cannot get wrong.
//!
//! **A remedy, not a status.** A policy does not choose between 401 and 403. It says what would
//! change its mind, and the table does the rest, with knowledge that the policy does not have: who
//! asks, and whether anything can challenge.
//!
//! # Schemes and verifiers
//!
//! **The layer reads `Authorization`, once.** A [`Scheme`] is handed a [`Presented`] with its own
//! part of it. Duplicates, unknown names and case are settled before any scheme is asked, so a new
//! scheme cannot get them wrong.
//!
//! **[`Schemes`] is a list, walked by index.** Nested pairs of types would save a box per scheme,
//! and lose who is who. With an index the layer knows which scheme was tried, lets an ambient one
//! give way to the next, puts `error` on one challenge and not on the others, and finds two
//! schemes that read the same field when it is built.
//!
//! **Verifiers are erased.** [`Bearer<P>`](crate::scheme::Bearer) names the principal and not the
//! verifier, so that you can write its type in a struct. The price is one virtual call beside a
//! hash or a database.
//!
//! **Credentials are borrowed.** A verifier that answers at once sees [`Secret<'_>`](crate::Secret)
//! in the request itself, or in a room on the stack that is overwritten afterwards. Nothing is
//! allocated, and nothing secret is left behind. One that has to wait gets an owned copy, made by
//! [`Credentials::into_owned`](crate::Credentials::into_owned) and overwritten when it is dropped.
//!
//! **`None` refuses, an error is an outage.** So `?` in a verifier or a policy cannot turn a dead
//! database into a wrong password. [`Unavailable`](crate::Unavailable) is no `Error` itself:
//! otherwise the conversion from every error would meet the one of a type into itself.
//!
//! **A verdict says what is wrong with a token.** Closures answer an `Option`, and nobody is told why a
//! password was refused. A token says of itself what it is for and how long it is true, so its verifier
//! knows more: that it expired, or is for others. Who runs the service needs it in the log, and a client that
//! is told `the token has expired` fetches another. So [`Verdict`](crate::verify::Verdict) may be a
//! [`Fault`](crate::Fault): a word of a closed set, and never a piece of the token. What a forger could
//! learn from is one word: an unknown issuer, an unknown key and a wrong signature read alike.
//!
//! **Principals are turned at the scheme.** [`map`](crate::scheme::SchemeExt::map) and
//! [`and_then`](crate::scheme::SchemeExt::and_then) make a scheme of other principals, so that the layer and
//! its policies know one type. They stand on schemes and not on verifiers, because what follows
//! verification is the same whatever was verified; on a list of schemes they stand once for all.
//!
//! **Another site's request is 403.** The table asks whether better credentials would help. A
//! cookie that a browser sent on behalf of another site may be as true as can be: no login changes
//! whose page it was. So
//! [`Rejection::CrossOrigin`](crate::Rejection::CrossOrigin) is forbidden, and concealed like any other.
//!
//! **The letter of RFC 6750 is a rejection of its own**, and so is its outcome, 400. Nothing else
//! answers 400, so a client that sees it knows what it did. The layer finds repeated fields before
//! any scheme is asked; it asks the schemes that would have read them what they call that
//! ([`malformed`](crate::scheme::Scheme::malformed)).
//!
//! **A throttle stands around a scheme**, not in the layer and not in a verifier. There it sees the
//! request's address, the account that is claimed ([`account`](crate::scheme::Scheme::account)) and
//! what came of it, and nothing that is not verified is counted. One throttle may stand around many
//! schemes, and counts them together.
//!
//! **A limit is a leaky bucket**, of which one instant is kept for each
//! key, and what is under way. No timer runs, nothing
//! is written when a try is refused, and the time until the next is exact. A table for keys with a
//! count of their own, and a sketch of fixed size for those that find no room there: its cells are
//! buckets too, which several keys fill, so that it can err in one direction only.
//!
//! **Passwords are hashed on tokio's blocking threads**, behind a semaphore of our own. A pool of
//! our own would be free of the runtime, and one more thing to keep alive; nearly everybody who
//! hashes runs on tokio.
//!
//! **Stored hashes are read by our own code.** The crate `phc` refuses salts of more than 48 bytes,
//! lets a parameter stand twice, and does not say whether it is the salt or the output that it
//! cannot read; the traits of `password-hash` on top of it take Argon2 without a version for 19, and
//! PBKDF2 from 1000 rounds on. The limits and the words of the errors would be ours all the same, so
//! that a tenth of the lines would be saved.
//!
//! # Policies
//!
//! **One trait for answers that are here and answers that wait.** A [`Step`](crate::Step) is `Now`
//! or `Later`. Rules that compare two strings allocate nothing; those that ask a database are boxed
//! once. The trait is object-safe, and you write no future's name.
//!
//! **Contracts import no combinators.** `.and(..)`, `.or(..)` and their kin live in
//! [`PolicyExt`](crate::policy::PolicyExt) and [`SchemeExt`](crate::scheme::SchemeExt). Methods on
//! the contracts would make every contract import its combinators and every combinator its
//! contract. Files here import downwards.
//!
//! **Combinators carry the principal's type**, `Or<P, A, B>`, so that `role("a").or(role("b"))`
//! infers it from where it is used.
//!
//! **[`needed_scopes`](crate::policy::Policy::needed_scopes) is part of the contract.** RFC 6750
//! wants `scope` to name what the operation needs. A part of a policy knows what it lacks; only
//! the whole knows what is needed. So the whole names it on the way out. `or` names none of its
//! own: no one scope of it is needed of everybody.
//!
//! **Closures are policies, and so are `Box<dyn Policy<P>>` and every `Arc` of a policy.** `Fn` is a
//! fundamental trait, so the compiler may rely on `Arc` never being one. `Box<F>` is a `Fn` where `F`
//! is, so of boxes only that of the trait object is a policy.
//!
//! **Every policy has a name.** [`describe`](crate::policy::Policy::describe) writes it, and a tree of
//! policies writes a tree: `any_of(owner, role(admin)).hide()`. A layer makes the text once, when it is
//! built, and the log tells of each request which policy decided. Names that you give are escaped, so
//! that none can be taken for a line of the log.
//!
//! **What is loaded is a policy, too.** [`load`](crate::policy::load) could be a layer of its own, before
//! the one that asks. Then its 404 would be the router's and not the layer's, strangers would cost a
//! query each, and the thing would stand in the extensions before anybody had decided. As a policy it
//! can be joined, named and hidden as any other; what it finds is handed on where the request passes, and
//! only there ([`hand_on`](crate::policy::Access::hand_on), for policies of your own). Of policies of which one
//! must allow, each keeps what it finds until it does, so that no handler gets what its own rule denied.
//!
//! **Strangers are asked about before anything is loaded**, and again if they may. A rule about an owner
//! answers a stranger alike with the thing and without. Where it would not, `for_strangers_too` says so.
//!
//! **The parameters of a path are axum's own reading of it** ([`path`](crate::policy::Access::path)), not
//! ours. What a caller sent that cannot be read is `None`, and what no caller can help is an error:
//! so that `?` makes 503 of the one, and the other is refused.
//!
//! **A deadline is part of a policy**, not of the layer: `within` names what was late, and the
//! rest of the tree still counts. It needs a runtime's timer, so it is a feature.
//!
//! # The layer
//!
//! **What is wrong is said when the layer is built.** [`build`](crate::AuthLayerBuilder::build)
//! gathers all problems into one error, and [`require`](crate::AuthLayer::require) returns a
//! `Result` for the same reason: a scope that no token can have is the programmer's mistake, and
//! belongs to the start of the program, not to the first request or the thousandth. Constructors
//! return plain values, since a `?` behind each of them would say less than one error with all
//! that must change.
//!
//! ```
//! use tower_auth::{AuthLayer, policy, scheme::Bearer};
//!
//! let bearer = Bearer::fixed("", "", "the robot").resource_metadata("/relative");
//! let error = AuthLayer::<_, Vec<u8>>::new(bearer, policy::anyone())
//!     .build_with(Vec::from)
//!     .unwrap_err();
//! assert_eq!(error.problems().len(), 3);
//! ```
//!
//! **Deciding anywhere, answering in one place.** Layers on routes, extractors and handlers only decide. The
//! decision travels out as a [`Refusal`](crate::Refusal) in the response's extensions, and the layer outside
//! settles and answers it as if it were its own. One place knows the schemes, the reply and the
//! not-found service. Should nobody stand outside, the response is safe as it is: 403, 503 or an
//! empty 404, never a bare 401.
//!
//! **The errors of handlers are what policies answer.** [`Denied`](crate::Denied),
//! [`Hidden`](crate::Hidden) and [`Unavailable`](crate::Unavailable) are values of a decision, and errors of
//! a handler as they are; a second set of types would say the same again.
//! [`NeedsLogin`](crate::NeedsLogin) is one more, since *log in first* is what handlers say most, and a
//! remedy is not where one looks for it. `Refusal` is what `?` turns them all into, one pointer wide, so
//! that the `Ok` of a handler does not pay for it. A refusal of a handler is for the nearest layer outside:
//! a handler knows of none. One of a rule is for the layer that made the rule.
//!
//! **A copy of the head is kept only where an answer needs it.** A rule owns the head when it refuses, and
//! sends it along. A handler does not have it any more. So the layer keeps a copy of each that passes, if it
//! has a not-found service, which may look at any of it, or a reply that says that it does. Copying only
//! method and URI is cheaper by six allocations, and a page that answers by `Accept` would then tell what a
//! handler hides. So a service has to promise that it looks at nothing else
//! ([`not_found_by_target`](crate::AuthLayerBuilder::not_found_by_target)), and is shown nothing else.
//!
//! **The same layer twice asks who calls once.** It finds its own mark in the extensions, and asks its policy
//! about the caller that stands there. Verifying again would hash a password twice, count a try twice, and
//! find nobody where credentials are removed. It does not believe a copy of the mark, which may stand on another
//! request, nor where credentials stand that it has not marked as sensitive: then it verifies.
//!
//! **Each layer knows its own.** Two layers for the same type of principal may verify in different
//! ways, for different realms. So what a layer hands on, and the marker that comes back, carry the
//! layer's number: a rule made by [`require`](crate::AuthLayer::require) believes the layer that
//! made it, behind others too, and that layer answers. Anything else is 500.
//!
//! **What is lenient is an option of the layer, with a long name**
//! ([`treat_rejected_as_anonymous`](crate::AuthLayerBuilder::treat_rejected_as_anonymous)), so that
//! a review finds it. It happens before the table is asked: the table itself knows no leniency.
//!
//! **A layer logs a request once** each time that it stands on the way, when it is settled for good: a refusal when it is answered, a pass
//! when the inner service has answered, has failed, or nobody waits for it any longer. Logged
//! before, each refusal further in would have counted as a pass first.
//!
//! **The not-found service is told method and URI as they came**, since routers strip prefixes.
//! Fields and extensions it gets as they were where a route refused: a missing path, too,
//! has what layers around the whole router added. What the router itself leaves there, which route
//! it found, comes along; a page that looks at it tells. Where nothing can stand between, in a guarded
//! router, and where a handler refused, it gets them as they came.
//!
//! **Panics are outages.** A scheme, a verifier or a policy that panics is caught, and the answer is
//! 503, with a line in the log. A scheme that panics while it words a challenge has none, and a
//! reply that panics leaves an empty body. Left alone, the panic would end the task that serves
//! the connection, and with it other requests of the same client. Where panics abort, the process
//! ends; nobody passes there either.
//!
//! **`Caller(user)` has a public field**, so that a handler can take it apart in its parameters.
//! Anybody can make one, and it proves nothing: extractors and inner layers read an extension of a
//! private type, and only the layer makes that.
//!
//! **Refused requests give readiness back.** The inner service that was polled is dropped, and a
//! clone takes its place: a refused request holds no permit of a limit further in. While an answer
//! is on its way, the permit is held, as it is by any service that has work to do.
//!
//! **What is added to responses that are not ours is an option each**, off unless you say so, and added to what
//! is concealed alike: a `Vary` on the pages that exist, and not on those that are hidden, would tell. An
//! option that could change nothing, since no scheme reads such a field, is an error when the layer is built.
//!
//! **A preflight passes as a stranger's request that was allowed**, with `cors_preflight` in the log where
//! the policy would be named: the table knows no other way to pass. It is off unless you say so, since whoever
//! can send `OPTIONS` can send one. Rules further in are asked as ever, so that the option opens the layer,
//! and nothing else.
//!
//! **The response type stays yours.** No body is wrapped. A reply is bytes, and your body is made
//! from them: `From<Bytes>`, or a function for any other type. The request's body is not touched.
//!
//! # The guarded router
//!
//! **A wrapper, not a router.** Routing is axum's: paths, parameters, nesting, 405 and `Allow`. What is ours
//! is that a route and its policy are one argument list, and that there is no method for what would leave a
//! hole: no `fallback`, no `layer`, no `route_layer`, no `Router` to merge. What it makes is a service, not a
//! `Router`, for the same reason.
//!
//! **Policies are bound to a layer at the end**, by [`guarded_by`](crate::GuardedRouter::guarded_by). So a
//! module makes its routes without being handed a layer, problems of all policies are told at once, and no route
//! can be bound to another layer than the rest.
//!
//! **Missing paths are refused as hidden ones are.** The plain way is one not-found service for router and
//! layer, and two ways to it, which axum dresses differently: `content-length`, the body of `HEAD`, extensions.
//! Here it is one way. The price is that the log speaks of missing paths as concealed, by `no_route`.
//!
//! **Methods are asked of axum**, since a method router does not list them: for a method that nobody has,
//! with all handlers replaced, its answer says `Allow`. That is what axum documents; what it prints in `Debug`
//! is not.
//!
//! **Of a path with several policies, an unknown method is answered 405 only if one of them allows and none
//! hides.** `Allow` names all methods: those that are hidden, too.
//!
//! **What axum says by panicking is an error here.** It is caught where the routes are put together, and told
//! with the rest; your panic hook hears of it, too.
//!
//! # The metadata of a resource
//!
//! **The document is written once, when it is built.** What can be wrong with it is found then, with all else that
//! is; a request copies a finished text. It knows no tower and no router: the room of the layer makes it a
//! service, and that of axum a router, so that each of those is known in one place.
//!
//! **The service looks at the method alone.** Where it is mounted says which requests are for it: a router that
//! knows the path, or a gateway that has stripped it. Looking again would refuse what was meant, and would need a
//! 404 of its own, beside that of the application. A document that is found elsewhere does no harm: it names its
//! resource, and clients refuse it for any other ([RFC 9728 §3.3]).
//!
//! **Identifiers are bytes.** They are read strictly, to tell what no client would compare equal, and then kept
//! and compared as they are written; the URL is put together from pieces of the same text. A URL type would
//! normalize, and [RFC 9728 §6] forbids it.
//!
//! **It offers what is there.** There is no method for tokens in the body, or for tokens that are bound to a key:
//! nothing here reads the one or checks the other. `member` says what a scheme of your own does.
//!
//! [RFC 9728 §3.3]: https://www.rfc-editor.org/rfc/rfc9728#section-3.3
//! [RFC 9728 §6]: https://www.rfc-editor.org/rfc/rfc9728#section-6
//!
//! # What it brings along
//!
//! Without features: twenty packages, this one counted (`cargo tree -e normal
//! --no-default-features --prefix none` lists them). The budget decided a few things.
//!
//! - **JSON is written by hand.** The default reply has seven members, all but one of them strings.
//!   Escaping a string is ten lines; a library for it would be a fifth of all packages. A test
//!   holds it against one.
//! - **`sha2` without its default features.** All that is wanted of it is a digest.
//! - **No `thiserror`.** Four error types do not pay for a macro and its parser.
//! - **No `async-trait`.** See [`Step`](crate::Step).
//! - **No types of heavy crates in signatures.** `http`, `http-body`, `bytes` and the two `tower`
//!   crates of traits; their major versions are yours already. Features add, and never change.
//!
//! # What is promised, and what is not
//!
//! Statuses, the codes of refusals and the words of `remedy` stay as they are from release to
//! release. The wording of `detail`, of errors and of log lines does not, nor does the order of
//! members in a problem.
//!
//! [`Ask`]: crate::challenge::Ask
//! [`Presented`]: crate::scheme::Presented
//! [`Scheme`]: crate::scheme::Scheme
//! [`Schemes`]: crate::scheme::Schemes
//! [`settle`]: crate::settle
