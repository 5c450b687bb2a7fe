//! Public keys in PEM and DER.

use pkcs1::RsaPublicKeyRef;
use spki::{
    ObjectIdentifier, SubjectPublicKeyInfoRef,
    der::{Decode as _, Document},
};

use super::{
    algorithm::Algorithm,
    crypto::Material,
    key_error::KeyError,
    material::{Public, check},
};

// RFC 8017 §A.1, RFC 5480 §2.1.1, RFC 8410 §3.
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

pub(super) fn from_pem(algorithm: Algorithm, pem: &str) -> Result<Material, KeyError> {
    if pem.contains("-----BEGIN CERTIFICATE-----") {
        return Err(KeyError::Certificate);
    }
    let (label, document) = Document::from_pem(pem.trim()).map_err(|_| KeyError::Pem)?;
    match label {
        "PUBLIC KEY" => public(algorithm, document.as_bytes()),
        "RSA PUBLIC KEY" => rsa(algorithm, document.as_bytes()),
        label if label.ends_with("PRIVATE KEY") => Err(KeyError::Private),
        _ => Err(KeyError::Pem),
    }
}

pub(super) fn from_der(algorithm: Algorithm, der: &[u8]) -> Result<Material, KeyError> {
    match public(algorithm, der) {
        Err(KeyError::Der) => rsa(algorithm, der),
        read => read,
    }
}

fn public(algorithm: Algorithm, der: &[u8]) -> Result<Material, KeyError> {
    let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| KeyError::Der)?;
    let key = info.subject_public_key.as_bytes().ok_or(KeyError::Der)?;
    let curve = || info.algorithm.parameters_oid();
    match info.algorithm.oid {
        RSA => rsa(algorithm, key),
        EC => match (curve().map_err(|_| KeyError::Kind)?, key.split_first()) {
            // Uncompressed points only (RFC 5480 §2.2), as in a JWK.
            (P256, Some((4, point))) if point.len() == 64 => {
                let (x, y) = point.split_at(32);
                check(algorithm, &Public::P256 { x, y })
            }
            (P384, Some((4, point))) if point.len() == 96 => {
                let (x, y) = point.split_at(48);
                check(algorithm, &Public::P384 { x, y })
            }
            (P256 | P384, _) => Err(KeyError::Der),
            _ => Err(KeyError::Kind),
        },
        ED25519 => check(algorithm, &Public::Ed25519(key)),
        _ => Err(KeyError::Kind),
    }
}

fn rsa(algorithm: Algorithm, der: &[u8]) -> Result<Material, KeyError> {
    let key = RsaPublicKeyRef::from_der(der).map_err(|_| KeyError::Der)?;
    let public = Public::Rsa {
        modulus: key.modulus.as_bytes(),
        exponent: key.public_exponent.as_bytes(),
    };
    check(algorithm, &public)
}
