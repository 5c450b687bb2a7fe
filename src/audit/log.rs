//! How a record becomes an event.

use std::error::Error;

use crate::{
    attempt::Rejection,
    decision::Decision,
    outcome::Outcome,
    trace::{self, Event},
};

use super::record::Record;

/// Tells the log of one settled request: passes at `DEBUG`, refusals at `INFO`, our own faults at
/// `ERROR`, with the error behind them.
pub(crate) fn log(record: &Record, decision: &Decision) {
    let source = match decision {
        Decision::Unavailable(unavailable) => unavailable.source(),
        Decision::Allow | Decision::Deny(_) | Decision::Hide(_) => None,
    };
    trace::settled(&Event {
        outcome: record.outcome().as_str(),
        status: record.status().map(|status| status.as_u16()),
        attempt: record.attempt().as_str(),
        disregarded: record.disregarded().map(Rejection::as_str),
        scheme: record.scheme(),
        policy: record.policy(),
        code: record.code(),
        reason: record.reason(),
        source: source.map(|error| error as &(dyn Error + 'static)),
        ours: matches!(record.outcome(), Outcome::Fail | Outcome::Misconfigured),
        passed: matches!(record.outcome(), Outcome::Pass),
    });
}
