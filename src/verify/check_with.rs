//! An async closure as a verifier.

use std::future::Future;

use crate::{credentials::Credentials, step::Step};

use super::contract::{IntoVerdict, Verdict, Verify};

/// An async closure as a verifier, with what it needs handed in: `state` is cloned for each
/// request, the credentials are owned.
///
/// ```
/// use std::sync::Arc;
/// use tower_auth::{Secret, Unavailable, scheme::Bearer, verify};
///
/// struct Sessions;
/// impl Sessions {
///     async fn find(&self, _digest: [u8; 32]) -> Result<Option<String>, std::io::Error> {
///         Ok(None)
///     }
/// }
///
/// let verifier = verify::check_with(Arc::new(Sessions), async |sessions: Arc<Sessions>, token: Secret<'static>| {
///     let digest = token.digest().into_bytes();
///     drop(token);
///     Ok::<_, Unavailable>(sessions.find(digest).await?)
/// });
/// let bearer = Bearer::new("api", verifier);
/// # let _ = bearer;
/// ```
pub fn check_with<S, F>(state: S, check: F) -> CheckWith<S, F> {
    CheckWith { state, check }
}

/// See [`check_with`].
pub struct CheckWith<S, F> {
    state: S,
    check: F,
}

impl<C, S, F, A> Verify<C> for CheckWith<S, F>
where
    C: Credentials,
    S: Clone + Send + Sync + 'static,
    F: Fn(S, C::Owned) -> A + Send + Sync + 'static,
    A: Future + Send + 'static,
    A::Output: IntoVerdict,
{
    type Principal = <A::Output as IntoVerdict>::Principal;

    fn verify(&self, credentials: C) -> Step<Verdict<Self::Principal>> {
        let answer = (self.check)(self.state.clone(), credentials.into_owned());
        Step::later(async move { answer.await.into_verdict() })
    }
}
