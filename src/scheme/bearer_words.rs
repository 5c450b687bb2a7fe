//! How `Bearer` words what it asks for (RFC 6750 §3, RFC 9470 §3).

use crate::{
    attempt::Rejection,
    challenge::{Ask, Challenge},
    decision::Missing,
};

/// Adds to a plain challenge what is asked of the caller.
pub(super) fn word(plain: Challenge, ask: Ask<'_>) -> Challenge {
    match ask {
        Ask::Credentials
        | Ask::Again(
            Rejection::NotUnderstood | Rejection::CrossOrigin | Rejection::Throttled { .. },
        ) => plain,
        Ask::Again(Rejection::Malformed | Rejection::Refused) => {
            add(plain, "error", "invalid_token")
        }
        Ask::Again(Rejection::Faulty(fault)) => add(
            add(plain, "error", "invalid_token"),
            "error_description",
            fault.description(),
        ),
        Ask::Again(Rejection::InvalidRequest) => add(plain, "error", "invalid_request"),
        Ask::MoreScopes(missing) => scopes(add(plain, "error", "insufficient_scope"), missing),
        Ask::StepUp(missing) => scopes(step_up(plain, missing), missing),
    }
}

/// RFC 9470 §3.
fn step_up(plain: Challenge, missing: &Missing) -> Challenge {
    let mut challenge = add(plain, "error", "insufficient_user_authentication");
    if let Some(login) = missing.login() {
        if !login.acr_values().is_empty() {
            challenge = add(challenge, "acr_values", &login.acr_values().join(" "));
        }
        if let Some(age) = login.max_age() {
            challenge = add(challenge, "max_age", &age.as_secs().to_string());
        }
    }
    challenge
}

/// RFC 6750 §3.
fn scopes(challenge: Challenge, missing: &Missing) -> Challenge {
    if missing.scopes().is_empty() {
        return challenge;
    }
    add(challenge, "scope", &missing.scopes().join(" "))
}

/// Says one thing more. What cannot be written is left out: a policy of the application's may name
/// scopes that are none, and the rest still asks for the right thing.
fn add(challenge: Challenge, name: &str, value: &str) -> Challenge {
    challenge.with(name, value).unwrap_or(challenge)
}
