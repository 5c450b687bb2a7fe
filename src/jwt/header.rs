//! The header of a token: what it says of itself, and nothing that anybody follows.

use std::{borrow::Cow, fmt};

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::{
    algorithm::Algorithm,
    json::{Checked, Names, Text},
    key::LONGEST_KID,
};

/// How many members a header may have.
const MOST_MEMBERS: usize = 64;

/// What is read of a header. Keys, certificates and URLs in it (`jwk`, `jku`, `x5c`, `x5u`) are skipped
/// as unknown members are (RFC 7515 §4): nothing can follow them by accident.
pub(super) struct Header<'a> {
    /// `None` if it is none of ours.
    pub(super) algorithm: Option<Algorithm>,
    pub(super) kid: Option<Cow<'a, str>>,
    pub(super) typ: Option<Cow<'a, str>>,
}

impl<'de> Deserialize<'de> for Header<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Header<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the header of a token")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Header<'de>, A::Error> {
        let (mut names, mut alg, mut kid, mut typ) =
            (Names::at_most(MOST_MEMBERS), None, None, None);
        while let Some(name) = names.next(&mut members)? {
            match &*name {
                "alg" => alg = Some(members.next_value::<Text<'_>>()?.0),
                "kid" => kid = Some(members.next_value::<Text<'_>>()?.0),
                "typ" => typ = Some(members.next_value::<Text<'_>>()?.0),
                // A token in a token (RFC 7519 §5.2) is none that we issue anything for.
                "cty" => {
                    if is_nested(&members.next_value::<Text<'_>>()?.0) {
                        return Err(de::Error::custom("a token stands in a token"));
                    }
                }
                // RFC 7515 §4.1.11: there is no extension that we understand.
                "crit" | "b64" | "zip" | "enc" => {
                    members.next_value::<IgnoredAny>()?;
                    return Err(de::Error::custom("an extension is not understood"));
                }
                _ => members.next_value_seed(Checked::member())?,
            }
        }
        let Some(alg) = alg else {
            return Err(de::Error::missing_field("alg"));
        };
        if kid.as_ref().is_some_and(|kid| kid.len() > LONGEST_KID) {
            return Err(de::Error::custom("`kid` is too long"));
        }
        Ok(Header {
            algorithm: Algorithm::named(&alg),
            kid,
            typ,
        })
    }
}

fn is_nested(cty: &str) -> bool {
    media_type(cty).eq_ignore_ascii_case("jwt")
}

/// A media type without `application/`, which may be left out (RFC 7515 §4.1.9).
pub(super) fn media_type(typ: &str) -> &str {
    const PREFIX: &str = "application/";
    match typ.split_at_checked(PREFIX.len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) && !rest.contains('/') => rest,
        Some(_) | None => typ,
    }
}
