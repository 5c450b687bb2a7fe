//! What else a closure may answer.

use super::{denied::Denied, hidden::Hidden, unavailable::Unavailable, value::Decision};

/// What a closure may answer when it is used as a policy.
///
/// `true` allows; `false` denies, and says that other credentials might help. An error is an
/// outage: to refuse, answer `false` or a [`Denied`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no answer of a policy",
    label = "this is what the policy answers",
    note = "answer a `Decision`, a `Denied`, a `NeedsLogin`, a `Hidden`, a `bool`, or a `Result` of one of them, \
            whose error is a `std::error::Error` or an `Unavailable`",
    note = "an async closure goes through `policy::check_with(state, async |state, view| ..)`"
)]
pub trait IntoDecision {
    /// The decision that is meant.
    fn into_decision(self) -> Decision;
}

impl IntoDecision for Decision {
    fn into_decision(self) -> Decision {
        self
    }
}

impl IntoDecision for Denied {
    fn into_decision(self) -> Decision {
        Decision::Deny(self)
    }
}

impl IntoDecision for Hidden {
    fn into_decision(self) -> Decision {
        Decision::Hide(self)
    }
}

impl IntoDecision for bool {
    fn into_decision(self) -> Decision {
        if self {
            Decision::Allow
        } else {
            Decision::deny()
        }
    }
}

impl<T: IntoDecision, E: Into<Unavailable>> IntoDecision for Result<T, E> {
    fn into_decision(self) -> Decision {
        match self {
            Ok(answer) => answer.into_decision(),
            Err(error) => Decision::Unavailable(error.into()),
        }
    }
}
