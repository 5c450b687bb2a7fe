//! What is wrong with paths, methods and policies, told before axum is asked.

use std::collections::HashMap;

use ::axum::routing::MethodRouter;
use http::Method;

use crate::inspect::Inspection;

use super::{
    entry::{Entry, walk},
    methods::{Methods, Others, methods_of},
};

/// What answers at one path.
#[derive(Default)]
struct Answered {
    named: Vec<Method>,
    others: bool,
}

/// Reports all that is wrong.
pub(super) fn inspect<P: 'static>(entries: &[Entry<P, ()>], inspection: &mut Inspection) {
    let mut paths = HashMap::new();
    walk(entries, "", &mut |full, entry| {
        let (problem, rule) = match entry {
            Entry::Route {
                path,
                rule,
                methods,
            } => {
                let problem = segments_of(path)
                    .or_else(|| twice(paths.entry(full.clone()).or_default(), methods));
                (problem, Some(rule))
            }
            Entry::Service { prefix, rule, .. } => {
                let instead = "route `/` and `/{*rest}` to it with `any_service`";
                (prefix_of(prefix, instead), Some(rule))
            }
            Entry::Nest { prefix, .. } => (prefix_of(prefix, "`merge` the router instead"), None),
        };
        inspection.at_route(&full, |inspection| {
            if let Some(problem) = problem {
                inspection.problem(problem);
            }
            if let Some(rule) = rule {
                rule.policy.inspect(inspection);
            }
        });
    });
}

/// What is wrong with a prefix that something is nested at.
fn prefix_of(prefix: &str, instead: &str) -> Option<String> {
    let is_wildcard = |segment: &str| segment.starts_with("{*");
    if matches!(prefix, "" | "/") {
        Some(format!("nothing can be nested at the root: {instead}"))
    } else if prefix.split('/').any(is_wildcard) {
        Some("a prefix has no wildcard: it stands at the end of the path of a route".into())
    } else {
        segments_of(prefix)
    }
}

/// What is wrong with a path, as far as axum has no good words for it.
fn segments_of(path: &str) -> Option<String> {
    if !path.starts_with('/') {
        let given = path.escape_debug();
        return Some(format!(
            "`{given}` does not begin with `/`: write `/{given}`"
        ));
    }
    path.split('/').find_map(|segment| {
        let start = segment
            .chars()
            .next()
            .filter(|start| matches!(start, ':' | '*'))?;
        let (star, name) = match (start, segment.get(1..)?) {
            ('*', "") => ("*", "rest"),
            ('*', name) => ("*", name),
            (_, "") => ("", "id"),
            (_, name) => ("", name),
        };
        let (given, name) = (segment.escape_debug(), name.escape_debug());
        Some(format!(
            "`{given}` is no parameter: write `{{{star}{name}}}`"
        ))
    })
}

/// What two routes of one path both answer.
fn twice(there: &mut Answered, methods: &MethodRouter) -> Option<String> {
    let Methods { named, others } = methods_of(methods);
    let others = others != Others::Nothing;
    // HEAD is answered by GET, too, and may have a handler of its own beside it.
    let counts = |method: &&Method| **method != Method::HEAD;
    let both = named
        .iter()
        .filter(counts)
        .find(|method| there.named.contains(method));
    let problem = match both {
        Some(method) => Some(format!("two routes answer `{method}`: keep one of them")),
        None if others && there.others => Some(String::from(
            "two routes answer all other methods: keep one fallback, or one `any`",
        )),
        None => None,
    };
    there.named.extend(named);
    there.others |= others;
    problem
}
