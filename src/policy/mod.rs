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
//! | `same_origin` | [`same_origin`]: only what the same origin sent |
//! | `when` | [`when`]: a predicate on the principal |
//! | `any_role` | [`any_role`], [`AnyRole`]: one role of several |
//! | `all_roles` | [`all_roles`], [`AllRoles`]: all of several roles |
//! | `scopes` | [`scopes`]: all of several scopes |
//! | `login` | [`login()`], for principals that logged in: when, and how strongly |
//! | `owner` | [`owner`], for principals with an id: whose the thing is |
//! | `same_tenant` | [`same_tenant`], for principals of a tenant: likewise |
//! | `belonging` | whether a thing belongs to a principal |
//! | `check_with` | [`check_with`]: an async closure, with what it needs handed in |
//! | `load` | [`load`]: the thing that a request is about, loaded before a policy decides about it |
//! | `handing` | what policies find on the way, for whoever comes after them |
//! | `networks` | `from_networks`, `not_from_networks`: where callers come from |
//! | `apart` | one of several policies that may each let a request in |
//! | `both` | [`And`], [`Or`]: two policies at once |
//! | `many` | [`all_of`], [`any_of`]: a list of them |
//! | `gather` | how the answers of several policies come together |
//! | `then` | [`Then`]: the second only if the first allows |
//! | `hide` | [`Hide`]: refusals turned into 404 |
//! | `within` | answers that come too late are outages (feature `deadline`) |
//! | `named` | [`named`]: any policy, under a name |
//! | `words` | how names are written |
//! | `text` | [`Text`]: a policy as text |
//! | `ext` | [`PolicyExt`]: `.and(..)`, `.or(..)`, `.then(..)`, `.hide()` |
//!
//! Sync closures are policies too: `|access: &Access<'_, User>| ..`, answering a
//! [`Decision`](crate::Decision), a `bool`, or a `Result` of one of them.

mod access;
mod all_roles;
mod any_role;
mod anyone;
mod apart;
mod authenticated;
mod belonging;
mod both;
mod check_with;
mod contract;
mod ext;
mod gather;
mod handing;
mod hide;
mod load;
mod login;
mod many;
mod named;
#[cfg(feature = "address")]
mod networks;
mod owner;
mod role;
mod same_origin;
mod same_tenant;
mod scope;
mod scopes;
mod text;
mod then;
mod when;
#[cfg(feature = "deadline")]
mod within;
mod words;

pub use self::access::{Access, View};
pub use self::all_roles::{AllRoles, all_roles};
pub use self::any_role::{AnyRole, any_role};
pub use self::anyone::{Anyone, anyone};
pub use self::authenticated::{Authenticated, authenticated};
pub use self::both::{And, Or};
pub use self::check_with::{CheckWith, check_with};
pub use self::contract::{BoxPolicy, Policy};
pub use self::ext::PolicyExt;
pub(crate) use self::handing::Handing;
pub use self::hide::Hide;
pub use self::load::{Load, load};
pub use self::login::{ByLogin, HasLogin, login};
pub use self::many::{AllOf, AnyOf, all_of, any_of};
pub use self::named::{Named, named};
#[cfg(feature = "address")]
pub use self::networks::{FromNetworks, from_networks, not_from_networks};
pub use self::owner::{HasId, Owner, owner};
pub use self::role::{HasRole, Role, role};
pub use self::same_origin::same_origin;
pub use self::same_tenant::{HasTenant, SameTenant, same_tenant};
pub use self::scope::{HasScope, Scope, scope};
pub use self::scopes::{Scopes, scopes};
pub use self::text::Text;
pub use self::then::Then;
pub use self::when::{When, when};
#[cfg(feature = "deadline")]
pub use self::within::Within;
#[cfg(feature = "axum")]
pub(crate) use self::{
    apart::ask_apart,
    gather::{Combine, gather},
};
