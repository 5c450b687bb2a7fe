//! What is written to the log of an outage.

use tokio::time::sleep;

use crate::{
    desk::{Desk, Says},
    keys::set,
    log::{assert_lines, logged},
    stand::{HOUR, MINUTE, SECOND, ask, paused_thread},
};

#[test]
fn failures_and_what_follows_them_are_logged_without_a_secret() {
    let desk = Desk::with(&set(&["a"]));
    let paused = paused_thread();
    let ((), log) = logged(|| {
        paused.block_on(async {
            let keys = desk.keys();
            keys.ready().await.unwrap();
            assert!(ask(&keys, "stranger").await.is_ok());
            sleep(9 * MINUTE - SECOND).await;
            desk.says(Says::Down);
            sleep(MINUTE + 4 * SECOND).await;
            desk.publish(&set(&["a"]));
            sleep(HOUR).await;
        });
    });
    let failures = log
        .matches("the keys of an issuer could not be fetched")
        .count();
    assert!((1..=8).contains(&failures), "{log}");
    assert_lines(&log, failures + 1);
    let lines: Vec<_> = log.lines().collect();
    for (number, line) in lines[..failures].iter().enumerate() {
        assert!(line.trim_start().starts_with("WARN tower_auth:"), "{line}");
        let said = format!(
            r#"from="https://as.example.net/jwks" error="the key set could not be fetched: connection refused" failures={}"#,
            number + 1
        );
        assert!(line.contains(&said), "{line}");
    }
    let last = lines[failures].trim_start();
    assert_eq!(
        last,
        r#"INFO tower_auth: the keys of an issuer are fetched again from="https://as.example.net/jwks""#
    );
    for word in ["canary", "stranger"] {
        assert!(!log.contains(word), "{log}");
    }
}
