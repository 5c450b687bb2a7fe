//! An issuer in the same process, for tests in which much time passes.

use std::{
    convert::Infallible,
    future::Future,
    io,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
};

use http::{Request, Response};
use tokio::time::{Duration, Instant, sleep};
use tower::Service;
use tower_auth::jwks::{RemoteKeys, RemoteKeysBuilder};

/// What it answers.
#[derive(Clone)]
pub(crate) enum Says {
    /// 200, with these fields, and a body.
    Keys(Vec<(String, String)>, String),
    /// The same, after a while.
    Late(Duration, String),
    Status(u16),
    /// It cannot be reached.
    Down,
    Nothing,
}

/// An issuer, and the client that leads to it. Clones share it.
#[derive(Clone)]
pub(crate) struct Desk(Arc<Mutex<Kept>>);

struct Kept {
    says: Says,
    asked: Vec<(Instant, String)>,
}

impl Desk {
    pub(crate) fn with(keys: &str) -> Self {
        let says = Says::Keys(Vec::new(), keys.to_owned());
        let asked = Vec::new();
        Self(Arc::new(Mutex::new(Kept { says, asked })))
    }

    pub(crate) fn says(&self, says: Says) {
        self.0.lock().unwrap().says = says;
    }

    pub(crate) fn publish(&self, keys: &str) {
        self.says(Says::Keys(Vec::new(), keys.to_owned()));
    }

    pub(crate) fn fetches(&self) -> usize {
        self.0.lock().unwrap().asked.len()
    }

    /// How much time passed between any two requests and the next.
    pub(crate) fn pauses(&self) -> Vec<Duration> {
        let kept = self.0.lock().unwrap();
        let pairs = kept.asked.windows(2);
        pairs.map(|pair| pair[1].0 - pair[0].0).collect()
    }

    /// How many clones there are besides this one.
    pub(crate) fn clones(&self) -> usize {
        Arc::strong_count(&self.0) - 1
    }

    pub(crate) fn configured(&self) -> RemoteKeysBuilder {
        RemoteKeys::new("https://as.example.net/jwks?secret=canary", self.clone())
    }

    pub(crate) fn keys(&self) -> RemoteKeys {
        self.configured().build().unwrap()
    }
}

impl Service<Request<String>> for Desk {
    type Response = Response<String>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Response<String>>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<String>) -> Self::Future {
        let mut kept = self.0.lock().unwrap();
        kept.asked.push((Instant::now(), request.uri().to_string()));
        let says = kept.says.clone();
        Box::pin(async move {
            let mut response = Response::builder();
            Ok(match says {
                Says::Keys(fields, text) => {
                    for (name, value) in fields {
                        response = response.header(name, value);
                    }
                    response.body(text).unwrap()
                }
                Says::Late(after, text) => {
                    sleep(after).await;
                    response.body(text).unwrap()
                }
                Says::Status(status) => response.status(status).body(String::new()).unwrap(),
                Says::Down => return Err(io::Error::other("connection refused")),
                Says::Nothing => {
                    let never: Infallible = std::future::pending().await;
                    match never {}
                }
            })
        })
    }
}
