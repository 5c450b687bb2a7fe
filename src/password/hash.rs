//! A password as the text to store, and what verifies it.

use std::hint::black_box;

use argon2::{Argon2, Params};
use constant_time_eq::constant_time_eq;
use zeroize::Zeroizing;

use crate::{grammar::is_unfit, secret::Secret};

use super::{
    error::HashError,
    parameters::Parameters,
    phc::{self, Algorithm, Phc},
    random::random,
};

/// The room that [`Basic`](crate::scheme::Basic) has for a password beside the longest user-id.
const LONGEST: usize = 1023;

/// Hashes a password with Argon2id and a fresh salt: the text to store, in the [PHC string format].
///
/// This takes the time that the parameters say. In a handler, do it in
/// `tokio::task::spawn_blocking`.
///
/// ```
/// use tower_auth::{Secret, password::{self, Parameters}};
///
/// # let parameters = Parameters::new(8, 1, 1)?;
/// # /*
/// let parameters = Parameters::default();
/// # */
/// let stored = password::hash(&Secret::from("open sesame"), parameters)?;
/// assert!(stored.starts_with("$argon2id$v=19$m="));
/// # Ok::<_, password::HashError>(())
/// ```
///
/// # Errors
///
/// A password that [`Basic`](crate::scheme::Basic) would never let through, or that is empty; no
/// randomness; too little memory.
///
/// [PHC string format]: https://github.com/P-H-C/phc-string-format
pub fn hash(password: &Secret<'_>, parameters: Parameters) -> Result<String, HashError> {
    let text = password.expose();
    if text.is_empty() {
        return Err(HashError::EmptyPassword);
    }
    if text.len() > LONGEST {
        return Err(HashError::LongPassword);
    }
    if text.chars().any(is_unfit) {
        return Err(HashError::UnfitPassword);
    }
    let salt: [u8; 16] = random()?;
    let algorithm = Algorithm::Argon2(phc::Argon2::Id, phc::Version::V19, parameters);
    let mut output = [0; 32];
    compute(algorithm, text.as_bytes(), &salt, &mut output)?;
    Ok(Phc::write_argon2id(parameters, &salt, &output))
}

/// A stored hash. Whether two are the same hash is no secret; what they are of is.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Hash(Phc);

impl Hash {
    /// Reads a stored hash, and checks that verifying takes neither too long nor too much memory.
    pub(crate) fn read(text: &str) -> Result<Self, HashError> {
        Phc::read(text).map(Self)
    }

    /// What is verified for those who have no hash: as much work, and nobody's.
    pub(crate) fn dummy(parameters: Parameters) -> Self {
        Self(Phc {
            algorithm: Algorithm::Argon2(phc::Argon2::Id, phc::Version::V19, parameters),
            salt: vec![0; 16],
            output: vec![0; 32],
        })
    }

    /// Whether it is as much work as one that is made with `parameters`.
    pub(crate) fn has(&self, parameters: Parameters) -> bool {
        let now = Algorithm::Argon2(phc::Argon2::Id, phc::Version::V19, parameters);
        self.0.algorithm == now
    }

    /// Whether it is of `password`. It takes as long for any other.
    pub(crate) fn verify(&self, password: &Secret<'_>) -> Result<bool, HashError> {
        let mut output = Zeroizing::new(vec![0; self.0.output.len()]);
        let password = password.expose().as_bytes();
        compute(self.0.algorithm, password, &self.0.salt, &mut output)?;
        Ok(constant_time_eq(&output, &self.0.output))
    }
}

/// The one place that hashes. What was read is within the limits, so that all that is left to go
/// wrong is a lack of memory.
fn compute(
    algorithm: Algorithm,
    password: &[u8],
    salt: &[u8],
    output: &mut [u8],
) -> Result<(), HashError> {
    match algorithm {
        Algorithm::Argon2(variant, version, parameters) => {
            let variant = match variant {
                phc::Argon2::D => argon2::Algorithm::Argon2d,
                phc::Argon2::I => argon2::Algorithm::Argon2i,
                phc::Argon2::Id => argon2::Algorithm::Argon2id,
            };
            let version = match version {
                phc::Version::V16 => argon2::Version::V0x10,
                phc::Version::V19 => argon2::Version::V0x13,
            };
            let (memory, passes) = (parameters.memory(), parameters.passes());
            Params::new(memory, passes, parameters.lanes(), Some(output.len()))
                .and_then(|parameters| {
                    Argon2::new(variant, version, parameters)
                        .hash_password_into(password, salt, output)
                })
                .map_err(|_| HashError::NoMemory)
        }
        Algorithm::Scrypt { log_n, r, p } => {
            reserve(log_n, r).ok_or(HashError::NoMemory)?;
            let parameters = scrypt::Params::new(log_n, r, p).map_err(|_| HashError::NoMemory)?;
            scrypt::scrypt(password, salt, &parameters, output).map_err(|_| HashError::NoMemory)
        }
        Algorithm::Pbkdf2 { sha, rounds } => {
            match sha {
                phc::Sha::Sha256 => {
                    pbkdf2::pbkdf2_hmac::<pbkdf2::sha2::Sha256>(password, salt, rounds, output);
                }
                phc::Sha::Sha512 => {
                    pbkdf2::pbkdf2_hmac::<pbkdf2::sha2::Sha512>(password, salt, rounds, output);
                }
            }
            Ok(())
        }
    }
}

/// What scrypt takes as memory, taken and given back: where there is none, scrypt would not answer an
/// error, but abort the process.
fn reserve(log_n: u8, r: u32) -> Option<()> {
    let blocks = 1_u64.checked_shl(log_n.into())?;
    let bytes = blocks.checked_mul(128)?.checked_mul(r.into())?;
    let mut memory = Vec::<u8>::new();
    memory.try_reserve_exact(bytes.try_into().ok()?).ok()?;
    // Unseen, the compiler would leave it out.
    black_box(&memory);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scrypt_without_memory_is_an_error_and_aborts_nothing() {
        for log_n in [47, 50, 56, 63] {
            let algorithm = Algorithm::Scrypt { log_n, r: 8, p: 1 };
            let computed = compute(algorithm, b"open sesame", b"salt", &mut [0; 32]);
            assert_eq!(computed, Err(HashError::NoMemory), "{log_n}");
        }
    }
}
