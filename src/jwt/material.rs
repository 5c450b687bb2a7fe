//! What material must be before it becomes a key.

use super::{
    algorithm::{Algorithm, Kind},
    crypto::Material,
    key_error::KeyError,
};

/// Public material, as it was read.
pub(super) enum Public<'a> {
    /// Modulus and exponent, big-endian.
    Rsa {
        modulus: &'a [u8],
        exponent: &'a [u8],
    },
    /// Both coordinates of a point of P-256.
    P256 {
        x: &'a [u8],
        y: &'a [u8],
    },
    /// Both coordinates of a point of P-384.
    P384 {
        x: &'a [u8],
        y: &'a [u8],
    },
    Ed25519(&'a [u8]),
}

/// Checks what the backends do not, or not both (RFC 7518 §3.3 and §6.2, RFC 8032 §5.1.5).
pub(super) fn check(algorithm: Algorithm, public: &Public<'_>) -> Result<Material, KeyError> {
    match (algorithm.kind(), public) {
        (Kind::Rsa, Public::Rsa { modulus, exponent }) => rsa(algorithm, modulus, exponent),
        (Kind::P256, Public::P256 { x, y }) => point(x, y, 32),
        (Kind::P384, Public::P384 { x, y }) => point(x, y, 48),
        (Kind::Ed25519, Public::Ed25519(key)) => match <&[u8; 32]>::try_from(*key) {
            Ok(key) => Ok(Material::ed25519(key)),
            Err(_) => Err(KeyError::Member("x")),
        },
        (Kind::Secret | Kind::Rsa | Kind::P256 | Kind::P384 | Kind::Ed25519, _) => {
            Err(KeyError::NotFor(algorithm))
        }
    }
}

/// 2048 bits are the least (RFC 7518 §3.3); more than 4096, or a long exponent, and a stranger's token
/// keeps us busy.
fn rsa(algorithm: Algorithm, modulus: &[u8], exponent: &[u8]) -> Result<Material, KeyError> {
    let (modulus, exponent) = (unpadded(modulus), unpadded(exponent));
    let lead = modulus
        .first()
        .map_or(0, |first| first.leading_zeros() as usize);
    let bits = modulus.len() * 8 - lead;
    let odd = |number: &[u8]| number.last().is_some_and(|last| last % 2 == 1);
    if !odd(modulus) {
        Err(KeyError::Member("n"))
    } else if !odd(exponent) || exponent == [1] {
        Err(KeyError::Member("e"))
    } else if bits < 2048 {
        Err(KeyError::TooShort(algorithm))
    } else if bits > 4096 || exponent.len() > 4 {
        Err(KeyError::TooLong(algorithm))
    } else {
        Ok(Material::rsa(modulus, exponent))
    }
}

fn unpadded(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|&&byte| byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}

/// Coordinates are as long as the field (RFC 7518 §6.2.1.2). Whether the point is on the curve is
/// seen by the backend whenever it verifies: no signature is true for one that is not.
fn point(x: &[u8], y: &[u8], length: usize) -> Result<Material, KeyError> {
    if x.len() != length {
        return Err(KeyError::Member("x"));
    }
    if y.len() != length {
        return Err(KeyError::Member("y"));
    }
    Ok(Material::point(&[&[4], x, y].concat()))
}
