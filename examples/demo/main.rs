//! A small document service that shows each answer of this crate: `cargo run --example demo`.

mod accounts;
mod documents;
mod guide;
#[path = "../listen/mod.rs"]
mod listen;
mod page;
mod routes;
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

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    log();
    let listener = listen::listen().await?;
    let base = format!("http://{}", listener.local_addr()?);
    let app = routes::app(&base)?;
    io::stdout().write_all(guide::text(&base).as_bytes())?;

    let serving = axum::serve(listener, app).with_graceful_shutdown(interrupted());
    tokio::select! {
        served = serving.into_future() => served?,
        () = too_late() => {}
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
