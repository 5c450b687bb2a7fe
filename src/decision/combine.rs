//! How two decisions become one.

use super::{denied::Denied, remedy::Remedy, value::Decision};

impl Decision {
    /// Both decisions at once: Hide before Unavailable before Deny before Allow.
    ///
    /// So a refusal never reveals what the other part hides, or might have hidden had it been
    /// reachable. Two denials keep code, detail and reason of the first, and ask for what both
    /// need ([`Remedy::and`]).
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Deny(a), Self::Deny(b)) => Self::Deny(merge(a, &b, Remedy::and)),
            (a, b) if strictness(&b) > strictness(&a) => b,
            (a, _) => a,
        }
    }

    /// One decision or the other: Allow before Unavailable before Hide before Deny.
    ///
    /// So an outage is never told as a refusal to somebody who might have been let in. Two
    /// denials keep code, detail and reason of the first, and ask for the cheaper remedy
    /// ([`Remedy::or`]).
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Deny(a), Self::Deny(b)) => Self::Deny(merge(a, &b, Remedy::or)),
            (a, b) if leniency(&b) > leniency(&a) => b,
            (a, _) => a,
        }
    }
}

fn merge(first: Denied, second: &Denied, how: fn(Remedy, Remedy) -> Remedy) -> Denied {
    let remedy = second.remedy().clone();
    first.turn_remedy(|first| how(first, remedy))
}

const fn strictness(decision: &Decision) -> u8 {
    match decision {
        Decision::Allow => 0,
        Decision::Deny(_) => 1,
        Decision::Unavailable(_) => 2,
        Decision::Hide(_) => 3,
    }
}

const fn leniency(decision: &Decision) -> u8 {
    match decision {
        Decision::Deny(_) => 0,
        Decision::Hide(_) => 1,
        Decision::Unavailable(_) => 2,
        Decision::Allow => 3,
    }
}
