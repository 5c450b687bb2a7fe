//! How `Bearer` words what it asks for (RFC 6750 §3, RFC 9470 §3, RFC 9728 §5.1).

use crate::{
    attempt::Rejection,
    challenge::{Ask, Challenge, is_scope},
    decision::Missing,
    fault::Fault,
    inspect::{Inspection, Misconfiguration},
};

use super::draft::Draft;

const NAME: &str = "Bearer";
const SCOPE: &str = "scope";
const METADATA: &str = "resource_metadata";

/// What a `Bearer` says in every challenge, and what it says besides.
///
/// The order is always the same: realm, error, what is needed, scopes, and the metadata's URL last. Clients of
/// MCP search the whole field for the first `scope=`.
pub(super) struct Words {
    scopes: Vec<String>,
    metadata: Vec<String>,
    /// The realm alone: what is asked stands behind it.
    start: Draft,
    /// All that is said to whoever brought nothing.
    plain: Draft,
    /// All that is said to whoever brought what is not taken.
    again: Again,
}

/// What a request needs no more than a copy of.
#[derive(Default)]
struct Again {
    invalid_token: Option<Challenge>,
    invalid_request: Option<Challenge>,
    /// In the order of [`Fault::ALL`].
    faulty: Vec<Challenge>,
}

impl Words {
    pub(super) fn new(realm: &str) -> Self {
        let start = Draft::new(NAME, realm);
        let mut words = Self {
            scopes: Vec::new(),
            metadata: Vec::new(),
            plain: start.clone(),
            start,
            again: Again::default(),
        };
        words.draft();
        words
    }

    /// Adds scopes that are hinted at, each once.
    pub(super) fn hint(&mut self, scopes: impl IntoIterator<Item = String>) {
        for scope in scopes {
            if !self.scopes.contains(&scope) {
                self.scopes.push(scope);
            }
        }
        self.draft();
    }

    /// Adds the metadata's URL.
    pub(super) fn link(&mut self, url: &str) {
        self.metadata.push(url.to_owned());
        self.draft();
    }

    /// Words what is asked of the caller.
    pub(super) fn word(&self, ask: Ask<'_>) -> Option<Challenge> {
        match ask {
            Ask::Credentials
            | Ask::Again(
                Rejection::NotUnderstood | Rejection::CrossOrigin | Rejection::Throttled { .. },
            ) => self.plain.finished().cloned(),
            Ask::Again(Rejection::Malformed | Rejection::Refused) => {
                self.again.invalid_token.clone()
            }
            Ask::Again(Rejection::Faulty(fault)) => {
                let described = self.again.faulty.get(fault as usize);
                described.or(self.again.invalid_token.as_ref()).cloned()
            }
            Ask::Again(Rejection::InvalidRequest) => self.again.invalid_request.clone(),
            Ask::MoreScopes(missing) => {
                let error = self.fails("insufficient_scope")?;
                Some(self.linked(scopes(error, missing)))
            }
            Ask::StepUp(missing) => {
                let error = self.fails("insufficient_user_authentication")?;
                Some(self.linked(scopes(login(error, missing), missing)))
            }
        }
    }

    pub(super) fn inspect(&self, inspection: &mut Inspection) {
        self.plain.inspect(inspection);
        for scope in self.scopes.iter().filter(|scope| !is_scope(scope)) {
            inspection.problem(Misconfiguration::Name {
                what: SCOPE,
                given: scope.clone(),
            });
        }
    }

    fn draft(&mut self) {
        self.plain = self.start.clone();
        // Those that are no scopes are told of one by one.
        if !self.scopes.is_empty() && self.scopes.iter().all(|scope| is_scope(scope)) {
            self.plain.add(SCOPE, &self.scopes.join(" "));
        }
        for url in &self.metadata {
            self.plain.add(METADATA, url);
        }
        let described = |fault: Fault| {
            let error = self.fails("invalid_token")?;
            Some(self.hinted(add(error, "error_description", fault.description())))
        };
        self.again = Again {
            invalid_token: self.fails("invalid_token").map(|error| self.hinted(error)),
            invalid_request: self
                .fails("invalid_request")
                .map(|error| self.hinted(error)),
            faulty: Fault::ALL.into_iter().filter_map(described).collect(),
        };
    }

    /// The start, and an error. `None` where the realm cannot be written, and no layer is built.
    fn fails(&self, error: &str) -> Option<Challenge> {
        let start = self.start.finished()?;
        Some(add(start.clone(), "error", error))
    }

    /// With what is hinted at.
    fn hinted(&self, challenge: Challenge) -> Challenge {
        let hinted = match self.scopes.as_slice() {
            [] => challenge,
            scopes => add(challenge, SCOPE, &scopes.join(" ")),
        };
        self.linked(hinted)
    }

    fn linked(&self, challenge: Challenge) -> Challenge {
        let metadata = self.metadata.first();
        match metadata {
            Some(url) => add(challenge, METADATA, url),
            None => challenge,
        }
    }
}

/// RFC 9470 §3.
fn login(mut challenge: Challenge, missing: &Missing) -> Challenge {
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
    add(challenge, SCOPE, &missing.scopes().join(" "))
}

/// Says one thing more. What cannot be written is left out: a policy of the application's may name
/// scopes that are none, and the rest still asks for the right thing.
fn add(mut challenge: Challenge, name: &str, value: &str) -> Challenge {
    let _ = challenge.push(name, value);
    challenge
}
