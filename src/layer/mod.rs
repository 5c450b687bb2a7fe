//! The only room that knows tower.
//!
//! | file | what lives there |
//! |---|---|
//! | `auth` | [`AuthLayer`]: authenticates, asks its policy, answers every refusal |
//! | `builder` | [`AuthLayerBuilder`]: what can be configured, and checked |
//! | `require` | [`RequireLayer`]: asks a policy of its own, further in |
//! | `rule` | a policy for a single route, with the text that it is told by |
//! | `guarding` | what a router is built with that guards its routes |
//! | `service` | [`AuthService`], which both layers make |
//! | `future` | [`ResponseFuture`], the one response future |
//! | `engine` | what is asked in which order, and what is settled |
//! | `preflight` | which requests are preflights |
//! | `case` | what is known of the caller of one request |
//! | `settled` | what follows from it |
//! | `answer` | how a refusal becomes a response |
//! | `extras` | what is added to responses that are not the layer's own, where it is told to |
//! | `head` | which head an answer is made from |
//! | `not_found` | the application's own not-found service |
//! | `metadata` | [`ResourceMetadata`](crate::metadata::ResourceMetadata) as a service |
//! | `caller` | [`Caller`], and the extension that it is read from |
//! | `refusal` | [`Refusal`]: a refusal made further in, on its way to the layer that answers it |

mod answer;
mod auth;
mod builder;
mod caller;
mod case;
mod engine;
mod extras;
mod future;
#[cfg(feature = "axum")]
mod guarding;
mod head;
mod metadata;
mod not_found;
mod preflight;
mod refusal;
mod require;
mod rule;
mod service;
mod settled;

pub use self::auth::AuthLayer;
pub use self::builder::AuthLayerBuilder;
pub use self::caller::Caller;
pub use self::future::ResponseFuture;
pub use self::not_found::NoBody;
pub use self::refusal::Refusal;
pub use self::require::RequireLayer;
pub use self::service::AuthService;

#[cfg(feature = "axum")]
pub(crate) use self::{caller::Handed, rule::Rule};
