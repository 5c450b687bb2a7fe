//! Exactly one hash for each attempt.

use std::time::{Duration, Instant};

use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use tower_auth::{password::Parameters, verify::UserTable};

use crate::stand::{
    Answer, RIGHT, SESAME, Said, WRONG, ask, layer, run, send, slow, slow_parameters, small,
    status, table,
};

fn parts(answer: &Answer) -> (u16, String, String) {
    let headers = format!("{:?}", answer.headers());
    let body = String::from_utf8(answer.body().clone()).unwrap();
    (status(answer), headers, body)
}

#[test]
fn every_attempt_costs_one_hash_whoever_it_is() {
    let (users, pool) = table();
    users.insert("ann", SESAME, "Ann").unwrap();
    users.insert("bob", &format!("!{SESAME}"), "Bob").unwrap();
    users.insert("carl", SESAME, "Carl").unwrap();
    users.insert("dora", SESAME, "Dora").unwrap();
    users.disable("carl");
    users.remove("dora");
    let long = "x".repeat(1_000);
    let layer = layer(&users);
    run(async {
        let mut refusals = Vec::new();
        for (user_id, password, expected) in [
            ("ann", RIGHT, 200),
            ("ann", WRONG, 401),
            ("ann", "", 401),
            ("ann", long.as_str(), 401),
            ("bob", RIGHT, 401),
            ("bob", WRONG, 401),
            ("carl", RIGHT, 401),
            ("dora", RIGHT, 401),
            ("nobody", RIGHT, 401),
            ("nobody", "", 401),
            ("nobody", long.as_str(), 401),
            ("", "", 401),
        ] {
            let before = pool.hashes();
            let answer = send(&layer, user_id, password).await;
            let told = (status(&answer), pool.hashes() - before);
            assert_eq!(told, (expected, 1), "{user_id}");
            match expected {
                200 => assert_eq!(answer.body(), b"Ann"),
                _ => refusals.push(parts(&answer)),
            }
        }
        let first = refusals.first().unwrap();
        assert!(
            refusals.iter().all(|refusal| refusal == first),
            "{refusals:#?}"
        );
        assert_eq!(
            (pool.running(), pool.waiting(), pool.turned_away()),
            (0, 0, 0)
        );
    });
}

#[test]
fn a_table_without_anybody_hashes_too() {
    let (users, pool) = table();
    run(async {
        assert_eq!(ask(&users, "nobody", RIGHT).await, Said::Refused);
        assert_eq!((pool.hashes(), users.is_empty()), (1, true));
    });
}

#[test]
fn malformed_credentials_cost_no_hash() {
    let (users, pool) = table();
    users.insert("ann", SESAME, "Ann").unwrap();
    let layer = layer(&users);
    run(async {
        for password in ["x".repeat(1_600), "with\na line break".to_owned()] {
            let answer = send(&layer, "ann", &password).await;
            assert_eq!((status(&answer), pool.hashes()), (401, 0));
            assert!(answer.headers().contains_key(WWW_AUTHENTICATE));
            assert!(!answer.headers().contains_key(RETRY_AFTER));
        }
    });
}

#[test]
fn an_unknown_name_is_as_much_work_as_the_parameters_say() {
    let users = |parameters: Parameters| {
        let users = UserTable::new().parameters(parameters);
        users.insert("ann", slow(RIGHT), "Ann").unwrap();
        users
    };
    let (fitting, cheaper) = (users(slow_parameters()), users(small()));
    let cases = [
        (&fitting, "ann"),
        (&fitting, "nobody"),
        (&cheaper, "nobody"),
    ];
    let mut fastest = [Duration::MAX; 3];
    run(async {
        for _ in 0..5 {
            for ((users, user_id), fastest) in cases.iter().zip(&mut fastest) {
                let start = Instant::now();
                assert_eq!(ask(users, user_id, WRONG).await, Said::Refused);
                *fastest = start.elapsed().min(*fastest);
            }
        }
    });
    let [known, unknown, cheap] = fastest;
    assert!(unknown < 4 * known && known < 4 * unknown, "{fastest:?}");
    assert!(10 * cheap < unknown, "{fastest:?}");
}

#[test]
fn names_are_compared_as_bytes() {
    let (users, _) = table();
    for name in ["ann", "caf\u{e9}"] {
        users.insert(name, SESAME, "in").unwrap();
    }
    run(async {
        for name in [
            "Ann",
            "ann ",
            " ann",
            "an",
            "annn",
            "cafe\u{301}",
            "CAF\u{c9}",
        ] {
            assert_eq!(ask(&users, name, RIGHT).await, Said::Refused, "{name}");
        }
        assert_eq!(ask(&users, "caf\u{e9}", RIGHT).await, Said::In("in"));
    });
}
