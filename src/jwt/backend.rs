//! Which library does the arithmetic.

/// Which library verifies signatures. The feature of its name must be on.
///
/// With both on, [`aws_lc_rs`](Self::AwsLcRs) verifies unless a verifier is told otherwise: features of
/// a dependency may switch the other on, and nothing breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Backend {
    /// AWS-LC through `aws-lc-rs`: several times faster with RSA and ECDSA, and built by a compiler of C.
    #[cfg(feature = "aws_lc_rs")]
    AwsLcRs,
    /// The crates of `RustCrypto`: all of it Rust.
    #[cfg(feature = "rust_crypto")]
    RustCrypto,
}

impl Backend {
    /// The one that verifies unless told otherwise. `None` where neither feature is on: then no
    /// verifier can be built into a layer.
    #[must_use]
    pub const fn preferred() -> Option<Self> {
        #[cfg(feature = "aws_lc_rs")]
        return Some(Self::AwsLcRs);
        #[cfg(all(feature = "rust_crypto", not(feature = "aws_lc_rs")))]
        return Some(Self::RustCrypto);
        #[cfg(not(any(feature = "rust_crypto", feature = "aws_lc_rs")))]
        None
    }
}
