//! Changes while the table serves.

use tower_auth::{AuthLayer, password::Pool, policy, scheme::Basic, verify::UserTable};

use crate::stand::{RIGHT, SESAME, Said, Table, WRONG, ask, run, slow, small, table};

#[test]
fn changes_are_heeded_by_the_next_attempt() {
    let (users, _) = table();
    let other = tower_auth::password::hash(&WRONG.into(), small()).unwrap();
    run(async {
        users.insert("ann", SESAME, "Ann").unwrap();
        assert_eq!(ask(&users, "ann", RIGHT).await, Said::In("Ann"));
        assert!(users.disable("ann"));
        assert_eq!(ask(&users, "ann", RIGHT).await, Said::Refused);
        assert!(users.enable("ann"));
        assert_eq!(ask(&users, "ann", RIGHT).await, Said::In("Ann"));
        assert!(users.replace_principal("ann", "Ann, promoted"));
        assert_eq!(ask(&users, "ann", RIGHT).await, Said::In("Ann, promoted"));
        assert!(users.replace_hash("ann", &other).unwrap());
        assert_eq!(ask(&users, "ann", RIGHT).await, Said::Refused);
        assert_eq!(ask(&users, "ann", WRONG).await, Said::In("Ann, promoted"));
        users.insert("ann", SESAME, "Ann again").unwrap();
        assert_eq!(ask(&users, "ann", RIGHT).await, Said::In("Ann again"));
        assert_eq!(users.len(), 1);
        assert!(users.remove("ann"));
        assert_eq!(ask(&users, "ann", RIGHT).await, Said::Refused);
        assert!(users.is_empty());
    });
}

#[test]
fn whom_nobody_knows_is_not_changed_into_a_user() {
    let (users, _) = table();
    assert!(!users.disable("ann"));
    assert!(!users.enable("ann"));
    assert!(!users.remove("ann"));
    assert!(!users.replace_principal("ann", "Ann"));
    assert!(!users.replace_hash("ann", SESAME).unwrap());
    assert!(users.is_empty());
}

#[test]
fn a_disabled_user_stays_so_with_a_new_hash_or_principal() {
    let (users, _) = table();
    users.insert("ann", &format!("*{SESAME}"), "Ann").unwrap();
    users.replace_hash("ann", SESAME).unwrap();
    users.replace_principal("ann", "Ann, promoted");
    run(async {
        assert_eq!(ask(&users, "ann", RIGHT).await, Said::Refused);
        users.enable("ann");
        assert_eq!(ask(&users, "ann", RIGHT).await, Said::In("Ann, promoted"));
    });
}

#[test]
fn who_is_disabled_stays_so_whatever_is_loaded_until_enabled_or_removed() {
    type Again = fn(&Table);
    let ways: [(&str, Again); 4] = [
        ("load", |users| {
            let text = format!("bob:{SESAME}\nann:{SESAME}");
            users.load(&text, |_| Ok::<_, String>("New")).unwrap();
        }),
        ("replace all", |users| {
            users
                .replace_all([("ann", SESAME, "New"), ("bob", SESAME, "New")])
                .unwrap();
        }),
        ("insert", |users| {
            users.insert("ann", SESAME, "New").unwrap();
        }),
        ("twice", |users| {
            users.replace_all([("ann", SESAME, "Newer")]).unwrap();
            users.replace_all([("ann", SESAME, "New")]).unwrap();
        }),
    ];
    for (name, again) in ways {
        let (users, _) = table();
        users.insert("ann", SESAME, "Ann").unwrap();
        users.insert("bob", SESAME, "Bob").unwrap();
        assert_eq!(users.is_disabled("ann"), Some(false), "{name}");
        assert!(users.disable("ann"));
        again(&users);
        assert_eq!(users.is_disabled("ann"), Some(true), "{name}");
        assert_ne!(users.is_disabled("bob"), Some(true), "{name}");
        run(async {
            assert_eq!(ask(&users, "ann", RIGHT).await, Said::Refused, "{name}");
            assert!(users.enable("ann"));
            assert_eq!(ask(&users, "ann", RIGHT).await, Said::In("New"), "{name}");
        });
        again(&users);
        assert_eq!(users.is_disabled("ann"), Some(false), "{name}");

        users.disable("ann");
        assert!(users.remove("ann"));
        assert_eq!(users.is_disabled("ann"), None, "{name}");
        again(&users);
        assert_eq!(users.is_disabled("ann"), Some(false), "{name}");
    }
}

#[test]
fn whom_a_new_table_does_not_name_is_removed_with_the_lock() {
    let (users, _) = table();
    users.insert("ann", SESAME, "Ann").unwrap();
    for gone in [
        |users: &Table| users.replace_all([("bob", SESAME, "Bob")]).unwrap(),
        UserTable::clear,
    ] {
        users.disable("ann");
        gone(&users);
        assert_eq!(users.is_disabled("ann"), None);
        users.replace_all([("ann", SESAME, "Ann")]).unwrap();
        assert_eq!(users.is_disabled("ann"), Some(false));
    }
}

#[test]
fn a_mark_counts_again_when_it_is_put_in_again_and_goes_with_the_hash() {
    let (users, _) = table();
    let marked = format!("!{SESAME}");
    for _ in 0..2 {
        users.replace_all([("ann", &marked, "Ann")]).unwrap();
        assert_eq!(users.is_disabled("ann"), Some(true));
        users.enable("ann");
        assert_eq!(users.is_disabled("ann"), Some(false));
    }
    users.replace_all([("ann", &marked, "Ann")]).unwrap();
    users.replace_all([("ann", SESAME, "Ann")]).unwrap();
    assert_eq!(users.is_disabled("ann"), Some(false));
}

#[test]
fn a_cleared_table_lets_nobody_in() {
    let (users, _) = table();
    users.insert("ann", SESAME, "Ann").unwrap();
    users.clear();
    assert!(users.is_empty());
    assert_eq!(run(ask(&users, "ann", RIGHT)), Said::Refused);
}

#[test]
fn clones_share_one_table() {
    let (users, _) = table();
    let clone = users.clone();
    clone.insert("ann", SESAME, "Ann").unwrap();
    run(async {
        assert_eq!(ask(&users, "ann", RIGHT).await, Said::In("Ann"));
        users.disable("ann");
        assert_eq!(ask(&clone, "ann", RIGHT).await, Said::Refused);
    });
}

#[test]
fn all_are_replaced_at_once_or_none() {
    let (users, _) = table();
    users
        .replace_all([("ann", SESAME, "Ann"), ("bob", SESAME, "Bob")])
        .unwrap();
    let twice = users.replace_all([("carl", SESAME, "Carl"), ("carl", SESAME, "Carl")]);
    assert_eq!(
        twice.unwrap_err().to_string(),
        "user `carl`: is there twice: keep one of the two"
    );
    assert!(
        users
            .replace_all([("carl", SESAME, "Carl"), ("dora", "plain", "Dora")])
            .is_err()
    );
    run(async {
        assert_eq!(ask(&users, "ann", RIGHT).await, Said::In("Ann"));
        assert_eq!(ask(&users, "carl", RIGHT).await, Said::Refused);
        users
            .replace_all([("carl", format!("!{SESAME}"), "Carl")])
            .unwrap();
        assert_eq!(ask(&users, "ann", RIGHT).await, Said::Refused);
        assert_eq!(ask(&users, "carl", RIGHT).await, Said::Refused);
        users.enable("carl");
        assert_eq!(ask(&users, "carl", RIGHT).await, Said::In("Carl"));
    });
    users.replace_all::<&str, &str>([]).unwrap();
    assert!(users.is_empty());
}

#[test]
fn what_cannot_be_put_in_leaves_the_table_as_it_was() {
    let (users, _) = table();
    users.insert("ann", SESAME, "Ann").unwrap();
    let long = "n".repeat(513);
    for name in ["", "a:b", "a\nb", "\u{202e}ann", "\u{feff}ann", &long] {
        let error = users.insert(name, SESAME, "Eve").unwrap_err();
        assert_eq!((error.user_id(), error.line()), (None, None), "{error}");
        assert!(!error.to_string().contains('\n'));
    }
    assert!(users.insert("ann", "plain", "Eve").is_err());
    assert!(users.replace_hash("ann", "!plain").is_err());
    let error = users.replace_hash("ann", &format!("{SESAME}\n"));
    assert_eq!(
        error.unwrap_err().to_string(),
        "user `ann`: a space or a line break stands before or behind the hash: take it out"
    );
    assert_eq!(users.len(), 1);
    run(async {
        assert_eq!(ask(&users, "ann", RIGHT).await, Said::In("Ann"));
    });
}

#[test]
fn hashes_that_are_another_amount_of_work_are_listed() {
    let (users, _) = table();
    let of = |head: &str| SESAME.replace("$argon2id$v=19$m=64,t=1,p=1$", head);
    users.insert("now", SESAME, "").unwrap();
    for (name, head) in [
        ("f", "$argon2i$v=19$m=64,t=1,p=1$"),
        ("e", "$argon2id$v=16$m=64,t=1,p=1$"),
        ("d", "$argon2id$v=19$m=65,t=1,p=1$"),
        ("c", "$argon2id$v=19$m=64,t=2,p=1$"),
        ("b", "$scrypt$ln=4,r=8,p=1$"),
        ("a", "$pbkdf2-sha256$i=1$"),
    ] {
        users.insert(name, &of(head), "").unwrap();
    }
    assert_eq!(users.outdated(), ["a", "b", "c", "d", "e", "f"]);
    users.insert("old", slow(RIGHT), "").unwrap();
    let other = users.clone().parameters(crate::stand::slow_parameters());
    assert!(!other.outdated().contains(&"old".to_owned()));
    assert!(other.outdated().contains(&"now".to_owned()));
}

#[test]
fn what_is_wrong_with_a_table_is_an_error_when_a_layer_is_built() {
    let problems = |users: UserTable<&'static str>| {
        let layer = AuthLayer::new(Basic::new("area", users), policy::authenticated());
        layer
            .build_with(Vec::<u8>::from)
            .err()
            .map(|error| error.to_string())
    };
    let remember = |millis, capacity| {
        let ttl = std::time::Duration::from_millis(millis);
        problems(UserTable::new().remember(ttl, capacity))
    };
    assert_eq!(problems(UserTable::new()), None);
    assert_eq!(remember(60_000, 1), None);
    assert_eq!(remember(1_000, 100_000), None);
    assert_eq!(
        remember(60_001, 1).unwrap(),
        "proofs of passwords are remembered for `1m 1ms`: let it be 1s to 60s"
    );
    assert_eq!(
        remember(0, 1).unwrap(),
        "proofs of passwords are remembered for `0s`: let it be 1s to 60s"
    );
    assert_eq!(
        remember(999, 1).unwrap(),
        "proofs of passwords are remembered for `999ms`: let it be 1s to 60s"
    );
    for capacity in [0, 100_001] {
        assert_eq!(
            remember(1_000, capacity).unwrap(),
            format!(
                "proofs of passwords are remembered, `{capacity}` of them: let it be 1 to 100000, or \
                 leave it out"
            )
        );
    }
    for workers in [0, 513, usize::MAX] {
        assert_eq!(
            problems(UserTable::new().pool(Pool::new(workers, 64))).unwrap(),
            format!("the pool that hashes has `{workers}` workers: let it have 1 to 512")
        );
    }
    assert_eq!(problems(UserTable::new().pool(Pool::new(512, 0))), None);
    let twice = UserTable::new()
        .pool(Pool::new(0, 0))
        .remember(std::time::Duration::MAX, 0);
    assert!(problems(twice).unwrap().contains("; the pool"));
}
