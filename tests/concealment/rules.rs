//! Who may see a document, and all others may not even know of it.

use std::fmt;

use tower_auth::{
    Refusal, Unavailable,
    policy::{self, Access, BoxPolicy, Policy, PolicyExt as _, View, role, same_origin},
};

use crate::callers::User;

/// Who may see a document. All others may not even know of it.
#[derive(Clone, Copy)]
pub(crate) struct Rule {
    pub(crate) name: &'static str,
    pub(crate) policy: fn() -> BoxPolicy<User>,
}

pub(crate) const DOCUMENTS: Rule = Rule {
    name: "owner or admin",
    policy: || hidden().boxed(),
};

pub(crate) const RULES: [Rule; 3] = [
    DOCUMENTS,
    Rule {
        name: "owner",
        policy: || policy::owner(whose).or(role("admin")).hide().boxed(),
    },
    Rule {
        name: "same origin",
        policy: || same_origin().and(owner.or(role("admin"))).hide().boxed(),
    },
];

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// The other documents are another's, or nobody's.
fn whose(access: &Access<'_, User>) -> Option<&'static str> {
    match access.raw_head().uri.path().rsplit_once("/docs/")?.1 {
        "1" => Some("alice"),
        "2" => Some("carol"),
        _ => None,
    }
}

/// Alice owns the first document, and nobody owns the others.
pub(crate) fn owner(access: &Access<'_, User>) -> bool {
    let mine = access.raw_head().uri.path().ends_with("/docs/1");
    mine && access.principal().is_some_and(|user| user.name == "alice")
}

pub(crate) fn hidden() -> impl Policy<User> {
    owner.or(role("admin")).hide()
}

/// A document, as a database knows it.
#[derive(Clone)]
pub(crate) struct Document {
    owner: &'static str,
}

/// The first two documents are there; no other is.
fn find(id: Option<u32>) -> Option<Document> {
    let owner = match id? {
        1 => "alice",
        2 => "carol",
        _ => return None,
    };
    Some(Document { owner })
}

/// The same rule, after the document was loaded. Those that are there are their owners'.
pub(crate) fn loaded(rule: Rule) -> BoxPolicy<User> {
    let load = policy::load((), async |(), view: View<User>| {
        Ok::<_, Unavailable>(find(view.path()?))
    });
    let of = |access: &Access<'_, User>| Some(access.extension::<Document>()?.owner);
    let theirs = policy::owner(of).or(role("admin")).hide();
    load.then(theirs.and((rule.policy)())).boxed()
}

/// The refusal that a handler answers, by the same rule.
pub(crate) async fn admit(
    rule: Rule,
    principal: Option<User>,
    head: &http::request::Parts,
) -> Result<(), Refusal> {
    let policy = (rule.policy)();
    let step = policy.decide(&Access::new(principal.as_ref(), head));
    Refusal::unless(step.wait().await)
}
