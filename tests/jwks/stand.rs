//! Time that stands still, a client, and what is asked of keys.

use std::{
    sync::mpsc,
    time::{Duration, Instant},
};

use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use tokio::runtime::{Builder, Runtime};
use tower_auth::{
    Step, Unavailable,
    jwks::{FetchProblem, RemoteKeys, RemoteKeysBuilder},
    jwt::{Key, KeySet, KeySource as _},
};

use crate::issuer::Issuer;

pub(crate) type Http = Client<HttpConnector, String>;

pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const MINUTE: Duration = Duration::from_secs(60);
pub(crate) const HOUR: Duration = Duration::from_secs(60 * 60);

/// The cooldown, unless a test says otherwise.
pub(crate) const COOLDOWN: Duration = Duration::from_secs(30);

/// A test with this does not skip time while it waits for a socket: it passes only by `advance`.
pub(crate) struct Paused(#[expect(dead_code, reason = "it is dropped")] mpsc::Sender<()>);

pub(crate) fn paused() -> Paused {
    let (held, holds) = mpsc::channel::<()>();
    // While a thread for blocking work works, a paused clock stands still.
    tokio::task::spawn_blocking(move || {
        let _ = holds.recv();
    });
    Paused(held)
}

/// Lets time pass, and then whatever is due happen.
pub(crate) async fn after(time: Duration) {
    tokio::time::advance(time).await;
    quiet().await;
}

/// Waits, in real time, until this is so.
pub(crate) async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < 20 * SECOND, "{what}: never");
        breathe(1).await;
    }
}

/// Waits, in real time, until keys are here that were asked for now.
pub(crate) async fn fetched(keys: &RemoteKeys) {
    until("fetched", || keys.status().age() == Some(Duration::ZERO)).await;
}

/// Waits, in real time, for what should not happen.
pub(crate) async fn quiet() {
    breathe(30).await;
}

async fn breathe(milliseconds: u64) {
    let time = Duration::from_millis(milliseconds);
    tokio::task::spawn_blocking(move || std::thread::sleep(time))
        .await
        .unwrap();
}

/// A client that keeps no connections.
pub(crate) fn http() -> Http {
    Client::builder(TokioExecutor::new())
        .pool_max_idle_per_host(0)
        .build_http()
}

pub(crate) fn configured(issuer: &Issuer) -> RemoteKeysBuilder {
    RemoteKeys::new(issuer.url(), http()).allow_http_on_loopback()
}

/// The keys of this issuer, configured as usual.
pub(crate) fn keys_of(issuer: &Issuer) -> RemoteKeys {
    configured(issuer).build().unwrap()
}

/// The names of the keys that are known to somebody who asks for this one.
pub(crate) async fn ask(keys: &RemoteKeys, kid: &str) -> Result<Vec<String>, Unavailable> {
    keys.keys(Some(kid)).wait().await.map(|keys| names(&keys))
}

/// The same, where the answer must be here already.
pub(crate) fn at_once(keys: &RemoteKeys, kid: &str) -> Result<Vec<String>, Unavailable> {
    match keys.keys(Some(kid)) {
        Step::Now(answer) => answer.map(|keys| names(&keys)),
        Step::Later(_) => panic!("`{kid}` has to wait"),
    }
}

pub(crate) fn names(keys: &KeySet) -> Vec<String> {
    let named = keys.iter().map(|key| Key::id(key).unwrap_or("?"));
    named.map(str::to_owned).collect()
}

/// Why the last fetch failed.
pub(crate) fn problem(keys: &RemoteKeys) -> Option<FetchProblem> {
    keys.status()
        .last_error()
        .map(tower_auth::jwks::FetchError::problem)
}

/// A runtime on which time passes by itself, as soon as nobody has anything to do.
pub(crate) fn paused_thread() -> Runtime {
    Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap()
}
