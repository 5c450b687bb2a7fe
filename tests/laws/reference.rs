//! What a tree of policies must say, and when: the law in its own words, without the crate's code.

use std::collections::BTreeSet;

use tower_auth::{Decision, Remedy};

use crate::{
    failing::Failure,
    trees::{Leaf, Tree, Wait},
};

/// What is said, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    /// At once, or at which poll, beginning with 0.
    pub(crate) at: Option<u32>,
    pub(crate) said: Said,
}

/// No poll ever.
pub(crate) const NEVER: u32 = u32::MAX;

/// After all polls of what does not hang.
pub(crate) const LATE: u32 = 1_000_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    Allow,
    Deny(Needs),
    Hide,
    Unavailable,
    /// It panics, and nothing is said.
    Panics,
}

/// What would change a denial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    Nothing,
    Others,
    Missing {
        scopes: BTreeSet<String>,
        login: bool,
    },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Rule {
    All,
    Any,
}

impl Tree {
    /// What must be said about Alice, or about a stranger.
    pub(crate) fn told(&self, known: bool) -> Told {
        let all = |parts| self.named(together(Rule::All, parts, known));
        let any = |parts| together(Rule::Any, parts, known);
        match self {
            Self::Leaf(leaf) => of_leaf(leaf),
            Self::Scope(name) => at_once(if known && *name == "docs:read" {
                Said::Allow
            } else {
                Said::Deny(Needs::Missing {
                    scopes: BTreeSet::from([(*name).to_owned()]),
                    login: false,
                })
            }),
            Self::Role(name) => at_once(if known && *name == "reader" {
                Said::Allow
            } else {
                Said::Deny(Needs::Others)
            }),
            Self::Failing(failure) => of_failure(*failure),
            Self::Late => Told {
                at: Some(LATE),
                said: Said::Unavailable,
            },
            Self::And(parts) => all(&parts[..]),
            Self::AllOf(parts) => all(parts),
            Self::Or(parts) => any(&parts[..]),
            Self::AnyOf(parts) => any(parts),
            Self::Then(parts) => {
                let [first, second] = &**parts;
                self.named(first.told(known).then(|| second.told(known)))
            }
            Self::Hide(part) => part.told(known).hidden(),
            Self::HideFromPrincipals(part) if known => part.told(known).hidden(),
            Self::HideFromPrincipals(part) | Self::As(_, part) => part.told(known),
        }
    }

    /// The leaves that may be asked, each once: those behind a `then` only where all before allow.
    pub(crate) fn reached(&self, known: bool) -> Vec<&Leaf> {
        match self {
            Self::Leaf(leaf) => vec![leaf],
            Self::Then(parts) => {
                let mut reached = parts[0].reached(known);
                if parts[0].told(known).allows() {
                    reached.extend(parts[1].reached(known));
                }
                reached
            }
            _ => self.parts().flat_map(|part| part.reached(known)).collect(),
        }
    }

    /// All leaves.
    pub(crate) fn leaves(&self) -> Vec<&Leaf> {
        match self {
            Self::Leaf(leaf) => vec![leaf],
            _ => self.parts().flat_map(Self::leaves).collect(),
        }
    }

    /// Whether some that may be asked need not be: one of which one must allows, or one panics.
    pub(crate) fn ends_early(&self, known: bool) -> bool {
        let any = matches!(self, Self::Or(_) | Self::AnyOf(_));
        self.told(known).said == Said::Panics
            || self.parts().any(|part| {
                (any && part.told(known).allows())
                    || part.told(known).said == Said::Panics
                    || part.ends_early(known)
            })
    }

    /// How many policies stand around the innermost.
    pub(crate) fn depth(&self) -> usize {
        self.parts().map(|part| part.depth() + 1).max().unwrap_or(0)
    }

    fn parts(&self) -> impl Iterator<Item = &Self> {
        let parts: &[Self] = match self {
            Self::And(parts) | Self::Or(parts) | Self::Then(parts) => &parts[..],
            Self::AllOf(parts) | Self::AnyOf(parts) => parts,
            Self::Hide(part) | Self::HideFromPrincipals(part) | Self::As(_, part) => {
                std::slice::from_ref(&**part)
            }
            Self::Leaf(_) | Self::Scope(_) | Self::Role(_) | Self::Failing(_) | Self::Late => &[],
        };
        parts.iter()
    }

    /// The scopes that are needed of everybody.
    fn needed(&self) -> BTreeSet<String> {
        match self {
            Self::Scope(name) => BTreeSet::from([(*name).to_owned()]),
            Self::Or(_) | Self::AnyOf(_) | Self::Hide(_) | Self::HideFromPrincipals(_) => {
                BTreeSet::new()
            }
            _ => self.parts().flat_map(Self::needed).collect(),
        }
    }

    /// Where scopes are lacking, all that are needed are named (RFC 6750 §3.1).
    fn named(&self, mut told: Told) -> Told {
        if let Said::Deny(Needs::Missing { scopes, .. }) = &mut told.said
            && !scopes.is_empty()
        {
            scopes.extend(self.needed());
        }
        told
    }
}

impl Told {
    pub(crate) fn allows(&self) -> bool {
        self.said == Said::Allow && self.at != Some(NEVER)
    }

    /// What is asked next is asked when this is told, if it allows.
    fn then(self, next: impl FnOnce() -> Self) -> Self {
        if !self.allows() {
            return self;
        }
        let next = next();
        let at = match (self.at, next.at) {
            (None, at) | (at, None) => at,
            (Some(first), Some(second)) => Some(first.saturating_add(second)),
        };
        Self { at, ..next }
    }

    fn hidden(mut self) -> Self {
        if matches!(self.said, Said::Deny(_)) {
            self.said = Said::Hide;
        }
        self
    }
}

impl Needs {
    fn of(remedy: &Remedy) -> Self {
        match remedy {
            Remedy::Nothing => Self::Nothing,
            Remedy::OtherCredentials => Self::Others,
            Remedy::Missing(missing) => Self::Missing {
                scopes: missing.scopes().iter().map(ToString::to_string).collect(),
                login: missing.login().is_some(),
            },
        }
    }

    /// A login, then scopes, then both, then others, then nothing.
    fn cost(&self) -> usize {
        match self {
            Self::Missing { scopes, .. } if scopes.is_empty() => 0,
            Self::Missing { login: false, .. } => 1,
            Self::Missing { login: true, .. } => 2,
            Self::Others => 3,
            Self::Nothing => 4,
        }
    }

    fn all(parts: Vec<Self>) -> Self {
        let mut all = (BTreeSet::new(), false);
        let mut others = false;
        for part in parts {
            match part {
                Self::Nothing => return Self::Nothing,
                Self::Others => others = true,
                Self::Missing { scopes, login } => {
                    all.0.extend(scopes);
                    all.1 |= login;
                }
            }
        }
        let (scopes, login) = all;
        if others {
            Self::Others
        } else {
            Self::Missing { scopes, login }
        }
    }
}

impl Said {
    pub(crate) fn of(decision: &Decision) -> Self {
        match decision {
            Decision::Allow => Self::Allow,
            Decision::Deny(denial) => Self::Deny(Needs::of(denial.remedy())),
            Decision::Hide(_) => Self::Hide,
            Decision::Unavailable(_) => Self::Unavailable,
        }
    }
}

fn at_once(said: Said) -> Told {
    Told { at: None, said }
}

fn of_leaf(leaf: &Leaf) -> Told {
    Told {
        at: match leaf.wait {
            Wait::Not => None,
            Wait::Times(times) => Some(times.into()),
            Wait::Forever => Some(NEVER),
        },
        said: Said::of(&leaf.decision),
    }
}

fn of_failure(failure: Failure) -> Told {
    let (at, said) = match failure {
        Failure::Errs => (None, Said::Unavailable),
        Failure::ErrsLater => (Some(3), Said::Unavailable),
        Failure::Panics => (None, Said::Panics),
        Failure::PanicsLater => (Some(2), Said::Panics),
        Failure::IsDropped => (Some(0), Said::Unavailable),
    };
    Told { at, said }
}

/// All are asked, in order, and waited for together. One that panics ends it, and so does one that
/// allows where one must; both as soon as they are heard.
fn together(rule: Rule, parts: &[Tree], known: bool) -> Told {
    let ends = |said: &Said| match rule {
        Rule::All => *said == Said::Panics,
        Rule::Any => matches!(said, Said::Panics | Said::Allow),
    };
    let mut told = Vec::new();
    for part in parts {
        let part = part.told(known);
        if part.at.is_none() && ends(&part.said) {
            return part;
        }
        told.push(part);
    }
    let mut heard: Vec<_> = told.iter().filter(|part| part.at != Some(NEVER)).collect();
    // Those that are heard at the same poll are heard in order.
    heard.sort_by_key(|part| part.at);
    if let Some(end) = heard.into_iter().find(|part| ends(&part.said)) {
        return end.clone();
    }
    Told {
        at: told.iter().filter_map(|part| part.at).max(),
        said: strongest(rule, told.into_iter().map(|part| part.said).collect()),
    }
}

fn strongest(rule: Rule, said: Vec<Said>) -> Said {
    let weaker = match rule {
        Rule::All => [Said::Hide, Said::Unavailable],
        Rule::Any => [Said::Unavailable, Said::Hide],
    };
    for strong in weaker {
        if said.contains(&strong) {
            return strong;
        }
    }
    let needs = said.iter().filter_map(|said| match said {
        Said::Deny(needs) => Some(needs.clone()),
        _ => None,
    });
    let needs: Vec<_> = needs.collect();
    match (rule, needs.is_empty()) {
        (_, true) if said.is_empty() => Said::Deny(Needs::Nothing),
        (_, true) => Said::Allow,
        (Rule::All, false) => Said::Deny(Needs::all(needs)),
        (Rule::Any, false) => Said::Deny(needs.into_iter().min_by_key(Needs::cost).unwrap()),
    }
}
