//! Keys that sign, and everything that a stranger can know of them.

use std::{fmt::Write as _, sync::LazyLock};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rsa::{
    BigUint, RsaPrivateKey,
    pkcs1::EncodeRsaPublicKey as _,
    pkcs8::{EncodePublicKey as _, LineEnding},
    traits::PublicKeyParts as _,
};

/// RFC 7515 §A.3.1.
const ES256: &str = "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI";
/// RFC 8037 §A.1.
const ED25519: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
/// RFC 7515 §A.2.1: modulus, private exponent, and both primes.
const RSA: [&str; 4] = [
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
    "Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ",
    "4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7ouZ2KKDcmnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc",
    "uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7TjeLQeZD_YwD66t62wDmpe_HlB-TnBA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc",
];
/// Another one, of nobody.
const RSA_2: [&str; 4] = [
    "n9syTXuy3a9yOpyiAEERcNshtceFyZmCRvL98HhkJP4-CSkGMG6F3YiD-6tF3syrY_ktheSRd5cm8OHG2Z51qRyOwDi2W9Fz0ZOulXt66hVjnfzM1fClwzGVKuKHNBxeeVPuJvkbW9B6AvWZBqp267dq6mIEVZVDbIntXLao42D_7Y3uMMdKtQe8CgF44tl39RG2mGHBuuD52Ic6s2TMDaiWmkWeBfbXirbunxo0GJizWVeFpBZWRKm1HSSKCEkj6eyA3KbQFAih79z_Anjq-2sSBq-Qs3R1_BjKTlPeWgn1GijPdT94sOx6UcywI51ti9unY7eiz0yYL8-KB1h6XQ",
    "PtSp9dh72jReYnk0F4N7tm761fcBN9b1ZKuXcg_v1LZ1baZJP3oBdax1q9KK2OJ7LwU-hlTrdCTd8mnbfaeRuZF27kicLISr0CEKyshI7H7Rs8QsQp6emJUBe2SkHbBU1b1OatUYksLjYgxkREF2Enn6NPunlnffk2a2--zzfsL--btu_X5NxopaJUTW2JYPTu0VBV1Cl-e6Res_f4W0GENGLV2H2Tx7NMvVH3jcjeQxlWu_zlBur7sZlmYfeOFuMwqzj2rXgrbpCLD0AC6yUunlRDbf3dC3tpjSEaMwD4K23diEUW8YoIKTQy5laqHgogIJk5TKZ2Tyc3bC5W1nxQ",
    "2jU31IoBbGYMyZ8WrUJW9OSnLIEn_ypiUFgV-SaGZA4LUa2Fyx2dAlI-Se7YW-buS5ZsNWUXiYMj8DBQrG-iH3LP8StiZjxsSbd8Kw1Z9kxk-IU1TrOt84dTzAWkC2gk6wnr9d_FtHZLypT_QzwflyPl7rwUAm2KrHS8oKaZg78",
    "u4rQocbXP21H4dqz-YmfdpTwbamu5Jdom3jvD35TuztcDMbyb_boPnRHh3eKJSsb4DUJfmYXEa-qY3w9Ya0Jal4eJ8bUTO0fdndjE7rlRN6bKXm5bLeHP0pHMCE4KQX2WRjSD8IGWk0Fe5LtCwWcjdkPiP6iml4MCsEDzUfRWOM",
];

/// The keys of the issuer that is trusted, by their `kid`, and their algorithms.
pub(crate) const OURS: [(&str, &str); 8] = [
    ("es256", "ES256"),
    ("es384", "ES384"),
    ("eddsa", "EdDSA"),
    ("rsa", "RS256"),
    ("rsa_2", "PS256"),
    ("hs256", "HS256"),
    ("hs384", "HS384"),
    ("hs512", "HS512"),
];

/// What a stranger may take for a secret: forms of the public keys.
pub(crate) const KNOWN_TO_ALL: [&str; 21] = [
    "nothing",
    "a zero byte",
    "rsa pem",
    "rsa pem without its last line feed",
    "rsa pem with carriage returns",
    "rsa pkcs1 pem",
    "rsa der",
    "rsa pkcs1 der",
    "rsa modulus",
    "rsa modulus as it is written",
    "rsa jwk",
    "es256 pem",
    "es256 der",
    "es256 point",
    "es256 x",
    "es256 jwk",
    "eddsa pem",
    "eddsa der",
    "eddsa x",
    "eddsa x as it is written",
    "jwks",
];

pub(crate) fn decoded(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).expect("base64url")
}

pub(crate) fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn p256(name: &str) -> p256::ecdsa::SigningKey {
    let bytes = match name {
        "es256" => decoded(ES256),
        "another issuer's es256" => vec![0x17; 32],
        "a stranger's es256" => vec![0x66; 32],
        _ => panic!("`{name}` is no key of P-256"),
    };
    p256::ecdsa::SigningKey::from_slice(&bytes).expect("a key")
}

pub(crate) fn p384(name: &str) -> p384::ecdsa::SigningKey {
    assert_eq!(name, "es384");
    p384::ecdsa::SigningKey::from_slice(&[0x42; 48]).expect("a key")
}

pub(crate) fn ed25519(name: &str) -> ed25519_dalek::SigningKey {
    let bytes = match name {
        "eddsa" => decoded(ED25519),
        "a stranger's eddsa" => vec![0x66; 32],
        _ => panic!("`{name}` is no key of Ed25519"),
    };
    ed25519_dalek::SigningKey::from_bytes(&bytes.try_into().expect("32 bytes"))
}

pub(crate) fn rsa(name: &str) -> RsaPrivateKey {
    static KEYS: LazyLock<[RsaPrivateKey; 2]> = LazyLock::new(|| [RSA, RSA_2].map(of_parts));
    match name {
        "rsa" => KEYS[0].clone(),
        "rsa_2" => KEYS[1].clone(),
        _ => panic!("`{name}` is no key of RSA"),
    }
}

fn of_parts(parts: [&str; 4]) -> RsaPrivateKey {
    let [n, d, p, q] = parts.map(|part| BigUint::from_bytes_be(&decoded(part)));
    RsaPrivateKey::from_components(n, BigUint::from(65537_u32), d, vec![p, q]).expect("a key")
}

/// A secret, or what a stranger may take for one.
pub(crate) fn secret(name: &str) -> Vec<u8> {
    let spki = |pem: bool, name: &str| match (name, pem) {
        ("rsa", true) => text(&rsa(name).to_public_key().to_public_key_pem(LineEnding::LF)),
        ("rsa", false) => rsa(name)
            .to_public_key()
            .to_public_key_der()
            .unwrap()
            .into_vec(),
        ("es256", true) => text(&p256(name).verifying_key().to_public_key_pem(LineEnding::LF)),
        ("es256", false) => p256(name)
            .verifying_key()
            .to_public_key_der()
            .unwrap()
            .into_vec(),
        (_, true) => text(
            &ed25519(name)
                .verifying_key()
                .to_public_key_pem(LineEnding::LF),
        ),
        (_, false) => ed25519(name)
            .verifying_key()
            .to_public_key_der()
            .unwrap()
            .into_vec(),
    };
    let public = |name| rsa(name).to_public_key();
    match name {
        "hs256" => vec![0xA5; 32],
        "hs384" => vec![0xA5; 48],
        "hs512" => vec![0xA5; 64],
        "nothing" => Vec::new(),
        "a zero byte" => vec![0],
        "rsa pem without its last line feed" => spki(true, "rsa").trim_ascii_end().to_vec(),
        "rsa pem with carriage returns" => text(&public("rsa").to_public_key_pem(LineEnding::CRLF)),
        "rsa pkcs1 pem" => text(&public("rsa").to_pkcs1_pem(LineEnding::LF)),
        "rsa pkcs1 der" => public("rsa").to_pkcs1_der().unwrap().into_vec(),
        "rsa modulus" => public("rsa").n().to_bytes_be(),
        "rsa modulus as it is written" => RSA[0].into(),
        "es256 point" => p256("es256").verifying_key().to_sec1_bytes().into_vec(),
        "es256 x" => p256("es256").verifying_key().to_sec1_bytes()[1..33].to_vec(),
        "eddsa x" => ed25519("eddsa").verifying_key().to_bytes().to_vec(),
        "eddsa x as it is written" => encoded(ed25519("eddsa").verifying_key()).into_bytes(),
        "jwks" => jwks().into_bytes(),
        _ => match name.split_once(' ') {
            Some((key, "pem")) => spki(true, key),
            Some((key, "der")) => spki(false, key),
            Some((key, "jwk")) => jwk(key, None).into_bytes(),
            _ => panic!("`{name}` is no secret"),
        },
    }
}

fn text<T: AsRef<str>, E: std::fmt::Debug>(pem: &Result<T, E>) -> Vec<u8> {
    pem.as_ref().expect("PEM").as_ref().into()
}

/// What is published of a key (RFC 7517), with its name as `kid` if there is an algorithm.
pub(crate) fn jwk(name: &str, algorithm: Option<&str>) -> String {
    let mut jwk = match name {
        "hs256" | "hs384" | "hs512" => {
            format!(r#"{{"kty":"oct","k":"{}""#, encoded(secret(name)))
        }
        "rsa" | "rsa_2" => {
            let key = rsa(name).to_public_key();
            let n = encoded(key.n().to_bytes_be());
            format!(r#"{{"kty":"RSA","n":"{n}","e":"AQAB""#)
        }
        "es384" => {
            let point = p384(name).verifying_key().to_encoded_point(false);
            let [x, y] = [point.x(), point.y()].map(|part| encoded(part.expect("a number")));
            format!(r#"{{"kty":"EC","crv":"P-384","x":"{x}","y":"{y}""#)
        }
        "eddsa" | "a stranger's eddsa" => {
            let x = encoded(ed25519(name).verifying_key());
            format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}""#)
        }
        _ => {
            let point = p256(name).verifying_key().to_encoded_point(false);
            let [x, y] = [point.x(), point.y()].map(|part| encoded(part.expect("a number")));
            format!(r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}""#)
        }
    };
    if let Some(algorithm) = algorithm {
        let kid = name.rsplit(' ').next().expect("a name");
        write!(jwk, r#","kid":"{kid}","alg":"{algorithm}""#).expect("a text");
    }
    jwk + "}"
}

/// The keys of the issuer that is trusted, as it publishes them, and its secrets.
pub(crate) fn jwks() -> String {
    let keys = OURS.map(|(name, algorithm)| jwk(name, Some(algorithm)));
    format!(r#"{{"keys":[{}]}}"#, keys.join(","))
}
