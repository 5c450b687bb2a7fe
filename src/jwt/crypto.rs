//! The one file that knows `jsonwebtoken`: from material to a key, and from a signature to yes or no.

use jsonwebtoken::{Algorithm as Named, DecodingKey, crypto::CryptoProvider};

use super::{algorithm::Algorithm, backend::Backend};

/// Material that was checked, in the form in which the backends take it.
#[derive(Clone)]
pub(super) struct Material(DecodingKey);

impl Material {
    pub(super) fn secret(secret: &[u8]) -> Self {
        Self(DecodingKey::from_secret(secret))
    }

    /// Modulus and exponent, big-endian.
    pub(super) fn rsa(modulus: &[u8], exponent: &[u8]) -> Self {
        Self(DecodingKey::from_rsa_raw_components(modulus, exponent))
    }

    /// A point of a curve of NIST's, uncompressed (SEC 1 §2.3.3).
    pub(super) fn point(point: &[u8]) -> Self {
        Self(DecodingKey::from_ec_der(point))
    }

    /// A public key of Ed25519. It has 32 bytes, or a backend panics.
    pub(super) fn ed25519(key: &[u8; 32]) -> Self {
        Self(DecodingKey::from_ed_der(key))
    }

    /// Whether `signature` is that of `message`.
    pub(super) fn has_signed(
        &self,
        backend: Backend,
        algorithm: Algorithm,
        message: &[u8],
        signature: &Vec<u8>,
    ) -> bool {
        let provider = provider(backend);
        // The backend is named here each time: what `jsonwebtoken` takes by default panics where
        // both are compiled in.
        match (provider.verifier_factory)(&named(algorithm), &self.0) {
            Ok(verifier) => verifier.verify(message, signature).is_ok(),
            Err(_) => false,
        }
    }
}

fn provider(backend: Backend) -> &'static CryptoProvider {
    match backend {
        #[cfg(feature = "aws_lc_rs")]
        Backend::AwsLcRs => &jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER,
        #[cfg(feature = "rust_crypto")]
        Backend::RustCrypto => &jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER,
    }
}

const fn named(algorithm: Algorithm) -> Named {
    match algorithm {
        Algorithm::HS256 => Named::HS256,
        Algorithm::HS384 => Named::HS384,
        Algorithm::HS512 => Named::HS512,
        Algorithm::RS256 => Named::RS256,
        Algorithm::RS384 => Named::RS384,
        Algorithm::RS512 => Named::RS512,
        Algorithm::PS256 => Named::PS256,
        Algorithm::PS384 => Named::PS384,
        Algorithm::PS512 => Named::PS512,
        Algorithm::ES256 => Named::ES256,
        Algorithm::ES384 => Named::ES384,
        Algorithm::EdDSA => Named::EdDSA,
    }
}
