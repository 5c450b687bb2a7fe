//! A key: its material and one algorithm.

use std::fmt;

use super::{algorithm::Algorithm, backend::Backend, crypto::Material, der, key_error::KeyError};

/// The longest `kid` that is looked at, in bytes.
pub(super) const LONGEST_KID: usize = 128;

/// A key that verifies tokens: its material and the one algorithm that it is for
/// ([RFC 8725 §3.1]), read and checked once.
///
/// The algorithm is yours to say, or the key's own `alg`; what a token's header says is compared with
/// it, and chooses nothing. Keys are public ones, but for secrets, by which whoever verifies can also
/// sign. A key without a `kid` is tried with every token of its algorithm; of several that may be meant,
/// eight at most are tried.
///
/// ```
/// use tower_auth::jwt::{Algorithm, Key};
///
/// // RFC 8037 §A.2
/// let key = Key::from_jwk(
///     r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
/// )?;
/// assert_eq!(key.algorithm(), Algorithm::EdDSA);
///
/// // A password is no key.
/// assert!(Key::from_secret(Algorithm::HS256, "s3cret").is_err());
/// # Ok::<_, tower_auth::jwt::KeyError>(())
/// ```
///
/// [RFC 8725 §3.1]: https://www.rfc-editor.org/rfc/rfc8725#section-3.1
#[derive(Clone)]
pub struct Key {
    algorithm: Algorithm,
    kid: Option<Box<str>>,
    material: Material,
}

impl Key {
    /// A secret that signs and verifies, of at least as many bytes as the hash has
    /// ([RFC 7518 §3.2]): 32, 48 or 64, by chance, not by choice.
    ///
    /// # Errors
    ///
    /// If it is too short, or the algorithm works with no secret.
    ///
    /// [RFC 7518 §3.2]: https://www.rfc-editor.org/rfc/rfc7518#section-3.2
    pub fn from_secret(algorithm: Algorithm, secret: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        let secret = secret.as_ref();
        match algorithm.least_secret() {
            Some(least) if secret.len() < least => Err(KeyError::TooShort(algorithm)),
            Some(_) => Ok(Self::new(algorithm, Material::secret(secret))),
            None => Err(KeyError::NotFor(algorithm)),
        }
    }

    /// A public key in PEM: `PUBLIC KEY` ([RFC 7468 §13]) or `RSA PUBLIC KEY`.
    ///
    /// # Errors
    ///
    /// If it is none, or does not go with the algorithm.
    ///
    /// [RFC 7468 §13]: https://www.rfc-editor.org/rfc/rfc7468#section-13
    pub fn from_pem(algorithm: Algorithm, pem: &str) -> Result<Self, KeyError> {
        der::from_pem(algorithm, pem).map(|material| Self::new(algorithm, material))
    }

    /// A public key in DER: a `SubjectPublicKeyInfo` ([RFC 5280 §4.1.2.7]) or an `RSAPublicKey`
    /// ([RFC 8017 §A.1.1]).
    ///
    /// # Errors
    ///
    /// If it is none, or does not go with the algorithm.
    ///
    /// [RFC 5280 §4.1.2.7]: https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.7
    /// [RFC 8017 §A.1.1]: https://www.rfc-editor.org/rfc/rfc8017#appendix-A.1.1
    pub fn from_der(algorithm: Algorithm, der: &[u8]) -> Result<Self, KeyError> {
        der::from_der(algorithm, der).map(|material| Self::new(algorithm, material))
    }

    /// Gives it a `kid`: from now on it verifies tokens that name this one, or none.
    ///
    /// # Errors
    ///
    /// If it is empty, or longer than 128 bytes.
    pub fn kid(mut self, kid: &str) -> Result<Self, KeyError> {
        if kid.is_empty() || kid.len() > LONGEST_KID {
            return Err(KeyError::Kid);
        }
        self.kid = Some(kid.into());
        Ok(self)
    }

    /// What it is for.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Its `kid`, if it has one.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    pub(super) fn new(algorithm: Algorithm, material: Material) -> Self {
        Self {
            algorithm,
            kid: None,
            material,
        }
    }

    /// Whether a token that says this of itself may be one of this key.
    pub(super) fn fits(&self, algorithm: Algorithm, kid: Option<&str>) -> bool {
        let named = match (self.id(), kid) {
            (Some(own), Some(kid)) => own == kid,
            (None, _) | (_, None) => true,
        };
        named && self.algorithm == algorithm
    }

    pub(super) fn has_signed(&self, backend: Backend, message: &[u8], signature: &Vec<u8>) -> bool {
        let length = self.algorithm.signature_length();
        length.is_none_or(|length| length == signature.len())
            && self
                .material
                .has_signed(backend, self.algorithm, message, signature)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("algorithm", &self.algorithm)
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}
