//! What members of the metadata are made of.

/// A way to send a Bearer token that a resource accepts (`bearer_methods_supported`, [RFC 9728 §2]).
///
/// There is none for tokens in the body, which nothing here reads, and the RFC has no word for those in a
/// cookie or in a field of their own.
///
/// [RFC 9728 §2]: https://www.rfc-editor.org/rfc/rfc9728#section-2
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BearerMethod {
    /// In `Authorization` ([RFC 6750 §2.1](https://www.rfc-editor.org/rfc/rfc6750#section-2.1)).
    Header,
    /// In the query, as `access_token`
    /// ([RFC 6750 §2.3](https://www.rfc-editor.org/rfc/rfc6750#section-2.3)): where a `Bearer` is told so by
    /// [`dangerously_in_query`](crate::scheme::Bearer::dangerously_in_query).
    Query,
}

impl BearerMethod {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Query => "query",
        }
    }
}

/// The value of a member of your own: a text, a list of texts, a whole number, yes or no.
///
/// Made by [`From`]; see [`ResourceMetadataBuilder::member`](super::ResourceMetadataBuilder::member).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberValue(pub(super) Value);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    List(Vec<String>),
    Number(i64),
    Flag(bool),
}

impl From<&str> for MemberValue {
    fn from(text: &str) -> Self {
        Self(Value::Text(text.to_owned()))
    }
}

impl From<String> for MemberValue {
    fn from(text: String) -> Self {
        Self(Value::Text(text))
    }
}

impl From<bool> for MemberValue {
    fn from(flag: bool) -> Self {
        Self(Value::Flag(flag))
    }
}

impl From<u32> for MemberValue {
    fn from(number: u32) -> Self {
        Self(Value::Number(number.into()))
    }
}

impl From<i32> for MemberValue {
    fn from(number: i32) -> Self {
        Self(Value::Number(number.into()))
    }
}

impl<T: Into<String>> From<Vec<T>> for MemberValue {
    fn from(list: Vec<T>) -> Self {
        Self(Value::List(list.into_iter().map(Into::into).collect()))
    }
}

impl<T: Into<String>, const N: usize> From<[T; N]> for MemberValue {
    fn from(list: [T; N]) -> Self {
        Self(Value::List(list.into_iter().map(Into::into).collect()))
    }
}
