//! Stored hashes, as they are written down: the [PHC string format](https://github.com/P-H-C/phc-string-format).

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};

use super::{
    error::HashError,
    parameters::{MOST_LANES, Parameters, within},
};

/// Longer texts are none of ours.
const LONGEST: usize = 512;
const MOST_ROUNDS: u64 = 2_000_000;
/// Enough for `ln=17,r=8`, the most that OWASP advises. It is less than Argon2 may take: where memory
/// is short, scrypt may abort the process.
const MOST_SCRYPT: u64 = 128 * 1024 * 1024;
/// Blocks of scrypt are small. Without this limit they alone would fill the memory.
const MOST_BLOCK: u64 = 32;

/// A stored hash, within the limits.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Phc {
    pub(super) algorithm: Algorithm,
    pub(super) salt: Vec<u8>,
    pub(super) output: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    Argon2(Argon2, Version, Parameters),
    Scrypt { log_n: u8, r: u32, p: u32 },
    Pbkdf2 { sha: Sha, rounds: u32 },
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Argon2 {
    D,
    I,
    Id,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    V16,
    V19,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sha {
    Sha256,
    Sha512,
}

impl Phc {
    /// Reads what stands in a table of users. There is one spelling for each hash, but for the
    /// length of the output that PBKDF2 may name.
    pub(super) fn read(text: &str) -> Result<Self, HashError> {
        if text.trim() != text {
            return Err(HashError::Space);
        }
        if let Some(kind) = old_kind(text) {
            return Err(HashError::Old(kind));
        }
        if text.len() > LONGEST {
            return Err(HashError::NotPhc);
        }
        let text = text.strip_prefix('$').ok_or(HashError::NotPhc)?;
        let (name, rest) = text.split_once('$').ok_or(HashError::NotPhc)?;
        match name {
            "argon2id" => argon2("argon2id", Argon2::Id, rest),
            "argon2i" => argon2("argon2i", Argon2::I, rest),
            "argon2d" => argon2("argon2d", Argon2::D, rest),
            "scrypt" => scrypt(rest),
            "pbkdf2-sha256" => pbkdf2("pbkdf2-sha256", Sha::Sha256, rest),
            "pbkdf2-sha512" => pbkdf2("pbkdf2-sha512", Sha::Sha512, rest),
            _ => Err(HashError::Algorithm),
        }
    }

    /// Writes a hash of Argon2id.
    pub(super) fn write_argon2id(parameters: Parameters, salt: &[u8], output: &[u8]) -> String {
        format!(
            "$argon2id$v=19$m={},t={},p={}${}${}",
            parameters.memory(),
            parameters.passes(),
            parameters.lanes(),
            STANDARD_NO_PAD.encode(salt),
            STANDARD_NO_PAD.encode(output),
        )
    }
}

fn argon2(name: &'static str, variant: Argon2, rest: &str) -> Result<Phc, HashError> {
    let (version, rest) = match rest.strip_prefix("v=") {
        None => (Version::V16, rest),
        Some(rest) => match rest.split_once('$') {
            Some(("16", rest)) => (Version::V16, rest),
            Some(("19", rest)) => (Version::V19, rest),
            _ => return Err(HashError::Version),
        },
    };
    let (parameters, salt, output) = fields(rest)?;
    let [memory, passes, lanes] =
        numbers(parameters, ["m", "t", "p"]).ok_or(HashError::Parameters {
            algorithm: name,
            expected: "m=..,t=..,p=..",
        })?;
    let parameters = Parameters::new(memory, passes, lanes)?;
    Ok(Phc {
        algorithm: Algorithm::Argon2(variant, version, parameters),
        salt,
        output,
    })
}

/// Limits on N, r and p of [RFC 7914](https://www.rfc-editor.org/rfc/rfc7914).
fn scrypt(rest: &str) -> Result<Phc, HashError> {
    let (parameters, salt, output) = fields(rest)?;
    let [log_n, r, p] = numbers(parameters, ["ln", "r", "p"]).ok_or(HashError::Parameters {
        algorithm: "scrypt",
        expected: "ln=..,r=..,p=..",
    })?;
    within("p", p.into(), 1, MOST_LANES)?;
    within("r", r.into(), 1, MOST_BLOCK)?;
    let most = (MOST_SCRYPT / 128 / u64::from(r)).ilog2();
    within("ln", log_n.into(), 1, most.into())?;
    let log_n = u8::try_from(log_n).map_err(|_| HashError::NotPhc)?;
    Ok(Phc {
        algorithm: Algorithm::Scrypt { log_n, r, p },
        salt,
        output,
    })
}

/// The rounds of [RFC 8018 §5.2](https://www.rfc-editor.org/rfc/rfc8018#section-5.2) are counted for
/// each block of the output.
fn pbkdf2(name: &'static str, sha: Sha, rest: &str) -> Result<Phc, HashError> {
    let (parameters, salt, output) = fields(rest)?;
    let with_length =
        numbers(parameters, ["i", "l"]).map(|[rounds, length]| (rounds, Some(length)));
    let without = || numbers(parameters, ["i"]).map(|[rounds]| (rounds, None));
    let (rounds, length) = with_length.or_else(without).ok_or(HashError::Parameters {
        algorithm: name,
        expected: "i=..,l=..",
    })?;
    if length.is_some_and(|length| usize::try_from(length) != Ok(output.len())) {
        return Err(HashError::Output);
    }
    let block = match sha {
        Sha::Sha256 => 32,
        Sha::Sha512 => 64,
    };
    let blocks = if output.len() > block { 2 } else { 1 };
    within("i", rounds.into(), 1, MOST_ROUNDS / blocks)?;
    Ok(Phc {
        algorithm: Algorithm::Pbkdf2 { sha, rounds },
        salt,
        output,
    })
}

/// Parameters, salt and output: all of them, and nothing more.
fn fields(rest: &str) -> Result<(&str, Vec<u8>, Vec<u8>), HashError> {
    let mut fields = rest.split('$');
    let (Some(parameters), Some(salt), Some(output), None) =
        (fields.next(), fields.next(), fields.next(), fields.next())
    else {
        return Err(HashError::NotPhc);
    };
    // RFC 9106 §4: 64 bits of salt suffice where space is scarce, and 128 bits of output everywhere.
    // 64 bytes is the longest output that the format knows.
    let salt = bytes(salt, 8).ok_or(HashError::Salt)?;
    let output = bytes(output, 16).ok_or(HashError::Output)?;
    Ok((parameters, salt, output))
}

fn bytes(text: &str, least: usize) -> Option<Vec<u8>> {
    let bytes = STANDARD_NO_PAD.decode(text).ok()?;
    (least..=64).contains(&bytes.len()).then_some(bytes)
}

/// The values of these parameters, in this order, and of no others.
fn numbers<const N: usize>(text: &str, names: [&str; N]) -> Option<[u32; N]> {
    let mut pairs = text.split(',');
    let mut numbers = [0; N];
    for (number, name) in numbers.iter_mut().zip(names) {
        let (given, value) = pairs.next()?.split_once('=')?;
        if given != name {
            return None;
        }
        *number = decimal(value)?;
    }
    pairs.next().is_none().then_some(numbers)
}

/// Without a sign and without zeros in front.
fn decimal(text: &str) -> Option<u32> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let short = text.len() == 1 || !text.starts_with('0');
    (plain && short).then(|| text.parse().ok()).flatten()
}

/// Kinds of hashes that stand in files of other servers.
fn old_kind(text: &str) -> Option<&'static str> {
    const KINDS: [(&str, &str); 12] = [
        ("$2a$", "bcrypt"),
        ("$2b$", "bcrypt"),
        ("$2x$", "bcrypt"),
        ("$2y$", "bcrypt"),
        ("$apr1$", "apr1"),
        ("$1$", "md5-crypt"),
        ("$5$", "sha256-crypt"),
        ("$6$", "sha512-crypt"),
        ("$y$", "yescrypt"),
        ("$7$", "scrypt-crypt"),
        ("$pbkdf2$", "pbkdf2 with SHA-1"),
        ("{", "ldap"),
    ];
    let by_start = KINDS.iter().find(|(start, _)| text.starts_with(start));
    let is_crypt = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/');
    match by_start {
        Some(_) if text.starts_with("{SHA}") => Some("{SHA}"),
        Some((_, kind)) => Some(kind),
        None if text.len() == 13 && text.bytes().all(is_crypt) => Some("crypt"),
        None => None,
    }
}
