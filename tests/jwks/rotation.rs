//! Keys that rotate under load, over loopback and in real time, while the issuer is away, and while strangers
//! send names of keys that nobody has.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{task::JoinSet, time::sleep};

use crate::{
    issuer::Issuer,
    keys::{forged, set, token},
    layer::{guarded, send},
    stand::configured,
};

/// The shortest that can be configured.
const COOLDOWN: Duration = Duration::from_secs(1);
const STRANGERS: usize = 10_000;

/// How often each status was answered, and to whom.
#[derive(Default)]
struct Seen {
    passed: AtomicUsize,
    refused: AtomicUsize,
    wrong: Mutex<Vec<(&'static str, u16)>>,
}

impl Seen {
    fn count(&self, who: &'static str, status: u16) {
        match (who, status) {
            ("holder", 200) => self.passed.fetch_add(1, Ordering::SeqCst),
            ("stranger", 401) => self.refused.fetch_add(1, Ordering::SeqCst),
            _ => {
                self.wrong.lock().unwrap().push((who, status));
                0
            }
        };
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_valid_token_is_refused_while_keys_rotate_the_issuer_is_away_and_strangers_come() {
    let mut issuer = Issuer::with(&set(&["key-0"])).await;
    let keys = configured(&issuer).cooldown(COOLDOWN).build().unwrap();
    let service = guarded(&keys);
    let (seen, goes_on) = (Arc::new(Seen::default()), Arc::new(AtomicBool::new(true)));
    let signed = Arc::new(Mutex::new(token("key-0")));
    let begun = Instant::now();

    let mut load = JoinSet::new();
    for _ in 0..4 {
        let (service, seen) = (service.clone(), Arc::clone(&seen));
        let (goes_on, signed) = (Arc::clone(&goes_on), Arc::clone(&signed));
        load.spawn(async move {
            while goes_on.load(Ordering::SeqCst) {
                let token = signed.lock().unwrap().clone();
                seen.count("holder", send(&service, &token).await.0.as_u16());
                tokio::task::yield_now().await;
            }
        });
    }
    let strangers = {
        let (service, seen) = (service.clone(), Arc::clone(&seen));
        async move {
            for number in 0..STRANGERS {
                let token = forged(&format!("unknown-{number}"));
                seen.count("stranger", send(&service, &token).await.0.as_u16());
                if number % 100 == 0 {
                    sleep(Duration::from_millis(50)).await;
                }
            }
        }
    };
    load.spawn(strangers);

    let mut rotations = 0;
    for number in 1..=4 {
        let (old, new) = (format!("key-{}", number - 1), format!("key-{number}"));
        // Published first, for a cooldown at least; then it signs; then the old one goes.
        issuer.publish(&set(&[&old, &new]));
        sleep(COOLDOWN + Duration::from_millis(200)).await;
        *signed.lock().unwrap() = token(&new);
        sleep(Duration::from_millis(200)).await;
        issuer.publish(&set(&[&new]));
        rotations += 1;
        if number == 2 {
            issuer.stop().await;
            sleep(2 * COOLDOWN).await;
            issuer.start().await;
        }
    }
    goes_on.store(false, Ordering::SeqCst);
    while let Some(ended) = load.join_next().await {
        ended.unwrap();
    }

    let wrong = seen.wrong.lock().unwrap();
    assert!(
        wrong.is_empty(),
        "{:?} of {} answers",
        &wrong[..wrong.len().min(5)],
        wrong.len()
    );
    assert_eq!(rotations, 4);
    assert_eq!(seen.refused.load(Ordering::SeqCst), STRANGERS);
    let passed = seen.passed.load(Ordering::SeqCst);
    assert!(passed > 1_000, "{passed}");
    // One in a cooldown, and the first; and no two at once.
    let most = begun.elapsed().as_secs() as usize + 2;
    let fetches = issuer.fetches();
    assert!(
        (rotations + 1..=most).contains(&fetches),
        "{fetches} of {most}"
    );
    assert_eq!(issuer.most_open(), 1);
    println!("{passed} passed, {STRANGERS} strangers refused, {fetches} fetches");
}
