//! Several ways in order, and which one decides.

use std::{fmt, future::Future, sync::Arc};

use http::{HeaderName, request::Parts};

use crate::{
    attempt::{Attempt, Rejection},
    challenge::{Ask, Challenge, Challenges},
    inspect::{Inspection, Misconfiguration},
    outcome::Mode,
    step::Step,
    verify::IntoVerdict,
};

use super::{
    and_then::AndThen,
    contract::{BoxScheme, Carrier, Presented, Redact, Scheme},
    entry::{Entry, is_same},
    field::{self, Field},
    map::Map,
    query,
};

/// Several schemes for the same principals, in order. Made by
/// [`SchemeExt::or`](super::SchemeExt::or), or from one scheme.
pub struct Schemes<P> {
    entries: Vec<Entry<P>>,
    ignores_unknown: bool,
}

/// Which scheme was asked, and what it answers. `None`: what the request carries is no single
/// scheme's.
pub(crate) struct Asked<P> {
    pub(crate) scheme: Option<usize>,
    pub(crate) step: Step<Attempt<P>>,
}

impl<P> Asked<P> {
    const fn rejected(scheme: Option<usize>, rejection: Rejection) -> Self {
        Self {
            scheme,
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

    /// Turns the principals of all these schemes into others. See
    /// [`SchemeExt::map`](super::SchemeExt::map).
    #[must_use]
    pub fn map<Q, F>(self, turn: F) -> Schemes<Q>
    where
        Q: Clone + Send + Sync + 'static,
        F: Fn(P) -> Q + Send + Sync + 'static,
    {
        let turn = Arc::new(turn);
        self.each(|scheme| Box::new(Map::new(scheme, Arc::clone(&turn))))
    }

    /// Asks further about the principals of all these schemes. See
    /// [`SchemeExt::and_then`](super::SchemeExt::and_then).
    #[must_use]
    pub fn and_then<S, F, A>(
        self,
        state: S,
        check: F,
    ) -> Schemes<<A::Output as IntoVerdict>::Principal>
    where
        S: Clone + Send + Sync + 'static,
        F: Fn(S, P) -> A + Send + Sync + 'static,
        A: Future + Send + 'static,
        A::Output: IntoVerdict,
        <A::Output as IntoVerdict>::Principal: Clone + Send + Sync + 'static,
    {
        let check = Arc::new(check);
        self.each(|scheme| Box::new(AndThen::new(scheme, state.clone(), Arc::clone(&check))))
    }

    pub(super) fn each<Q>(self, turn: impl Fn(BoxScheme<P>) -> BoxScheme<Q>) -> Schemes<Q> {
        let entries = self.entries.into_iter().map(|entry| Entry {
            scheme: turn(entry.scheme),
            name: entry.name,
            carrier: entry.carrier,
        });
        Schemes {
            entries: entries.collect(),
            ignores_unknown: self.ignores_unknown,
        }
    }

    /// Takes `Authorization` for absent where it names a scheme that is none of these.
    pub(crate) fn ignore_unknown(&mut self) {
        self.ignores_unknown = true;
    }

    /// Asks the scheme whose credentials the request carries: an explicit one if there is one,
    /// else the ambient ones in order.
    pub(crate) fn ask(&self, head: &Parts, mode: Mode) -> Asked<P> {
        match self.explicit(head, mode) {
            Explicit::None => self.ask_ambient(0, head),
            Explicit::One(place, credentials) => self.ask_one(place, head, credentials),
            Explicit::Rejected(scheme, rejection) => Asked::rejected(scheme, rejection),
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
            Ask::Credentials | Ask::Again(_) => Challenges::all_of(self.worded(ask, scheme)),
            Ask::MoreScopes(_) | Ask::StepUp(_) => {
                let verified = self.entries.get(scheme?)?;
                verified.challenge(ask).map(Challenges::one)
            }
        }
    }

    /// One challenge of each scheme that has one. Of those that ask for the same (a token in
    /// `Authorization` and one in a cookie), the one of the scheme that was tried.
    fn worded(&self, ask: Ask<'_>, tried: Option<usize>) -> Vec<Challenge> {
        let mut worded = Vec::<Challenge>::new();
        for (place, entry) in self.entries.iter().enumerate() {
            let is_tried = tried == Some(place);
            let again = is_tried.then(|| entry.challenge(ask)).flatten();
            let Some(challenge) = again.or_else(|| entry.challenge(Ask::Credentials)) else {
                continue;
            };
            match worded.iter_mut().find(|there| is_same(there, &challenge)) {
                Some(there) if is_tried => *there = challenge,
                Some(_) => {}
                None => worded.push(challenge),
            }
        }
        worded
    }

    pub(crate) fn name(&self, place: Option<usize>) -> Option<&'static str> {
        Some(self.entries.get(place?)?.name)
    }

    /// Whether caches know by themselves that answers to these credentials are for one caller: what stands
    /// in `Authorization`, and nowhere else (RFC 9111 §3.5).
    pub(crate) fn are_known_to_caches(&self, place: Option<usize>, mode: Mode) -> bool {
        let entry = place.and_then(|place| self.entries.get(place));
        let in_authorization = entry.is_some_and(|entry| entry.carrier == Carrier::Authorization);
        in_authorization && mode == Mode::Origin
    }

    pub(crate) fn are_all_known_to_caches(&self, mode: Mode) -> bool {
        (0..self.entries.len()).all(|place| self.are_known_to_caches(Some(place), mode))
    }

    /// The fields that answers differ by, and caches do not know of.
    pub(crate) fn varies_by(&self) -> Vec<HeaderName> {
        let mut names = Vec::new();
        for name in self
            .entries
            .iter()
            .filter_map(|entry| entry.scheme.varies_by())
        {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Whether credentials may stand on a request that were not there when it was [redacted](Self::redact).
    /// What stands in a query cannot be marked.
    pub(crate) fn find_unmarked(&self, head: &Parts, mode: Mode) -> bool {
        let is_unmarked = |name: &HeaderName| {
            let mut lines = head.headers.get_all(name).iter();
            lines.any(|value| !value.is_sensitive())
        };
        self.entries.iter().any(|entry| match &entry.carrier {
            Carrier::Authorization => is_unmarked(&mode.authorization()),
            Carrier::Field(name) => is_unmarked(name),
            Carrier::Query(name) => !matches!(query::single(&head.uri, name), Field::Absent),
            Carrier::Ambient => entry
                .scheme
                .varies_by()
                .is_some_and(|name| is_unmarked(&name)),
        })
    }

    pub(crate) fn redact(&self, head: &mut Parts, mode: Mode, how: Redact) {
        if self.read_authorization() {
            field::redact(head, &mode.authorization(), how);
        }
        for entry in &self.entries {
            match &entry.carrier {
                Carrier::Authorization => {}
                Carrier::Field(name) => field::redact(head, name, how),
                Carrier::Query(_) | Carrier::Ambient => entry.scheme.redact(head, how),
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

    /// Reports what cannot be removed from a request.
    pub(crate) fn inspect_removal(&self, inspection: &mut Inspection) {
        for entry in &self.entries {
            if let Carrier::Query(name) = entry.carrier {
                inspection.problem(format!(
                    "credentials are to be removed, and those in the parameter `{name}` of the query \
                     cannot be: read them elsewhere, or leave them in"
                ));
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
            let next = match &entry.carrier {
                Carrier::Authorization | Carrier::Ambient => continue,
                Carrier::Field(name) => field::single(&head.headers, name),
                Carrier::Query(name) => query::single(&head.uri, name),
            };
            let next = match next {
                Field::Absent => Explicit::None,
                Field::Once(value) => Explicit::One(place, value),
                Field::Malformed => self.rejected([place], Rejection::Malformed),
            };
            found = match (found, next) {
                (Explicit::None, next) => next,
                (found, Explicit::None) => found,
                (found, next) => {
                    let both = [found.scheme(), next.scheme()].into_iter().flatten();
                    return self.rejected(both, Rejection::Malformed);
                }
            };
        }
        found
    }

    /// Credentials that the layer itself can make nothing of, where these schemes would have read
    /// them: as the first of them wants it told that wants it told otherwise.
    fn rejected<'a>(
        &self,
        places: impl IntoIterator<Item = usize>,
        plain: Rejection,
    ) -> Explicit<'a> {
        let mut told = places.into_iter().filter_map(|place| {
            let rejection = self.entries.get(place)?.scheme.malformed();
            (rejection != Rejection::Malformed)
                .then_some(Explicit::Rejected(Some(place), rejection))
        });
        told.next().unwrap_or(Explicit::Rejected(None, plain))
    }

    /// The schemes that read `Authorization`.
    fn in_authorization(&self) -> impl Iterator<Item = usize> {
        let entries = self.entries.iter().enumerate();
        entries
            .filter(|(_, entry)| entry.carrier == Carrier::Authorization)
            .map(|(place, _)| place)
    }

    fn read_authorization(&self) -> bool {
        self.in_authorization().next().is_some()
    }

    fn authorization<'a>(&self, field: Field<'a>) -> Explicit<'a> {
        let value = match field {
            Field::Absent => return Explicit::None,
            Field::Malformed => {
                return self.rejected(self.in_authorization(), Rejection::Malformed);
            }
            Field::Once(value) => value,
        };
        let Some((name, credentials)) = field::split(value) else {
            return self.rejected(self.in_authorization(), Rejection::NotUnderstood);
        };
        let owner = self.entries.iter().position(|entry| {
            entry.carrier == Carrier::Authorization
                && entry.name.as_bytes().eq_ignore_ascii_case(name)
        });
        match owner {
            Some(place) => Explicit::One(place, credentials),
            None if self.ignores_unknown => Explicit::None,
            None => Explicit::Rejected(None, Rejection::NotUnderstood),
        }
    }

    fn ask_one(&self, place: usize, head: &Parts, credentials: &[u8]) -> Asked<P> {
        match self.entries.get(place) {
            Some(entry) => Asked {
                scheme: Some(place),
                step: entry.scheme.attempt(&Presented::new(head, credentials)),
            },
            None => Asked::rejected(None, Rejection::NotUnderstood),
        }
    }
}

/// The explicit credentials on a request.
enum Explicit<'a> {
    None,
    One(usize, &'a [u8]),
    /// And the scheme whose credentials they would have been, where it words the rejection.
    Rejected(Option<usize>, Rejection),
}

impl Explicit<'_> {
    const fn scheme(&self) -> Option<usize> {
        match self {
            Self::None => None,
            Self::One(place, _) => Some(*place),
            Self::Rejected(scheme, _) => *scheme,
        }
    }
}

impl<S: Scheme> From<S> for Schemes<S::Principal> {
    fn from(scheme: S) -> Self {
        Self {
            entries: Vec::new(),
            ignores_unknown: false,
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
