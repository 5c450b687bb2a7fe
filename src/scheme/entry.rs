//! One scheme among several.

use crate::{
    caught::caught,
    challenge::{Ask, Challenge},
    grammar::is_token,
    inspect::{Inspection, Misconfiguration},
};

use super::{
    contract::{BoxScheme, Carrier, Scheme},
    field,
};

/// A scheme, and what it said of itself when it was joined.
pub(super) struct Entry<P> {
    pub(super) scheme: BoxScheme<P>,
    pub(super) name: &'static str,
    pub(super) carrier: Carrier,
}

impl<P: Clone + Send + Sync + 'static> Entry<P> {
    /// A scheme that panics has no words.
    pub(super) fn challenge(&self, ask: Ask<'_>) -> Option<Challenge> {
        caught(|| self.scheme.challenge(ask)).flatten()
    }

    /// What is wrong with the scheme, and what would be with any.
    pub(super) fn inspect(&self, inspection: &mut Inspection) {
        self.scheme.inspect(inspection);
        let name = self.name;
        if !is_token(name.as_bytes()) {
            inspection.problem(Misconfiguration::SchemeName(name));
        }
        if let Carrier::Field(field) = &self.carrier
            && !field::is_free(field)
        {
            inspection.problem(Misconfiguration::FieldName(field.to_string()));
        }
        let Some(challenge) = caught(|| self.scheme.challenge(Ask::Credentials)) else {
            return inspection.problem(format!("`{name}` panics when it is asked to challenge"));
        };
        if let Some(challenge) = &challenge {
            inspect_challenge(name, challenge, inspection);
        }
    }

    /// What both would read, if they read the same.
    pub(super) fn shares(&self, other: &Self) -> Option<String> {
        match (&self.carrier, &other.carrier) {
            (Carrier::Authorization, Carrier::Authorization) => {
                let (name, other) = (self.name, other.name);
                name.eq_ignore_ascii_case(other)
                    .then(|| format!("`{name}` credentials"))
            }
            (Carrier::Field(name), Carrier::Field(other)) => {
                (name == other).then(|| format!("the field `{name}`"))
            }
            (Carrier::Query(name), Carrier::Query(other)) => {
                (name == other).then(|| format!("the parameter `{name}` of the query"))
            }
            (
                Carrier::Authorization | Carrier::Field(_) | Carrier::Query(_) | Carrier::Ambient,
                _,
            ) => None,
        }
    }
}

/// Whether two challenges are for the same: of one scheme (RFC 9110 §11.1), for one realm (§11.5).
pub(super) fn is_same(one: &Challenge, other: &Challenge) -> bool {
    let same_scheme = one.scheme().eq_ignore_ascii_case(other.scheme());
    same_scheme && realm(one) == realm(other)
}

/// Clients search a whole challenge for parameters, and find them inside of a realm, or of a URL.
fn inspect_challenge(scheme: &'static str, challenge: &Challenge, inspection: &mut Inspection) {
    if realm(challenge) == Some("") {
        inspection.problem(Misconfiguration::EmptyRealm(scheme));
    }
    for (name, value) in challenge.parameters() {
        let value = value.to_ascii_lowercase();
        let searched = ["error=", "scope=", "resource_metadata="];
        if !searched.iter().any(|parameter| value.contains(parameter)) {
            continue;
        }
        inspection.problem(match name {
            "realm" => Misconfiguration::MisleadingRealm(scheme),
            _ => Misconfiguration::from(format!(
                "`{name}` in the challenge of `{scheme}` reads like a parameter: leave out `error=`, \
                 `scope=` and `resource_metadata=`, which clients search for"
            )),
        });
    }
}

fn realm(challenge: &Challenge) -> Option<&str> {
    let mut parameters = challenge.parameters();
    parameters.find_map(|(name, realm)| (name == "realm").then_some(realm))
}
