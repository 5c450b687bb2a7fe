//! The one place that knows `tracing`, and does nothing without it.

/// One settled request, in plain words.
#[cfg_attr(not(feature = "tracing"), expect(dead_code, reason = "nobody listens"))]
pub(crate) struct Event<'a> {
    pub(crate) outcome: &'static str,
    pub(crate) status: Option<u16>,
    pub(crate) attempt: &'static str,
    pub(crate) disregarded: Option<&'static str>,
    pub(crate) scheme: Option<&'static str>,
    pub(crate) policy: Option<&'a str>,
    pub(crate) code: Option<&'a str>,
    pub(crate) reason: Option<&'a str>,
    pub(crate) source: Option<&'a (dyn std::error::Error + 'static)>,
    pub(crate) ours: bool,
    pub(crate) passed: bool,
}

#[cfg(feature = "tracing")]
mod on {
    use std::error::Error;

    use super::Event;

    pub(crate) fn settled(event: &Event<'_>) {
        macro_rules! at {
            ($level:ident) => {
                tracing::event!(
                    target: "tower_auth",
                    tracing::Level::$level,
                    outcome = event.outcome,
                    status = event.status,
                    attempt = event.attempt,
                    disregarded = event.disregarded,
                    scheme = event.scheme,
                    policy = event.policy,
                    code = event.code,
                    reason = event.reason,
                    error = event.source.map(chain),
                    "settled"
                )
            };
        }
        match (event.ours, event.passed) {
            (true, _) => at!(ERROR),
            (false, true) => at!(DEBUG),
            (false, false) => at!(INFO),
        }
    }

    /// An error and what is behind it, as text: subscribers write texts with their line breaks
    /// escaped, and errors without.
    fn chain(error: &(dyn Error + 'static)) -> String {
        let mut text = error.to_string();
        let mut next = error.source();
        while let Some(error) = next {
            text.push_str(": ");
            text.push_str(&error.to_string());
            next = error.source();
        }
        text
    }

    pub(crate) fn warn(message: &'static str) {
        tracing::event!(target: "tower_auth", tracing::Level::WARN, "{message}");
    }

    #[cfg(feature = "jwks")]
    pub(crate) fn keys_not_fetched(from: &str, error: &(dyn Error + 'static), failures: u32) {
        tracing::event!(
            target: "tower_auth",
            tracing::Level::WARN,
            from,
            error = chain(error),
            failures,
            "the keys of an issuer could not be fetched"
        );
    }

    #[cfg(feature = "jwks")]
    pub(crate) fn metadata_not_fetched(from: &str, error: &(dyn Error + 'static)) {
        tracing::event!(
            target: "tower_auth",
            tracing::Level::WARN,
            from,
            error = chain(error),
            "the metadata of an issuer could not be fetched, and its keys are fetched from where they were"
        );
    }

    #[cfg(feature = "jwks")]
    pub(crate) fn keys_fetched_again(from: &str) {
        tracing::event!(
            target: "tower_auth",
            tracing::Level::INFO,
            from,
            "the keys of an issuer are fetched again"
        );
    }

    #[cfg(feature = "jwt")]
    pub(crate) fn claims_not_read(why: impl FnOnce() -> String) {
        tracing::event!(
            target: "tower_auth",
            tracing::Level::DEBUG,
            error = why(),
            "the claims of a true token are not those of the principal"
        );
    }
}

#[cfg(not(feature = "tracing"))]
mod on {
    pub(crate) fn settled(_: &super::Event<'_>) {}

    pub(crate) fn warn(_: &'static str) {}

    #[cfg(feature = "jwks")]
    pub(crate) fn keys_not_fetched(_: &str, _: &(dyn std::error::Error + 'static), _: u32) {}

    #[cfg(feature = "jwks")]
    pub(crate) fn metadata_not_fetched(_: &str, _: &(dyn std::error::Error + 'static)) {}

    #[cfg(feature = "jwks")]
    pub(crate) fn keys_fetched_again(_: &str) {}

    #[cfg(feature = "jwt")]
    pub(crate) fn claims_not_read(_: impl FnOnce() -> String) {}
}

#[cfg(feature = "jwt")]
pub(crate) use on::claims_not_read;
#[cfg(feature = "jwks")]
pub(crate) use on::{keys_fetched_again, keys_not_fetched, metadata_not_fetched};
pub(crate) use on::{settled, warn};
