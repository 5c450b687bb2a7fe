//! What is written to a log, at every level.

use std::{cell::RefCell, io, mem, sync::Once};

use tracing_subscriber::{filter::LevelFilter, fmt::format::FmtSpan};

thread_local! {
    static LINES: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Writes to the log of this thread, so that tests do not read each other's.
pub(crate) struct Mine;

impl io::Write for Mine {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.with_borrow_mut(|lines| lines.extend(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What `act` gives, and what was logged meanwhile on this thread.
pub(crate) fn logged<T>(act: impl FnOnce() -> T) -> (T, String) {
    static LISTEN: Once = Once::new();
    LISTEN.call_once(|| {
        tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_span_events(FmtSpan::FULL)
            .with_ansi(false)
            .without_time()
            .with_writer(|| Mine)
            .init();
        // An event that another thread reached for the first time meanwhile may have found nobody listening,
        // and would stay so.
        #[cfg(feature = "tracing")]
        tracing::callsite::rebuild_interest_cache();
    });
    written(act)
}

/// The same, where somebody listens who writes to [`Mine`].
pub(crate) fn written<T>(act: impl FnOnce() -> T) -> (T, String) {
    LINES.with_borrow_mut(Vec::clear);
    let given = act();
    let text = LINES.with_borrow_mut(mem::take);
    (given, String::from_utf8(text).expect("a log in UTF-8"))
}

/// Sees that each line is one that the log began itself, and that no terminal obeys any.
pub(crate) fn assert_lines(log: &str, events: usize) {
    let lines: Vec<_> = log.lines().collect();
    assert_eq!(lines.len(), events, "{log}");
    for line in lines {
        let level = line.split_whitespace().next();
        let level = level.expect("a level").parse::<LevelFilter>();
        assert!(level.is_ok(), "{line}");
        assert!(!line.chars().any(char::is_control), "{line:?}");
    }
}
