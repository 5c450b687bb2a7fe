//! The load: holders of valid tokens, and strangers.

use std::{
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header::AUTHORIZATION},
};
use tokio::{task::JoinSet, time::sleep};
use tower::ServiceExt as _;

use super::issuer::Issuer;

/// What was sent, and how it was answered.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) valid: usize,
    pub(crate) passed: usize,
    pub(crate) unknown: usize,
    pub(crate) refused: usize,
}

pub(crate) struct Load {
    callers: JoinSet<Result<Seen, String>>,
    goes_on: Arc<AtomicBool>,
}

impl Load {
    pub(crate) fn begin(app: Router, issuer: Arc<Issuer>) -> Self {
        let goes_on = Arc::new(AtomicBool::new(true));
        let mut callers = JoinSet::new();
        for _ in 0..4 {
            callers.spawn(hold(app.clone(), issuer.clone(), goes_on.clone()));
        }
        callers.spawn(guess(app, issuer, goes_on.clone()));
        Self { callers, goes_on }
    }

    pub(crate) async fn end(mut self) -> Result<Seen, Box<dyn Error>> {
        self.goes_on.store(false, Ordering::SeqCst);
        let mut sum = Seen::default();
        while let Some(caller) = self.callers.join_next().await {
            let seen = caller??;
            sum.valid += seen.valid;
            sum.passed += seen.passed;
            sum.unknown += seen.unknown;
            sum.refused += seen.refused;
        }
        Ok(sum)
    }
}

/// Sends a valid token, again and again.
async fn hold(app: Router, issuer: Arc<Issuer>, goes_on: Arc<AtomicBool>) -> Result<Seen, String> {
    let mut seen = Seen::default();
    while goes_on.load(Ordering::SeqCst) {
        let token = issuer.token().map_err(|error| error.to_string())?;
        seen.valid += 1;
        if send(&app, &token).await? == StatusCode::OK {
            seen.passed += 1;
        }
        sleep(Duration::from_millis(1)).await;
    }
    Ok(seen)
}

/// Sends ten thousand tokens that name keys nobody has, and goes on while the others do.
async fn guess(app: Router, issuer: Arc<Issuer>, goes_on: Arc<AtomicBool>) -> Result<Seen, String> {
    let mut seen = Seen::default();
    while seen.unknown < 10_000 || goes_on.load(Ordering::SeqCst) {
        let kid = format!("unknown-{}", seen.unknown);
        let token = issuer.forged(&kid).map_err(|error| error.to_string())?;
        seen.unknown += 1;
        if send(&app, &token).await? == StatusCode::UNAUTHORIZED {
            seen.refused += 1;
        }
        if seen.unknown % 32 == 0 {
            sleep(Duration::from_millis(10)).await;
        }
    }
    Ok(seen)
}

async fn send(app: &Router, token: &str) -> Result<StatusCode, String> {
    let request = Request::get("/me").header(AUTHORIZATION, format!("Bearer {token}"));
    let request = request
        .body(Body::empty())
        .map_err(|error| error.to_string())?;
    match app.clone().oneshot(request).await {
        Ok(response) => Ok(response.status()),
        Err(never) => match never {},
    }
}
