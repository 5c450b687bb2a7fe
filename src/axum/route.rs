//! What is open to whom, as data.

use std::{fmt, sync::Arc};

use http::Method;

/// A route of a [`GuardedRouter`](super::router::GuardedRouter). As text, it is one line: `GET,HEAD /documents/{id}
/// any_of(owner, role(admin)).hide()`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardedRoute {
    path: String,
    methods: Option<Vec<Method>>,
    policy: Arc<str>,
}

impl GuardedRoute {
    pub(super) fn new(path: String, methods: Option<Vec<Method>>, policy: &Arc<str>) -> Self {
        Self {
            path,
            methods,
            policy: Arc::clone(policy),
        }
    }

    /// The template of its path, with all it is nested in. A whole service that is nested ends in
    /// `/{*rest}`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The methods that it answers, in the order of `Allow`; `None` for every method there is, which is so
    /// with `any`, and with a fallback. As text, every method is `*`, and no method `-`.
    #[must_use]
    pub fn methods(&self) -> Option<&[Method]> {
        self.methods.as_deref()
    }

    /// The policy, as text.
    #[must_use]
    pub fn policy(&self) -> &str {
        &self.policy
    }
}

impl fmt::Display for GuardedRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.methods() {
            None => f.write_str("*")?,
            Some([]) => f.write_str("-")?,
            Some(methods) => {
                for (place, method) in methods.iter().enumerate() {
                    let comma = if place > 0 { "," } else { "" };
                    write!(f, "{comma}{method}")?;
                }
            }
        }
        write!(f, " {} {}", self.path, self.policy)
    }
}
