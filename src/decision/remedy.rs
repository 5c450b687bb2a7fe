//! What would change a denial.

use std::{borrow::Cow, time::Duration};

type Text = Cow<'static, str>;

/// What would change a denial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing that a caller can present: the address, the time of day, a feature that is off.
    Nothing,
    /// Other credentials: a login for a stranger, another principal for a known one.
    OtherCredentials,
    /// More than these credentials hold: scopes, a fresher or a stronger login.
    Missing(Missing),
}

/// What credentials that are true still lack. Made by [`Remedy::scopes`] and [`Remedy::login`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    scopes: Vec<Text>,
    // Boxed, so that a decision, and an error of a handler, stays small.
    login: Option<Box<Login>>,
}

/// A login fresher or stronger than the one the credentials stand for ([RFC 9470 §3]).
///
/// [RFC 9470 §3]: https://www.rfc-editor.org/rfc/rfc9470#section-3
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Login {
    max_age: Option<Duration>,
    acr_values: Vec<Text>,
    /// Whether classes were named of which no login can be: none at all, or two lists that share none.
    unmeetable: bool,
}

impl Login {
    /// A login not older than `age`, told in whole seconds.
    #[must_use]
    pub const fn not_older_than(age: Duration) -> Self {
        Self {
            max_age: Some(age),
            acr_values: Vec::new(),
            unmeetable: false,
        }
    }

    /// A login of one of these authentication context classes, the preferred one first.
    pub fn one_of<T: Into<Text>>(acr_values: impl IntoIterator<Item = T>) -> Self {
        let acr_values = distinct(acr_values);
        Self {
            max_age: None,
            unmeetable: acr_values.is_empty(),
            acr_values,
        }
    }

    /// Both at once.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let unmeetable = self.unmeetable || other.unmeetable;
        let apart = !self.acr_values.is_empty()
            && !other.acr_values.is_empty()
            && shared(&self.acr_values, &other.acr_values).is_empty();
        Self {
            unmeetable: unmeetable || apart,
            max_age: match (self.max_age, other.max_age) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            },
            acr_values: acceptable_to_both(self.acr_values, other.acr_values),
        }
    }

    /// How old the login may be at most.
    #[must_use]
    pub const fn max_age(&self) -> Option<Duration> {
        self.max_age
    }

    /// The authentication context classes of which one is needed, the preferred one first.
    #[must_use]
    pub fn acr_values(&self) -> &[Text] {
        &self.acr_values
    }

    /// Whether a login can be of the classes that were named.
    pub(crate) const fn can_be_met(&self) -> bool {
        !self.unmeetable
    }
}

impl Missing {
    /// All scopes that the operation needs, in order, each once.
    #[must_use]
    pub fn scopes(&self) -> &[Text] {
        &self.scopes
    }

    /// The login that is needed.
    #[must_use]
    pub fn login(&self) -> Option<&Login> {
        self.login.as_deref()
    }

    fn and(self, other: Self) -> Self {
        Self {
            scopes: distinct(self.scopes.into_iter().chain(other.scopes)),
            login: match (self.login, other.login) {
                (Some(a), Some(b)) => Some(Box::new(a.and(*b))),
                (a, b) => a.or(b),
            },
        }
    }
}

impl Remedy {
    /// These scopes: all that the operation needs, not only those that are lacking. Without
    /// any, it is [`Remedy::OtherCredentials`].
    pub fn scopes<T: Into<Text>>(scopes: impl IntoIterator<Item = T>) -> Self {
        let scopes = distinct(scopes);
        if scopes.is_empty() {
            return Self::OtherCredentials;
        }
        Self::Missing(Missing {
            scopes,
            login: None,
        })
    }

    /// A fresher or a stronger login.
    #[must_use]
    pub fn login(login: Login) -> Self {
        Self::Missing(Missing {
            scopes: Vec::new(),
            login: Some(Box::new(login)),
        })
    }

    /// What changes two denials at once: nothing if one of them says nothing, else other
    /// credentials if one says so, else all that is missing together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Nothing, _) | (_, Self::Nothing) => Self::Nothing,
            (Self::OtherCredentials, _) | (_, Self::OtherCredentials) => Self::OtherCredentials,
            (Self::Missing(a), Self::Missing(b)) => Self::Missing(a.and(b)),
        }
    }

    /// What changes one of two denials: the cheaper, and the first among equals. A login is
    /// cheaper than scopes, these than both, both than other credentials; nothing comes last.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if other.cost() < self.cost() {
            other
        } else {
            self
        }
    }

    /// Adds scopes that the operation needs besides those that are lacking, in front, where
    /// scopes are lacking at all.
    pub(crate) fn with_needed_scopes(self, needed: Vec<Text>) -> Self {
        match self {
            Self::Missing(missing) if !missing.scopes.is_empty() => Self::Missing(Missing {
                scopes: distinct(needed.into_iter().chain(missing.scopes)),
                login: missing.login,
            }),
            Self::Nothing | Self::OtherCredentials | Self::Missing(_) => self,
        }
    }

    const fn cost(&self) -> u8 {
        match self {
            Self::Missing(missing) => match (missing.login.is_some(), missing.scopes.is_empty()) {
                (_, true) => 0,
                (false, false) => 1,
                (true, false) => 2,
            },
            Self::OtherCredentials => 3,
            Self::Nothing => 4,
        }
    }
}

fn distinct<T: Into<Text>>(texts: impl IntoIterator<Item = T>) -> Vec<Text> {
    let mut seen = Vec::new();
    for text in texts {
        let text = text.into();
        if !seen.contains(&text) {
            seen.push(text);
        }
    }
    seen
}

/// An empty list accepts every class. Two that share none cannot be met by one class: then all
/// are named.
fn acceptable_to_both(a: Vec<Text>, b: Vec<Text>) -> Vec<Text> {
    if a.is_empty() || b.is_empty() {
        return distinct(a.into_iter().chain(b));
    }
    let shared = shared(&a, &b);
    if shared.is_empty() {
        distinct(a.into_iter().chain(b))
    } else {
        shared
    }
}

fn shared(a: &[Text], b: &[Text]) -> Vec<Text> {
    a.iter().filter(|acr| b.contains(acr)).cloned().collect()
}
