//! The manual: chapters to read, no items to call.
//!
//! | chapter | what it answers |
//! |---|---|
//! | [`semantics`] | which status, when, and why: the decision table, credentials, concealment |
//! | [`composition`] | what stands where: rules, routers, the layers of others, CORS, caches (with `axum`) |
//! | [`accounts`] | passwords, guessing, roles, addresses: in which order, at what cost (with `password`, `throttle`) |
//! | [`oauth`] | the resource server of OAuth: what it tells of itself and of scopes, which tokens it takes, tokens that are taken back, old logins (with `axum`) |
//! | [`advice`] | common advice on 401, 403, 404 and their kin, judged by the RFCs |
//! | [`mistakes`] | what went wrong in other systems of this kind, and what keeps it out of this one |
//! | [`design_notes`] | why the crate is built as it is |
//!
//! In a hurry? Read the table in [`semantics`], and there what concealment needs around it; or take a
//! [`GuardedRouter`](crate::GuardedRouter), which brings it along.

#[cfg(all(feature = "password", feature = "throttle"))]
pub mod accounts;
pub mod advice;
#[cfg(feature = "axum")]
pub mod composition;
pub mod design_notes;
pub mod mistakes;
#[cfg(feature = "axum")]
pub mod oauth;
pub mod semantics;
