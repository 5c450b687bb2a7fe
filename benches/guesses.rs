//! What a clock tells about a user: `cargo bench --bench guesses --features password`.
//!
//! Times attempts for an unknown user, a wrong password, a disabled user, and a user who is let in,
//! in an order of chance, and compares each two of them: the Kolmogorov-Smirnov statistic is the
//! largest distance between their distributions. Beyond the critical value they differ, but for one
//! pair in a hundred that only seems to. Through the layer, whoever is let in may differ: they are
//! answered by the inner service, and know it.

#![allow(
    clippy::cast_precision_loss,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a measurement that panics is none"
)]

use std::{
    convert::Infallible,
    env,
    future::Future,
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{Request, Response, header::AUTHORIZATION};
use tokio::runtime::{Builder, Runtime};
use tower::{Layer as _, ServiceExt as _, service_fn};
use tower_auth::{
    AuthLayer, BasicCredentials, Secret,
    password::{self, Parameters},
    policy,
    scheme::Basic,
    verify::{UserTable, Verdict, Verify as _},
};

const CASES: [(&str, &str, &str); 4] = [
    ("unknown user", "nobody", "open sesame"),
    ("wrong password", "ann", "open barley"),
    ("disabled user", "bob", "open sesame"),
    ("let in", "ann", "open sesame"),
];

type Table = UserTable<&'static str>;
type Times = [Vec<Duration>; CASES.len()];

fn main() {
    // `cargo test --benches` only sees that it runs.
    let in_earnest = env::args().any(|argument| argument == "--bench");
    let runs = |number| if in_earnest { number } else { 3 };
    let small = Parameters::new(64, 1, 1).expect("within the limits");
    for (name, parameters, number) in [
        (
            "default parameters (19 MiB, 2 passes)",
            Parameters::default(),
            runs(400),
        ),
        ("small parameters (64 KiB, 1 pass)", small, runs(4_000)),
    ] {
        let users = table(parameters);
        let runtime = Builder::new_current_thread().build().expect("a runtime");
        let verifier = measure(&runtime, number, |user_id, password| {
            verified(users.clone(), user_id, password)
        });
        report(&format!("{name}, the verifier"), verifier);
        let layer = AuthLayer::new(Basic::new("area", users.clone()), policy::authenticated())
            .build_with(Vec::from)
            .expect("a layer");
        let layered = measure(&runtime, number, |user_id, password| {
            served(layer.clone(), user_id, password)
        });
        report(&format!("{name}, the whole layer"), layered);
    }
}

fn table(parameters: Parameters) -> Table {
    let users = UserTable::new().parameters(parameters);
    let hash = |password| password::hash(&Secret::from(password), parameters).expect("a hash");
    for n in 0..100 {
        let name = format!("user-{n}");
        users
            .insert(&name, &hash("another"), "somebody")
            .expect("a user");
    }
    users
        .insert("ann", &hash("open sesame"), "Ann")
        .expect("a user");
    users
        .insert("bob", &hash("open sesame"), "Bob")
        .expect("a user");
    users.disable("bob");
    users
}

async fn verified(users: Table, user_id: &'static str, password: &'static str) -> bool {
    let verdict = users.verify(BasicCredentials::new(user_id, password));
    matches!(verdict.wait().await, Verdict::Verified(_))
}

fn served(
    layer: AuthLayer<&'static str, Vec<u8>>,
    user_id: &'static str,
    password: &'static str,
) -> impl Future<Output = bool> {
    let credentials = STANDARD.encode(format!("{user_id}:{password}"));
    let request = Request::get("/")
        .header(AUTHORIZATION, format!("Basic {credentials}"))
        .body(())
        .expect("a request");
    let inner = service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(Vec::new())));
    let response = layer.layer(inner).oneshot(request);
    async { response.await.expect("a response").status().is_success() }
}

/// So many attempts of each case, in an order of chance.
fn measure<F: Future<Output = bool>>(
    runtime: &Runtime,
    number: usize,
    attempt: impl Fn(&'static str, &'static str) -> F,
) -> Times {
    let mut order: Vec<usize> = (0..CASES.len() * number).map(|n| n % CASES.len()).collect();
    shuffle(&mut order);
    let mut times = Times::default();
    let warm_up = [0, 1, 2, 3].map(|case| (case, false));
    for (case, counts) in warm_up
        .into_iter()
        .chain(order.into_iter().map(|case| (case, true)))
    {
        let (name, user_id, password) = CASES[case];
        let attempt = attempt(user_id, password);
        let start = Instant::now();
        let let_in = runtime.block_on(attempt);
        let took = start.elapsed();
        assert_eq!(let_in, name == "let in", "{name}");
        if counts {
            times[case].push(took);
        }
    }
    times
}

fn shuffle(order: &mut [usize]) {
    let mut state = getrandom::u64().expect("randomness") | 1;
    for last in (1..order.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let other = usize::try_from(state % (last as u64 + 1)).expect("a place");
        order.swap(last, other);
    }
}

fn report(title: &str, mut times: Times) {
    println!("\n{title}: {} of each", times[0].len());
    println!(
        "{:<16}{:>11}{:>11}{:>11}{:>11}",
        "µs", "median", "p5", "p95", "p99"
    );
    for ((name, ..), times) in CASES.iter().zip(&mut times) {
        times.sort_unstable();
        let at = |percent: usize| {
            let place = (times.len() * percent / 100).min(times.len() - 1);
            times[place].as_secs_f64() * 1e6
        };
        println!(
            "{name:<16}{:>11.1}{:>11.1}{:>11.1}{:>11.1}",
            at(50),
            at(5),
            at(95),
            at(99)
        );
    }
    for one in 0..CASES.len() {
        for other in one + 1..CASES.len() {
            let distance = distance(&times[one], &times[other]);
            let (n, m) = (times[one].len() as f64, times[other].len() as f64);
            let critical = 1.628 * ((n + m) / (n * m)).sqrt();
            let verdict = if distance > critical {
                "DIFFER"
            } else {
                "the same"
            };
            println!(
                "{:<16} {:<16} D = {distance:.4} (1 %: {critical:.4}) {verdict}",
                CASES[one].0, CASES[other].0
            );
        }
    }
}

/// The Kolmogorov-Smirnov statistic of two sorted samples.
fn distance(one: &[Duration], other: &[Duration]) -> f64 {
    let share = |sample: &[Duration], at: &Duration| {
        sample.partition_point(|time| time <= at) as f64 / sample.len() as f64
    };
    let points = one.iter().chain(other);
    points
        .map(|at| (share(one, at) - share(other, at)).abs())
        .fold(0.0, f64::max)
}
