//! Where a token stands on a request, and how it is taken from there.

use std::borrow::Cow;

use http::{HeaderName, request::Parts};

use crate::{
    inspect::{Inspection, Misconfiguration},
    secret::Secret,
};

use super::{
    contract::{Carrier, Presented, Redact},
    cookie::Cookie,
    field::Field,
    query,
};

/// Where a token stands.
pub(super) enum Place {
    Authorization,
    Cookie(Cookie),
    /// Or the name that is none.
    Field(Result<HeaderName, String>),
    Query(&'static str),
}

/// What stands there. The grammar of a token is for others to check.
pub(super) enum Found<'a> {
    Absent,
    Token(Secret<'a>),
    Malformed,
    CrossOrigin,
}

impl Place {
    pub(super) fn field(name: &str) -> Self {
        Self::Field(HeaderName::try_from(name).map_err(|_| name.to_owned()))
    }

    pub(super) fn carrier(&self) -> Carrier {
        match self {
            Self::Authorization => Carrier::Authorization,
            Self::Field(Ok(name)) => Carrier::Field(name.clone()),
            Self::Query(name) => Carrier::Query(name),
            // A layer with a field that has no name cannot be built.
            Self::Cookie(_) | Self::Field(Err(_)) => Carrier::Ambient,
        }
    }

    pub(super) fn find<'a>(&self, presented: &Presented<'a>) -> Found<'a> {
        let head = presented.head();
        match self {
            Self::Authorization | Self::Field(_) => text(presented.credentials()),
            Self::Query(_) => match query::decode(presented.credentials()) {
                Some(Cow::Borrowed(token)) => Found::Token(Secret::from(token)),
                Some(Cow::Owned(token)) => Found::Token(Secret::from(token)),
                None => Found::Malformed,
            },
            Self::Cookie(cookie) => match cookie.read(&head.headers) {
                Field::Absent => Found::Absent,
                Field::Once(_) | Field::Malformed if !cookie.counts(head) => Found::CrossOrigin,
                Field::Once(token) => text(token),
                Field::Malformed => Found::Malformed,
            },
        }
    }

    /// The layer looks after fields. A URI stays as it is.
    pub(super) fn redact(&self, head: &mut Parts, how: Redact) {
        match self {
            Self::Cookie(cookie) => cookie.redact(&mut head.headers, how),
            Self::Authorization | Self::Field(_) | Self::Query(_) => {}
        }
    }

    pub(super) fn inspect(&self, inspection: &mut Inspection) {
        match self {
            Self::Authorization | Self::Field(Ok(_)) => {}
            Self::Cookie(cookie) => cookie.inspect(inspection),
            Self::Field(Err(name)) => {
                inspection.problem(Misconfiguration::FieldName(name.clone()));
            }
            Self::Query(name) if query::is_plain(name) => {}
            Self::Query(name) => inspection.problem(format!(
                "`{}` is no name of a parameter: use letters, digits and underscores, as in \
                 `access_token`",
                name.escape_debug()
            )),
        }
    }
}

fn text(token: &[u8]) -> Found<'_> {
    str::from_utf8(token).map_or(Found::Malformed, |token| Found::Token(Secret::from(token)))
}
