//! What a flood of wrong passwords does to the callers of an open route.
//!
//! `cargo bench --bench flood --all-features` serves a real socket, asks for an open route at a steady
//! pace, and meanwhile sends a thousand wrong passwords a second; without a throttle, and with one.
//! Compare the lines of one run.

#![allow(
    clippy::cast_precision_loss,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot run says where"
)]

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use axum::{Router, body::Body, routing::get};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{Request, StatusCode, header::AUTHORIZATION};
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, runtime::Builder, task::JoinSet, time};
use tower::Layer;
use tower_auth::{
    AuthLayer, Secret,
    address::ClientAddress,
    password::{self, Parameters},
    policy,
    scheme::{Basic, SchemeExt as _},
    throttle::Throttle,
    verify::UserTable,
};

/// How long each part is measured.
const PART: Duration = Duration::from_secs(8);
/// Between two requests for the open route.
const PACE: Duration = Duration::from_millis(4);
/// Wrong passwords a second, and over how many connections they come.
const FLOOD: u32 = 1_000;
const CONNECTIONS: u32 = 150;

fn main() {
    if !std::env::args().any(|argument| argument == "--bench") {
        return; // `cargo test --benches` only wants it to build.
    }
    for throttled in [false, true] {
        let address = serve(throttled);
        let name = if throttled {
            "throttled"
        } else {
            "no throttle"
        };
        for round in 1..=3 {
            let (calm, _) = measure(address, false);
            let (flooded, statuses) = measure(address, true);
            println!(
                "{name}, round {round}: open route p50 {:.0} -> {:.0} us, p99 {:.0} -> {:.0} us: \
                 {:.2} times; wrong passwords: {statuses:?}",
                percentile(&calm, 50),
                percentile(&flooded, 50),
                percentile(&calm, 99),
                percentile(&flooded, 99),
                percentile(&flooded, 99) / percentile(&calm, 99),
            );
        }
    }
}

/// A service of its own threads, which ends with the process.
fn serve(throttled: bool) -> SocketAddr {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.set_nonblocking(true).expect("a listener");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build();
        runtime.expect("a runtime").block_on(async move {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            let app = app(throttled).into_make_service_with_connect_info::<SocketAddr>();
            axum::serve(listener, app).await.expect("a server");
        });
    });
    address
}

fn app(throttled: bool) -> Router {
    let users = UserTable::new();
    let hash = password::hash(&Secret::from("right"), Parameters::default()).expect("a hash");
    users.insert("alice", &hash, "alice").expect("a user");
    let basic = Basic::new("flood", users);
    let layer = if throttled {
        let throttle = Throttle::new(ClientAddress::connect_info());
        AuthLayer::new(basic.throttle(throttle), policy::anyone()).build()
    } else {
        AuthLayer::new(basic, policy::anyone()).build()
    };
    let routes = Router::new().route("/", get(async || "open"));
    Router::new().fallback_service(layer.expect("a layer").layer(routes))
}

/// Times of the open route in microseconds, in order, and what wrong passwords were answered.
fn measure(address: SocketAddr, flooded: bool) -> (Vec<f64>, BTreeMap<u16, u32>) {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async move {
        let over = Arc::new(AtomicBool::new(false));
        let statuses = Arc::new(Mutex::new(BTreeMap::new()));
        let sent = Arc::new(AtomicU32::new(0));
        let mut floods = JoinSet::new();
        let started = time::Instant::now();
        for _ in 0..if flooded { CONNECTIONS } else { 0 } {
            let (over, statuses, sent) = (over.clone(), statuses.clone(), sent.clone());
            floods.spawn(async move {
                let mut connection = connect(address).await;
                while !over.load(Ordering::Relaxed) {
                    // Whoever is free sends the next, at its time.
                    let guess = sent.fetch_add(1, Ordering::Relaxed);
                    time::sleep_until(started + Duration::from_secs(1) * guess / FLOOD).await;
                    let credentials = STANDARD.encode(format!("alice:guess {guess}"));
                    let status = ask(&mut connection, Some(&credentials)).await;
                    let mut statuses = statuses.lock().expect("a count");
                    *statuses.entry(status.as_u16()).or_default() += 1;
                }
            });
        }
        let times = probe(address).await;
        over.store(true, Ordering::Relaxed);
        while floods.join_next().await.is_some() {}
        let statuses = std::mem::take(&mut *statuses.lock().expect("a count"));
        (times, statuses)
    })
}

async fn probe(address: SocketAddr) -> Vec<f64> {
    let mut connection = connect(address).await;
    let mut pace = time::interval(PACE);
    let mut times = Vec::new();
    let started = Instant::now();
    while started.elapsed() < PART {
        pace.tick().await;
        let asked = Instant::now();
        let status = ask(&mut connection, None).await;
        assert_eq!(status, StatusCode::OK);
        times.push(asked.elapsed().as_secs_f64() * 1e6);
    }
    times.sort_by(f64::total_cmp);
    times
}

async fn connect(address: SocketAddr) -> SendRequest<Body> {
    let stream = TcpStream::connect(address).await.expect("a connection");
    stream.set_nodelay(true).expect("a socket");
    let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .expect("HTTP");
    tokio::spawn(connection);
    sender
}

async fn ask(connection: &mut SendRequest<Body>, basic: Option<&str>) -> StatusCode {
    let mut request = Request::get("/").header("host", "localhost");
    if let Some(credentials) = basic {
        request = request.header(AUTHORIZATION, format!("Basic {credentials}"));
    }
    let request = request.body(Body::empty()).expect("a request");
    connection.ready().await.expect("a connection");
    let response = connection.send_request(request).await.expect("a response");
    let (head, body) = response.into_parts();
    http_body_util::BodyExt::collect(body)
        .await
        .expect("a body");
    head.status
}

fn percentile(sorted: &[f64], percent: usize) -> f64 {
    sorted[(sorted.len() - 1) * percent / 100]
}
