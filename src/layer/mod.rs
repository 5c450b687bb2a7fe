//! The only room that knows tower.
//!
//! | file | what lives there |
//! |---|---|
//! | `auth` | [`AuthLayer`]: authenticates, asks its policy, answers every refusal |
//! | `builder` | [`AuthLayerBuilder`]: what can be configured, and checked |
//! | `require` | [`RequireLayer`]: asks a policy of its own, further in |
//! | `service` | [`AuthService`], which both layers make |
//! | `future` | [`ResponseFuture`], the one response future |
//! | `engine` | what is asked in which order, and what is settled |
//! | `settled` | what follows from it |
//! | `answer` | how a refusal becomes a response |
//! | `not_found` | the application's own not-found service |
//! | `caller` | [`Caller`], and the extension that it is read from |
//! | `marker` | how a refusal further in reaches the layer that answers it |

mod answer;
mod auth;
mod builder;
mod caller;
mod engine;
mod future;
mod marker;
mod not_found;
mod require;
mod service;
mod settled;

pub use self::auth::AuthLayer;
pub use self::builder::AuthLayerBuilder;
pub use self::caller::Caller;
pub use self::future::ResponseFuture;
pub use self::not_found::NoBody;
pub use self::require::RequireLayer;
pub use self::service::AuthService;

#[cfg(feature = "axum")]
pub(crate) use self::{caller::Handed, marker::Marker};
