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
            Ok(key) if is_weak(*key) => Err(KeyError::Weak),
            Ok(key) => Ok(Material::ed25519(key)),
            Err(_) => Err(KeyError::Member("x")),
        },
        (Kind::Secret | Kind::Rsa | Kind::P256 | Kind::P384 | Kind::Ed25519, _) => {
            Err(KeyError::NotFor(algorithm))
        }
    }
}

/// The points of Ed25519 whose order is 1, 2, 4 or 8, in all their spellings but for the sign: for such a key
/// anybody can make signatures.
const WEAK: [[u8; 32]; 7] = {
    const fn ending_in(first: u8, middle: u8, last: u8) -> [u8; 32] {
        let mut point = [middle; 32];
        point[0] = first;
        point[31] = last;
        point
    }
    [
        ending_in(0, 0, 0),
        ending_in(1, 0, 0),
        [
            0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef,
            0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88,
            0x6d, 0x53, 0xfc, 0x05,
        ],
        [
            0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10,
            0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77,
            0x92, 0xac, 0x03, 0x7a,
        ],
        ending_in(0xec, 0xff, 0x7f),
        ending_in(0xed, 0xff, 0x7f),
        ending_in(0xee, 0xff, 0x7f),
    ]
};

fn is_weak(mut key: [u8; 32]) -> bool {
    key[31] &= 0x7f;
    WEAK.contains(&key)
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
