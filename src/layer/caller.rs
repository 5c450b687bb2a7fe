//! Who calls, and the extension that it is read from.

use std::sync::atomic::{AtomicU64, Ordering};

use http::Extensions;

use super::case::Case;

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
///
/// A request that is made with a copy of another one's extensions has its caller, until an
/// [`AuthLayer`](super::AuthLayer) looks at its own credentials. Start with new extensions where somebody else
/// is to call.
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
pub(crate) struct Handed<P> {
    pub(crate) principal: Option<P>,
    pub(crate) layer: LayerId,
    /// What is known of the caller.
    pub(super) case: Case,
    /// What a layer for the same principals handed on, further out.
    outer: Option<Box<Handed<P>>>,
    /// It was copied, into another request perhaps.
    is_copy: bool,
}

impl<P: Clone> Clone for Handed<P> {
    fn clone(&self) -> Self {
        Self {
            principal: self.principal.clone(),
            layer: self.layer,
            case: self.case.clone(),
            outer: self.outer.clone(),
            is_copy: true,
        }
    }
}

/// Which layer it was: an answer of one is none for another.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct LayerId(u64);

impl LayerId {
    pub(super) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

impl<P: Clone + Send + Sync + 'static> Handed<P> {
    pub(super) fn insert(
        layer: LayerId,
        principal: Option<P>,
        case: &Case,
        extensions: &mut Extensions,
    ) {
        let case = case.handed_on(principal.is_some());
        let outer = extensions.remove::<Self>().and_then(|there| {
            if there.layer == layer {
                there.outer
            } else {
                Some(Box::new(there))
            }
        });
        extensions.insert(Self {
            principal,
            layer,
            case,
            outer,
            is_copy: false,
        });
    }

    /// Whether it stands on the request that it was made for.
    pub(super) const fn is_original(&self) -> bool {
        !self.is_copy
    }

    pub(super) fn by(layer: LayerId, extensions: &Extensions) -> Option<&Self> {
        let mut handed = extensions.get::<Self>()?;
        while handed.layer != layer {
            handed = handed.outer.as_deref()?;
        }
        Some(handed)
    }
}
