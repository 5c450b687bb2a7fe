//! Tokens, made as a row of a table says.

use std::collections::BTreeMap;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE},
};
use serde::Deserialize;

use crate::{
    keys::{OURS, encoded},
    sign::{Forged, forge},
    stand::{AUDIENCE, ISSUER, NOW},
};

/// How a token is made. What a row does not say is as in a token that is let in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Token {
    /// The key that signs, and by which algorithm.
    by: Option<String>,
    with: Option<String>,
    /// The whole of the header, or what replaces its members, what it lacks, and what is behind them.
    header: Option<String>,
    header_with: BTreeMap<String, String>,
    header_without: Vec<String>,
    header_more: Option<String>,
    header_as: Bytes,
    header_coded: Coded,
    claims: Option<String>,
    claims_with: BTreeMap<String, String>,
    claims_without: Vec<String>,
    claims_more: Option<String>,
    claims_as: Bytes,
    claims_coded: Coded,
    signature: Forged,
    signature_coded: Coded,
    /// The token as it is sent, of the three parts above.
    #[serde(rename = "token")]
    sent: Option<String>,
}

/// How text becomes bytes.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Bytes {
    #[default]
    Utf8,
    /// A byte order mark in front of it.
    Marked,
    Utf16Le,
    Utf16Be,
    /// Each character is one byte: not UTF-8 where one is beyond ASCII.
    Latin1,
    /// Its last character is a `"` of two bytes, as UTF-8 forbids it.
    Overlong,
    /// UTF-8 of a surrogate in place of each `?`.
    Surrogate,
}

/// How bytes become a part.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Coded {
    #[default]
    Plainly,
    Padded,
    /// In the alphabet of RFC 4648 §4.
    Standard,
    /// Bits that are left over are not zero.
    SpareBits,
    /// A space in its midst.
    Space,
    LineFeed,
    /// Padding in its midst.
    PaddedInside,
    /// A character less, so that none can be decoded.
    CutShort,
    Hex,
    /// As a URL escapes it.
    Percent,
}

impl Token {
    /// A token by this key and algorithm, as the text of it is sent.
    pub(crate) fn by(name: &str, algorithm: &str) -> Self {
        Self {
            by: Some(name.into()),
            with: Some(algorithm.into()),
            ..Self::default()
        }
    }

    /// The same, where the header is this.
    pub(crate) fn headed(self, header: &str) -> Self {
        Self {
            header: Some(header.into()),
            ..self
        }
    }

    /// The same, where the claims are this.
    pub(crate) fn saying(self, claims: &str) -> Self {
        Self {
            claims: Some(claims.into()),
            ..self
        }
    }

    /// The same, with this claim.
    pub(crate) fn claiming(mut self, name: &str, value: &str) -> Self {
        self.claims_with.insert(name.into(), value.into());
        self
    }

    fn key(&self) -> (&str, &str) {
        let by = self.by.as_deref().unwrap_or("es256");
        let ours = OURS.iter().find(|(name, _)| *name == by);
        let with = self.with.as_deref();
        (
            by,
            with.unwrap_or_else(|| ours.map_or("ES256", |(_, algorithm)| *algorithm)),
        )
    }

    /// The bytes of header and claims.
    pub(crate) fn said(&self) -> [Vec<u8>; 2] {
        let (by, with) = self.key();
        let header = [
            ("typ", r#""at+jwt""#.to_owned()),
            ("alg", format!(r#""{with}""#)),
        ];
        let kid = OURS.iter().any(|(name, _)| *name == by);
        let kid = kid.then(|| ("kid", format!(r#""{by}""#)));
        let claims = [
            ("iss", format!(r#""{ISSUER}""#)),
            ("sub", r#""5ba552d67""#.into()),
            ("aud", format!(r#""{AUDIENCE}""#)),
            ("exp", (NOW + 600).to_string()),
            ("iat", (NOW - 60).to_string()),
            ("jti", r#""dbe39bf3a3ba4238""#.into()),
            ("client_id", r#""s6BhdRkqt3""#.into()),
            ("scope", r#""read write""#.into()),
        ];
        let header = members(
            header.into_iter().chain(kid),
            (
                &self.header_with,
                &self.header_without,
                self.header_more.as_deref(),
            ),
        );
        let claims = members(
            claims.into_iter(),
            (
                &self.claims_with,
                &self.claims_without,
                self.claims_more.as_deref(),
            ),
        );
        [
            self.header_as
                .of(&repeated(self.header.as_ref().unwrap_or(&header))),
            self.claims_as
                .of(&repeated(self.claims.as_ref().unwrap_or(&claims))),
        ]
    }

    /// The three parts.
    pub(crate) fn parts(&self) -> [String; 3] {
        let [header, claims] = self.said();
        let (header, claims) = (self.header_coded.of(&header), self.claims_coded.of(&claims));
        let (by, with) = self.key();
        let signature = forge(
            self.signature,
            by,
            with,
            format!("{header}.{claims}").as_bytes(),
        );
        [header, claims, self.signature_coded.of(&signature)]
    }

    /// The token, as it is sent.
    pub(crate) fn text(&self) -> String {
        let [header, claims, signature] = self.parts();
        match &self.sent {
            None => format!("{header}.{claims}.{signature}"),
            Some(sent) => repeated(sent)
                .replace("{header}", &header)
                .replace("{claims}", &claims)
                .replace("{signature}", &signature),
        }
    }
}

type Changes<'a> = (&'a BTreeMap<String, String>, &'a [String], Option<&'a str>);

fn members<'a>(
    usual: impl Iterator<Item = (&'a str, String)>,
    (with, without, more): (&BTreeMap<String, String>, &Vec<String>, Option<&str>),
) -> String {
    let (with, without, more): Changes<'_> = (with, without, more);
    let mut members: Vec<(String, String)> = usual
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    for (name, value) in with {
        match members.iter_mut().find(|(usual, _)| usual == name) {
            Some(member) => member.1.clone_from(value),
            None => members.push((name.clone(), value.clone())),
        }
    }
    for name in without {
        let before = members.len();
        members.retain(|(usual, _)| usual != name);
        assert!(members.len() < before, "there was no `{name}`");
    }
    let members = members
        .iter()
        .map(|(name, value)| format!(r#""{name}":{value}"#));
    let members: Vec<_> = members.chain(more.map(str::to_owned)).collect();
    format!("{{{}}}", members.join(","))
}

/// With `⟨3×ab⟩` written out: `ababab`. A `#` in it becomes a number that counts.
pub(crate) fn repeated(text: &str) -> String {
    let mut whole = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('⟨') {
        let (inside, after) = after.split_once('⟩').expect("an end");
        let (times, what) = inside.split_once('×').expect("a number of times");
        whole += before;
        for place in 0..times.parse().expect("a number") {
            let place: usize = place;
            whole += &what.replace('#', &place.to_string());
        }
        rest = after;
    }
    whole + rest
}

impl Bytes {
    fn of(self, text: &str) -> Vec<u8> {
        let units = || text.encode_utf16();
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Marked => format!("\u{feff}{text}").into_bytes(),
            Self::Utf16Le => units().flat_map(u16::to_le_bytes).collect(),
            Self::Utf16Be => units().flat_map(u16::to_be_bytes).collect(),
            Self::Latin1 => {
                let bytes = text.chars().map(|char| u8::try_from(u32::from(char)));
                bytes.collect::<Result<_, _>>().expect("Latin-1")
            }
            Self::Overlong => {
                let (before, after) = text.rsplit_once('"').expect("a quote");
                [before.as_bytes(), &[0xC0, 0xA2], after.as_bytes()].concat()
            }
            Self::Surrogate => {
                let parts: Vec<_> = text.split('?').map(str::as_bytes).collect();
                parts.join(&[0xED, 0xA0, 0x80][..])
            }
        }
    }
}

impl Coded {
    fn of(self, bytes: &[u8]) -> String {
        let plain = encoded(bytes);
        let midst = plain.len() / 2;
        let (front, back) = plain.split_at(midst);
        match self {
            Self::Plainly => plain,
            Self::Padded => URL_SAFE.encode(bytes),
            Self::Standard => {
                let text = STANDARD_NO_PAD.encode(bytes);
                assert_ne!(text, plain, "both alphabets write it alike");
                text
            }
            Self::SpareBits => spare_bits(plain),
            Self::Space => format!("{front} {back}"),
            Self::LineFeed => format!("{front}\n{back}"),
            Self::PaddedInside => format!("{front}={back}"),
            Self::CutShort => {
                let end = plain.len() - (plain.len() + 3) % 4;
                plain[..end].to_owned()
            }
            Self::Hex => {
                let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
                let digits = digits.map(|digit| char::from_digit(digit.into(), 16));
                digits.map(|digit| digit.expect("a digit")).collect()
            }
            Self::Percent => format!("{front}%3D{back}"),
        }
    }
}

/// The next letter in place of the last one, which decodes to the same bytes where nobody looks.
fn spare_bits(plain: String) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    assert_ne!(plain.len() % 4, 0, "no bits are left over");
    let last = *plain.as_bytes().last().expect("a letter");
    let place = ALPHABET
        .iter()
        .position(|&letter| letter == last)
        .expect("base64url");
    let next = char::from(ALPHABET[place + 1]);
    format!("{}{next}", &plain[..plain.len() - 1])
}
