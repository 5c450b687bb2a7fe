//! What stays counted, and what is given back.

use std::{
    future::pending,
    net::SocketAddr,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::{Context, Waker},
};

use http::header::COOKIE;
use tokio_test::block_on;
use tower_auth::{
    Attempt, BasicCredentials, Inspection, Rejection, Step,
    challenge::{Ask, Challenge},
    policy,
    scheme::{Basic, Carrier, Presented, Scheme, SchemeExt as _},
    throttle::Taken,
    verify::check_with,
};

use crate::stand::{Hand, Stand, basic, from, limit, throttle, users, with};

#[test]
fn a_request_that_is_cancelled_stays_counted() {
    let hand = Hand::new();
    let never = check_with((), async |(), _: BasicCredentials<'_>| {
        pending::<Option<&'static str>>().await
    });
    let throttle = throttle(&hand).per_account_and_client(limit(2));
    let slow = Basic::new("staff area", never).throttle(throttle.clone());
    let slow = Stand::of(&hand, slow, policy::authenticated(), Arc::default());
    let quick = Stand::new(&hand, throttle, policy::authenticated());

    for _ in 0..2 {
        let mut request = pin!(slow.send(basic("192.0.2.1", "alice", "guessed")));
        let mut context = Context::from_waker(Waker::noop());
        assert!(request.as_mut().poll(&mut context).is_pending());
    }
    assert_eq!(block_on(quick.log_in("alice", "wonderland")), 429);
}

#[test]
fn tries_in_flight_count() {
    let hand = Hand::new();
    let never = check_with((), async |(), _: BasicCredentials<'_>| {
        pending::<Option<&'static str>>().await
    });
    let slow =
        Basic::new("staff area", never).throttle(throttle(&hand).per_account_and_client(limit(1)));
    let stand = Stand::of(&hand, slow, policy::authenticated(), Arc::default());
    let mut waiting = pin!(stand.send(basic("192.0.2.1", "alice", "wonderland")));
    let mut context = Context::from_waker(Waker::noop());
    assert!(waiting.as_mut().poll(&mut context).is_pending());
    assert_eq!(block_on(stand.log_in("alice", "wonderland")), 429);
}

#[test]
fn what_an_asynchronous_verifier_says_counts_likewise() {
    let hand = Hand::new();
    let verifier = check_with((), async |(), credentials: BasicCredentials<'_>| {
        tokio::task::yield_now().await;
        let name = credentials.user_id().to_owned();
        assert_ne!(name, "panic", "as it was told to");
        (credentials.password().expose() == "wonderland").then_some("alice")
    });
    let basic = Basic::new("staff area", verifier).throttle(throttle(&hand).per_client(limit(3)));
    let stand = Stand::of(&hand, basic, policy::authenticated(), Arc::default());
    for _ in 0..10 {
        assert_eq!(block_on(stand.log_in("alice", "wonderland")), 200);
    }
    assert_eq!(block_on(stand.log_in("alice", "guessed")), 401);
    assert_eq!(block_on(stand.log_in("panic", "wonderland")), 503);
    assert_eq!(block_on(stand.log_in("alice", "guessed")), 401);
    assert_eq!(block_on(stand.log_in("alice", "wonderland")), 429);
}

#[test]
fn who_is_refused_further_in_stays_counted() {
    let hand = Hand::new();
    let closed = Basic::fixed("staff area", "alice", "wonderland", "alice")
        .and_then((), async |(), _: &'static str| None::<&'static str>)
        .throttle(throttle(&hand).per_client(limit(2)));
    let stand = Stand::of(&hand, closed, policy::authenticated(), Arc::default());
    for status in [401, 401, 429] {
        assert_eq!(block_on(stand.log_in("alice", "wonderland")), status);
    }
}

#[test]
fn the_account_is_seen_through_what_stands_around_the_scheme() {
    let hand = Hand::new();
    let asked = Arc::default();
    let basic = Basic::new("staff area", users(Arc::clone(&asked)))
        .map(|name| name)
        .and_then((), async |(), name: &'static str| Some(name))
        .boxed()
        .throttle(throttle(&hand).per_account_and_client(limit(1)));
    let stand = Stand::of(&hand, basic, policy::authenticated(), asked);
    assert_eq!(block_on(stand.log_in("alice", "guessed")), 401);
    assert_eq!(block_on(stand.log_in("alice", "guessed")), 429);
    assert_eq!(block_on(stand.log_in("bob", "guessed")), 401);
}

#[test]
fn basic_names_the_account_of_credentials_that_are_well_formed() {
    let basic = Basic::fixed("staff area", "alice", "wonderland", "alice");
    let (head, ()) = from("192.0.2.1").into_parts();
    let account = |credentials: &[u8]| basic.account(&Presented::new(&head, credentials));
    assert_eq!(
        account(b"QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
        Some("Aladdin".into())
    );
    assert_eq!(
        account(b"Og=="),
        Some(String::new()),
        "an empty name is one"
    );
    assert_eq!(
        account(b"QWxhZGRpbjpvcGVuIHNlc2FtZQ="),
        None,
        "padding is missing"
    );
    assert_eq!(account(b"QWxhZGRpbg=="), None, "there is no colon");
    assert_eq!(account(b""), None);
}

/// What a form's handler counts is counted with what schemes read.
#[test]
fn a_login_form_shares_the_throttle() {
    let hand = Hand::new();
    let throttle = throttle(&hand).per_account_and_client(limit(2));
    let stand = Stand::new(&hand, throttle.clone(), policy::authenticated());
    let (head, ()) = from("192.0.2.1").into_parts();
    let taken = || match block_on(throttle.take(Some("Alice"), &head).wait()).unwrap() {
        Taken::Permit(permit) => Some(permit),
        Taken::Exhausted { .. } => None,
    };
    block_on(taken().expect("a permit").give_back().wait());
    drop(taken().expect("a permit"));
    assert_eq!(block_on(stand.log_in("alice", "guessed")), 401);
    assert!(taken().is_none());
}

/// A session cookie. `slow` ones are looked up.
struct Session(Arc<AtomicUsize>);

impl Scheme for Session {
    type Principal = &'static str;

    fn name(&self) -> &'static str {
        "Session"
    }

    fn carrier(&self) -> Carrier {
        Carrier::Ambient
    }

    fn is_presented(&self, presented: &Presented<'_>) -> bool {
        presented.head().headers.contains_key(COOKIE)
    }

    fn attempt(&self, presented: &Presented<'_>) -> Step<Attempt<&'static str>> {
        let Some(cookie) = presented.head().headers.get(COOKIE) else {
            return Step::Now(Attempt::Absent);
        };
        self.0.fetch_add(1, SeqCst);
        match cookie.as_bytes() {
            b"true" => Step::Now(Attempt::Verified("alice")),
            b"slow" => Step::later(async { Attempt::Verified("alice") }),
            b"anonymous" => Step::later(async { Attempt::Absent }),
            b"elsewhere" => Step::Now(Attempt::Rejected(Rejection::CrossOrigin)),
            _ => Step::Now(Attempt::Rejected(Rejection::Refused)),
        }
    }

    fn challenge(&self, _: Ask<'_>) -> Option<Challenge> {
        Challenge::new("Session", "shop").ok()
    }

    fn inspect(&self, _: &mut Inspection) {}
}

#[test]
fn ambient_credentials_are_throttled_and_their_absence_is_not() {
    let hand = Hand::new();
    let asked = Arc::new(AtomicUsize::new(0));
    let throttle = throttle(&hand).per_client(limit(2));
    let schemes = Session(Arc::clone(&asked))
        .or(Basic::new("staff area", users(Arc::default())))
        .throttle(throttle);
    let stand = Stand::of(&hand, schemes, policy::anyone(), Arc::clone(&asked));
    let status = |cookie: Option<&'static str>| {
        let mut request = from("192.0.2.1");
        if let Some(cookie) = cookie {
            request
                .headers_mut()
                .insert(COOKIE, cookie.parse().unwrap());
        }
        block_on(stand.send(request)).status
    };
    for _ in 0..5 {
        let statuses = [
            None,
            Some("true"),
            Some("slow"),
            Some("anonymous"),
            Some("elsewhere"),
        ];
        assert_eq!(statuses.map(status), [200, 200, 200, 200, 403]);
    }
    assert_eq!(
        [status(Some("guessed")), status(Some("guessed"))],
        [401, 401]
    );
    for _ in 0..2 {
        let cookies = [
            Some("guessed"),
            Some("true"),
            Some("slow"),
            Some("anonymous"),
        ];
        let before = asked.load(SeqCst);
        assert_eq!(cookies.map(status), [429; 4]);
        assert_eq!(asked.load(SeqCst), before, "nothing is looked at");
        assert_eq!(
            status(None),
            200,
            "a visitor without a cookie is no guesser"
        );
    }
}

#[test]
fn a_clock_that_is_set_back_gives_nothing_back() {
    use std::time::Duration;
    let hand = Hand::new();
    let throttle = throttle(&hand).per_account_and_client(limit(2));
    let stand = Stand::new(&hand, throttle, policy::authenticated());
    hand.pass(Duration::from_secs(600));
    for status in [401, 401, 429] {
        assert_eq!(block_on(stand.log_in("alice", "guessed")), status);
    }
    hand.go_back(Duration::from_secs(600));
    assert_eq!(block_on(stand.log_in("alice", "guessed")), 429);
    hand.pass(Duration::from_secs(600));
    assert_eq!(block_on(stand.log_in("alice", "guessed")), 429);
    hand.pass(Duration::from_secs(30));
    assert_eq!(block_on(stand.log_in("alice", "guessed")), 401);
}

#[test]
fn clients_are_told_apart_by_the_peer_that_the_application_names() {
    let hand = Hand::new();
    let stand = Stand::new(
        &hand,
        throttle(&hand).per_client(limit(1)),
        policy::authenticated(),
    );
    let mut request = with(from("192.0.2.1"), "Bearer guessed");
    request
        .extensions_mut()
        .insert(SocketAddr::from(([192, 0, 2, 9], 1)));
    assert_eq!(block_on(stand.send(request)).status, 401);
    let other = with(from("192.0.2.1"), "Bearer guessed");
    assert_eq!(block_on(stand.send(other)).status, 401);
}
