//! What a guarded router is made of.

use std::fmt;

use ::axum::routing::MethodRouter;

use crate::layer::Rule;

/// What was added to a guarded router, with the rule that stands before it.
pub(super) enum Entry<P, S> {
    Route {
        path: String,
        rule: Rule<P>,
        methods: MethodRouter<S>,
    },
    Nest {
        prefix: String,
        entries: Vec<Self>,
    },
    Service {
        prefix: String,
        rule: Rule<P>,
        service: MethodRouter,
    },
}

/// Shows each entry with its whole path, what is nested too, in the order in which it was added.
pub(super) fn walk<'a, P, S>(
    entries: &'a [Entry<P, S>],
    prefix: &str,
    show: &mut impl FnMut(String, &'a Entry<P, S>),
) {
    for entry in entries {
        let (Entry::Route { path, .. }
        | Entry::Nest { prefix: path, .. }
        | Entry::Service { prefix: path, .. }) = entry;
        let path = joined(prefix, path);
        if let Entry::Nest { entries, .. } = entry {
            show(path.clone(), entry);
            walk(entries, &path, show);
        } else {
            show(path, entry);
        }
    }
}

/// The path of a nested route, as axum makes it.
pub(super) fn joined(prefix: &str, path: &str) -> String {
    match path {
        "/" if !prefix.is_empty() => String::from(prefix),
        _ if prefix.ends_with('/') => format!("{prefix}{}", path.trim_start_matches('/')),
        _ => format!("{prefix}{path}"),
    }
}

impl<P, S: Clone + Send + Sync + 'static> Entry<P, S> {
    pub(super) fn with_state<S2>(self, state: S) -> Entry<P, S2> {
        match self {
            Self::Route {
                path,
                rule,
                methods,
            } => Entry::Route {
                path,
                rule,
                methods: methods.with_state(state),
            },
            Self::Nest { prefix, entries } => {
                let entries = entries.into_iter();
                let entries = entries.map(|entry| entry.with_state(state.clone()));
                Entry::Nest {
                    prefix,
                    entries: entries.collect(),
                }
            }
            Self::Service {
                prefix,
                rule,
                service,
            } => Entry::Service {
                prefix,
                rule,
                service,
            },
        }
    }
}

impl<P, S> fmt::Debug for Entry<P, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Route { path, rule, .. } => write!(f, "{path}: {}", rule.text),
            Self::Nest { prefix, entries } => write!(f, "{prefix}: {entries:?}"),
            Self::Service { prefix, rule, .. } => write!(f, "{prefix}/*: {}", rule.text),
        }
    }
}
