//! Names and addresses are not told.

use std::time::Duration;

use tokio_test::block_on;
use tower_auth::{
    policy,
    throttle::{Bucket, ClientPrefix, Limit, Throttle},
};

use crate::{
    log::{assert_lines, logged},
    stand::{Hand, Stand, basic, client, limit, throttle},
};

#[test]
fn no_name_and_no_address_ends_in_a_log() {
    let hand = Hand::new();
    let stand = Stand::new(
        &hand,
        throttle(&hand).per_account_and_client(limit(2)),
        policy::authenticated(),
    );
    let (statuses, log) = logged(|| {
        [(); 4].map(|()| block_on(stand.send(basic("192.0.2.77", "Xanadu", "kubla"))).status)
    });
    assert_eq!(statuses, [401, 401, 429, 429]);
    assert_lines(&log, 4);
    assert_eq!(log.matches("throttled").count(), 2, "{log}");
    for told in ["xanadu", "kubla", "192.0.2.77"] {
        assert!(!log.to_lowercase().contains(told), "{told} in {log}");
    }
}

#[test]
fn the_log_says_what_to_do_where_there_is_no_address() {
    let hand = Hand::new();
    let stand = Stand::new(&hand, throttle(&hand), policy::authenticated());
    let mut request = basic("192.0.2.77", "Xanadu", "kubla");
    request.extensions_mut().clear();
    let (answer, log) = logged(|| block_on(stand.send(request)));
    assert_eq!(answer.status, 503);
    assert!(
        log.contains("nobody can be throttled: the peer's address is not in"),
        "{log}"
    );
    assert!(!log.to_lowercase().contains("xanadu"), "{log}");
}

#[test]
fn nothing_that_is_printed_holds_a_name() {
    let limit = Limit::new(3, Duration::from_secs(30));
    let prefix = ClientPrefix::of([192, 0, 2, 1].into());
    let bucket = Bucket::new(Some("xanadu"), Some(prefix), limit);
    assert!(!format!("{bucket:?}").contains("xanadu"));
    let printed = format!("{:?}", Throttle::new(client()));
    assert!(
        printed.contains("per_client: Limit { tries: 300, every: 3s }"),
        "{printed}"
    );
}
