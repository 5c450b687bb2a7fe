//! How a guarded router becomes one of axum's.

use std::collections::HashMap;

use ::axum::{Router, body::Body, routing::MethodRouter};
use tower_layer::Layer as _;

use crate::{
    inspect::Misconfiguration,
    layer::{AuthLayer, Rule},
};

use super::{
    entry::{Entry, joined, walk},
    methods::{Methods, methods_of},
    others::OtherMethods,
    panic::made_or_why,
    route::GuardedRoute,
};

/// The routes of one path, each behind a rule of its own.
type Routes<P> = Vec<(Rule<P>, MethodRouter)>;

/// The rules of all routes that meet at one path, wherever they are nested: axum joins those.
type Meeting<P> = HashMap<String, Vec<Rule<P>>>;

/// A router in which every route stands behind its rule, or what axum says of the first that it does not
/// take.
pub(super) fn build<P>(
    entries: Vec<Entry<P, ()>>,
    auth: &AuthLayer<P, Body>,
) -> Result<Router, Misconfiguration>
where
    P: Clone + Send + Sync + 'static,
{
    let mut meeting = Meeting::new();
    walk(&entries, "", &mut |path, entry| {
        if let Entry::Route { rule, .. } = entry {
            meeting.entry(path).or_default().push(rule.clone());
        }
    });
    nested(entries, "", &meeting, auth)
}

fn nested<P>(
    entries: Vec<Entry<P, ()>>,
    prefix: &str,
    meeting: &Meeting<P>,
    auth: &AuthLayer<P, Body>,
) -> Result<Router, Misconfiguration>
where
    P: Clone + Send + Sync + 'static,
{
    let mut paths = Vec::<(String, Routes<P>)>::new();
    let mut router = Router::new();
    for entry in entries {
        match entry {
            Entry::Route {
                path,
                rule,
                methods,
            } => match paths.iter_mut().find(|(there, _)| *there == path) {
                Some((_, known)) => known.push((rule, methods)),
                None => paths.push((path, vec![(rule, methods)])),
            },
            Entry::Nest {
                prefix: inner,
                entries,
            } => {
                let full = joined(prefix, &inner);
                let within = nested(entries, &full, meeting, auth)?;
                router = added(full, || router.nest(&inner, within))?;
            }
            Entry::Service {
                prefix: inner,
                rule,
                service,
            } => {
                let service = auth.inside(rule).layer(service);
                let full = joined(prefix, &inner);
                router = added(full, || router.nest_service(&inner, service))?;
            }
        }
    }
    for (path, routes) in paths {
        let full = joined(prefix, &path);
        let meeting = meeting.get(&full).map_or(&[][..], Vec::as_slice);
        router = added(full, || router.route(&path, guarded(routes, meeting, auth)))?;
    }
    Ok(router)
}

/// axum panics where a path cannot be read, or leads to two places.
fn added(path: String, add: impl FnOnce() -> Router) -> Result<Router, Misconfiguration> {
    made_or_why(add).map_err(|why| Misconfiguration::Route {
        path,
        problem: Box::new(Misconfiguration::NotTaken(why)),
    })
}

/// The routes of one path as one. What answers for methods that none of them has stands behind a rule of
/// its own where several meet.
fn guarded<P>(routes: Routes<P>, meeting: &[Rule<P>], auth: &AuthLayer<P, Body>) -> MethodRouter
where
    P: Clone + Send + Sync + 'static,
{
    let several = meeting.len() > 1;
    let others = |named| Rule::new(OtherMethods::new(named, meeting.to_vec()));
    let nothing = several.then(|| (others(Vec::new()), MethodRouter::new()));
    let guarded = routes
        .into_iter()
        // Of several default answers, axum keeps the last.
        .chain(nothing)
        .map(|(rule, methods)| {
            let fallback = several
                .then(|| methods_of(&methods))
                .filter(Methods::falls_back);
            let methods = methods.layer(auth.inside(rule));
            match fallback {
                Some(beside) => methods.layer(auth.inside(others(beside.named))),
                None => methods,
            }
        });
    guarded.reduce(MethodRouter::merge).unwrap_or_default()
}

/// What is open to whom.
pub(super) fn list<P>(entries: &[Entry<P, ()>]) -> Vec<GuardedRoute> {
    let mut routes = Vec::new();
    walk(entries, "", &mut |path, entry| match entry {
        Entry::Route { rule, methods, .. } => {
            let methods = methods_of(methods).answered();
            routes.push(GuardedRoute::new(path, methods, &rule.text));
        }
        Entry::Service { rule, .. } => {
            let path = joined(&path, "/{*rest}");
            routes.push(GuardedRoute::new(path, None, &rule.text));
        }
        Entry::Nest { .. } => {}
    });
    routes
}
