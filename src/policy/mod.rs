//! What decides whether a caller may.
//!
//! | file | what lives there |
//! |---|---|
//! | `contract` | [`Policy`], which every policy is |
//! | `access` | [`Access`]: what a policy is asked about; [`View`]: the same, owned |
//! | `anyone` | [`anyone`]: whoever it is |
//! | `authenticated` | [`authenticated`]: anybody who proved who they are |
//! | `role` | [`role`], for principals with roles |
//! | `scope` | [`scope`], for principals with scopes |
//! | `when` | [`when`]: a predicate on the principal |
//! | `check_with` | [`check_with`]: an async closure, with what it needs handed in |
//! | `networks` | `from_networks`, `not_from_networks`: where callers come from |
//! | `both` | [`And`], [`Or`]: two policies at once |
//! | `many` | [`all_of`], [`any_of`]: a list of them |
//! | `gather` | how the answers of several policies come together |
//! | `then` | [`Then`]: the second only if the first allows |
//! | `hide` | [`Hide`]: refusals turned into 404 |
//! | `ext` | [`PolicyExt`]: `.and(..)`, `.or(..)`, `.then(..)`, `.hide()` |
//!
//! Sync closures are policies too: `|access: &Access<'_, User>| ..`, answering a
//! [`Decision`](crate::Decision), a `bool`, or a `Result` of one of them.

mod access;
mod anyone;
mod authenticated;
mod both;
mod check_with;
mod contract;
mod ext;
mod gather;
mod hide;
mod many;
#[cfg(feature = "address")]
mod networks;
mod role;
mod scope;
mod then;
mod when;

pub use self::access::{Access, View};
pub use self::anyone::{Anyone, anyone};
pub use self::authenticated::{Authenticated, authenticated};
pub use self::both::{And, Or};
pub use self::check_with::{CheckWith, check_with};
pub use self::contract::{BoxPolicy, Policy};
pub use self::ext::PolicyExt;
pub use self::hide::Hide;
pub use self::many::{AllOf, AnyOf, all_of, any_of};
#[cfg(feature = "address")]
pub use self::networks::{FromNetworks, from_networks, not_from_networks};
pub use self::role::{HasRole, Role, role};
pub use self::scope::{HasScope, Scope, scope};
pub use self::then::Then;
pub use self::when::{When, when};
