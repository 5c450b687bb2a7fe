//! An async closure as a policy.

use std::{fmt, future::Future};

use crate::{
    decision::{Decision, IntoDecision},
    step::Step,
};

use super::{
    access::{Access, View},
    contract::Policy,
};

/// An async closure as a policy, with what it needs handed in: `state` is cloned for each
/// request, the [`View`] is owned.
///
/// `?` on any error inside means that the answer could not be found out: 503. To refuse, answer
/// `false` or a [`Denied`](crate::Denied). Capture nothing: what the closure needs is its `state`.
///
/// ```
/// use std::{io, sync::Arc};
/// use tower_auth::{Unavailable, policy::{self, View}};
///
/// struct Members;
/// impl Members {
///     async fn contains(&self, _: &str) -> Result<bool, io::Error> {
///         Ok(true)
///     }
/// }
///
/// let members = policy::check_with(Arc::new(Members), async |members: Arc<Members>, view: View<String>| {
///     let Some(name) = view.principal() else { return Ok(false) };
///     Ok::<_, Unavailable>(members.contains(name).await?)
/// });
/// # let _: &dyn tower_auth::policy::Policy<String> = &members;
/// ```
pub fn check_with<S, F>(state: S, check: F) -> CheckWith<S, F> {
    CheckWith { state, check }
}

/// See [`check_with`].
pub struct CheckWith<S, F> {
    state: S,
    check: F,
}

impl<P, S, F, A> Policy<P> for CheckWith<S, F>
where
    P: Clone,
    S: Clone + Send + Sync + 'static,
    F: Fn(S, View<P>) -> A + Send + Sync + 'static,
    A: Future + Send + 'static,
    A::Output: IntoDecision,
{
    fn decide(&self, access: &Access<'_, P>) -> Step<Decision> {
        let answer = (self.check)(self.state.clone(), access.to_view());
        Step::later(async move { answer.await.into_decision() })
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("check_with")
    }
}
