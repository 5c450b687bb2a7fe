//! A small document service that shows each answer of this crate.
//!
//! ```console
//! cargo run --example demo --features rust_crypto
//! cargo run --example demo                            # without tokens that are signed
//! ```

mod accounts;
mod documents;
mod guide;
#[cfg(any(feature = "aws_lc_rs", feature = "rust_crypto"))]
#[path = "../issuer/mod.rs"]
mod issuer;
#[path = "../listen/mod.rs"]
mod listen;
mod page;
mod routes;
#[cfg(any(feature = "aws_lc_rs", feature = "rust_crypto"))]
mod signed;
#[cfg(not(any(feature = "aws_lc_rs", feature = "rust_crypto")))]
#[path = "unsigned.rs"]
mod signed;
mod tries;

use std::{
    error::Error,
    io::{self, IsTerminal as _, Write as _},
    time::Duration,
};

use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

use self::guide::Here;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    log();
    let listener = listen::listen().await?;
    let base = format!("http://{}", listener.local_addr()?);
    let (tokens, takes_them) = signed::tokens(&base)?;
    let here = Here { base, tokens };
    let app = routes::app(&here, takes_them)?;
    io::stdout().write_all(guide::text(&here).as_bytes())?;

    let serving = axum::serve(listener, app).with_graceful_shutdown(interrupted());
    tokio::select! {
        // First, so that whoever has an answer can count on Ctrl-C.
        biased;
        () = too_late() => {}
        served = serving.into_future() => served?,
    }
    Ok(())
}

/// What is under way at Ctrl-C may end, but not take for ever.
async fn too_late() {
    interrupted().await;
    tokio::time::sleep(Duration::from_secs(2)).await;
}

/// One line for each decision: passes are told at `DEBUG`, refusals at `INFO`, outages at `ERROR`.
fn log() {
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .with_target(false)
        .without_time();
    let told = Targets::new()
        .with_target("tower_auth", LevelFilter::DEBUG)
        .with_target("demo", LevelFilter::INFO);
    tracing_subscriber::registry().with(lines).with(told).init();
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Where Ctrl-C cannot be heard, it still ends the process.
        std::future::pending::<()>().await;
    }
}
