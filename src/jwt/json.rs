//! JSON as strictly as a token needs it: every member once, and not too deep.

use std::{borrow::Cow, fmt};

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

/// How deep values may stand in each other: an object in an object is 2.
const DEEPEST: u8 = 16;

/// How many members an object may have, in claims.
pub(super) const MOST_MEMBERS: usize = 128;

/// A text, borrowed where it holds no escapes.
pub(super) struct Text<'de>(pub(super) Cow<'de, str>);

impl<'de> de::Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }

        deserializer.deserialize_str(Reader)
    }
}

/// The names of an object's members, each once.
pub(super) struct Names<'de> {
    names: Vec<Cow<'de, str>>,
    most: usize,
}

impl<'de> Names<'de> {
    /// No more than so many.
    pub(super) const fn at_most(most: usize) -> Self {
        Self {
            names: Vec::new(),
            most,
        }
    }

    /// The name of the next member.
    pub(super) fn next<A: MapAccess<'de>>(
        &mut self,
        members: &mut A,
    ) -> Result<Option<Cow<'de, str>>, A::Error> {
        let Some(Text(name)) = members.next_key()? else {
            return Ok(None);
        };
        if self.names.contains(&name) {
            return Err(de::Error::custom("a member stands there twice"));
        }
        if self.names.len() == self.most {
            return Err(de::Error::custom("an object has too many members"));
        }
        self.names.push(name.clone());
        Ok(Some(name))
    }
}

/// Reads a value and keeps nothing of it: it only sees that it is as it must be.
#[derive(Clone, Copy)]
pub(super) struct Checked {
    left: u8,
}

impl Checked {
    /// For the value of a member of the outermost object.
    pub(super) const fn member() -> Self {
        Self { left: DEEPEST - 1 }
    }

    fn deeper<E: de::Error>(self) -> Result<Self, E> {
        match self.left.checked_sub(1) {
            Some(left) => Ok(Self { left }),
            None => Err(E::custom("values stand too deep in each other")),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Checked {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Checked {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        while values.next_element_seed(inner)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        let mut names = Names::at_most(MOST_MEMBERS);
        while names.next(&mut members)?.is_some() {
            members.next_value_seed(inner)?;
        }
        Ok(())
    }
}
