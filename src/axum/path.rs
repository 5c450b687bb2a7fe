//! What axum's router made of the path.

use ::axum::extract::{
    FromRequestParts, MatchedPath, Path, path::ErrorKind, rejection::PathRejection,
};
use http::{Extensions, Request, request::Parts};

use crate::{
    decision::Unavailable,
    policy::{Access, View},
};

use super::at_once::at_once;

impl<P> Access<'_, P> {
    /// The template of the route that the request leads to, with all it is nested in:
    /// `/documents/{id}`. `None` for paths that lead nowhere, and outside of the router.
    ///
    /// That is what the router decided on: unlike the URI, it can be read in one way only.
    #[must_use]
    pub fn route(&self) -> Option<&str> {
        route(self.raw_head())
    }

    /// The parameters of the route, decoded, as axum's `Path` reads them: `access.path::<u32>()`. `T` is
    /// all that `Path` takes: one value, a tuple, or a struct that serde deserializes. A struct takes the
    /// parameters that it names and leaves the others, so that one rule serves `/{id}` and `/{id}/tasks/{task}`.
    ///
    /// `None` where what the caller sent cannot be read so. Refuse then: what is no number leads to no
    /// document.
    ///
    /// ```
    /// use tower_auth::{Unavailable, policy::{Access, Policy}};
    ///
    /// struct User { room: u32 }
    ///
    /// let own_room = |access: &Access<'_, User>| {
    ///     let Some(room) = access.path::<u32>()? else { return Ok(false) };
    ///     Ok::<_, Unavailable>(access.principal().is_some_and(|user| user.room == room))
    /// };
    /// # let _: &dyn Policy<User> = &own_room;
    /// ```
    ///
    /// # Errors
    ///
    /// What no caller can help: the route has more or fewer parameters than `T`, or none of a name that `T`
    /// wants; or the policy stands outside of the router, where there are none.
    pub fn path<T>(&self) -> Result<Option<T>, Unavailable>
    where
        Path<T>: FromRequestParts<(), Rejection = PathRejection>,
    {
        path(&self.raw_head().extensions)
    }
}

impl<P> View<P> {
    /// The template of the route; see [`Access::route`].
    #[must_use]
    pub fn route(&self) -> Option<&str> {
        route(self.raw_head())
    }

    /// The parameters of the route; see [`Access::path`].
    ///
    /// # Errors
    ///
    /// See [`Access::path`].
    pub fn path<T>(&self) -> Result<Option<T>, Unavailable>
    where
        Path<T>: FromRequestParts<(), Rejection = PathRejection>,
    {
        path(&self.raw_head().extensions)
    }
}

fn route(head: &Parts) -> Option<&str> {
    head.extensions.get().map(MatchedPath::as_str)
}

/// axum reads parameters from a head that it may change.
fn path<T>(extensions: &Extensions) -> Result<Option<T>, Unavailable>
where
    Path<T>: FromRequestParts<(), Rejection = PathRejection>,
{
    let (mut head, ()) = Request::new(()).into_parts();
    head.extensions = extensions.clone();
    match at_once(Path::<T>::from_request_parts(&mut head, &())) {
        Some(Ok(Path(parameters))) => Ok(Some(parameters)),
        Some(Err(rejection)) if is_theirs(&rejection) => Ok(None),
        Some(Err(rejection)) => Err(rejection.into()),
        None => Err(Unavailable::new(
            "the parameters of the route cannot be read at once",
        )),
    }
}

/// Whether what the caller sent is the reason. That a parameter has another name than `T` wants it to
/// have is not, though axum calls it a bad request: serde has no other word for it than this text.
fn is_theirs(rejection: &PathRejection) -> bool {
    if let PathRejection::FailedToDeserializePathParams(failed) = rejection
        && let ErrorKind::Message(message) = failed.kind()
        && message.starts_with("missing field")
    {
        return false;
    }
    rejection.status().is_client_error()
}
