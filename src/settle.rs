//! The decision table.

use crate::{
    attempt::{AttemptKind, Rejection},
    challenge::Ask,
    decision::{Decision, Remedy},
    outcome::Outcome,
};

/// Settles what a scheme found and what the policy decided into one outcome.
///
/// Pure and total: nothing else in this crate chooses an outcome. The rule behind it: would
/// better credentials help? Then 401. Would they not? Then 403. May the caller not even know?
/// Then 404. Is it our fault? Then 503, never one of the other three.
///
/// For [`AttemptKind::Rejected`], `decision` is what the policy says of an anonymous caller.
/// `can_challenge` is asked at most once, and only where a challenge would be sent: it gives
/// what asks the caller so, if anything can. Where nothing can, a 401 becomes a 403, for a bare
/// 401 is illegal ([RFC 9110 §15.5.2]).
///
/// ```
/// use tower_auth::{AttemptKind, Decision, Outcome, Rejection, settle};
///
/// // A stranger asks for what needs a login.
/// let stranger = settle(AttemptKind::Absent, &Decision::deny(), |_ask| Some(()));
/// assert_eq!(stranger, Outcome::Challenge(()));
///
/// // Bad credentials never turn into an anonymous caller.
/// let refused = AttemptKind::Rejected(Rejection::Refused);
/// assert_eq!(settle(refused, &Decision::Allow, |_ask| Some(())), Outcome::Challenge(()));
///
/// // Nor do they show what is hidden.
/// assert_eq!(settle(refused, &Decision::hide(), |_ask| Some(())), Outcome::Conceal);
/// ```
///
/// [RFC 9110 §15.5.2]: https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2
pub fn settle<C>(
    attempt: AttemptKind,
    decision: &Decision,
    can_challenge: impl FnOnce(Ask<'_>) -> Option<C>,
) -> Outcome<C> {
    match attempt {
        AttemptKind::Verified => match decision {
            Decision::Allow => Outcome::Pass,
            Decision::Deny(denial) => match denial.remedy() {
                Remedy::Nothing | Remedy::OtherCredentials => Outcome::Forbid(None),
                Remedy::Missing(missing) => match missing.login() {
                    Some(_) => challenge_or_forbid(can_challenge, Ask::StepUp(missing)),
                    None => Outcome::Forbid(can_challenge(Ask::MoreScopes(missing))),
                },
            },
            Decision::Hide(_) => Outcome::Conceal,
            Decision::Unavailable(_) => Outcome::Fail,
        },
        AttemptKind::Absent => match decision {
            Decision::Allow => Outcome::Pass,
            Decision::Deny(denial) => match denial.remedy() {
                Remedy::Nothing => Outcome::Forbid(None),
                Remedy::OtherCredentials | Remedy::Missing(_) => {
                    challenge_or_forbid(can_challenge, Ask::Credentials)
                }
            },
            Decision::Hide(_) => Outcome::Conceal,
            Decision::Unavailable(_) => Outcome::Fail,
        },
        AttemptKind::Rejected(Rejection::Throttled { .. }) => match decision {
            Decision::Hide(_) => Outcome::Conceal,
            Decision::Allow | Decision::Deny(_) | Decision::Unavailable(_) => Outcome::Throttle,
        },
        AttemptKind::Rejected(
            rejection @ (Rejection::Malformed
            | Rejection::NotUnderstood
            | Rejection::Refused
            | Rejection::Faulty(_)),
        ) => again(rejection, decision, can_challenge, Outcome::Challenge),
        // RFC 6750 §3.1 sends its 400 with a challenge, too.
        AttemptKind::Rejected(rejection @ Rejection::InvalidRequest) => {
            again(rejection, decision, can_challenge, Outcome::Invalid)
        }
        AttemptKind::Rejected(Rejection::CrossOrigin) => match decision {
            // Logging in again would not change whose page sends the request.
            Decision::Allow | Decision::Deny(_) => Outcome::Forbid(None),
            Decision::Hide(_) => Outcome::Conceal,
            Decision::Unavailable(_) => Outcome::Fail,
        },
        AttemptKind::Unavailable => Outcome::Fail,
        AttemptKind::NotMade => Outcome::Misconfigured,
    }
}

/// A 401 needs a challenge: without one, it is a 403.
fn challenge_or_forbid<C>(
    can_challenge: impl FnOnce(Ask<'_>) -> Option<C>,
    ask: Ask<'_>,
) -> Outcome<C> {
    can_challenge(ask).map_or(Outcome::Forbid(None), Outcome::Challenge)
}

/// Rejected credentials: what a stranger may not know stays unknown, and what better ones would
/// change asks for them.
fn again<C>(
    rejection: Rejection,
    decision: &Decision,
    can_challenge: impl FnOnce(Ask<'_>) -> Option<C>,
    answer: impl FnOnce(C) -> Outcome<C>,
) -> Outcome<C> {
    let ask = || can_challenge(Ask::Again(rejection)).map_or(Outcome::Forbid(None), answer);
    match decision {
        Decision::Allow => ask(),
        Decision::Deny(denial) => match denial.remedy() {
            Remedy::Nothing => Outcome::Forbid(None),
            Remedy::OtherCredentials | Remedy::Missing(_) => ask(),
        },
        Decision::Hide(_) => Outcome::Conceal,
        Decision::Unavailable(_) => Outcome::Fail,
    }
}
