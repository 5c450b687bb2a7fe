//! The thing that a request is about, loaded before the policy decides about it.

use std::{any::type_name, borrow::Cow, fmt, future::Future, marker::PhantomData, sync::Arc};

use crate::{
    decision::{Decision, Hidden, Unavailable},
    inspect::Inspection,
    step::Step,
};

use super::{
    access::{Access, View},
    contract::Policy,
    text::Part,
    words::own_name,
};

/// Loads the thing that a request is about, once: for the policy that decides about it, and for the
/// handler. `state` is cloned for each request, and [`then`](Load::then) says who may.
///
/// | the closure answers | the caller gets |
/// |---|---|
/// | `Ok(Some(thing))` | what the policy decides: it finds the thing with [`Access::extension`], and the handler in the request's extensions |
/// | `Ok(None)`: there is no such thing | 404, as for one that is hidden |
/// | `Err(..)` | 503: our fault, told to the log |
///
/// Strangers are asked about before anything is loaded: who guesses ids costs no database a thing, and
/// learns nothing from how long it takes. Where the policy lets them in with nothing loaded, as
/// [`anyone`](super::anyone) does, it is loaded and the policy asked again. Where it depends on the
/// thing whether they may, say so with [`for_strangers_too`](Load::for_strangers_too).
///
/// For a thing that some may see, and fewer change, join two policies: with `may_see.hide().and(may_change)`
/// all others get 404, and those who see it 403.
///
/// Capture nothing: what the closure needs is its `state`. Name the error once, in the last line, for the
/// compiler cannot guess it. With the feature `axum`, `View::path` reads the parameters of the route.
///
/// ```
/// # #[cfg(feature = "axum")]
/// # tokio_test::block_on(async {
/// use std::{io, sync::Arc};
/// use axum::{Extension, Router, body::Body, routing::get};
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
/// struct Document { owner: u32, text: &'static str }
///
/// struct Database;
/// impl Database {
///     async fn document(&self, id: u32) -> Result<Option<Arc<Document>>, io::Error> {
///         Ok(match id {
///             1 => Some(Arc::new(Document { owner: 7, text: "Dear diary" })),
///             2 => Some(Arc::new(Document { owner: 8, text: "Another's" })),
///             _ => None,
///         })
///     }
/// }
///
/// let document = policy::load(Arc::new(Database), async |database: Arc<Database>, view: View<User>| {
///     // A path that cannot be read leads to nothing.
///     let Some(id) = view.path::<u32>()? else { return Ok(None) };
///     Ok::<_, Unavailable>(database.document(id).await?)
/// });
/// let mine = owner(|access: &Access<'_, User>| Some(access.extension::<Arc<Document>>()?.owner));
///
/// let auth = AuthLayer::new(Bearer::fixed("api", "s3cret", User { id: 7 }), policy::anyone()).build()?;
/// let guard = auth.require(document.then(mine.hide()))?;
/// let read = get(async |document: Extension<Arc<Document>>| document.text);
/// let app = auth.layer(Router::new().route("/documents/{id}", read.layer(guard)));
///
/// let ask = |id: &str| {
///     let request = Request::get(format!("/documents/{id}"));
///     request.header("authorization", "Bearer s3cret").body(Body::empty())
/// };
/// assert_eq!(app.clone().oneshot(ask("1")?).await?.status(), StatusCode::OK);
/// for (id, why) in [("2", "another's"), ("3", "nobody's"), ("one", "no number")] {
///     assert_eq!(app.clone().oneshot(ask(id)?).await?.status(), StatusCode::NOT_FOUND, "{why}");
/// }
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
///
/// [`Access::extension`]: super::Access::extension
pub const fn load<S, F>(state: S, find: F) -> Load<S, F> {
    Load {
        state,
        find,
        for_strangers: false,
    }
}

/// See [`load`].
#[derive(Clone)]
#[must_use = "no policy yet: `then` says who may"]
pub struct Load<S, F> {
    state: S,
    find: F,
    for_strangers: bool,
}

impl<S, F> Load<S, F> {
    /// Loads for strangers too, before the policy is asked about them: for things of which they may see
    /// some. How long it takes then tells them what is there.
    pub const fn for_strangers_too(mut self) -> Self {
        self.for_strangers = true;
        self
    }

    /// Asks `policy` about what was loaded. The result is a policy, for a route or anything else that takes
    /// one.
    ///
    /// All that is about the thing stands inside: `document.then(mine.or(role("admin")).hide())`. Beside it,
    /// in `document.then(mine).or(role("admin"))`, an admin passes with nothing loaded, and a handler that takes
    /// the thing answers 500; and in `document.then(a).and(b)`, `b` sees nothing of it. A cheap rule may stand
    /// before: `authenticated().then(document.then(mine))`.
    pub fn then<P, T, E, A>(self, policy: impl Policy<P>) -> impl Policy<P>
    where
        P: Clone + Send + Sync + 'static,
        T: Clone + Send + Sync + 'static,
        E: Into<Unavailable> + 'static,
        S: Clone + Send + Sync + 'static,
        F: Fn(S, View<P>) -> A + Send + Sync + 'static,
        A: Future<Output = Result<Option<T>, E>> + Send + 'static,
    {
        Loaded {
            load: Arc::new(self),
            policy: Arc::new(policy),
            thing: PhantomData,
        }
    }
}

/// What is loaded, and the policy about it.
struct Loaded<S, F, A, T> {
    load: Arc<Load<S, F>>,
    policy: Arc<A>,
    thing: PhantomData<fn() -> T>,
}

impl<P, T, E, S, F, R, A> Policy<P> for Loaded<S, F, A, T>
where
    P: Clone + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
    E: Into<Unavailable> + 'static,
    S: Clone + Send + Sync + 'static,
    F: Fn(S, View<P>) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Option<T>, E>> + Send + 'static,
    A: Policy<P>,
{
    fn decide(&self, access: &Access<'_, P>) -> Step<Decision> {
        let early = access.principal().is_none() && !self.load.for_strangers;
        let early = match early.then(|| self.policy.decide(access)) {
            None | Some(Step::Now(Decision::Allow)) => None,
            Some(Step::Now(refused)) => return Step::Now(refused),
            Some(Step::Later(waiting)) => Some(waiting),
        };
        let (load, policy) = (Arc::clone(&self.load), Arc::clone(&self.policy));
        let (view, mut about) = (access.to_view(), access.to_view());
        Step::later(async move {
            match early {
                None => {}
                Some(waiting) => match waiting.await {
                    Decision::Allow => {}
                    refused => return refused,
                },
            }
            let found = (load.find)(load.state.clone(), view).await;
            let found: Result<_, Unavailable> = found.map_err(Into::into);
            match found {
                Ok(Some(thing)) => {
                    about.extensions_mut().insert(thing.clone());
                    about.hand_on(thing);
                    let step = policy.decide(&about.as_access());
                    step.wait().await
                }
                Ok(None) => Hidden::new().reason("there is no such thing").into(),
                Err(unavailable) => unavailable.into(),
            }
        })
    }

    fn needed_scopes(&self) -> Vec<Cow<'static, str>> {
        self.policy.needed_scopes()
    }

    fn inspect(&self, inspection: &mut Inspection) {
        // What is not there is answered as what is hidden.
        inspection.hides();
        self.policy.inspect(inspection);
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let thing = own_name(unwrapped(type_name::<T>())).unwrap_or("thing");
        write!(f, "load({thing}).then({})", Part::of(&*self.policy))
    }
}

/// What stands in an `Arc`: that it is shared says nothing of the thing.
fn unwrapped(path: &str) -> &str {
    let inside = path.strip_prefix("alloc::sync::Arc<");
    inside
        .and_then(|inside| inside.strip_suffix('>'))
        .unwrap_or(path)
}
