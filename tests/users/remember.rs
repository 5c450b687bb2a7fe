//! Who proved a password a moment ago.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use tower_auth::{
    BasicCredentials, Clock, Step,
    password::Pool,
    verify::{UserTable, Verdict, Verify as _},
};

use crate::{
    hand::Stand,
    stand::{RIGHT, SESAME, Said, Table, WRONG, ask, run, small},
};

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
fn a_proof_of_the_future_proves_nothing_not_even_when_the_clock_has_caught_up() {
    let stand = Stand::new(10);
    run(async {
        stand.hand.set(1_000);
        assert_eq!(stand.ask("ann", RIGHT).await.1, 1);
        stand.hand.set(10);
        stand.look_up("ann");
        stand.hand.set(1_001);
        assert_eq!(stand.ask("ann", RIGHT).await, (Said::In("Ann"), 1));
    });
}

#[test]
fn by_default_proofs_end_when_their_time_has_passed() {
    let pool = Pool::new(1, 0);
    let users = UserTable::new().parameters(small()).pool(pool.clone());
    let users = users.remember(Duration::from_secs(1), 10);
    users.insert("ann", SESAME, "Ann").unwrap();
    run(async {
        ask(&users, "ann", RIGHT).await;
        ask(&users, "ann", RIGHT).await;
        assert_eq!(pool.hashes(), 1);
        tokio::time::sleep(Duration::from_millis(1_010)).await;
        ask(&users, "ann", RIGHT).await;
        assert_eq!(pool.hashes(), 2);
    });
}

#[test]
fn a_hit_takes_no_room_in_the_pool_and_no_runtime() {
    let stand = Stand::new(10);
    run(stand.ask("ann", RIGHT));
    let said = tokio_test::block_on(stand.ask("ann", RIGHT));
    assert_eq!(said, (Said::In("Ann"), 0));
    // The pool has no queue, and what is remembered needs none.
    let step = stand.users.verify(BasicCredentials::new("ann", RIGHT));
    assert!(matches!(step, Step::Now(Verdict::Verified("Ann"))));
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
fn every_change_of_a_user_is_heeded_at_once_and_costs_a_hash_only_where_the_hash_is_another() {
    type Change = fn(&Table) -> bool;
    fn other() -> String {
        tower_auth::password::hash(&RIGHT.into(), small()).unwrap()
    }
    fn load(users: &Table, mark: &str, hash: &str) -> bool {
        let text = format!("bob:{SESAME}\nann:{mark}{hash}");
        users.load(&text, |_| Ok::<_, String>("New")).is_ok()
    }
    type Outcome = (Said<&'static str>, u64);
    let changes: [(&str, Change, Outcome); 14] = [
        ("disable", |users| users.disable("ann"), (Said::Refused, 1)),
        ("remove", |users| users.remove("ann"), (Said::Refused, 1)),
        (
            "clear",
            |users| {
                users.clear();
                true
            },
            (Said::Refused, 1),
        ),
        ("enable", |users| users.enable("ann"), (Said::In("Ann"), 0)),
        (
            "disable and enable",
            |users| users.disable("ann") && users.enable("ann"),
            (Said::In("Ann"), 0),
        ),
        (
            "principal",
            |users| users.replace_principal("ann", "Ann, demoted"),
            (Said::In("Ann, demoted"), 0),
        ),
        (
            "hash",
            |users| users.replace_hash("ann", &other()).unwrap(),
            (Said::In("Ann"), 1),
        ),
        (
            "insert",
            |users| users.insert("ann", SESAME, "New").is_ok(),
            (Said::In("New"), 0),
        ),
        (
            "insert another",
            |users| users.insert("ann", &other(), "New").is_ok(),
            (Said::In("New"), 1),
        ),
        (
            "replace all",
            |users| users.replace_all([("ann", SESAME, "New")]).is_ok(),
            (Said::In("New"), 0),
        ),
        (
            "replace all by others",
            |users| users.replace_all([("ann", other(), "New")]).is_ok(),
            (Said::In("New"), 1),
        ),
        (
            "load",
            |users| load(users, "", SESAME),
            (Said::In("New"), 0),
        ),
        (
            "load another",
            |users| load(users, "", &other()),
            (Said::In("New"), 1),
        ),
        (
            "load with a mark",
            |users| load(users, "!", SESAME),
            (Said::Refused, 1),
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
            assert_eq!(stand.ask("ann", RIGHT).await, expected, "{name}");
        }
    });
}

#[test]
fn loading_the_same_file_makes_nobody_hash_again() {
    let stand = Stand::new(10);
    let text = format!("ann:{SESAME}\nbob:{SESAME}\ncarl:{SESAME}\n");
    let reload = || stand.users.load(&text, |_| Ok::<_, String>("New")).unwrap();
    run(async {
        for user_id in ["ann", "bob", "carl"] {
            stand.ask(user_id, RIGHT).await;
        }
        for _ in 0..3 {
            reload();
            for user_id in ["ann", "bob", "carl"] {
                assert_eq!(stand.ask(user_id, RIGHT).await, (Said::In("New"), 0));
            }
        }
    });
}

#[test]
fn a_proof_that_is_found_to_be_dead_makes_room() {
    type Change = fn(&Stand);
    let changes: [(&str, Change); 3] = [
        ("stale", |stand| stand.hand.set(30)),
        ("gone", |stand| assert!(stand.users.remove("ann"))),
        ("disabled", |stand| assert!(stand.users.disable("ann"))),
    ];
    run(async {
        for (name, change) in changes {
            let stand = Stand::new(1);
            stand.ask("ann", RIGHT).await;
            assert_eq!(stand.ask("bob", RIGHT).await.1, 1);
            assert_eq!(stand.ask("bob", RIGHT).await.1, 1, "{name}");
            change(&stand);
            stand.look_up("ann");
            // The time of the sweep, which is not what makes room here.
            stand.hand.set(0);
            stand.ask("bob", RIGHT).await;
            assert_eq!(
                stand.ask("bob", RIGHT).await,
                (Said::In("Bob"), 0),
                "{name}"
            );
        }
    });
}

#[test]
fn what_is_old_is_swept_out_a_few_times_for_each_ttl() {
    let stand = Stand::new(1);
    run(async {
        // Swept at 0; then at 25, and by 31 not again.
        stand.ask("ann", RIGHT).await;
        stand.hand.set(25);
        stand.ask("bob", RIGHT).await;
        stand.hand.set(31);
        for _ in 0..2 {
            assert_eq!(stand.ask("bob", RIGHT).await, (Said::In("Bob"), 1));
        }
        stand.hand.set(33);
        assert_eq!(stand.ask("bob", RIGHT).await, (Said::In("Bob"), 1));
        assert_eq!(stand.ask("bob", RIGHT).await, (Said::In("Bob"), 0));
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
    let other = tower_auth::password::hash(&RIGHT.into(), small()).unwrap();
    run(async {
        stand.ask("ann", RIGHT).await;
        stand.users.replace_hash("ann", &other).unwrap();
        assert_eq!(stand.ask("ann", RIGHT).await, (Said::In("Ann"), 1));
        assert_eq!(stand.ask("ann", RIGHT).await, (Said::In("Ann"), 0));
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
