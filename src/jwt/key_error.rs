//! What is wrong with a key.

use std::{error::Error, fmt, io, path::PathBuf};

use super::algorithm::Algorithm;

/// A key cannot verify tokens, and why. It holds no piece of the key.
#[derive(Debug)]
#[non_exhaustive]
pub enum KeyError {
    /// It is no PEM.
    Pem,
    /// It is a certificate, which holds a key and is none.
    Certificate,
    /// It is no DER of a public key (RFC 5280 §4.1.2.7, RFC 8017 §A.1.1).
    Der,
    /// It is no JSON of a key or of a set of keys (RFC 7517 §4 and §5).
    Json,
    /// It lacks a member, or the member is malformed.
    Member(&'static str),
    /// It is a private key.
    Private,
    /// It is not for signatures: `use` or `key_ops` says so.
    NotForSignatures,
    /// It is of a kind that no algorithm here works with.
    Kind,
    /// It names an algorithm that is not known here, or none where one must be named.
    UnknownAlgorithm,
    /// It does not go with this algorithm.
    NotFor(Algorithm),
    /// It is too short for this algorithm to be safe.
    TooShort(Algorithm),
    /// Anybody can sign for it: it is a point of small order (RFC 8032 §5.1).
    Weak,
    /// It is so long that verifying takes too long.
    TooLong(Algorithm),
    /// Its `kid` is empty or longer than 128 bytes.
    Kid,
    /// There are more keys than this.
    TooMany(usize),
    /// Not one of the keys of a set can verify tokens.
    NoneUsable,
    /// The file cannot be read.
    File(PathBuf, io::Error),
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pem => f.write_str(
                "the key is no PEM: begin with `-----BEGIN PUBLIC KEY-----` or \
                 `-----BEGIN RSA PUBLIC KEY-----`",
            ),
            Self::Certificate => f.write_str(
                "the PEM holds a certificate, not a key: take the key out of it, by \
                 `openssl x509 -pubkey -noout` for example",
            ),
            Self::Der => f.write_str(
                "the key is no DER of a public key: give a SubjectPublicKeyInfo or an RSAPublicKey",
            ),
            Self::Json => f.write_str(
                "the key is no JSON Web Key, or the set of them is none: give a JSON object, each member once; \
                 one key goes to `Key::from_jwk`, and a set (`{\"keys\":[..]}`) to `KeySet::from_jwks`",
            ),
            Self::Member(name) => write!(
                f,
                "`{name}` of the key is missing or malformed: write it as RFC 7518 §6 says"
            ),
            Self::Private => f.write_str(
                "the key is private: only who signs may have it, give the public one",
            ),
            Self::NotForSignatures => f.write_str(
                "the key is not for signatures: give one whose `use` is `sig`, or whose `key_ops` names `verify`",
            ),
            Self::Kind => f.write_str(
                "the key is of a kind that is not supported: give one of RSA, P-256, P-384 or Ed25519, or a secret",
            ),
            Self::UnknownAlgorithm => f.write_str(
                "the key names no algorithm that is known here: name one of `HS256` to `HS512`, `RS256` to `RS512`, \
                 `PS256` to `PS512`, `ES256`, `ES384` and `EdDSA`",
            ),
            Self::NotFor(algorithm) => {
                write!(f, "the key does not go with `{algorithm}`: name the algorithm that it is for")
            }
            Self::TooShort(algorithm) => match algorithm.least_secret() {
                Some(least) => write!(
                    f,
                    "the secret is too short for `{algorithm}`: give {least} bytes at least, made by chance"
                ),
                None => write!(
                    f,
                    "the key is too short for `{algorithm}`: give 2048 bits at least"
                ),
            },
            Self::Weak => f.write_str("anybody can sign for the key: give one that was made by chance"),
            Self::TooLong(algorithm) => {
                write!(f, "the key is too long for `{algorithm}`: give 4096 bits at most, and a small exponent")
            }
            Self::Kid => f.write_str("the `kid` of the key is empty or too long: give 1 to 128 bytes"),
            Self::TooMany(most) => write!(f, "there are too many keys: give {most} at most"),
            Self::NoneUsable => f.write_str(
                "no key of the set can verify tokens: give public keys of RSA, P-256, P-384 or Ed25519 for signatures",
            ),
            Self::File(path, _) => write!(f, "the file of keys `{}` cannot be read", path.display().to_string().escape_debug()),
        }
    }
}

impl Error for KeyError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::File(_, error) => Some(error),
            Self::Pem
            | Self::Certificate
            | Self::Der
            | Self::Json
            | Self::Member(_)
            | Self::Private
            | Self::NotForSignatures
            | Self::Kind
            | Self::UnknownAlgorithm
            | Self::NotFor(_)
            | Self::TooShort(_)
            | Self::Weak
            | Self::TooLong(_)
            | Self::Kid
            | Self::TooMany(_)
            | Self::NoneUsable => None,
        }
    }
}
