//! How many are hashed at once, and what happens to the others.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::mpsc,
    task::Poll,
    time::Duration,
};

use http::header::RETRY_AFTER;
use tokio::{runtime::Runtime, task::JoinHandle};
use tower_auth::{
    BasicCredentials, Unavailable,
    password::Pool,
    verify::{UserTable, Verdict, Verify as _},
};

use crate::stand::{RIGHT, SESAME, Said, Table, ask, layer, runtime, send, small, status};

fn table(workers: usize, queue: usize) -> (Table, Pool) {
    let pool = Pool::new(workers, queue);
    let users = UserTable::new().parameters(small()).pool(pool.clone());
    users.insert("ann", SESAME, "Ann").unwrap();
    (users, pool)
}

/// A runtime whose only thread for blocking work does nothing until it is let go: whatever is
/// handed to it has started, and does not end.
fn held() -> (Runtime, mpsc::Sender<()>) {
    let runtime = runtime(1);
    let (let_go, wait) = mpsc::channel();
    runtime.spawn_blocking(move || {
        let _ = wait.recv();
    });
    (runtime, let_go)
}

fn attempt(runtime: &Runtime, users: &Table) -> JoinHandle<Said<&'static str>> {
    let users = users.clone();
    runtime.spawn(async move { ask(&users, "ann", RIGHT).await })
}

/// Waits for an answer, for 10 seconds at most.
fn wait<T>(runtime: &Runtime, answer: impl Future<Output = T>) -> T {
    let limited = async { tokio::time::timeout(Duration::from_secs(10), answer).await };
    runtime.block_on(limited).expect("an answer")
}

/// Waits until it is so, for 10 seconds at most.
fn until(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..10_000 {
        if is_so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    panic!("never: {what}");
}

#[test]
fn where_the_queue_is_full_the_answer_is_503_with_retry_after() {
    let (users, pool) = table(2, 3);
    let layer = layer(&users);
    let (runtime, let_go) = held();
    let requests: Vec<_> = (0..5)
        .map(|_| runtime.spawn(send(&layer, "ann", RIGHT)))
        .collect();
    until("two run and three wait", || {
        (pool.running(), pool.waiting()) == (2, 3)
    });
    for (turned_away, user_id) in (0..).zip(["ann", "nobody", "ann"]) {
        assert_eq!(pool.turned_away(), turned_away);
        let answer = wait(&runtime, send(&layer, user_id, RIGHT));
        assert_eq!(status(&answer), 503);
        assert_eq!(answer.headers()[RETRY_AFTER], "1");
        assert_eq!((pool.running(), pool.waiting()), (2, 3));
    }
    let_go.send(()).unwrap();
    for request in requests {
        assert_eq!(status(&wait(&runtime, request).unwrap()), 200);
    }
    assert_eq!((pool.hashes(), pool.turned_away()), (5, 3));
    until("all have ended", || {
        (pool.running(), pool.waiting()) == (0, 0)
    });
    assert_eq!(status(&wait(&runtime, send(&layer, "ann", RIGHT))), 200);
}

#[test]
fn without_a_queue_one_more_than_the_workers_is_turned_away() {
    let (users, pool) = table(1, 0);
    let (runtime, let_go) = held();
    let first = attempt(&runtime, &users);
    until("one runs", || pool.running() == 1);
    let said = wait(&runtime, ask(&users, "ann", RIGHT));
    assert_eq!(
        said,
        Said::Fault("too many passwords wait to be hashed".to_owned(), Some(1))
    );
    let_go.send(()).unwrap();
    assert_eq!(wait(&runtime, first).unwrap(), Said::In("Ann"));
}

#[test]
fn what_waits_and_is_dropped_is_gone_at_once_and_what_runs_keeps_its_room() {
    let (users, pool) = table(1, 2);
    let (runtime, let_go) = held();
    let running = attempt(&runtime, &users);
    until("one runs", || pool.running() == 1);
    let waiting = [attempt(&runtime, &users), attempt(&runtime, &users)];
    until("two wait", || pool.waiting() == 2);
    let [dropped, kept] = waiting;
    dropped.abort();
    until("one waits", || pool.waiting() == 1);

    running.abort();
    assert!(wait(&runtime, running).unwrap_err().is_cancelled());
    assert_eq!((pool.running(), pool.waiting(), pool.hashes()), (1, 1, 0));
    std::thread::sleep(Duration::from_millis(20));
    assert_eq!((pool.running(), pool.waiting(), pool.hashes()), (1, 1, 0));

    let_go.send(()).unwrap();
    assert_eq!(wait(&runtime, kept).unwrap(), Said::In("Ann"));
    // The one that was dropped while it ran was finished.
    assert_eq!((pool.hashes(), pool.turned_away()), (2, 0));
    until("all have ended", || {
        (pool.running(), pool.waiting()) == (0, 0)
    });
}

#[test]
fn requests_that_are_dropped_at_any_poll_leave_the_counters_as_they_were() {
    let (users, pool) = table(2, 4);
    let layer = layer(&users);
    let runtime = runtime(4);
    let mut dropped = 0;
    for polls in 0..400_usize {
        wait(&runtime, async {
            let mut request = Box::pin(send(&layer, "ann", RIGHT));
            let other = pin!(send(&layer, "nobody", RIGHT));
            let mut left = polls % 5;
            poll_fn(|context| {
                if left == 0 || request.as_mut().poll(context).is_ready() {
                    dropped += usize::from(left == 0);
                    return Poll::Ready(());
                }
                left -= 1;
                context.waker().wake_by_ref();
                Poll::Pending
            })
            .await;
            drop(request);
            assert_eq!(status(&other.await), 401);
        });
    }
    assert!(dropped > 100, "{dropped}");
    until("all have ended", || {
        (pool.running(), pool.waiting()) == (0, 0)
    });
    assert_eq!(pool.turned_away(), 0);
    assert_eq!(wait(&runtime, ask(&users, "ann", RIGHT)), Said::In("Ann"));
}

#[test]
fn tables_with_one_pool_share_its_limit() {
    let (users, pool) = table(1, 0);
    let others = UserTable::new().parameters(small()).pool(pool.clone());
    others.insert("bob", SESAME, "Bob").unwrap();
    let (runtime, let_go) = held();
    let first = attempt(&runtime, &users);
    until("one runs", || pool.running() == 1);
    assert!(matches!(
        wait(&runtime, ask(&others, "bob", RIGHT)),
        Said::Fault(_, Some(1))
    ));
    let_go.send(()).unwrap();
    assert_eq!(wait(&runtime, first).unwrap(), Said::In("Ann"));
}

#[test]
fn by_default_half_of_the_processors_hash_and_64_requests_wait() {
    let pool = Pool::default();
    let users = UserTable::new().parameters(small()).pool(pool.clone());
    users.insert("ann", SESAME, "Ann").unwrap();
    let workers = (std::thread::available_parallelism().unwrap().get() / 2).max(1);
    let (runtime, let_go) = held();
    let attempts: Vec<_> = (0..workers + 66)
        .map(|_| attempt(&runtime, &users))
        .collect();
    until("two are turned away", || pool.turned_away() == 2);
    assert_eq!((pool.running(), pool.waiting()), (workers, 64));
    let_go.send(()).unwrap();
    let mut let_in = 0;
    for attempt in attempts {
        let_in += usize::from(wait(&runtime, attempt).unwrap() == Said::In("Ann"));
    }
    assert_eq!(let_in, workers + 64);
}

#[test]
fn without_tokio_it_is_an_outage_that_says_so() {
    let (users, pool) = table(1, 1);
    let step = users.verify(BasicCredentials::new("ann", RIGHT));
    let outage = outage(futures_run(step.wait()));
    assert_eq!(
        outage.private_reason(),
        "passwords are hashed on the runtime of tokio, and this is not running on one"
    );
    assert_eq!((pool.running(), pool.hashes()), (0, 0));

    let layer = layer(&users);
    assert_eq!(status(&futures_run(send(&layer, "ann", RIGHT))), 503);
    assert_eq!(status(&futures_run(send(&layer, "nobody", RIGHT))), 503);
}

fn outage<P>(verdict: Verdict<P>) -> Unavailable {
    match verdict {
        Verdict::Unavailable(outage) => outage,
        Verdict::Verified(_) | Verdict::Refused | Verdict::Faulty(_) => panic!("no outage"),
    }
}

/// Polls what is ready at once.
fn futures_run<T>(future: impl Future<Output = T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("it waits, and nobody will wake it"),
    }
}

#[test]
fn a_runtime_that_has_shut_down_is_an_outage() {
    let (users, pool) = table(1, 0);
    let gone = runtime(1);
    let handle = gone.handle().clone();
    gone.shutdown_background();
    let _entered = handle.enter();
    let outage = outage(futures_run(
        users.verify(BasicCredentials::new("ann", RIGHT)).wait(),
    ));
    assert_eq!(
        outage.private_reason(),
        "the runtime shut down before the password was hashed"
    );
    assert_eq!((pool.running(), pool.hashes()), (0, 0));
}
