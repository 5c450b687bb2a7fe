//! The list against a plain model of it, which looks through all that ever happened.

use std::{sync::atomic::Ordering, time::SystemTime};

use proptest::{
    collection::vec,
    option,
    prelude::*,
    test_runner::{Config, RngSeed},
};
use tower_auth::jwt::{RevocationError, RevocationList, TokenIds};

use crate::list::{at, clock, is_revoked};

const ISSUERS: [&str; 2] = ["https://as.example.net", "https://login.example.org"];
/// The same names for everything, so that one kind is taken for another wherever that can happen.
const NAMES: [&str; 3] = ["a", "b", "c"];
const GRACE: u64 = 300;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Token,
    Session,
    Subject,
}

#[derive(Clone, Debug)]
enum Done {
    Revoke {
        kind: Kind,
        issuer: usize,
        name: usize,
        up_to: Option<u64>,
        until: u64,
    },
    Wait(u64),
}

#[derive(Clone, Debug)]
struct Token {
    issuer: usize,
    id: Option<usize>,
    session: Option<usize>,
    subject: Option<usize>,
    issued: Option<u64>,
}

impl Token {
    fn ids(&self) -> TokenIds<'static> {
        let mut ids = TokenIds::new(ISSUERS[self.issuer], SystemTime::UNIX_EPOCH);
        if let Some(id) = self.id {
            ids = ids.with_token_id(NAMES[id]);
        }
        if let Some(session) = self.session {
            ids = ids.with_session(NAMES[session]);
        }
        if let Some(subject) = self.subject {
            ids = ids.with_subject(NAMES[subject]);
        }
        match self.issued {
            Some(issued) => ids.with_issued_at(at(issued)),
            None => ids,
        }
    }
}

/// What was taken back, one entry for each name.
#[derive(Default)]
struct Model {
    now: u64,
    entries: Vec<(Kind, usize, usize, Option<u64>, u64)>,
}

impl Model {
    /// Whether the room was enough.
    fn revoke(
        &mut self,
        room: usize,
        (kind, issuer, name): (Kind, usize, usize),
        up_to: Option<u64>,
        until: u64,
    ) -> bool {
        let now = self.now;
        self.entries.retain(|entry| entry.4 + GRACE > now);
        for entry in &mut self.entries {
            if (entry.0, entry.1, entry.2) == (kind, issuer, name) {
                entry.3 = entry.3.max(up_to);
                entry.4 = entry.4.max(until);
                return true;
            }
        }
        if until + GRACE <= now {
            return true;
        }
        let fits = self.entries.len() < room;
        if fits {
            self.entries.push((kind, issuer, name, up_to, until));
        }
        fits
    }

    fn is_revoked(&self, token: &Token) -> bool {
        self.entries.iter().any(|&(kind, issuer, name, up_to, _)| {
            let known_by = match kind {
                Kind::Token => token.id,
                Kind::Session => token.session,
                Kind::Subject => token.subject,
            };
            let early = match (up_to, token.issued) {
                (Some(up_to), Some(issued)) => issued <= up_to,
                (None, _) | (_, None) => true,
            };
            issuer == token.issuer && known_by == Some(name) && early
        })
    }
}

fn done() -> impl Strategy<Value = Done> {
    let kind = prop_oneof![Just(Kind::Token), Just(Kind::Session), Just(Kind::Subject)];
    let revoke = (kind, 0..2_usize, 0..3_usize, 0..2_000_u64, 0..2_000_u64).prop_map(
        |(kind, issuer, name, up_to, until)| {
            let up_to = (kind == Kind::Subject).then_some(up_to.min(until));
            Done::Revoke {
                kind,
                issuer,
                name,
                up_to,
                until,
            }
        },
    );
    prop_oneof![4 => revoke, 1 => (0..400_u64).prop_map(Done::Wait)]
}

fn token() -> impl Strategy<Value = Token> {
    let name = || option::of(0..3_usize);
    (0..2_usize, name(), name(), name(), option::of(0..2_000_u64)).prop_map(
        |(issuer, id, session, subject, issued)| Token {
            issuer,
            id,
            session,
            subject,
            issued,
        },
    )
}

fn cases() -> Config {
    Config {
        cases: 2_000,
        rng_seed: RngSeed::Fixed(7009),
        failure_persistence: None,
        ..Config::default()
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_list_does_as_a_plain_model_of_it(
        room in 1..20_usize,
        history in vec(done(), 1..60),
        tokens in vec(token(), 1..8),
    ) {
        let (clock, now) = clock();
        let list = RevocationList::with_capacity(room).clock(clock);
        let mut model = Model::default();
        for done in history {
            match done {
                Done::Wait(seconds) => {
                    model.now += seconds;
                    now.store(model.now, Ordering::SeqCst);
                }
                Done::Revoke { kind, issuer, name, up_to, until } => {
                    let (from, id) = (ISSUERS[issuer], NAMES[name]);
                    let taken = match (kind, up_to) {
                        (Kind::Token, _) => list.revoke_token(from, id, at(until)),
                        (Kind::Session, _) => list.revoke_session(from, id, at(until)),
                        (Kind::Subject, up_to) => {
                            list.revoke_subject_up_to(from, id, at(up_to.unwrap()), at(until))
                        }
                    };
                    if kind == Kind::Session && until + GRACE <= model.now {
                        prop_assert_eq!(taken, Err(RevocationError::TooShort));
                        continue;
                    }
                    let fits = model.revoke(room, (kind, issuer, name), up_to, until);
                    let full = RevocationError::Full { capacity: room };
                    prop_assert_eq!(taken, if fits { Ok(()) } else { Err(full) });
                    prop_assert_eq!(list.len(), model.entries.len());
                }
            }
            for token in &tokens {
                prop_assert_eq!(is_revoked(&list, &token.ids()), model.is_revoked(token));
            }
        }
    }
}
