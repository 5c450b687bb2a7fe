//! What is written to a log at every level by whoever is not the connection.

use std::sync::Once;

use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt::format::FmtSpan,
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

use crate::all_logs::{Mine, written};

/// What `act` logs on this thread. The servers of other tests log frames and bytes, of which nobody here
/// reads any, and which take longer than all else.
pub(crate) fn logged(act: impl FnOnce()) -> String {
    static LISTEN: Once = Once::new();
    LISTEN.call_once(|| {
        let connections = ["h2", "hyper", "hyper_util", "axum::serve"];
        let connections = connections.map(|target| (target, LevelFilter::OFF));
        let targets = Targets::new()
            .with_default(LevelFilter::TRACE)
            .with_targets(connections);
        let lines = tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_span_events(FmtSpan::FULL)
            .with_ansi(false)
            .without_time()
            .with_writer(|| Mine);
        lines.finish().with(targets).init();
        // As in `support/log.rs`.
        tracing::callsite::rebuild_interest_cache();
    });
    written(act).1
}
