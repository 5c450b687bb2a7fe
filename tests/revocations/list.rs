//! The list in memory: what it takes on, for how long, and what it says where it cannot.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use tower_auth::{
    Clock, Step,
    jwt::{RevocationError, RevocationList, Revocations, TokenIds},
};

/// The time this many seconds after the epoch.
pub(crate) fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// A clock that is set, and what sets it.
pub(crate) fn clock() -> (Clock, Arc<AtomicU64>) {
    let now = Arc::new(AtomicU64::new(0));
    let read = Arc::clone(&now);
    (Clock::from_fn(move || at(read.load(Ordering::SeqCst))), now)
}

pub(crate) fn is_revoked(list: &RevocationList, token: &TokenIds<'_>) -> bool {
    let Step::Now(Ok(answer)) = list.is_revoked(token) else {
        panic!("a list in memory answers at once");
    };
    answer
}

fn token(id: &str) -> TokenIds<'_> {
    TokenIds::new("issuer", at(10)).with_token_id(id)
}

#[test]
fn a_list_that_is_full_takes_nothing_on_says_so_and_forgets_nothing() {
    let (clock, now) = clock();
    let list = RevocationList::with_capacity(3).clock(clock);
    let revoke = |id: &str, until| list.revoke_token("issuer", id, at(until));
    for (id, until) in [("a", 10), ("b", 20), ("c", 30)] {
        revoke(id, until).unwrap();
    }
    let full = RevocationError::Full { capacity: 3 };
    assert_eq!(revoke("d", 40), Err(full));
    assert_eq!(list.revoke_session("issuer", "a", at(40)), Err(full));
    assert_eq!(list.revoke_subject("another", "a", at(40)), Err(full));
    assert_eq!(
        full.to_string(),
        "the list of revocations is full with 3 entries: give it more room, or entries that end sooner"
    );
    let known = || ["a", "b", "c", "d"].map(|id| is_revoked(&list, &token(id)));
    assert_eq!(known(), [true, true, true, false]);
    // What is there already can be put off.
    revoke("b", 15).unwrap();
    revoke("a", 25).unwrap();
    assert_eq!(list.len(), 3);

    // Five minutes longer than said, and not a second less.
    now.store(319, Ordering::SeqCst);
    assert_eq!(revoke("d", 400), Err(full));
    now.store(320, Ordering::SeqCst);
    revoke("d", 400).unwrap();
    assert_eq!(known(), [true, false, true, true]);
    assert_eq!(revoke("b", 400), Err(full));
    now.store(325, Ordering::SeqCst);
    revoke("b", 400).unwrap();
    assert_eq!(known(), [false, true, true, true]);
}

#[test]
fn what_nobody_could_use_any_more_takes_no_room() {
    let (clock, now) = clock();
    now.store(1_000, Ordering::SeqCst);
    let list = RevocationList::with_capacity(1).clock(clock);
    for id in ["a", "b", "c"] {
        list.revoke_token("issuer", id, at(700)).unwrap();
    }
    assert!(list.is_empty());
    list.revoke_token("issuer", "a", at(701)).unwrap();
    assert_eq!(list.len(), 1);
    assert!(!list.is_empty());
}

#[test]
fn an_entry_counts_as_long_as_it_is_there() {
    let (clock, now) = clock();
    let list = RevocationList::new().clock(clock);
    list.revoke_token("issuer", "a", at(10)).unwrap();
    // A clock that jumps there and back lets nobody in meanwhile.
    now.store(u64::from(u32::MAX), Ordering::SeqCst);
    assert!(is_revoked(&list, &token("a")));
    now.store(0, Ordering::SeqCst);
    assert!(is_revoked(&list, &token("a")));
}

#[test]
fn entries_of_which_no_end_can_be_told_stay() {
    let (clock, now) = clock();
    let far = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(i64::MAX).unwrap());
    let list = RevocationList::with_capacity(1).clock(clock);
    list.revoke_token("issuer", "a", far).unwrap();
    now.store(u64::from(u32::MAX), Ordering::SeqCst);
    let full = list.revoke_token("issuer", "b", far);
    assert_eq!(full, Err(RevocationError::Full { capacity: 1 }));
    assert!(is_revoked(&list, &token("a")));
}

#[test]
fn a_list_that_was_full_has_room_for_as_many_again() {
    let (clock, now) = clock();
    let list = RevocationList::with_capacity(1_000).clock(clock);
    for round in 1..=3_u64 {
        let until = at(round * 1_000);
        for number in 0..1_000 {
            let name = format!("{round}-{number}");
            let issuer = ["one", "another"][number % 2];
            match number % 3 {
                0 => list.revoke_token(issuer, &name, until),
                1 => list.revoke_session(issuer, &name, until),
                _ => list.revoke_subject(issuer, &name, until),
            }
            .unwrap();
        }
        assert_eq!(list.len(), 1_000);
        now.store(round * 1_000 + 300, Ordering::SeqCst);
    }
}

#[test]
fn clones_share_one_list() {
    let list = RevocationList::new();
    let until = SystemTime::now() + Duration::from_secs(60);
    list.clone().revoke_token("issuer", "a", until).unwrap();
    assert!(is_revoked(&list, &token("a")));
    assert!(is_revoked(&list.clone(), &token("a")));
    assert_eq!(list.len(), 1);
    // One with another clock is another list, of the same room.
    let another = list.clock(Clock::fixed(at(0)));
    assert!(another.is_empty() && !is_revoked(&another, &token("a")));
    let small = RevocationList::with_capacity(1).clock(Clock::fixed(at(0)));
    small.revoke_token("issuer", "a", at(1)).unwrap();
    let full = small.revoke_token("issuer", "b", at(1));
    assert_eq!(full, Err(RevocationError::Full { capacity: 1 }));
}

#[test]
fn what_nothing_is_known_by_is_not_taken_back() {
    let list = RevocationList::new().clock(Clock::fixed(at(0)));
    for (issuer, id) in [("", "a"), ("issuer", ""), ("", "")] {
        let nameless = Err(RevocationError::Nameless);
        assert_eq!(list.revoke_token(issuer, id, at(10)), nameless);
        assert_eq!(list.revoke_session(issuer, id, at(10)), nameless);
        assert_eq!(list.revoke_subject(issuer, id, at(10)), nameless);
    }
    assert!(list.is_empty());
}

#[test]
fn a_subject_or_a_session_is_not_taken_back_for_less_time_than_its_tokens_need() {
    let list = RevocationList::new().clock(Clock::fixed(at(400)));
    let too_short = Err(RevocationError::TooShort);
    // Verifiers take tokens for five minutes more at most.
    assert_eq!(list.revoke_session("issuer", "a", at(100)), too_short);
    // Two times that were mixed up, for example.
    assert_eq!(
        list.revoke_subject_up_to("issuer", "a", at(3_700), at(100)),
        too_short
    );
    assert_eq!(list.revoke_subject("issuer", "a", at(399)), too_short);
    assert!(list.is_empty());
    list.revoke_subject("issuer", "a", at(400)).unwrap();
    list.revoke_subject_up_to("issuer", "b", at(100), at(3_700))
        .unwrap();
    list.revoke_session("issuer", "a", at(101)).unwrap();
    assert_eq!(list.len(), 3);
}

#[test]
fn the_time_is_that_of_the_system_unless_another_clock_is_given() {
    let list = RevocationList::default();
    let until = SystemTime::now() + Duration::from_secs(60);
    list.revoke_subject("issuer", "a", until).unwrap();
    let issued = |at| {
        TokenIds::new("issuer", until)
            .with_subject("a")
            .with_issued_at(at)
    };
    assert!(is_revoked(
        &list,
        &issued(SystemTime::now() - Duration::from_secs(5))
    ));
    assert!(!is_revoked(
        &list,
        &issued(SystemTime::now() + Duration::from_secs(5))
    ));
}

#[test]
fn what_a_token_is_known_by_says_little_of_itself() {
    let ids = TokenIds::new("issuer", at(0))
        .with_token_id("canary")
        .with_session("canary")
        .with_subject("alice");
    let shown = format!("{ids:?}");
    assert!(
        shown.contains("alice") && !shown.contains("canary"),
        "{shown}"
    );
}

#[test]
fn every_error_says_what_to_do_in_one_line() {
    for error in [
        RevocationError::Full { capacity: 7 },
        RevocationError::Nameless,
        RevocationError::TooShort,
        RevocationError::Poisoned,
    ] {
        let error: Box<dyn std::error::Error + Send + Sync> = error.into();
        let text = error.to_string();
        assert!(
            text.starts_with(|first: char| first.is_ascii_lowercase()),
            "{text}"
        );
        assert!(
            text.contains(": ") && !text.ends_with('.') && !text.contains('\n'),
            "{text}"
        );
    }
}
