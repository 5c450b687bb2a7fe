//! Counters that answer later, fail, or are shared with others.

use std::{io, time::Duration};

use tokio_test::block_on;
use tower_auth::{
    Step, Unavailable, policy,
    throttle::{Bucket, ClientPrefix, Counters, Limit, Permit, Taken, Throttle},
};

use crate::{
    stand::{Hand, Stand, basic, client, limit},
    store::Store,
};

/// A store that cannot be reached, in one of several ways.
struct Away(&'static str);

impl Counters for Away {
    fn take(&self, _: &[Bucket<'_>]) -> Step<Result<Taken, Unavailable>> {
        let how = self.0;
        let fail = move || -> Result<Taken, Unavailable> {
            assert!(!how.contains("panic"), "as it was told to");
            Err(io::Error::other("connection refused"))?
        };
        if how.contains("later") {
            Step::later(async move { fail() })
        } else {
            Step::Now(fail())
        }
    }
}

#[test]
fn a_store_that_is_away_is_our_fault_and_lets_nobody_in() {
    for how in ["now", "later", "panics now", "panics later"] {
        let hand = Hand::new();
        let throttle = Throttle::new(client()).counters(Away(how));
        let stand = Stand::new(&hand, throttle, policy::anyone());
        assert_eq!(block_on(stand.log_in("alice", "wonderland")), 503, "{how}");
        assert_eq!(stand.asked(), 0, "{how}");
    }
}

#[test]
fn two_processes_count_together() {
    let hand = Hand::new();
    let store = Store::new(&hand);
    let process = || {
        let throttle = Throttle::new(client())
            .counters(store.clone())
            .per_account_and_client(limit(2));
        Stand::new(&hand, throttle, policy::authenticated())
    };
    let (one, other) = (process(), process());
    assert_eq!(block_on(one.log_in("alice", "guessed")), 401);
    assert_eq!(block_on(other.log_in("alice", "guessed")), 401);
    assert_eq!(block_on(one.log_in("alice", "wonderland")), 429);
    assert_eq!(block_on(other.log_in("alice", "wonderland")), 429);
    assert_eq!(
        store.rows().len(),
        2,
        "the client, and the account as it tries it"
    );
}

#[test]
fn what_the_request_carries_reaches_the_scheme_after_the_store_has_answered() {
    let hand = Hand::new();
    let throttle = Throttle::new(client()).counters(Store::new(&hand));
    let stand = Stand::new(&hand, throttle, policy::authenticated());
    let answer = block_on(stand.send(basic("192.0.2.1", "alice", "wonderland")));
    assert_eq!((answer.status, answer.body), (200, b"let in".to_vec()));
}

/// Digests are the names of rows in stores that outlive a release: these do not change.
#[test]
fn digests_stay_what_they_are() {
    let limit = Limit::new(1, Duration::from_secs(1));
    let other = Limit::new(2, Duration::from_secs(2));
    let v4 = Some(ClientPrefix::of([192, 0, 2, 1].into()));
    let v6 = Some(ClientPrefix::of("2001:db8::1".parse().unwrap()));
    let unreadable = Some(ClientPrefix::unreadable());
    let buckets = [
        (None, None),
        (Some(""), None),
        (Some("alice"), None),
        (Some("alice"), v4),
        (Some("alice192.0.2.1/32"), None),
        (None, v4),
        (None, v6),
        (None, unreadable),
        (Some("unreadable"), None),
    ];
    let digest = |(account, client), limit, pepper: &str| {
        Bucket::new(account, client, limit).digest(pepper.as_bytes())
    };
    let mut seen = std::collections::HashSet::new();
    for bucket in buckets {
        for pepper in ["", "pepper", "pepperalice"] {
            assert!(
                seen.insert(digest(bucket, limit, pepper)),
                "{bucket:?} {pepper}"
            );
            assert_eq!(digest(bucket, other, pepper), digest(bucket, limit, pepper));
        }
    }
    let known = digest((Some("alice"), v4), limit, "pepper");
    let byte = |place: usize| u8::from_str_radix(&KNOWN[2 * place..2 * place + 2], 16).unwrap();
    assert_eq!(known.to_vec(), (0..32).map(byte).collect::<Vec<_>>());
}

/// Made with Python's `hashlib`: SHA-256 of the name of the format, then each part behind its length plus
/// one in eight bytes.
const KNOWN: &str = "5b6ff07615a6bd76aa78881972d02715844f7889985282c912710741889ad80d";

#[test]
fn a_permit_that_is_kept_cannot_be_given_back() {
    assert!(matches!(Permit::kept().give_back(), Step::Now(())));
}
