//! Several ways in order, and which one decides.

use std::fmt;

use http::request::Parts;

use crate::{
    attempt::{Attempt, Rejection},
    caught::caught,
    challenge::{Ask, Challenge, Challenges},
    grammar::is_token,
    inspect::{Inspection, Misconfiguration},
    outcome::Mode,
    step::Step,
};

use super::{
    contract::{Carrier, Presented, Redact, Scheme},
    field::{self, Field},
};

/// Several schemes for the same principals, in order. Made by
/// [`SchemeExt::or`](super::SchemeExt::or), or from one scheme.
pub struct Schemes<P> {
    entries: Vec<Entry<P>>,
}

struct Entry<P> {
    scheme: Box<dyn Scheme<Principal = P>>,
    name: &'static str,
    carrier: Carrier,
}

/// Which scheme was asked, and what it answers. `None`: what the request carries is no single
/// scheme's.
pub(crate) struct Asked<P> {
    pub(crate) scheme: Option<usize>,
    pub(crate) step: Step<Attempt<P>>,
}

impl<P> Asked<P> {
    const fn rejected(rejection: Rejection) -> Self {
        Self {
            scheme: None,
            step: Step::Now(Attempt::Rejected(rejection)),
        }
    }
}

impl<P: Clone + Send + Sync + 'static> Schemes<P> {
    /// These schemes, or another.
    #[must_use]
    pub fn or(mut self, other: impl Scheme<Principal = P>) -> Self {
        self.entries.push(Entry {
            name: other.name(),
            carrier: other.carrier(),
            scheme: Box::new(other),
        });
        self
    }

    /// Asks the scheme whose credentials the request carries: an explicit one if there is one,
    /// else the ambient ones in order.
    pub(crate) fn ask(&self, head: &Parts, mode: Mode) -> Asked<P> {
        match self.explicit(head, mode) {
            Explicit::None => self.ask_ambient(0, head),
            Explicit::One(place, credentials) => self.ask_one(place, head, credentials),
            Explicit::Rejected(rejection) => Asked::rejected(rejection),
        }
    }

    /// Asks the ambient schemes in order, from `place` on.
    pub(crate) fn ask_ambient(&self, place: usize, head: &Parts) -> Asked<P> {
        for (place, entry) in self.entries.iter().enumerate().skip(place) {
            if entry.carrier != Carrier::Ambient {
                continue;
            }
            let step = entry.scheme.attempt(&Presented::new(head, &[]));
            if !matches!(step, Step::Now(Attempt::Absent)) {
                return Asked {
                    scheme: Some(place),
                    step,
                };
            }
        }
        Asked {
            scheme: None,
            step: Step::Now(Attempt::Absent),
        }
    }

    /// Whether the scheme at `place` may find nothing, and give way to the next.
    pub(crate) fn gives_way(&self, place: usize) -> bool {
        self.entries
            .get(place)
            .is_some_and(|entry| entry.carrier == Carrier::Ambient)
    }

    /// What asks the caller so. `scheme` is the one that was tried, or that verified.
    pub(crate) fn challenges(&self, ask: Ask<'_>, scheme: Option<usize>) -> Option<Challenges> {
        match ask {
            Ask::Credentials | Ask::Again(_) => Challenges::all_of(
                self.entries
                    .iter()
                    .enumerate()
                    .filter_map(|(place, entry)| {
                        let tried = scheme == Some(place);
                        let again = tried.then(|| entry.challenge(ask)).flatten();
                        again.or_else(|| entry.challenge(Ask::Credentials))
                    }),
            ),
            Ask::MoreScopes(_) | Ask::StepUp(_) => {
                let verified = self.entries.get(scheme?)?;
                verified.challenge(ask).map(Challenges::one)
            }
        }
    }

    pub(crate) fn name(&self, place: Option<usize>) -> Option<&'static str> {
        Some(self.entries.get(place?)?.name)
    }

    pub(crate) fn redact(&self, head: &mut Parts, mode: Mode, how: Redact) {
        if self.read_authorization() {
            field::redact(head, &mode.authorization(), how);
        }
        for entry in &self.entries {
            match &entry.carrier {
                Carrier::Authorization => {}
                Carrier::Field(name) => field::redact(head, name, how),
                Carrier::Ambient => entry.scheme.redact(head, how),
            }
        }
    }

    pub(crate) fn inspect(&self, inspection: &mut Inspection) {
        for (place, entry) in self.entries.iter().enumerate() {
            entry.inspect(inspection);
            let mut earlier = self.entries.iter().take(place);
            if let Some(what) = earlier.find_map(|other| entry.shares(other)) {
                inspection.problem(Misconfiguration::SharedCredentials(what));
            }
        }
    }

    /// The explicit credentials on the request. Whatever is there and is not exactly one scheme's
    /// is rejected.
    fn explicit<'a>(&self, head: &'a Parts, mode: Mode) -> Explicit<'a> {
        let mut found = if self.read_authorization() {
            self.authorization(field::single(&head.headers, &mode.authorization()))
        } else {
            Explicit::None
        };
        for (place, entry) in self.entries.iter().enumerate() {
            let Carrier::Field(name) = &entry.carrier else {
                continue;
            };
            let next = match field::single(&head.headers, name) {
                Field::Absent => Explicit::None,
                Field::Once(value) => Explicit::One(place, value),
                Field::Malformed => Explicit::Rejected(Rejection::Malformed),
            };
            found = match (found, next) {
                (Explicit::None, next) => next,
                (found, Explicit::None) => found,
                (
                    Explicit::One(..) | Explicit::Rejected(_),
                    Explicit::One(..) | Explicit::Rejected(_),
                ) => {
                    return Explicit::Rejected(Rejection::Malformed);
                }
            };
        }
        found
    }

    fn read_authorization(&self) -> bool {
        let mut entries = self.entries.iter();
        entries.any(|entry| entry.carrier == Carrier::Authorization)
    }

    fn authorization<'a>(&self, field: Field<'a>) -> Explicit<'a> {
        let value = match field {
            Field::Absent => return Explicit::None,
            Field::Malformed => return Explicit::Rejected(Rejection::Malformed),
            Field::Once(value) => value,
        };
        let owner = field::split(value).and_then(|(name, credentials)| {
            let place = self.entries.iter().position(|entry| {
                entry.carrier == Carrier::Authorization
                    && entry.name.as_bytes().eq_ignore_ascii_case(name)
            })?;
            Some(Explicit::One(place, credentials))
        });
        owner.unwrap_or(Explicit::Rejected(Rejection::NotUnderstood))
    }

    fn ask_one(&self, place: usize, head: &Parts, credentials: &[u8]) -> Asked<P> {
        match self.entries.get(place) {
            Some(entry) => Asked {
                scheme: Some(place),
                step: entry.scheme.attempt(&Presented::new(head, credentials)),
            },
            None => Asked::rejected(Rejection::NotUnderstood),
        }
    }
}

impl<P: Clone + Send + Sync + 'static> Entry<P> {
    /// A scheme that panics has no words.
    fn challenge(&self, ask: Ask<'_>) -> Option<Challenge> {
        caught(|| self.scheme.challenge(ask)).flatten()
    }

    /// What is wrong with the scheme, and what would be with any.
    fn inspect(&self, inspection: &mut Inspection) {
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
        let mut parameters = challenge.iter().flat_map(Challenge::parameters);
        if let Some((_, realm)) = parameters.find(|(name, _)| *name == "realm") {
            inspect_realm(name, realm, inspection);
        }
    }

    /// What both would read, if they read the same.
    fn shares(&self, other: &Self) -> Option<String> {
        match (&self.carrier, &other.carrier) {
            (Carrier::Authorization, Carrier::Authorization) => {
                let (name, other) = (self.name, other.name);
                name.eq_ignore_ascii_case(other)
                    .then(|| format!("`{name}` credentials"))
            }
            (Carrier::Field(name), Carrier::Field(other)) => {
                (name == other).then(|| format!("the field `{name}`"))
            }
            (Carrier::Authorization | Carrier::Field(_) | Carrier::Ambient, _) => None,
        }
    }
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

/// The explicit credentials on a request.
enum Explicit<'a> {
    None,
    One(usize, &'a [u8]),
    Rejected(Rejection),
}

impl<S: Scheme> From<S> for Schemes<S::Principal> {
    fn from(scheme: S) -> Self {
        Self {
            entries: Vec::new(),
        }
        .or(scheme)
    }
}

impl<P> fmt::Debug for Schemes<P> {
    /// The names alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.entries.iter().map(|entry| entry.name);
        f.debug_list().entries(names).finish()
    }
}
