//! For principals with an id: whose the thing is that a request is about.

use std::{fmt, marker::PhantomData};

use crate::{
    decision::{Decision, Denial, Remedy},
    step::Step,
};

use super::{access::Access, contract::Policy};

/// A principal with an id.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no id",
    note = "implement `tower_auth::policy::HasId` for it"
)]
pub trait HasId {
    /// What ids are: a type of your own, so that nobody compares them with ids of something else.
    type Id: PartialEq;

    /// The id of the principal.
    fn id(&self) -> &Self::Id;
}

/// Lets in whoever owns what the request is about: `whose` gives the owner's id, or `None` where
/// there is no owner, or none is known. All others are denied, and other credentials might help.
///
/// Take the id from where the caller cannot write: from an [`extension`](Access::extension) that a
/// layer further out put there. Strangers own nothing, and `whose` is not asked about them.
///
/// ```
/// # tokio_test::block_on(async {
/// use axum::{Extension, Router, body::Body, extract::Request, routing::get};
/// use http::StatusCode;
/// use tower::{Layer, ServiceExt};
/// use tower_auth::{AuthLayer, policy::{self, Access, HasId, PolicyExt, owner}, scheme::Bearer};
///
/// #[derive(Clone)]
/// struct User { id: u32 }
/// impl HasId for User {
///     type Id = u32;
///     fn id(&self) -> &u32 { &self.id }
/// }
///
/// #[derive(Clone)]
/// struct Document { owner: u32 }
///
/// let mine = owner(|access: &Access<'_, User>| Some(access.extension::<Document>()?.owner));
///
/// let auth = AuthLayer::new(Bearer::fixed("api", "s3cret", User { id: 7 }), policy::anyone()).build()?;
/// let guard = auth.require(mine.hide())?;
/// // Yours loads the document that the path names, outside of the layer that asks whose it is.
/// let document = |owner| {
///     let loaded = Extension(Document { owner });
///     get(async || "Dear diary").layer((loaded, guard.clone()))
/// };
/// let routes = Router::new().route("/mine", document(7)).route("/theirs", document(8));
/// let app = auth.layer(routes);
///
/// let read = |path: &str| Request::get(path).header("authorization", "Bearer s3cret").body(Body::empty());
/// assert_eq!(app.clone().oneshot(read("/theirs")?).await?.status(), StatusCode::NOT_FOUND);
/// assert_eq!(app.oneshot(read("/mine")?).await?.status(), StatusCode::OK);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
///
/// Where a database knows whose it is, ask it with [`check_with`](super::check_with):
///
/// ```
/// use std::{io, sync::Arc};
/// use axum::extract::{FromRequestParts, Path};
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
/// let mine = policy::check_with(Arc::new(Database), async |database: Arc<Database>, view: View<User>| {
///     let Some(user) = view.principal() else { return Ok(false) };
///     let mut head = view.raw_head().clone();
///     let Ok(Path(document)) = Path::<u32>::from_request_parts(&mut head, &()).await else {
///         return Ok(false);
///     };
///     // `None` is nobody's: not equal to any id.
///     Ok::<_, Unavailable>(database.owner_of(document).await? == Some(user.id))
/// });
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
        let Some(principal) = access.principal() else {
            return Step::Now(Decision::deny());
        };
        Step::Now(match (self.whose)(access) {
            Some(owner) if *principal.id() == owner => Decision::Allow,
            Some(_) => Decision::deny(),
            None => Denial::new(Remedy::OtherCredentials)
                .reason("whose it is, nobody knows")
                .into(),
        })
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("owner")
    }
}
