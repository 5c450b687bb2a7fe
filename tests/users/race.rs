//! Changes while a hash is verified.

use tower_auth::{password::Pool, verify::UserTable};

use crate::stand::{RIGHT, SESAME, Said, Table, WRONG, ask, run, slow, slow_parameters, small};

const CHANGED: &str = "the hash of a user was replaced while it was verified";

fn changed() -> Said<&'static str> {
    Said::Fault(CHANGED.to_owned(), Some(1))
}

/// What is said of `ann` with `password`, if `change` is made while the hash is verified.
fn meanwhile(
    user_id: &'static str,
    password: &'static str,
    change: impl Fn(&Table),
) -> Said<&'static str> {
    run(async {
        // A change that came too late proves nothing: once more.
        for _ in 0..20 {
            let pool = Pool::new(1, 0);
            let users = UserTable::new()
                .pool(pool.clone())
                .parameters(slow_parameters());
            users.insert("ann", slow(RIGHT), "Ann").unwrap();
            let attempt = tokio::spawn({
                let users = users.clone();
                async move { ask(&users, user_id, password).await }
            });
            while pool.hashes() == 0 {
                tokio::task::yield_now().await;
            }
            // The hash is looked up as soon as it is counted.
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            change(&users);
            let in_time = pool.running() == 1;
            let said = attempt.await.unwrap();
            assert_eq!(pool.hashes(), 1);
            if in_time {
                return said;
            }
        }
        panic!("no hash took long enough");
    })
}

#[test]
fn without_a_change_the_attempt_succeeds() {
    assert_eq!(meanwhile("ann", RIGHT, |_| ()), Said::In("Ann"));
}

#[test]
fn a_user_who_is_disabled_while_the_hash_is_verified_is_refused() {
    let said = meanwhile("ann", RIGHT, |users| assert!(users.disable("ann")));
    assert_eq!(said, Said::Refused);
}

#[test]
fn a_user_who_is_removed_while_the_hash_is_verified_is_refused() {
    let said = meanwhile("ann", RIGHT, |users| assert!(users.remove("ann")));
    assert_eq!(said, Said::Refused);
}

#[test]
fn a_principal_that_is_replaced_while_the_hash_is_verified_is_the_new_one() {
    let said = meanwhile("ann", RIGHT, |users| {
        users.replace_principal("ann", "Ann, demoted");
    });
    assert_eq!(said, Said::In("Ann, demoted"));
}

#[test]
fn a_hash_that_is_replaced_while_it_is_verified_proves_nothing_right_or_wrong() {
    for password in [RIGHT, WRONG] {
        let said = meanwhile("ann", password, |users| {
            users.replace_hash("ann", slow(WRONG)).unwrap();
        });
        assert_eq!(said, changed());
    }
}

#[test]
fn a_user_who_is_added_while_the_hash_is_verified_is_not_refused_for_it() {
    let said = meanwhile("bob", RIGHT, |users| {
        users.insert("bob", SESAME, "Bob").unwrap();
    });
    assert_eq!(said, changed());
}

#[test]
fn the_same_hash_loaded_again_while_it_is_verified_changes_nothing() {
    let said = meanwhile("ann", RIGHT, |users| {
        let text = format!("ann:{}\nbob:{SESAME}", slow(RIGHT));
        users
            .load(&text, |_| Ok::<_, String>("Ann, loaded"))
            .unwrap();
    });
    assert_eq!(said, Said::In("Ann, loaded"));
}

#[test]
fn attempts_and_changes_at_once_end_as_one_of_the_two_states_would() {
    let users = UserTable::new()
        .pool(Pool::new(2, 1_000))
        .parameters(small());
    let other = tower_auth::password::hash(&WRONG.into(), small()).unwrap();
    users.insert("ann", SESAME, "before").unwrap();
    run(async {
        let attempts: Vec<_> = (0..200)
            .map(|n| {
                let users = users.clone();
                let password = if n % 2 == 0 { RIGHT } else { WRONG };
                tokio::spawn(async move { (password, ask(&users, "ann", password).await) })
            })
            .collect();
        for n in 0..200 {
            let (hash, principal) = if n % 2 == 0 {
                (other.as_str(), "after")
            } else {
                (SESAME, "before")
            };
            users.replace_all([("ann", hash, principal)]).unwrap();
            tokio::task::yield_now().await;
        }
        for attempt in attempts {
            let (password, said) = attempt.await.unwrap();
            let due = if password == RIGHT { "before" } else { "after" };
            assert!(
                said == Said::In(due) || said == Said::Refused || said == changed(),
                "{password} {said:?}"
            );
        }
    });
}
