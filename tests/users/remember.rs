//! Who proved a password a moment ago.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use tower_auth::{Clock, password::Pool, verify::UserTable};

use crate::stand::{RIGHT, SESAME, Said, Table, WRONG, ask, run, small};

/// A clock that is set by hand, in seconds.
#[derive(Clone, Default)]
struct Hand(Arc<AtomicU64>);

impl Hand {
    fn set(&self, seconds: u64) {
        self.0.store(seconds, Ordering::SeqCst);
    }

    fn clock(&self) -> Clock {
        let hand = self.clone();
        Clock::from_fn(move || {
            let seconds = hand.0.load(Ordering::SeqCst);
            SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 + seconds)
        })
    }
}

struct Stand {
    users: Table,
    pool: Pool,
    hand: Hand,
}

impl Stand {
    fn new(capacity: usize) -> Self {
        let (pool, hand) = (Pool::new(1, 0), Hand::default());
        let users = UserTable::new()
            .parameters(small())
            .pool(pool.clone())
            .clock(hand.clock())
            .remember(Duration::from_secs(30), capacity);
        for (user_id, name) in [("ann", "Ann"), ("bob", "Bob"), ("carl", "Carl")] {
            users.insert(user_id, SESAME, name).unwrap();
        }
        Self { users, pool, hand }
    }

    /// What is said, and how many hashes it cost.
    async fn ask(&self, user_id: &str, password: &str) -> (Said<&'static str>, u64) {
        let before = self.pool.hashes();
        let said = ask(&self.users, user_id, password).await;
        (said, self.pool.hashes() - before)
    }
}

#[test]
fn nothing_is_remembered_unless_told_to() {
    let pool = Pool::new(1, 0);
    let users = UserTable::new().parameters(small()).pool(pool.clone());
    users.insert("ann", SESAME, "Ann").unwrap();
    run(async {
        for hashes in 1..4 {
            assert_eq!(ask(&users, "ann", RIGHT).await, Said::In("Ann"));
            assert_eq!(pool.hashes(), hashes);
        }
    });
}

#[test]
fn who_proved_a_password_costs_no_hash_for_a_while() {
    let stand = Stand::new(10);
    run(async {
        assert_eq!(stand.ask("ann", RIGHT).await, (Said::In("Ann"), 1));
        assert_eq!(stand.ask("ann", RIGHT).await, (Said::In("Ann"), 0));
        stand.hand.set(29);
        assert_eq!(stand.ask("ann", RIGHT).await, (Said::In("Ann"), 0));
        stand.hand.set(30);
        assert_eq!(stand.ask("ann", RIGHT).await, (Said::In("Ann"), 1));
        stand.hand.set(59);
        assert_eq!(stand.ask("ann", RIGHT).await, (Said::In("Ann"), 0));
    });
}

#[test]
fn a_clock_that_is_set_back_makes_no_proof_last_longer() {
    let stand = Stand::new(10);
    run(async {
        stand.hand.set(1_000);
        assert_eq!(stand.ask("ann", RIGHT).await.1, 1);
        stand.hand.set(10);
        assert_eq!(stand.ask("ann", RIGHT).await.1, 1);
    });
}

#[test]
fn a_hit_takes_no_room_in_the_pool_and_no_runtime() {
    let stand = Stand::new(10);
    run(stand.ask("ann", RIGHT));
    let said = tokio_test::block_on(stand.ask("ann", RIGHT));
    assert_eq!(said, (Said::In("Ann"), 0));
    // The pool has no queue, and what is remembered needs none.
    let step = tower_auth::verify::Verify::verify(
        &stand.users,
        tower_auth::BasicCredentials::new("ann", RIGHT),
    );
    assert!(matches!(step, tower_auth::Step::Now(Ok(Some("Ann")))));
}

#[test]
fn refusals_are_never_remembered_and_never_helped_by_a_proof() {
    let stand = Stand::new(10);
    run(async {
        for _ in 0..3 {
            assert_eq!(stand.ask("ann", WRONG).await, (Said::Refused, 1));
            assert_eq!(stand.ask("nobody", RIGHT).await, (Said::Refused, 1));
        }
        stand.ask("ann", RIGHT).await;
        for (user_id, password) in [
            ("ann", WRONG),
            ("ann", ""),
            ("Ann", RIGHT),
            ("an", "nopen sesame"),
            ("annopen", " sesame"),
            ("", "annopen sesame"),
        ] {
            assert_eq!(
                stand.ask(user_id, password).await,
                (Said::Refused, 1),
                "{user_id}"
            );
        }
        assert_eq!(stand.ask("ann", RIGHT).await, (Said::In("Ann"), 0));
        assert_eq!(stand.ask("bob", RIGHT).await, (Said::In("Bob"), 1));
    });
}

#[test]
fn every_change_of_a_user_is_heeded_at_once() {
    type Change = fn(&Table) -> bool;
    let changes: [(&str, Change, Said<&'static str>); 9] = [
        ("disable", |users| users.disable("ann"), Said::Refused),
        ("remove", |users| users.remove("ann"), Said::Refused),
        ("enable", |users| users.enable("ann"), Said::In("Ann")),
        (
            "disable and enable",
            |users| users.disable("ann") && users.enable("ann"),
            Said::In("Ann"),
        ),
        (
            "principal",
            |users| users.replace_principal("ann", "Ann, demoted"),
            Said::In("Ann, demoted"),
        ),
        (
            "hash",
            |users| users.replace_hash("ann", SESAME).unwrap(),
            Said::In("Ann"),
        ),
        (
            "insert",
            |users| users.insert("ann", SESAME, "New").is_ok(),
            Said::In("New"),
        ),
        (
            "replace all",
            |users| users.replace_all([("ann", SESAME, "New")]).is_ok(),
            Said::In("New"),
        ),
        (
            "load",
            |users| {
                let text = format!("ann:{SESAME}");
                users.load(&text, |_| Ok::<_, String>("New")).is_ok()
            },
            Said::In("New"),
        ),
    ];
    run(async {
        for (name, change, expected) in changes {
            let stand = Stand::new(10);
            // Made before anything was remembered, so that it knows of no proofs.
            let elsewhere = stand.users.clone();
            assert_eq!(stand.ask("ann", RIGHT).await.1, 1, "{name}");
            assert_eq!(stand.ask("ann", RIGHT).await.1, 0, "{name}");
            assert!(change(&elsewhere), "{name}");
            assert_eq!(stand.ask("ann", RIGHT).await, (expected, 1), "{name}");
        }
    });
}

#[test]
fn a_change_through_a_clone_that_remembers_nothing_is_heeded() {
    let pool = Pool::new(1, 0);
    let users = UserTable::new().parameters(small()).pool(pool.clone());
    users.insert("ann", SESAME, "Ann").unwrap();
    let remembers = users.clone().remember(Duration::from_secs(60), 10);
    run(async {
        ask(&remembers, "ann", RIGHT).await;
        assert_eq!(ask(&remembers, "ann", RIGHT).await, Said::In("Ann"));
        assert_eq!(pool.hashes(), 1);
        users.disable("ann");
        assert_eq!(ask(&remembers, "ann", RIGHT).await, Said::Refused);
        users.enable("ann");
        assert_eq!(ask(&users, "ann", RIGHT).await, Said::In("Ann"));
        assert_eq!(pool.hashes(), 3);
    });
}

#[test]
fn where_there_is_no_room_what_is_old_goes_or_the_new_is_not_remembered() {
    let stand = Stand::new(2);
    run(async {
        stand.ask("ann", RIGHT).await;
        stand.hand.set(10);
        stand.ask("bob", RIGHT).await;
        for _ in 0..2 {
            assert_eq!(stand.ask("carl", RIGHT).await, (Said::In("Carl"), 1));
        }
        assert_eq!(stand.ask("ann", RIGHT).await.1, 0);
        assert_eq!(stand.ask("bob", RIGHT).await.1, 0);
        stand.hand.set(35);
        assert_eq!(stand.ask("carl", RIGHT).await.1, 1);
        assert_eq!(stand.ask("carl", RIGHT).await.1, 0);
        assert_eq!(stand.ask("bob", RIGHT).await.1, 0);
        assert_eq!(stand.ask("ann", RIGHT).await.1, 1);
        assert_eq!(stand.ask("ann", RIGHT).await.1, 1);
    });
}

#[test]
fn a_full_memory_remembers_again_whom_it_remembers() {
    let stand = Stand::new(1);
    run(async {
        stand.ask("ann", RIGHT).await;
        stand.users.replace_principal("ann", "Ann, promoted");
        assert_eq!(
            stand.ask("ann", RIGHT).await,
            (Said::In("Ann, promoted"), 1)
        );
        assert_eq!(
            stand.ask("ann", RIGHT).await,
            (Said::In("Ann, promoted"), 0)
        );
    });
}

#[test]
fn a_change_between_the_hash_and_the_remembering_is_not_overlooked() {
    // Whoever tells the time changes the table: the first or the second time it is asked for. The
    // second is when a proof is kept.
    let mut after_the_hash = 0;
    let other = tower_auth::password::hash(&WRONG.into(), small()).unwrap();
    let cases = [1, 2]
        .into_iter()
        .flat_map(|asked| ["ann", "bob", "carl"].map(|name| (asked, name)));
    for (asked, user_id) in cases {
        let (pool, armed) = (Pool::new(1, 0), Arc::new(Mutex::new((0, None::<Table>))));
        let seen = Arc::new(AtomicU64::new(u64::MAX));
        let clock = Clock::from_fn({
            let (pool, armed, seen) = (pool.clone(), Arc::clone(&armed), Arc::clone(&seen));
            let other = other.clone();
            move || {
                let mut armed = armed.lock().unwrap();
                armed.0 += 1;
                if armed.0 == asked {
                    let users = armed.1.take().unwrap();
                    users.replace_principal("ann", "Ann, demoted");
                    users.disable("bob");
                    users.replace_hash("carl", &other).unwrap();
                    seen.store(pool.hashes(), Ordering::SeqCst);
                }
                SystemTime::UNIX_EPOCH
            }
        });
        let users = UserTable::new()
            .parameters(small())
            .pool(pool.clone())
            .clock(clock)
            .remember(Duration::from_secs(60), 10);
        users.insert("ann", SESAME, "Ann").unwrap();
        users.insert("bob", SESAME, "Bob").unwrap();
        users.insert("carl", SESAME, "Carl").unwrap();
        armed.lock().unwrap().1 = Some(users.clone());
        run(async {
            ask(&users, user_id, RIGHT).await;
            let expected = match user_id {
                "ann" => Said::In("Ann, demoted"),
                _ => Said::Refused,
            };
            assert_eq!(
                ask(&users, user_id, RIGHT).await,
                expected,
                "{asked} {user_id}"
            );
        });
        assert!(armed.lock().unwrap().1.is_none(), "no change was made");
        after_the_hash += u32::from(seen.load(Ordering::SeqCst) == 1);
    }
    assert_eq!(after_the_hash, 3);
}
