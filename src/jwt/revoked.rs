//! Tokens that were taken back, in a room of a fixed size: a table that knows neither locks nor clocks.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    sync::Arc,
    time::SystemTime,
};

use crate::clock::LONGEST_LEEWAY;

use super::token_ids::TokenIds;

/// How many entries are forgotten at once at most, so that nobody waits long for the lock.
const MOST_FORGOTTEN: usize = 64;

/// What is taken back: one token, or all of a session or of a subject.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Token,
    Session,
    Subject,
}

/// What is taken back, by name within its issuer.
#[derive(Clone, Copy)]
pub(super) struct Name<'a> {
    pub(super) kind: Kind,
    pub(super) issuer: &'a str,
    pub(super) id: &'a str,
}

/// How much of it, and for how long that has to be known.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    /// Only tokens that were issued up to then. `None` for all.
    pub(super) up_to: Option<SystemTime>,
    pub(super) until: SystemTime,
}

/// There is no room for another entry.
#[derive(Debug)]
pub(super) struct Full;

#[derive(Default)]
pub(super) struct Revoked {
    room: usize,
    issuers: HashMap<Arc<str>, Names>,
    /// One place for each entry, with a time at which it may be forgotten, unless that was put off since.
    queue: BinaryHeap<Reverse<Due>>,
}

/// The entries of an issuer.
#[derive(Default)]
struct Names {
    tokens: HashMap<Arc<str>, Entry>,
    sessions: HashMap<Arc<str>, Entry>,
    subjects: HashMap<Arc<str>, Entry>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Due {
    until: SystemTime,
    kind: Kind,
    issuer: Arc<str>,
    id: Arc<str>,
}

impl Revoked {
    pub(super) fn with_room(room: usize) -> Self {
        Self {
            room,
            ..Self::default()
        }
    }

    pub(super) const fn room(&self) -> usize {
        self.room
    }

    pub(super) fn len(&self) -> usize {
        self.queue.len()
    }

    /// Whether `token` was taken back. An entry counts as long as it is there.
    pub(super) fn contains(&self, token: &TokenIds<'_>) -> bool {
        let Some(names) = self.issuers.get(token.issuer()) else {
            return false;
        };
        let holds = |entries: &HashMap<Arc<str>, Entry>, id: Option<&str>| {
            id.and_then(|id| entries.get(id))
                .is_some_and(|entry| entry.covers(token))
        };
        holds(&names.tokens, token.token_id())
            || holds(&names.sessions, token.session())
            || holds(&names.subjects, token.subject())
    }

    /// Takes it back from now on. What was taken back already stays so, for as long as either says.
    pub(super) fn revoke(
        &mut self,
        name: Name<'_>,
        entry: Entry,
        now: SystemTime,
    ) -> Result<(), Full> {
        self.forget(now);
        let known = self.issuers.get_mut(name.issuer);
        if let Some(there) = known.and_then(|names| names.of(name.kind).get_mut(name.id)) {
            *there = there.and(entry);
            return Ok(());
        }
        if entry.is_over(now) {
            return Ok(());
        }
        if self.len() >= self.room {
            return Err(Full);
        }
        let issuer = self.issuers.get_key_value(name.issuer);
        let issuer =
            issuer.map_or_else(|| Arc::from(name.issuer), |(issuer, _)| Arc::clone(issuer));
        let id: Arc<str> = Arc::from(name.id);
        let names = self.issuers.entry(Arc::clone(&issuer)).or_default();
        names.of(name.kind).insert(Arc::clone(&id), entry);
        self.queue.push(Reverse(Due {
            until: entry.until,
            kind: name.kind,
            issuer,
            id,
        }));
        Ok(())
    }

    /// Forgets entries whose tokens have all expired.
    fn forget(&mut self, now: SystemTime) {
        for _ in 0..MOST_FORGOTTEN {
            let Some(Reverse(due)) = self.queue.peek() else {
                return;
            };
            if !is_over(due.until, now) {
                return;
            }
            let Some(Reverse(due)) = self.queue.pop() else {
                return;
            };
            self.forget_one(due, now);
        }
    }

    fn forget_one(&mut self, due: Due, now: SystemTime) {
        let Some(names) = self.issuers.get_mut(&due.issuer) else {
            return;
        };
        let entries = names.of(due.kind);
        match entries.get(&due.id) {
            Some(entry) if !entry.is_over(now) => {
                let until = entry.until;
                self.queue.push(Reverse(Due { until, ..due }));
            }
            Some(_) | None => {
                entries.remove(&due.id);
                if names.are_none() {
                    self.issuers.remove(&due.issuer);
                }
            }
        }
    }
}

impl Names {
    const fn of(&mut self, kind: Kind) -> &mut HashMap<Arc<str>, Entry> {
        match kind {
            Kind::Token => &mut self.tokens,
            Kind::Session => &mut self.sessions,
            Kind::Subject => &mut self.subjects,
        }
    }

    fn are_none(&self) -> bool {
        self.tokens.is_empty() && self.sessions.is_empty() && self.subjects.is_empty()
    }
}

impl Entry {
    /// A token that does not say when it was issued may have been issued then.
    fn covers(&self, token: &TokenIds<'_>) -> bool {
        match (self.up_to, token.issued_at()) {
            (Some(up_to), Some(issued)) => issued <= up_to,
            (None, _) | (_, None) => true,
        }
    }

    /// As much as both, for as long as either.
    fn and(self, other: Self) -> Self {
        Self {
            up_to: match (self.up_to, other.up_to) {
                (Some(a), Some(b)) => Some(a.max(b)),
                (None, _) | (_, None) => None,
            },
            until: self.until.max(other.until),
        }
    }

    pub(super) fn is_over(&self, now: SystemTime) -> bool {
        is_over(self.until, now)
    }
}

/// Whether no token can be true any more that expires by `until`: verifiers take them a while longer.
fn is_over(until: SystemTime, now: SystemTime) -> bool {
    let last = until.checked_add(LONGEST_LEEWAY);
    last.is_some_and(|last| last <= now)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn nothing_is_left_of_an_issuer_whose_entries_are_over() {
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let mut revoked = Revoked::with_room(2);
        for round in 0..5 {
            let now = at(round * 1_000);
            for kind in [Kind::Token, Kind::Session] {
                let issuer = format!("issuer {round}");
                let name = Name {
                    kind,
                    issuer: &issuer,
                    id: "a",
                };
                let entry = Entry {
                    up_to: None,
                    until: now,
                };
                revoked.revoke(name, entry, now).unwrap();
            }
            assert_eq!(revoked.issuers.len(), 1);
            assert_eq!(revoked.len(), 2);
        }
    }
}
