//! What is told within the lock, and what is not.

use tokio_test::block_on;
use tower_auth::{policy, throttle::Throttle};

use crate::stand::{Answer, Hand, Stand, basic, limit, throttle};

fn locked(hand: &Hand) -> Stand {
    let throttle = throttle(hand).per_account_and_client(limit(2));
    let stand = Stand::new(hand, throttle, policy::authenticated());
    for _ in 0..2 {
        assert_eq!(block_on(stand.log_in("alice", "guessed")), 401);
    }
    stand
}

#[test]
fn in_the_lock_the_right_password_gets_the_same_bytes() {
    let hand = Hand::new();
    let stand = locked(&hand);
    let answer = |password| block_on(stand.send(basic("192.0.2.1", "alice", password)));
    let wrong = answer("guessed");
    assert_eq!(wrong.status, 429);
    assert_eq!(answer("wonderland"), wrong);
    assert_eq!(answer(""), wrong);
    assert_eq!(wrong.field("retry-after"), Some("30"));
    assert_eq!(wrong.field("cache-control"), Some("no-store"));
    assert_eq!(wrong.field("www-authenticate"), None);
    assert_eq!(stand.asked(), 2, "nothing is verified in the lock");
}

#[test]
fn an_unknown_account_is_throttled_as_a_known_one() {
    let hand = Hand::new();
    let throttle = throttle(&hand).per_account_and_client(limit(2));
    let stand = Stand::new(&hand, throttle, policy::authenticated());
    let tries = |name| -> Vec<Answer> {
        let request = || basic("192.0.2.1", name, "guessed");
        (0..5).map(|_| block_on(stand.send(request()))).collect()
    };
    assert_eq!(tries("alice"), tries("nobody"));
}

#[test]
fn what_is_hidden_is_answered_in_the_lock_as_to_a_stranger() {
    use policy::PolicyExt as _;
    let hand = Hand::new();
    let throttle = throttle(&hand).per_account_and_client(limit(1));
    let stand = Stand::new(&hand, throttle, policy::authenticated().hide());
    let stranger = block_on(stand.send(crate::stand::from("192.0.2.1")));
    for password in ["guessed", "guessed", "wonderland"] {
        let answer = block_on(stand.send(basic("192.0.2.1", "alice", password)));
        assert_eq!(answer, stranger);
    }
    assert_eq!(stand.asked(), 1);
}

#[test]
fn where_nobody_hands_the_address_on_it_is_our_fault() {
    let hand = Hand::new();
    let stand = Stand::new(&hand, throttle(&hand), policy::anyone());
    let mut request = basic("192.0.2.1", "alice", "wonderland");
    request.extensions_mut().clear();
    assert_eq!(block_on(stand.send(request)).status, 503);
    assert_eq!(stand.asked(), 0);
}

#[test]
fn a_throttle_is_shared_by_layers_that_are_given_clones() {
    let hand = Hand::new();
    let throttle: Throttle = throttle(&hand).per_account_and_client(limit(2));
    let one = Stand::new(&hand, throttle.clone(), policy::authenticated());
    let other = Stand::new(&hand, throttle, policy::authenticated());
    assert_eq!(block_on(one.log_in("alice", "guessed")), 401);
    assert_eq!(block_on(other.log_in("alice", "guessed")), 401);
    assert_eq!(block_on(one.log_in("alice", "guessed")), 429);
    assert_eq!(block_on(other.log_in("alice", "wonderland")), 429);
}

#[test]
fn names_that_the_application_merges_share_their_tries() {
    let hand = Hand::new();
    let throttle = throttle(&hand)
        .per_account_and_client(limit(2))
        .normalize(|name| name.split('@').next().unwrap_or_default().to_owned());
    let stand = Stand::new(&hand, throttle, policy::authenticated());
    assert_eq!(block_on(stand.log_in("alice@example.com", "guessed")), 401);
    assert_eq!(block_on(stand.log_in("alice@example.org", "guessed")), 401);
    assert_eq!(block_on(stand.log_in("alice", "wonderland")), 429);
    assert_eq!(
        block_on(stand.log_in("Alice", "guessed")),
        401,
        "another, then"
    );
}
