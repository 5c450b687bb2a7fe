//! Many threads at one list.

use std::{
    sync::{
        Barrier,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use tower_auth::{
    Clock,
    jwt::{RevocationError, RevocationList, TokenIds},
};

use crate::list::{at, is_revoked};

const THREADS: usize = 8;
const EACH: usize = 2_000;

fn name(thread: usize, number: usize) -> String {
    format!("{thread}-{number}")
}

fn token(id: &str) -> TokenIds<'_> {
    TokenIds::new("issuer", at(1)).with_token_id(id)
}

#[test]
fn what_is_taken_back_is_taken_back_for_every_thread_at_once() {
    let list = RevocationList::with_capacity(THREADS * EACH).clock(Clock::fixed(at(0)));
    let begun: [AtomicUsize; THREADS] = Default::default();
    let ended: [AtomicUsize; THREADS] = Default::default();
    let together = Barrier::new(2 * THREADS);
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (list, begun, ended, together) = (&list, &begun[thread], &ended[thread], &together);
            scope.spawn(move || {
                together.wait();
                for number in 0..EACH {
                    begun.store(number + 1, Ordering::SeqCst);
                    list.revoke_token("issuer", &name(thread, number), at(1))
                        .unwrap();
                    ended.store(number + 1, Ordering::SeqCst);
                }
            });
            scope.spawn(move || {
                together.wait();
                for number in 0..EACH {
                    // Some that are there, and some that are not yet.
                    let number = (number * 7) % EACH;
                    let was_there = number < ended.load(Ordering::SeqCst);
                    let is_revoked = is_revoked(list, &token(&name(thread, number)));
                    let may_be_there = number < begun.load(Ordering::SeqCst);
                    assert!(is_revoked || !was_there, "{thread}-{number} is let in");
                    assert!(!is_revoked || may_be_there, "{thread}-{number} is refused");
                }
            });
        }
    });
    assert_eq!(list.len(), THREADS * EACH);
}

#[test]
fn a_list_takes_on_what_it_has_room_for_and_not_one_more() {
    let room = THREADS * EACH / 3;
    let list = RevocationList::with_capacity(room).clock(Clock::fixed(at(0)));
    let taken = AtomicUsize::new(0);
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (list, taken) = (&list, &taken);
            scope.spawn(move || {
                for number in 0..EACH {
                    let name = name(thread, number);
                    match list.revoke_token("issuer", &name, at(1)) {
                        Ok(()) => {
                            taken.fetch_add(1, Ordering::SeqCst);
                            assert!(is_revoked(list, &token(&name)));
                        }
                        Err(error) => {
                            assert_eq!(error, RevocationError::Full { capacity: room });
                            assert!(!is_revoked(list, &token(&name)));
                        }
                    }
                }
            });
        }
    });
    assert_eq!((taken.into_inner(), list.len()), (room, room));
}
