//! The face towards axum.
//!
//! | file | what lives there |
//! |---|---|
//! | `caller` | [`Caller`](crate::Caller) as an extractor |
//! | `refusal` | refusals as errors of handlers |
//! | `path` | `Access::route`, `Access::path`: what axum's router made of the path |
//! | `metadata` | the metadata of a resource as a router |
//! | `router` | [`GuardedRouter`](crate::GuardedRouter), which cannot be left open |
//! | `entry` | what it is made of |
//! | `assemble` | how it becomes a router of axum's |
//! | `problems` | what is wrong with it, told before axum is asked |
//! | `route` | [`GuardedRoute`](crate::GuardedRoute): what is open to whom, as data |
//! | `panic` | what axum says where it panics |
//! | `at_once` | futures of axum's that never wait |
//! | `answering` | what answers every request alike |
//! | `methods` | which methods a method router answers |
//! | `others` | who may learn that a path has no such method |

mod answering;
mod assemble;
mod at_once;
mod caller;
mod entry;
mod metadata;
mod methods;
mod others;
mod panic;
mod path;
mod problems;
mod refusal;
mod route;
mod router;

pub use self::caller::CallerRejection;
pub use self::route::GuardedRoute;
pub use self::router::GuardedRouter;
