//! Nothing of a hash or a password is shown.

use tower_auth::{
    Secret,
    password::{self, Pool},
    verify::UserTable,
};

use crate::{
    file::corpus,
    log::logged,
    stand::{RIGHT, SESAME, layer, run, slow_parameters, small},
};

/// No eight characters in a row of what is secret, but for words that every error may use.
fn assert_shows_nothing(secret: &str, shown: &str) {
    let window: Vec<char> = secret.chars().collect();
    for piece in window.windows(8) {
        let piece: String = piece.iter().collect();
        assert!(!shown.contains(&piece), "`{piece}` is in {shown}");
    }
}

#[test]
fn debug_of_a_table_and_of_its_pool_shows_numbers() {
    let users = UserTable::new().parameters(small()).pool(Pool::new(1, 0));
    users.insert("ann", SESAME, RIGHT).unwrap();
    run(crate::stand::ask(&users, "ann", RIGHT));
    assert_eq!(format!("{users:?}"), "UserTable { len: 1, .. }");
    assert_eq!(
        format!("{:?}", Pool::new(3, 5)),
        "Pool { workers: 3, queue: 5, running: 0, waiting: 0, .. }"
    );
}

#[test]
fn errors_show_nothing_of_a_hash_or_of_a_line_without_a_name() {
    let (_, salt_and_output) = SESAME.split_once("p=1$").unwrap();
    let mut seen = 0;
    for row in &corpus().row {
        let users = UserTable::<()>::new();
        let text = row.text(SESAME);
        let Err(error) = users.load(&text, |_| Err::<(), _>("no")) else {
            continue;
        };
        let shown = format!("{error} {error:?} {:?}", std::error::Error::source(&error));
        assert_shows_nothing(salt_and_output, &shown);
        for secret in [
            "hunter2",
            "qUqP5cyxm6",
            "c4WoMPo3SX",
            "zVmRWZ4S",
            "rqXexS6ZhobKA",
            "131000",
        ] {
            assert!(!shown.contains(secret), "{}: {shown}", row.name);
        }
        assert!(
            !error.to_string().contains(char::is_control),
            "{}",
            row.name
        );
        seen += 1;
    }
    assert!(seen > 100, "{seen}");
}

#[test]
fn errors_about_a_password_show_nothing_of_it() {
    for password in ["correct horse\n".to_owned(), "correct horse ".repeat(100)] {
        let error = password::hash(&Secret::from(password.as_str()), small()).unwrap_err();
        assert_shows_nothing("correct horse", &format!("{error} {error:?}"));
    }
}

#[test]
fn building_a_layer_warns_where_the_clock_would_tell_who_exists() {
    let users = UserTable::new().parameters(small());
    users.insert("ann", SESAME, "Ann").unwrap();
    assert_eq!(logged(|| layer(&users)).1, "");
    let (_, log) = logged(|| layer(&users.clone().parameters(slow_parameters())));
    let warning = "WARN tower_auth: some hashes of a UserTable are not of its parameters";
    assert!(log.trim_start().starts_with(warning), "{log}");
    assert_eq!((log.lines().count(), log.contains("ann")), (1, false));
}
