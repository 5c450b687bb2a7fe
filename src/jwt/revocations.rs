//! What knows which tokens were taken back.

use std::{future::Future, sync::Arc};

use crate::{decision::Unavailable, inspect::Inspection, step::Step};

use super::token_ids::TokenIds;

/// Knows which tokens were taken back before their time: a [`RevocationList`](super::RevocationList) in
/// memory, or a store that several instances share.
///
/// Asked once for each token that is true otherwise, by
/// [`JwtVerifier::revocations`](super::JwtVerifier::revocations). Such a token is its issuer's, for this
/// service and not expired; a token that was taken back is refused like one that is not true: 401, with
/// `error="invalid_token"` ([RFC 6750 §3.1]). A store that cannot be asked lets nobody in: 503.
///
/// An async closure goes through [`revocations_with`].
///
/// ```
/// use std::collections::HashSet;
/// use tower_auth::{Step, Unavailable, jwt::{Revocations, TokenIds}};
///
/// /// Tokens that were found where they should not be.
/// struct Leaked(HashSet<&'static str>);
///
/// impl Revocations for Leaked {
///     fn is_revoked(&self, token: &TokenIds<'_>) -> Step<Result<bool, Unavailable>> {
///         // One that cannot be told from others may be any of them.
///         let is_leaked = token.token_id().is_none_or(|id| self.0.contains(id));
///         Step::Now(Ok(is_leaked))
///     }
/// }
/// # let _: &dyn Revocations = &Leaked(HashSet::new());
/// ```
///
/// [RFC 6750 §3.1]: https://www.rfc-editor.org/rfc/rfc6750#section-3.1
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not know which tokens were taken back",
    label = "this is no `Revocations`",
    note = "give a `jwt::RevocationList`, or a store that implements `jwt::Revocations`",
    note = "an async closure goes through `jwt::revocations_with(state, async |state, token| ..)`"
)]
pub trait Revocations: Send + Sync + 'static {
    /// Whether `token` was taken back. An error is an outage: 503.
    fn is_revoked(&self, token: &TokenIds<'_>) -> Step<Result<bool, Unavailable>>;

    /// Reports what is wrong with it, before it is asked for the first time.
    fn inspect(&self, inspection: &mut Inspection) {
        let _ = inspection;
    }
}

impl<T: Revocations + ?Sized> Revocations for Arc<T> {
    fn is_revoked(&self, token: &TokenIds<'_>) -> Step<Result<bool, Unavailable>> {
        (**self).is_revoked(token)
    }

    fn inspect(&self, inspection: &mut Inspection) {
        (**self).inspect(inspection);
    }
}

/// An async closure that knows which tokens were taken back, with what it needs handed in: `state` is
/// cloned for each token, and what that is known by is owned. It answers `Ok(true)` for a token that
/// was taken back, and an error where that could not be found out, which lets nobody in.
///
/// ```
/// use std::sync::Arc;
/// use tower_auth::{Unavailable, jwt::{TokenIds, revocations_with}};
///
/// struct Store;
/// impl Store {
///     async fn has(&self, _key: &str) -> Result<bool, std::io::Error> {
///         Ok(false)
///     }
/// }
///
/// let revocations = revocations_with(Arc::new(Store), async |store: Arc<Store>, token: TokenIds<'static>| {
///     // Without a `jti` nobody could take it back.
///     let Some(id) = token.token_id() else { return Ok(true) };
///     // No two pairs of issuer and token share a key: the length says where the one ends.
///     let key = format!("revoked:{}:{}:{id}", token.issuer().len(), token.issuer());
///     Ok::<_, Unavailable>(store.has(&key).await?)
/// });
/// # let _: &dyn tower_auth::jwt::Revocations = &revocations;
/// ```
pub fn revocations_with<S, F, A, E>(state: S, ask: F) -> RevocationsWith<S, F>
where
    S: Clone + Send + Sync + 'static,
    F: Fn(S, TokenIds<'static>) -> A + Send + Sync + 'static,
    A: Future<Output = Result<bool, E>> + Send + 'static,
    E: Into<Unavailable>,
{
    RevocationsWith { state, ask }
}

/// See [`revocations_with`].
#[derive(Clone)]
pub struct RevocationsWith<S, F> {
    state: S,
    ask: F,
}

impl<S, F, A, E> Revocations for RevocationsWith<S, F>
where
    S: Clone + Send + Sync + 'static,
    F: Fn(S, TokenIds<'static>) -> A + Send + Sync + 'static,
    A: Future<Output = Result<bool, E>> + Send + 'static,
    E: Into<Unavailable>,
{
    fn is_revoked(&self, token: &TokenIds<'_>) -> Step<Result<bool, Unavailable>> {
        let answer = (self.ask)(self.state.clone(), token.clone().into_owned());
        Step::later(async move { answer.await.map_err(Into::into) })
    }
}
