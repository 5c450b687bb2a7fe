//! JSON Web Keys, and sets of them (RFC 7517).

use serde::{Deserialize, de::IgnoredAny};
use serde_json::Value;

use crate::json::read_object;

use super::{
    algorithm::Algorithm,
    base64url::decode,
    crypto::Material,
    key::Key,
    key_error::KeyError,
    material::{Public, check},
};

/// The members that are read. All others are ignored (RFC 7517 §4), certificates and URLs among them.
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    alg: Option<String>,
    kid: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
    k: Option<String>,
    d: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Jwks {
    keys: Vec<Value>,
}

/// What is made of keys that a set holds.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    /// What keys of RSA are for that do not say it.
    pub(super) rsa: Algorithm,
    /// Whether secrets are taken: not from where others can read.
    pub(super) secrets: bool,
}

pub(super) const AS_THEY_ARE: Reading = Reading {
    rsa: Algorithm::RS256,
    secrets: true,
};

/// As many keys as a set may hold.
pub(super) const MOST: usize = 100;

impl Key {
    /// A JSON Web Key ([RFC 7517 §4]), with its `kid`.
    ///
    /// Without `alg`, a key of RSA is for `RS256`, one of P-256 for `ES256`, one of P-384 for `ES384`, one
    /// of Ed25519 for `EdDSA`; a secret has to say it.
    ///
    /// # Errors
    ///
    /// If it is none, is private, or is not for signatures.
    ///
    /// [RFC 7517 §4]: https://www.rfc-editor.org/rfc/rfc7517#section-4
    pub fn from_jwk(jwk: &str) -> Result<Self, KeyError> {
        let jwk = read_object(jwk.as_bytes()).ok_or(KeyError::Json)?;
        key(jwk, AS_THEY_ARE)
    }
}

/// The keys of a set that can be used: the others are skipped (RFC 7517 §5).
pub(super) fn read_set(text: &str, reading: Reading) -> Result<Vec<Key>, KeyError> {
    let set: Jwks = read_object(text.as_bytes()).ok_or(KeyError::Json)?;
    if set.keys.len() > MOST {
        return Err(KeyError::TooMany(MOST));
    }
    let jwks = set
        .keys
        .into_iter()
        .filter(Value::is_object)
        .filter_map(|jwk| Jwk::deserialize(jwk).ok());
    let keys: Vec<_> = jwks.filter_map(|jwk| key(jwk, reading).ok()).collect();
    if keys.is_empty() {
        return Err(KeyError::NoneUsable);
    }
    Ok(keys)
}

fn key(jwk: Jwk, reading: Reading) -> Result<Key, KeyError> {
    // RFC 7517 §4.2 and §4.3
    let verifies = |operations: &Vec<String>| operations.iter().any(|one| one == "verify");
    if jwk.usage.as_deref().is_some_and(|usage| usage != "sig")
        || !jwk.key_ops.as_ref().is_none_or(verifies)
    {
        return Err(KeyError::NotForSignatures);
    }
    let key = match jwk.kty.as_str() {
        "oct" if reading.secrets => {
            let algorithm = named(&jwk)?.ok_or(KeyError::UnknownAlgorithm)?;
            Key::from_secret(algorithm, member(jwk.k.as_deref(), "k")?)?
        }
        "RSA" | "EC" | "OKP" if jwk.d.is_some() => return Err(KeyError::Private),
        "RSA" | "EC" | "OKP" => {
            let (algorithm, material) = public(&jwk, reading)?;
            Key::new(algorithm, material)
        }
        _ => return Err(KeyError::Kind),
    };
    match jwk.kid {
        Some(kid) => key.kid(&kid),
        None => Ok(key),
    }
}

/// What it says that it is for. What is not known here is not taken for something else.
fn named(jwk: &Jwk) -> Result<Option<Algorithm>, KeyError> {
    let named = jwk.alg.as_deref().map(|alg| {
        let algorithm = Algorithm::named(alg);
        algorithm.ok_or(KeyError::UnknownAlgorithm)
    });
    named.transpose()
}

/// RFC 7518 §6.2 and §6.3, RFC 8037 §2.
fn public(jwk: &Jwk, reading: Reading) -> Result<(Algorithm, Material), KeyError> {
    let named = named(jwk)?;
    let x = || member(jwk.x.as_deref(), "x");
    let y = || member(jwk.y.as_deref(), "y");
    let checked = |algorithm, public: Public<'_>| Ok((algorithm, check(algorithm, &public)?));
    match (jwk.kty.as_str(), jwk.crv.as_deref()) {
        ("RSA", _) => {
            let (modulus, exponent) = (
                member(jwk.n.as_deref(), "n")?,
                member(jwk.e.as_deref(), "e")?,
            );
            let public = Public::Rsa {
                modulus: &modulus,
                exponent: &exponent,
            };
            checked(named.unwrap_or(reading.rsa), public)
        }
        ("EC", Some("P-256")) => {
            let public = Public::P256 { x: &x()?, y: &y()? };
            checked(named.unwrap_or(Algorithm::ES256), public)
        }
        ("EC", Some("P-384")) => {
            let public = Public::P384 { x: &x()?, y: &y()? };
            checked(named.unwrap_or(Algorithm::ES384), public)
        }
        ("OKP", Some("Ed25519")) => {
            checked(named.unwrap_or(Algorithm::EdDSA), Public::Ed25519(&x()?))
        }
        _ => Err(KeyError::Kind),
    }
}

fn member(value: Option<&str>, name: &'static str) -> Result<Vec<u8>, KeyError> {
    value.and_then(decode).ok_or(KeyError::Member(name))
}
