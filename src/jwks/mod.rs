//! Keys that an issuer publishes, fetched and kept: [`RemoteKeys`].
//!
//! It needs the feature `jwks`; the feature `https` switches it on, and brings an HTTP client. The manual tells
//! [when they are fetched](crate::manual::oauth#keys-that-the-issuer-publishes), and what callers get meanwhile.
//!
//! | file | what lives there |
//! |---|---|
//! | `remote` | [`RemoteKeys`]: the keys, for an [`Issuer`](crate::jwt::Issuer) |
//! | `builder` | [`RemoteKeysBuilder`]: what can be configured, and is checked before the first fetch |
//! | `status` | [`KeysStatus`]: what is known of the keys, for a health page |
//! | `error` | [`FetchError`]: why they could not be fetched |
//! | `service` | the one file that knows tower: any HTTP client |
//! | `https` | the client that is on board (feature `https`) |
//! | `client`, `body` | one document, bounded in time and size |
//! | `source`, `discovery`, `url` | where the keys are: from where they are fetched, and from where not |
//! | `fresh`, `pace` | when they are fetched again |
//! | `state` | what is known and what is due, as values |
//! | `refreshed`, `cell`, `drive` | those who ask, what is shared, and the one task that fetches |

mod body;
mod builder;
mod cell;
mod client;
mod discovery;
mod drive;
mod error;
mod fresh;
#[cfg(feature = "https")]
mod https;
mod pace;
mod refreshed;
mod remote;
mod service;
mod source;
mod state;
mod status;
mod url;

pub use self::builder::RemoteKeysBuilder;
pub use self::error::{Document, FetchError, FetchProblem};
pub use self::remote::RemoteKeys;
pub use self::status::KeysStatus;
