//! Tower middleware that decides who a caller is and what they may do, and answers with the one
//! right HTTP status.
// Some examples of the README need `https`: without it they are documentation, and no tests.
#![cfg_attr(
    all(feature = "axum", any(feature = "https", not(doctest))),
    doc = "",
    doc = include_str!("../README.md")
)]

#[cfg(feature = "address")]
pub mod address;
pub mod audit;
pub mod challenge;
#[cfg(feature = "jwks")]
pub mod jwks;
#[cfg(feature = "jwt")]
pub mod jwt;
pub mod manual;
pub mod metadata;
#[cfg(feature = "password")]
pub mod password;
pub mod policy;
pub mod reply;
pub mod scheme;
#[cfg(feature = "throttle")]
pub mod throttle;
pub mod verify;

mod attempt;
#[cfg(feature = "axum")]
mod axum;
mod caught;
mod clock;
mod credentials;
mod decision;
mod fault;
mod grammar;
mod inspect;
mod json;
mod layer;
mod origin;
mod outcome;
mod secret;
mod settle;
mod step;
mod trace;
mod url;

pub use self::attempt::{Attempt, AttemptKind, Rejection};
#[cfg(feature = "axum")]
pub use self::axum::{CallerRejection, GuardedRoute, GuardedRouter};
pub use self::clock::Clock;
pub use self::credentials::{BasicCredentials, Credentials};
pub use self::decision::{
    Decision, Denied, Hidden, IntoDecision, Login, Missing, NeedsLogin, Remedy, Unavailable,
};
pub use self::fault::Fault;
pub use self::inspect::{BuildError, Inspection, Misconfiguration};
pub use self::layer::{
    AuthLayer, AuthLayerBuilder, AuthService, Caller, NoBody, Refusal, RequireLayer, ResponseFuture,
};
pub use self::origin::SameOrigin;
pub use self::outcome::{Mode, Outcome};
pub use self::secret::{Secret, SecretDigest};
pub use self::settle::settle;
pub use self::step::{Step, Waiting};
