//! Keys that are made at the start, in all the forms in which they are wanted.

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der},
    rand,
    rsa::{KeyPair, KeySize},
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
        Ed25519KeyPair, KeyPair as _, RsaPublicKeyComponents,
    },
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use serde_json::{Value, json};
use tower_auth::jwt;

pub const KID: &str = "2026-11";

/// What signs, and what verifies.
pub struct Keys {
    pub algorithm: Algorithm,
    pub signing: EncodingKey,
    /// For whoever reads it as text.
    pub public: Public,
    jwk: Value,
}

pub enum Public {
    Secret(String),
    Rsa(String),
    Ec(String),
    Ed(String),
}

impl Keys {
    pub fn new(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 => Self::secret(algorithm),
            Algorithm::ES256 | Algorithm::ES384 => Self::ec(algorithm),
            Algorithm::EdDSA => Self::ed(algorithm),
            _ => Self::rsa(algorithm),
        }
    }

    fn secret(algorithm: Algorithm) -> Self {
        let mut bytes = [0; 64];
        rand::fill(&mut bytes).expect("chance");
        // One of the peers takes secrets as text only.
        let secret = URL_SAFE_NO_PAD.encode(bytes);
        Self {
            algorithm,
            signing: EncodingKey::from_secret(secret.as_bytes()),
            jwk: json!({ "kty": "oct", "k": URL_SAFE_NO_PAD.encode(&secret) }),
            public: Public::Secret(secret),
        }
    }

    fn rsa(algorithm: Algorithm) -> Self {
        let pair = KeyPair::generate(KeySize::Rsa2048).expect("a key");
        let private = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).expect("PKCS #8");
        let private = pem("PRIVATE KEY", private.as_ref());
        let parts = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public_key());
        Self {
            algorithm,
            signing: EncodingKey::from_rsa_pem(private.as_bytes()).expect("a key"),
            public: Public::Rsa(spki(pair.public_key())),
            jwk: json!({
                "kty": "RSA",
                "n": URL_SAFE_NO_PAD.encode(&parts.n),
                "e": URL_SAFE_NO_PAD.encode(&parts.e),
            }),
        }
    }

    fn ec(algorithm: Algorithm) -> Self {
        let (named, curve) = match algorithm {
            Algorithm::ES256 => (&ECDSA_P256_SHA256_FIXED_SIGNING, "P-256"),
            _ => (&ECDSA_P384_SHA384_FIXED_SIGNING, "P-384"),
        };
        let pair = EcdsaKeyPair::generate(named).expect("a key");
        let private = pair.to_pkcs8v1().expect("PKCS #8");
        let point = &pair.public_key().as_ref()[1..];
        let (x, y) = point.split_at(point.len() / 2);
        Self {
            algorithm,
            signing: EncodingKey::from_ec_der(private.as_ref()),
            public: Public::Ec(spki(pair.public_key())),
            jwk: json!({
                "kty": "EC",
                "crv": curve,
                "x": URL_SAFE_NO_PAD.encode(x),
                "y": URL_SAFE_NO_PAD.encode(y),
            }),
        }
    }

    fn ed(algorithm: Algorithm) -> Self {
        let pair = Ed25519KeyPair::generate().expect("a key");
        let private = pair.to_pkcs8v1().expect("PKCS #8");
        let public = pair.public_key();
        Self {
            algorithm,
            signing: EncodingKey::from_ed_der(private.as_ref()),
            public: Public::Ed(spki(public)),
            jwk: json!({
                "kty": "OKP",
                "crv": "Ed25519",
                "x": URL_SAFE_NO_PAD.encode(public.as_ref()),
            }),
        }
    }

    /// As an issuer publishes them.
    pub fn jwks(&self) -> String {
        json!({ "keys": [self.jwk()] }).to_string()
    }

    fn jwk(&self) -> Value {
        let mut jwk = self.jwk.clone();
        jwk["kid"] = json!(KID);
        jwk["alg"] = json!(format!("{:?}", self.algorithm));
        jwk
    }

    /// For `jsonwebtoken` 11, from a text as most programs have it.
    pub fn decoding(&self) -> DecodingKey {
        match &self.public {
            Public::Secret(secret) => DecodingKey::from_secret(secret.as_bytes()),
            Public::Rsa(pem) => DecodingKey::from_rsa_pem(pem.as_bytes()).expect("a key"),
            Public::Ec(pem) => DecodingKey::from_ec_pem(pem.as_bytes()).expect("a key"),
            Public::Ed(pem) => DecodingKey::from_ed_pem(pem.as_bytes()).expect("a key"),
        }
    }

    pub fn ours(&self) -> jwt::Key {
        jwt::Key::from_jwk(&self.jwk().to_string()).expect("a key")
    }
}

fn spki<'a>(key: &impl AsDer<PublicKeyX509Der<'a>>) -> String {
    pem("PUBLIC KEY", key.as_der().expect("DER").as_ref())
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines = text.as_bytes().chunks(64).map(String::from_utf8_lossy);
    let lines: Vec<_> = lines.collect();
    let lines = lines.join("\n");
    format!("-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n")
}
