//! Accounts as a service needs them: passwords, guessing, roles, addresses.
//!
//! The pieces are few, and each does one thing. Here is in which order they stand, what they cost,
//! and what an attacker learns.
//!
//! | you want | you write |
//! |---|---|
//! | names and passwords, hashed | [`verify::UserTable`](crate::verify::UserTable), in [`Basic`](crate::scheme::Basic) |
//! | an end to guessing | [`.throttle(..)`](crate::scheme::SchemeExt::throttle) on the schemes that take passwords, written last |
//! | roles out of a database | [`.and_then(..)`](crate::scheme::SchemeExt::and_then), before the throttle |
//! | several kinds of callers | [`.map(..)`](crate::scheme::SchemeExt::map) into one type, then `.or(..)` |
//! | a token in a cookie | [`Bearer::in_cookie`](crate::scheme::Bearer::in_cookie), which checks origins |
//! | rules by address | [`policy::from_networks`](crate::policy::from_networks), [`policy::not_from_networks`](crate::policy::not_from_networks) |
//!
//! ```
//! # tokio_test::block_on(async {
//! use std::{net::SocketAddr, time::Duration};
//! use http::{Request, Response, StatusCode};
//! use tower::{Layer, ServiceExt, service_fn};
//! use tower_auth::{
//!     AuthLayer, Unavailable,
//!     address::ClientAddress,
//!     policy,
//!     scheme::{Basic, SchemeExt},
//!     throttle::{Limit, Throttle},
//!     verify::UserTable,
//! };
//!
//! #[derive(Clone)]
//! struct User { name: &'static str, roles: Vec<&'static str> }
//!
//! #[derive(Clone)]
//! struct Database;
//! impl Database {
//!     async fn roles(&self, _: &str) -> Result<Vec<&'static str>, std::io::Error> { Ok(vec!["admin"]) }
//! }
//!
//! let users = UserTable::new().remember(Duration::from_secs(30), 10_000);
//! users.insert(
//!     "Aladdin", // password: open sesame
//!     "$argon2id$v=19$m=64,t=1,p=1$c2FsdCBvZiB0aGUgbGFtcA$IKNEgVkR41+rx3JAIbhU9diwchpar5bVefmsa1eI/bY",
//!     "Aladdin",
//! )?;
//! let throttle = Throttle::new(ClientAddress::extension(SocketAddr::ip))
//!     .per_account_and_client(Limit::new(1, Duration::from_secs(60)));
//! let basic = Basic::new("staff area", users)
//!     .and_then(Database, async |database: Database, name: &'static str| {
//!         let roles = database.roles(name).await?;
//!         Ok::<_, Unavailable>(Some(User { name, roles }))
//!     })
//!     .throttle(throttle);
//!
//! let layer = AuthLayer::new(basic, policy::when(|user: &User| user.roles.contains(&"admin")))
//!     .build_with(Vec::from)?;
//! let service = layer.layer(service_fn(|_: Request<()>| async {
//!     Ok::<_, std::convert::Infallible>(Response::new(Vec::new()))
//! }));
//! let login = |credentials: &str| {
//!     let client = SocketAddr::from(([192, 0, 2, 1], 49_152));
//!     Request::get("/").header("authorization", format!("Basic {credentials}")).extension(client).body(())
//! };
//! let (right, wrong) = ("QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "QWxhZGRpbjpjbG9zZSBzZXNhbWU=");
//!
//! assert_eq!(service.clone().oneshot(login(right)?).await?.status(), StatusCode::OK);
//! assert_eq!(service.clone().oneshot(login(wrong)?).await?.status(), StatusCode::UNAUTHORIZED);
//! // The only try is used up. Whether this one is right is not even looked at.
//! assert_eq!(service.oneshot(login(right)?).await?.status(), StatusCode::TOO_MANY_REQUESTS);
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```
//!
//! # What a password costs
//!
//! A hash that is quick to verify is quick to guess, so each attempt costs tens of milliseconds of one
//! processor, and 19 MiB. With `Basic`, an attempt is every request. Three things keep that bearable:
//!
//! - **A pool.** Hashes are made away from the threads that serve, half as many at once as there
//!   are processors, with room for 64 that wait. Who finds no room hears 503 with `Retry-After`;
//!   nobody is let in unverified. Requests without credentials, and those with tokens, do not
//!   queue.
//! - **A throttle**, which refuses before anything is hashed.
//! - **A memory, if you want it.** [`remember`](crate::verify::UserTable::remember) spares a client
//!   its hash for up to a minute after it proved its password. It is off unless you say so, since
//!   the process then holds something that passwords can be guessed with quickly.
//!
//! Better still, let `Basic` be for machines that call seldom, and give browsers and busy clients a
//! token.
//!
//! Without optimizations a hash takes many times as long. In the manifest of your service:
//!
//! ```toml
//! [profile.dev.package]
//! argon2 = { opt-level = 3 }
//! blake2 = { opt-level = 3 }
//! ```
//!
//! # What an attacker learns
//!
//! From a refusal: nothing about the account. Unknown names, wrong passwords and locked accounts
//! get the same answer after one hash of the same cost, and whether an account is locked is looked
//! at after the hash. What tells is a hash with other parameters than the table's, which
//! [`outdated`](crate::verify::UserTable::outdated) finds.
//!
//! [`disable`](crate::verify::UserTable::disable) outlives a reload of the file, not a restart of the
//! service: write the mark into the file as well.
//!
//! From a throttle: that there were many tries. Inside the lock a right password gets the same
//! answer as a wrong one, and a name that nobody has is locked like any other.
//!
//! # How tries are counted
//!
//! A try is counted before its credentials are looked at, and given back unless they were refused.
//! So a thousand guesses at once are no way around a limit of five, and whoever knows the password does
//! not use tries up, one after another. At once they do: a client with more requests under way than there
//! are tries hears 429 for the rest. A browser has six. The limits that a throttle begins with leave room
//! for that; when you set your own, do so too.
//!
//! Counted are an account as one client tries it, and a client with all accounts it tries. An account
//! as everybody tries it is counted only if you ask for it: that limit keeps its owner out, too.
//!
//! Tries come back one by one. Trying while there are none left puts nothing off.
//!
//! The memory for it is bounded. Where a flood of new names fills it, keys begin to share their
//! counts: somebody may be refused who tried little, and nobody is forgiven. Several processes
//! count together in a store of yours, through [`throttle::Counters`](crate::throttle::Counters).
//!
//! A throttle is no policy. It stands on the scheme, since what it limits is verification; requests
//! that carry no credentials are not counted, and a service that wants to limit those needs another
//! layer.
//!
//! # Where a caller comes from
//!
//! Limits and lists of networks are worth what the address is. Without a proxy, the peer's is the
//! one. Behind one, name the proxies that you run, as exactly as you can: the fields that they
//! write are read from the right, up to the first address that is none of them. All that stands
//! left of it anybody may have written, and nothing of it counts. A field that cannot be read where
//! it decides is no address: lists refuse it, and a throttle counts all such callers as one.
//!
//! # What roles are asked of, and when
//!
//! [`and_then`](crate::scheme::SchemeExt::and_then) is asked after each verification, so a role that
//! is taken away is gone with the next request. Its `None` refuses the credentials: 401. Its error is
//! an outage: 503, and never a caller without roles.
//!
//! Write the throttle behind it. Then its `None` counts as any refusal does. In front of it, a right
//! password for an account that the database has closed would be refused and not counted, and
//! whoever guesses would know it by that.
//!
//! # What browsers do with a password
//!
//! A browser that was told a password for `Basic` sends it with every request to the service, those that
//! pages of other sites make included. So does it with cookies; those
//! [`in_cookie`](crate::scheme::Bearer::in_cookie) looks after. Where people log in with `Basic`, let
//! whatever changes something demand [`same_origin`](crate::policy::same_origin) as well.
