//! Which library `jsonwebtoken` verifies with: both are compiled in, and one process can install only
//! one. The one that is installed here asks.

use std::{
    fmt,
    sync::atomic::{AtomicBool, Ordering},
};

use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey,
    crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils, aws_lc, rust_crypto},
    errors::Result,
};
use tower_auth::jwt;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    AwsLcRs,
    RustCrypto,
    /// Of `jsonwebtoken` 9, and of nobody else here.
    Ring,
}

impl Backend {
    pub fn ours(self) -> jwt::Backend {
        match self {
            Self::RustCrypto => jwt::Backend::RustCrypto,
            Self::AwsLcRs | Self::Ring => jwt::Backend::AwsLcRs,
        }
    }

    /// From now on `jsonwebtoken` 11 verifies with this.
    pub fn choose(self) {
        RUST_CRYPTO.store(self == Self::RustCrypto, Ordering::Relaxed);
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::AwsLcRs => "aws_lc_rs",
            Self::RustCrypto => "rust_crypto",
            Self::Ring => "ring",
        })
    }
}

pub fn install() {
    assert!(PROVIDER.install_default().is_ok(), "it is the first");
}

static RUST_CRYPTO: AtomicBool = AtomicBool::new(false);

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: signer,
    verifier_factory: verifier,
    key_utils: KeyUtils::new_unimplemented(),
};

fn chosen() -> &'static CryptoProvider {
    if RUST_CRYPTO.load(Ordering::Relaxed) {
        &rust_crypto::DEFAULT_PROVIDER
    } else {
        &aws_lc::DEFAULT_PROVIDER
    }
}

fn signer(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>> {
    (aws_lc::DEFAULT_PROVIDER.signer_factory)(algorithm, key)
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>> {
    (chosen().verifier_factory)(algorithm, key)
}
