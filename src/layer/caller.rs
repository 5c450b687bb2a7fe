//! Who calls, and the extension that it is read from.

use http::Extensions;

/// The principal of a request that passed.
///
/// With the feature `axum` it is an extractor: a handler that takes `Caller<User>` does not run
/// for strangers, one that takes `Option<Caller<User>>` runs for both. Anywhere else, ask the
/// request's extensions:
///
/// ```
/// use http::Request;
/// use tower_auth::Caller;
///
/// fn greet<B>(request: &Request<B>) -> String {
///     match Caller::<String>::of(request.extensions()) {
///         Some(name) => format!("Hello, {name}!"),
///         None => String::from("Hello, stranger!"),
///     }
/// }
/// # assert_eq!(greet(&Request::new(())), "Hello, stranger!");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller<P>(pub P);

impl<P: Clone + Send + Sync + 'static> Caller<P> {
    /// Who calls, or `None` for a stranger, and where no layer was passed.
    #[must_use]
    pub fn of(extensions: &Extensions) -> Option<&P> {
        extensions.get::<Handed<P>>()?.principal.as_ref()
    }
}

/// What the layer hands on, for anonymous callers too. Private, so that nothing further in can
/// forge it.
#[derive(Clone)]
pub(crate) struct Handed<P> {
    pub(crate) principal: Option<P>,
    pub(crate) scheme: Option<&'static str>,
}
