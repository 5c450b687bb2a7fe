//! Ways to carry credentials.
//!
//! | file | what lives there |
//! |---|---|
//! | `contract` | [`Scheme`], which every way is |
//! | `draft` | a challenge that is being configured |
//! | `field` | the one reader of `Authorization` and `Proxy-Authorization` |
//! | `schemes` | [`Schemes`]: several ways in order, and which one decides |
//! | `entry` | one scheme among several |
//! | `query` | the reader of parameters in a URI's query |
//! | `ext` | [`SchemeExt`]: `.or(..)`, `.map(..)`, `.and_then(..)` |
//! | `map` | [`Map`]: principals turned into others |
//! | `and_then` | [`AndThen`]: principals asked further about |
//! | `throttled` | tries counted, with the feature `throttle` |
//! | `forward` | what a scheme around another leaves to it |
//! | `basic` | [`Basic`] |
//! | `bearer` | [`Bearer`] |
//! | `bearer_elsewhere` | [`Bearer`] in a cookie, a field of its own, the query |
//! | `bearer_words` | how [`Bearer`] words what it asks for |
//! | `place` | where a token stands on a request |
//! | `cookie` | the one reader of `Cookie` |
//! | `api_key` | [`ApiKey`] |
//!
//! Explicit credentials (`Authorization`, a field of your own) come before ambient ones
//! (cookies, client certificates), whatever the order given; two explicit ones at once are
//! rejected. The scheme that finds its credentials decides alone: refused ones never fall
//! through to the next scheme. Challenges are sent in the order given.

mod and_then;
mod api_key;
mod basic;
mod bearer;
mod bearer_elsewhere;
mod bearer_words;
mod contract;
mod cookie;
mod draft;
mod entry;
mod ext;
mod field;
mod forward;
mod map;
mod place;
mod query;
mod schemes;
#[cfg(feature = "throttle")]
mod throttled;

pub use self::and_then::AndThen;
pub use self::api_key::ApiKey;
pub use self::basic::Basic;
pub use self::bearer::Bearer;
pub use self::contract::{BoxScheme, Carrier, Presented, Redact, Scheme};
pub use self::ext::SchemeExt;
pub use self::map::Map;
pub use self::schemes::Schemes;
#[cfg(feature = "throttle")]
pub use self::throttled::Throttled;

pub(crate) use self::schemes::Asked;
