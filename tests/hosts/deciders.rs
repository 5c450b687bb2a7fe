//! Who refuses.

use crate::{hosts::Host, table::Case, watched::Counts};

/// Who refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decider {
    /// The policy of the layer that looks at credentials.
    Layer,
    /// The policy of a route, inside of a layer that lets everybody in.
    Route,
    /// A handler, or a service without a framework, likewise.
    Handler(Error),
    /// A handler that takes a caller as its argument, likewise.
    Extractor,
    /// Nobody: that layer alone.
    Nobody,
}

/// What a handler refuses with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Error {
    Refusal,
    Denied,
    Hidden,
    NeedsLogin,
    Unavailable,
}

impl Decider {
    /// All who can say in this host what the policy of the case says.
    pub(crate) fn all(host: Host, case: &Case<'_>) -> Vec<Self> {
        if !case.is_made() {
            // Without a layer outside, a handler refuses by itself; nobody asks it who calls.
            return vec![Self::Route];
        }
        let mut all = vec![Self::Layer, Self::Route, Self::Handler(Error::Refusal)];
        if case.is_rejected() {
            // They do not get there, whatever it would be that refuses them.
            all.push(Self::Nobody);
            return all;
        }
        let by = |error| Self::Handler(error);
        match (case.says(), case.policy.remedy.as_deref()) {
            ("deny", Some("other_credentials" | "login")) => {
                all.extend([by(Error::Denied), by(Error::NeedsLogin)]);
            }
            ("deny", _) => all.push(by(Error::Denied)),
            ("hide", _) => all.push(by(Error::Hidden)),
            ("unavailable", _) => all.push(by(Error::Unavailable)),
            _ => {}
        }
        if case.policy.name == "members" && host.is_of_axum() {
            all.push(Self::Extractor);
        }
        all
    }

    /// What is counted for one request.
    pub(crate) fn counts(self, case: &Case<'_>) -> Counts {
        let is_asked = usize::from(case.is_decided());
        // Rejected credentials do not get past a layer that lets everybody in.
        let is_reached = usize::from(case.is_decided() && !case.is_rejected());
        let passes = usize::from(case.row.outcome == "pass");
        let of = |decider: bool| if decider { is_reached } else { 0 };
        Counts {
            verified: usize::from(case.credentials.scheme.is_some()),
            asked_again: 0,
            outside: is_asked,
            route: of(self == Self::Route),
            handler: of(matches!(self, Self::Handler(_))),
            answered: passes,
        }
    }
}
