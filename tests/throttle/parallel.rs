//! A thousand guesses at once are no more than a thousand one after another.

use std::{
    collections::HashMap,
    sync::{
        Arc, Barrier,
        atomic::{AtomicUsize, Ordering::SeqCst},
        mpsc,
    },
    thread,
    time::Duration,
};

use tokio::{runtime::Builder, task::JoinSet};
use tower_auth::{
    BasicCredentials, Step, policy,
    scheme::{Basic, SchemeExt as _},
    throttle::{Bucket, Counters, MemoryCounters, Taken, Throttle},
    verify::check_with,
};

use crate::{
    stand::{Hand, Stand, basic, client, limit, throttle},
    store::Store,
};

/// Sends a thousand guesses at once, and counts how they end.
fn guess(stand: Stand) -> HashMap<u16, usize> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(8)
        .enable_all()
        .build();
    let stand = Arc::new(stand);
    runtime.unwrap().block_on(async {
        let mut guesses = JoinSet::new();
        for guess in 0..1_000 {
            let stand = Arc::clone(&stand);
            guesses.spawn(async move {
                let request = basic("192.0.2.1", "alice", &format!("guess {guess}"));
                stand.send(request).await.status
            });
        }
        let mut ended = HashMap::new();
        while let Some(status) = guesses.join_next().await {
            *ended.entry(status.unwrap()).or_default() += 1;
        }
        ended
    })
}

/// Says no after it has waited here and there.
fn waits(hand: &Hand, throttle: Throttle) -> Stand {
    let asked = Arc::new(AtomicUsize::new(0));
    let verifier = check_with(
        Arc::clone(&asked),
        async |asked: Arc<AtomicUsize>, _: BasicCredentials<'_>| {
            asked.fetch_add(1, SeqCst);
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
            None::<&'static str>
        },
    );
    let basic = Basic::new("staff area", verifier).throttle(throttle);
    Stand::of(hand, basic, policy::authenticated(), asked)
}

#[test]
fn a_thousand_guesses_at_once_are_five_verifications() {
    let hand = Hand::new();
    let stand = waits(&hand, throttle(&hand).per_account_and_client(limit(5)));
    let asked = Arc::clone(&stand.asked);
    assert_eq!(guess(stand), HashMap::from([(401, 5), (429, 995)]));
    assert_eq!(asked.load(SeqCst), 5);
}

#[test]
fn so_they_are_for_a_verifier_that_blocks_its_thread() {
    let hand = Hand::new();
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let blocks = move |_: BasicCredentials<'_>| {
        counter.fetch_add(1, SeqCst);
        thread::sleep(Duration::from_millis(5));
        None::<&'static str>
    };
    let basic =
        Basic::new("staff area", blocks).throttle(throttle(&hand).per_account_and_client(limit(5)));
    let stand = Stand::of(&hand, basic, policy::authenticated(), Arc::clone(&asked));
    assert_eq!(guess(stand), HashMap::from([(401, 5), (429, 995)]));
    assert_eq!(asked.load(SeqCst), 5);
}

#[test]
fn so_they_are_where_a_shared_store_counts() {
    let hand = Hand::new();
    let throttle = Throttle::new(client())
        .counters(Store::new(&hand))
        .per_account_and_client(limit(5));
    let stand = waits(&hand, throttle);
    let asked = Arc::clone(&stand.asked);
    assert_eq!(guess(stand), HashMap::from([(401, 5), (429, 995)]));
    assert_eq!(asked.load(SeqCst), 5);
}

/// Threads that take and give back as fast as they can never hold more than there is, in the table
/// (room for 4,096) or in the sketch (room for one, who came first).
#[test]
fn threads_hold_no_more_permits_than_there_are() {
    const THREADS: usize = 8;
    for capacity in [4_096, 1] {
        let hand = Hand::new();
        let counters = MemoryCounters::with_capacity(capacity).clock(hand.clock());
        let first = Bucket::new(Some("who came first"), None, limit(1));
        assert!(matches!(
            counters.take(&[first]),
            Step::Now(Ok(Taken::Permit(_)))
        ));

        let held = Arc::new(AtomicUsize::new(0));
        let most = Arc::new(AtomicUsize::new(0));
        let start = Arc::new(Barrier::new(THREADS));
        let (done, ends) = mpsc::channel();
        let threads: Vec<_> = (0..THREADS)
            .map(|number| {
                let (counters, start, done) = (counters.clone(), Arc::clone(&start), done.clone());
                let (held, most) = (Arc::clone(&held), Arc::clone(&most));
                thread::spawn(move || {
                    // In both orders, so that locks taken as they come would wait for each other.
                    let alice = Bucket::new(Some("alice"), None, limit(5));
                    let bob = Bucket::new(Some("bob"), None, limit(5));
                    let buckets = if number % 2 == 0 {
                        [alice, bob]
                    } else {
                        [bob, alice]
                    };
                    start.wait();
                    let mut refused = 0;
                    for _ in 0..5_000 {
                        let Step::Now(Ok(taken)) = counters.take(&buckets) else {
                            panic!("memory answers at once")
                        };
                        let Taken::Permit(permit) = taken else {
                            refused += 1;
                            continue;
                        };
                        most.fetch_max(held.fetch_add(1, SeqCst) + 1, SeqCst);
                        thread::yield_now();
                        held.fetch_sub(1, SeqCst);
                        assert!(matches!(permit.give_back(), Step::Now(())));
                    }
                    done.send(refused).unwrap();
                })
            })
            .collect();
        let patience = Duration::from_secs(60);
        let ended = threads.iter().map(|_| ends.recv_timeout(patience));
        let refused: usize = ended
            .map(|refused| refused.expect("no thread waits for ever"))
            .sum();
        let most = most.load(SeqCst);
        assert!(most <= 5, "{most} at once");
        assert!(most > 1 || refused > 0, "the threads never met");

        // All is back, and no more than all.
        let alice = Bucket::new(Some("alice"), None, limit(5));
        let again =
            (0..20).filter(|_| matches!(counters.take(&[alice]), Step::Now(Ok(Taken::Permit(_)))));
        assert_eq!(again.count(), 5, "with room for {capacity}");
    }
}
