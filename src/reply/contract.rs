//! The reply's contract.

use crate::inspect::Inspection;

use super::{content::Content, refused::Refused};

/// Turns a refusal into a response body. The status, the challenges and `Cache-Control` are not
/// its business; for HEAD, the layer leaves the bytes out.
///
/// Closures are replies:
///
/// ```
/// use tower_auth::reply::{Content, Refused, Reply};
///
/// let page = |refused: &Refused<'_>| Content::html(format!("<h1>{}</h1>", refused.detail()));
/// # let _: &dyn Reply = &page;
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no reply",
    note = "a closure needs its argument's type written out: `|refused: &Refused<'_>| Content::text(..)`"
)]
pub trait Reply: Send + Sync + 'static {
    /// The body that tells of `refused`.
    fn content(&self, refused: &Refused<'_>) -> Content;

    /// Whether the reply looks at more of [`Refused::head`] than its method.
    ///
    /// Handlers own the head of their request. So that one can be shown where a handler refuses, the
    /// layer keeps a copy of each, which costs a few allocations; where neither the reply nor a not-found
    /// service needs it, it keeps none. Unless you say so, a reply does, closures included;
    /// [`Problem`](super::Problem) and [`Plain`](super::Plain) do not.
    fn needs_head(&self) -> bool {
        true
    }

    /// Reports what is wrong with the reply, before it is asked for the first time.
    fn inspect(&self, inspection: &mut Inspection) {
        let _ = inspection;
    }
}

impl<F> Reply for F
where
    F: Fn(&Refused<'_>) -> Content + Send + Sync + 'static,
{
    fn content(&self, refused: &Refused<'_>) -> Content {
        self(refused)
    }
}
