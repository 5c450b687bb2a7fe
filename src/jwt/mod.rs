//! JSON Web Tokens (RFC 7519, RFC 8725) as access tokens (RFC 9068): who issues them, with which keys,
//! and what they say.
//!
//! It needs the feature `jwt`, and one of `aws_lc_rs` and `rust_crypto`, which switch it on.
//! [`JwtVerifier`] shows one verified from end to end. The manual tells [which tokens are taken, and how issuers
//! write them](crate::manual::oauth#tokens).
//!
//! | file | what lives there |
//! |---|---|
//! | `verifier` | [`JwtVerifier`]: the verifier, for [`Bearer`](crate::scheme::Bearer) |
//! | `issuer` | [`Issuer`]: whose tokens are taken, for which audience, of which type |
//! | `standard` | [`StandardClaims`]: claims that are ready to use |
//! | `revocations`, `token_ids` | [`Revocations`]: what knows which tokens were taken back, and [`TokenIds`]: by what |
//! | `revocation_list`, `revocation_error`, `revoked` | [`RevocationList`]: a list of them in memory, and [`RevocationError`] |
//! | `key`, `key_set`, `key_error` | [`Key`], [`KeySet`], [`KeySource`]: what verifies signatures, and [`KeyError`] |
//! | `algorithm`, `backend` | [`Algorithm`]: how tokens are signed; [`Backend`]: who does the arithmetic |
//! | `der`, `jwk`, `material` | keys as others write them, and what they must be |
//! | `crypto` | the one file that knows `jsonwebtoken` |
//! | `compact`, `base64url`, `json` | a token as text, read strictly |
//! | `token`, `header`, `claims` | what a token says, while nothing of it is proven |
//! | `judge`, `times` | whether it is true |

mod algorithm;
mod backend;
mod base64url;
mod claims;
mod compact;
mod crypto;
mod der;
mod header;
mod issuer;
mod json;
mod judge;
mod jwk;
mod key;
mod key_error;
mod key_set;
mod material;
mod revocation_error;
mod revocation_list;
mod revocations;
mod revoked;
mod standard;
mod times;
mod token;
mod token_ids;
mod verifier;
#[cfg(all(test, any(feature = "aws_lc_rs", feature = "rust_crypto")))]
mod wycheproof;

pub use self::algorithm::Algorithm;
pub use self::backend::Backend;
pub use self::issuer::Issuer;
pub use self::key::Key;
pub use self::key_error::KeyError;
pub use self::key_set::{KeySet, KeySource};
pub use self::revocation_error::RevocationError;
pub use self::revocation_list::RevocationList;
pub use self::revocations::{Revocations, RevocationsWith, revocations_with};
pub use self::standard::StandardClaims;
pub use self::token_ids::TokenIds;
pub use self::verifier::JwtVerifier;
