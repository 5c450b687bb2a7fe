//! The claims that every token is judged by.

use std::{borrow::Cow, fmt};

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::json::{Checked, MOST_MEMBERS, Names, Text};

/// Registered claims (RFC 7519 §4.1, RFC 9068 §2.2). Each is absent or as it must be: `null` and
/// a number in quotes are neither.
#[derive(Default)]
pub(super) struct Claims<'a> {
    pub(super) issuer: Option<Cow<'a, str>>,
    pub(super) subject: Option<Cow<'a, str>>,
    pub(super) audience: Option<Vec<Cow<'a, str>>>,
    pub(super) expires: Option<f64>,
    pub(super) not_before: Option<f64>,
    pub(super) issued_at: Option<f64>,
    pub(super) token_id: Option<Cow<'a, str>>,
    pub(super) session: Option<Cow<'a, str>>,
    pub(super) client: Option<Cow<'a, str>>,
    /// Whether it names a key or a certificate that its holder has to prove (RFC 7800).
    pub(super) bound: bool,
}

impl<'de> Deserialize<'de> for Claims<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Claims<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the claims of a token")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Claims<'de>, A::Error> {
        let mut names = Names::at_most(MOST_MEMBERS);
        let mut claims = Claims::default();
        while let Some(name) = names.next(&mut members)? {
            match &*name {
                "iss" => claims.issuer = Some(text(&mut members)?),
                "sub" => claims.subject = Some(text(&mut members)?),
                "aud" => claims.audience = Some(members.next_value::<Audience<'_>>()?.0),
                "exp" => claims.expires = Some(members.next_value()?),
                "nbf" => claims.not_before = Some(members.next_value()?),
                "iat" => claims.issued_at = Some(members.next_value()?),
                "jti" => claims.token_id = Some(text(&mut members)?),
                "sid" => claims.session = Some(text(&mut members)?),
                "client_id" => claims.client = Some(text(&mut members)?),
                "cnf" => {
                    members.next_value::<IgnoredAny>()?;
                    claims.bound = true;
                }
                _ => members.next_value_seed(Checked::member())?,
            }
        }
        Ok(claims)
    }
}

fn text<'de, A: MapAccess<'de>>(members: &mut A) -> Result<Cow<'de, str>, A::Error> {
    members.next_value::<Text<'de>>().map(|text| text.0)
}

/// One text, or several (RFC 7519 §4.1.3).
struct Audience<'a>(Vec<Cow<'a, str>>);

impl<'de> Deserialize<'de> for Audience<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Audience<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or a list of texts")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Audience<'de>, E> {
                Ok(Audience(vec![Cow::Borrowed(text)]))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Audience<'de>, E> {
                Ok(Audience(vec![Cow::Owned(text.to_owned())]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut texts: A) -> Result<Audience<'de>, A::Error> {
                let mut audience = Vec::new();
                while let Some(Text(text)) = texts.next_element()? {
                    audience.push(text);
                }
                Ok(Audience(audience))
            }
        }

        deserializer.deserialize_any(Reader)
    }
}
