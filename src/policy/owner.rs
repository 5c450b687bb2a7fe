//! For principals with an id: whose the thing is that a request is about.

use std::{fmt, marker::PhantomData};

use crate::{decision::Decision, step::Step};

use super::{access::Access, belonging::belongs, contract::Policy};

/// A principal that may have an id.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no id",
    note = "implement `tower_auth::policy::HasId` for it"
)]
pub trait HasId {
    /// What ids are: a type of your own, so that nobody compares them with ids of something else.
    type Id: PartialEq;

    /// The id of the principal, or `None` if it has none: then it owns nothing.
    fn id(&self) -> Option<&Self::Id>;
}

/// Lets in whoever owns what the request is about: `whose` gives the owner's id, or `None` where
/// there is no owner, or none is known. All others are denied, and other credentials might help.
///
/// Take the id from where the caller cannot write: from the thing that [`load`](super::load) found, or from
/// another [`extension`](Access::extension) that stands there. Strangers own nothing, nor does who has no
/// id, and `whose` is not asked about them.
///
/// ```
/// # #[cfg(feature = "axum")]
/// # tokio_test::block_on(async {
/// use axum::{Router, body::Body, routing::get};
/// use http::{Request, StatusCode};
/// use tower::{Layer, ServiceExt};
/// use tower_auth::{
///     AuthLayer, Unavailable, policy::{self, Access, HasId, PolicyExt, View, owner}, scheme::Bearer,
/// };
///
/// #[derive(Clone)]
/// struct User { id: u32 }
/// impl HasId for User {
///     type Id = u32;
///     fn id(&self) -> Option<&u32> { Some(&self.id) }
/// }
///
/// #[derive(Clone)]
/// struct Document { owner: u32 }
///
/// let document = policy::load((), async |(), view: View<User>| {
///     let Some(id) = view.path::<u32>()? else { return Ok(None) };
///     // Yours asks a database: 1 is of user 7, 2 is of user 8, and there are no others.
///     let owner = match id { 1 => Some(7), 2 => Some(8), _ => None };
///     Ok::<_, Unavailable>(owner.map(|owner| Document { owner }))
/// });
/// let mine = owner(|access: &Access<'_, User>| Some(access.extension::<Document>()?.owner));
///
/// let auth = AuthLayer::new(Bearer::fixed("api", "s3cret", User { id: 7 }), policy::anyone()).build()?;
/// let guard = auth.require(document.then(mine.hide()))?;
/// let read = get(async || "Dear diary").layer(guard);
/// let app = auth.layer(Router::new().route("/documents/{id}", read));
///
/// let read = |id: &str| {
///     let request = Request::get(format!("/documents/{id}"));
///     request.header("authorization", "Bearer s3cret").body(Body::empty())
/// };
/// assert_eq!(app.clone().oneshot(read("1")?).await?.status(), StatusCode::OK);
/// for (id, why) in [("2", "another's"), ("3", "nobody's"), ("one", "no number")] {
///     assert_eq!(app.clone().oneshot(read(id)?).await?.status(), StatusCode::NOT_FOUND, "{why}");
/// }
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
///
/// Where the handler does not need the thing, ask whose it is with [`check_with`](super::check_with):
///
/// ```
/// use std::{io, sync::Arc};
/// use tower_auth::{Unavailable, policy::{self, Policy, View}};
///
/// # #[derive(Clone)]
/// # struct User { id: u32 }
/// struct Database;
/// impl Database {
///     /// `None` where there is no such document.
///     async fn owner_of(&self, _document: u32) -> Result<Option<u32>, io::Error> {
///         Ok(Some(7))
///     }
/// }
///
/// # #[cfg(feature = "axum")]
/// let mine = policy::check_with(Arc::new(Database), async |database: Arc<Database>, view: View<User>| {
///     let Some(user) = view.principal() else { return Ok(false) };
///     let Some(document) = view.path::<u32>()? else { return Ok(false) };
///     // `None` is nobody's: not equal to any id.
///     Ok::<_, Unavailable>(database.owner_of(document).await? == Some(user.id))
/// });
/// # #[cfg(feature = "axum")]
/// # let _: &dyn Policy<User> = &mine;
/// ```
pub const fn owner<P, F>(whose: F) -> Owner<P, F>
where
    P: HasId,
    F: Fn(&Access<'_, P>) -> Option<P::Id>,
{
    Owner {
        whose,
        principal: PhantomData,
    }
}

/// See [`owner`].
pub struct Owner<P, F> {
    whose: F,
    principal: PhantomData<fn(&P)>,
}

impl<P, F> Policy<P> for Owner<P, F>
where
    P: HasId + 'static,
    F: Fn(&Access<'_, P>) -> Option<P::Id> + Send + Sync + 'static,
{
    fn decide(&self, access: &Access<'_, P>) -> Step<Decision> {
        let id = access.principal().and_then(HasId::id);
        belongs(id, || (self.whose)(access), "whose it is, nobody knows")
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("owner")
    }
}
