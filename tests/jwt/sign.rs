//! Signatures: true ones, and forged ones.

use hmac::Hmac;
use p256::ecdsa::signature::Signer as _;
use rsa::{
    BigUint, Pkcs1v15Sign, Pss, RsaPrivateKey,
    rand_core::{CryptoRng, RngCore},
    sha2::{Digest as _, Sha256, Sha384, Sha512},
    traits::{PrivateKeyParts as _, PublicKeyParts as _},
};
use serde::Deserialize;

use crate::{dice::Dice, keys};

/// What becomes of a signature.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Forged {
    /// It is true.
    #[default]
    Not,
    Empty,
    Zeros,
    Ones,
    OneByteLess,
    OneByteMore,
    ZeroInFront,
    Twice,
    HalvesSwapped,
    FirstHalf,
    /// ECDSA in DER, as certificates hold it.
    Der,
    RZero,
    SZero,
    ROrder,
    SOrder,
    SOrderPlusOne,
    /// The other `s` that is as true: that of ECDSA is no secret's business.
    SNegated,
    /// Ed25519: `S` plus the order, which is not canonical (RFC 8032 §5.1.7).
    SPlusOrder,
    /// PKCS #1 v1.5 (RFC 8017 §9.2), made with the private key, so that only the form is wrong.
    NoNull,
    OtherHash,
    BehindTheHash,
    ShortPadding,
    WrongPadding,
    BlockTypeTwo,
    /// PSS without a salt: RFC 7518 §3.5 wants one as long as the hash.
    NoSalt,
}

/// The order of P-256, of P-384, and that of Ed25519, big-endian.
const ORDERS: [&str; 3] = [
    "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
    "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973",
    "1000000000000000000000000000000014DEF9DEA2F79CD65812631A5CF5D3ED",
];

struct Chance(Dice);

impl RngCore for Chance {
    fn next_u32(&mut self) -> u32 {
        rsa::rand_core::impls::next_u32_via_fill(self)
    }

    fn next_u64(&mut self) -> u64 {
        rsa::rand_core::impls::next_u64_via_fill(self)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        bytes.fill_with(|| self.0.byte());
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rsa::rand_core::Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl CryptoRng for Chance {}

/// Signs `message` by `algorithm`, with the key of this name.
pub(crate) fn sign(name: &str, algorithm: &str, message: &[u8]) -> Vec<u8> {
    match algorithm {
        "HS256" => mac::<Hmac<Sha256>>(name, message),
        "HS384" => mac::<Hmac<Sha384>>(name, message),
        "HS512" => mac::<Hmac<Sha512>>(name, message),
        "ES256" => {
            let signature: p256::ecdsa::Signature = keys::p256(name).sign(message);
            signature.to_vec()
        }
        "ES384" => {
            let signature: p384::ecdsa::Signature = keys::p384(name).sign(message);
            signature.to_vec()
        }
        "EdDSA" => keys::ed25519(name).sign(message).to_vec(),
        _ => {
            let (key, digest) = (keys::rsa(name), digest(algorithm, message));
            let signature = match algorithm {
                "RS256" => key.sign(Pkcs1v15Sign::new::<Sha256>(), &digest),
                "RS384" => key.sign(Pkcs1v15Sign::new::<Sha384>(), &digest),
                "RS512" => key.sign(Pkcs1v15Sign::new::<Sha512>(), &digest),
                _ => return salted(&key, algorithm, &digest, digest.len()),
            };
            signature.expect("a signature")
        }
    }
}

/// The signature of `message`, forged.
pub(crate) fn forge(forged: Forged, name: &str, algorithm: &str, message: &[u8]) -> Vec<u8> {
    let real = sign(name, algorithm, message);
    let (r, s) = real.split_at(real.len() / 2);
    let zero = vec![0; s.len()];
    let order = || match algorithm {
        "ES256" => number(ORDERS[0]),
        "ES384" => number(ORDERS[1]),
        _ => number(ORDERS[2]),
    };
    let wide = |number: &BigUint| {
        let bytes = number.to_bytes_be();
        [vec![0; s.len() - bytes.len()], bytes].concat()
    };
    match forged {
        Forged::Not => real,
        Forged::Empty => Vec::new(),
        Forged::Zeros => vec![0; real.len()],
        Forged::Ones => vec![0xFF; real.len()],
        Forged::OneByteLess => real[..real.len() - 1].to_vec(),
        Forged::OneByteMore => [&*real, &[0]].concat(),
        Forged::ZeroInFront => [&[0], &*real].concat(),
        Forged::Twice => [&*real, &*real].concat(),
        Forged::HalvesSwapped => [s, r].concat(),
        Forged::FirstHalf => r.to_vec(),
        Forged::Der => {
            let signature = p256::ecdsa::Signature::from_slice(&real).expect("a signature");
            signature.to_der().as_bytes().to_vec()
        }
        Forged::RZero => [&*zero, s].concat(),
        Forged::SZero => [r, &*zero].concat(),
        Forged::ROrder => [&*wide(&order()), s].concat(),
        Forged::SOrder => [r, &*wide(&order())].concat(),
        Forged::SOrderPlusOne => [r, &*wide(&(order() + 1_u32))].concat(),
        Forged::SNegated => [r, &*wide(&(order() - BigUint::from_bytes_be(s)))].concat(),
        Forged::SPlusOrder => {
            let mut sum = (BigUint::from_bytes_le(s) + order()).to_bytes_le();
            sum.resize(s.len(), 0);
            [r, &*sum].concat()
        }
        Forged::NoNull
        | Forged::OtherHash
        | Forged::BehindTheHash
        | Forged::ShortPadding
        | Forged::WrongPadding
        | Forged::BlockTypeTwo => padded(forged, &keys::rsa(name), &digest(algorithm, message)),
        Forged::NoSalt => salted(&keys::rsa(name), algorithm, &digest(algorithm, message), 0),
    }
}

fn number(hex: &str) -> BigUint {
    BigUint::parse_bytes(hex.as_bytes(), 16).expect("a number")
}

fn mac<M: hmac::Mac + hmac::digest::KeyInit>(name: &str, message: &[u8]) -> Vec<u8> {
    let mac = <M as hmac::Mac>::new_from_slice(&keys::secret(name)).expect("a secret");
    mac.chain_update(message).finalize().into_bytes().to_vec()
}

fn digest(algorithm: &str, message: &[u8]) -> Vec<u8> {
    match &algorithm[2..] {
        "256" => Sha256::digest(message).to_vec(),
        "384" => Sha384::digest(message).to_vec(),
        "512" => Sha512::digest(message).to_vec(),
        _ => panic!("`{algorithm}` is none of these tests"),
    }
}

fn salted(key: &RsaPrivateKey, algorithm: &str, digest: &[u8], salt: usize) -> Vec<u8> {
    let scheme = match algorithm {
        "PS256" => Pss::new_with_salt::<Sha256>(salt),
        "PS384" => Pss::new_with_salt::<Sha384>(salt),
        "PS512" => Pss::new_with_salt::<Sha512>(salt),
        _ => panic!("`{algorithm}` is none of these tests"),
    };
    let mut chance = Chance(Dice(7));
    key.sign_with_rng(&mut chance, scheme, digest)
        .expect("a signature")
}

/// `DigestInfo` of SHA-256 and of SHA-1, up to the hash (RFC 8017 §9.2).
const SHA256: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];
const SHA256_WITHOUT_NULL: [u8; 17] = [
    0x30, 0x2F, 0x30, 0x0B, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x04,
    0x20,
];
const SHA3_256: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x08, 0x05,
    0x00, 0x04, 0x20,
];

/// What is encrypted with the private key is nearly what PKCS #1 v1.5 says.
fn padded(forged: Forged, key: &RsaPrivateKey, digest: &[u8]) -> Vec<u8> {
    let whole = key.size();
    let (block, fill, info, behind, padding) = match forged {
        Forged::NoNull => (1, 0xFF, &SHA256_WITHOUT_NULL[..], 0, None),
        Forged::OtherHash => (1, 0xFF, &SHA3_256[..], 0, None),
        Forged::BehindTheHash => (1, 0xFF, &SHA256[..], whole - 3 - 8 - 19 - 32, Some(8)),
        Forged::ShortPadding => (1, 0xFF, &SHA256[..], 1, None),
        Forged::WrongPadding => (1, 0xFE, &SHA256[..], 0, None),
        _ => (2, 0xFF, &SHA256[..], 0, None),
    };
    let rest = [&[0], info, digest, &vec![0; behind]].concat();
    let fill = vec![fill; padding.unwrap_or(whole - 2 - rest.len())];
    let block = [vec![0, block], fill, rest].concat();
    assert_eq!(block.len(), whole);
    let number = BigUint::from_bytes_be(&block).modpow(key.d(), key.n());
    let bytes = number.to_bytes_be();
    [vec![0; whole - bytes.len()], bytes].concat()
}
