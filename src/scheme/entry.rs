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
        if let Some(realm) = challenge.as_ref().and_then(realm) {
            inspect_realm(name, realm, inspection);
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

/// Clients search a whole challenge for parameters, and find them inside of a realm.
fn inspect_realm(scheme: &'static str, realm: &str, inspection: &mut Inspection) {
    let realm = realm.to_ascii_lowercase();
    if realm.is_empty() {
        inspection.problem(Misconfiguration::EmptyRealm(scheme));
    }
    let parameters = ["error=", "scope=", "resource_metadata="];
    if parameters.iter().any(|parameter| realm.contains(parameter)) {
        inspection.problem(Misconfiguration::MisleadingRealm(scheme));
    }
}

fn realm(challenge: &Challenge) -> Option<&str> {
    let mut parameters = challenge.parameters();
    parameters.find_map(|(name, realm)| (name == "realm").then_some(realm))
}
