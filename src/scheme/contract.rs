//! The scheme's contract.

use http::{HeaderName, header::COOKIE, request::Parts};

use crate::{
    attempt::{Attempt, Rejection},
    challenge::{Ask, Challenge},
    inspect::Inspection,
    step::Step,
};

use super::forward::forward;

/// One way to carry credentials: where they stand, how they are read, and which challenge asks
/// for them.
///
/// The layer reads `Authorization` itself, once, and hands each scheme only what is its own: the
/// name compared without regard to case, the rest in one piece. A scheme is
/// never asked about a repeated field, nor handed credentials that are another's.
///
/// The example `custom_scheme` builds one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no scheme",
    label = "this is no way to carry credentials",
    note = "start with `scheme::Basic`, `scheme::Bearer` or `scheme::ApiKey`, \
            and join them with `.or(..)` from `scheme::SchemeExt`"
)]
pub trait Scheme: Send + Sync + 'static {
    /// Who callers are: a type of your own.
    type Principal: Clone + Send + Sync + 'static;

    /// The scheme's name, in challenges, in `Authorization` and in logs: a token of RFC 9110.
    fn name(&self) -> &'static str;

    /// Where the credentials stand.
    fn carrier(&self) -> Carrier;

    /// Reads and verifies what a request carries.
    ///
    /// Asked only if something stands at the [`carrier`](Self::carrier); for
    /// [`Carrier::Ambient`] asked always, and then [`Attempt::Absent`] gives way to the next.
    /// From the other carriers, [`Attempt::Absent`] means credentials that are there and not
    /// understood: they are rejected.
    fn attempt(&self, presented: &Presented<'_>) -> Step<Attempt<Self::Principal>>;

    /// Whether a request carries credentials of this scheme, before anybody looks whether they are true.
    ///
    /// A throttle asks it: where the answer is no, nothing is counted, and the scheme has found
    /// nothing. Only ambient schemes need say more than yes. One that says yes to an empty request
    /// cannot be throttled: that is a problem when the layer is built.
    fn is_presented(&self, presented: &Presented<'_>) -> bool {
        let _ = presented;
        true
    }

    /// The account that the credentials claim to be of, before anybody looked whether they are: what
    /// tries are counted by. `None` where they name none, as tokens do not, or cannot be read.
    fn account(&self, presented: &Presented<'_>) -> Option<String> {
        let _ = presented;
        None
    }

    /// What credentials are rejected as that the layer itself finds malformed, where this scheme
    /// would have read them: a field that is there twice, `Authorization` that names no scheme, two
    /// ways at once.
    fn malformed(&self) -> Rejection {
        Rejection::Malformed
    }

    /// Words what is asked of the caller, or `None` where this scheme has no words for it.
    ///
    /// A scheme that has none for [`Ask::Credentials`] cannot challenge: client certificates, for
    /// example. For [`Ask::MoreScopes`] and [`Ask::StepUp`] only the scheme that verified the
    /// caller is asked.
    fn challenge(&self, ask: Ask<'_>) -> Option<Challenge>;

    /// The field of requests in which this scheme reads credentials: responses differ by it, and
    /// [`vary_by_credentials`](crate::AuthLayerBuilder::vary_by_credentials) names it in `Vary`. `None` for
    /// `Authorization` and the URI, which caches heed by themselves, and for what stands in no field.
    ///
    /// Unless you say so: the field of [`Carrier::Field`], and `Cookie` for [`Carrier::Ambient`].
    fn varies_by(&self) -> Option<HeaderName> {
        match self.carrier() {
            Carrier::Authorization | Carrier::Query(_) => None,
            Carrier::Field(name) => Some(name),
            Carrier::Ambient => Some(COOKIE),
        }
    }

    /// Marks ambient credentials as sensitive, or removes them. What stands in a field of its
    /// own is looked after by the layer.
    fn redact(&self, head: &mut Parts, how: Redact) {
        let _ = (head, how);
    }

    /// Reports what is wrong with the scheme, before it is asked for the first time.
    fn inspect(&self, inspection: &mut Inspection) {
        let _ = inspection;
    }
}

/// A scheme of any type.
pub type BoxScheme<P> = Box<dyn Scheme<Principal = P>>;

impl<S: Scheme + ?Sized> Scheme for Box<S> {
    type Principal = S::Principal;

    fn attempt(&self, presented: &Presented<'_>) -> Step<Attempt<S::Principal>> {
        (**self).attempt(presented)
    }

    forward!(self => (**self));
}

/// Where credentials stand.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Carrier {
    /// In `Authorization` (`Proxy-Authorization` for a proxy), behind the scheme's name.
    Authorization,
    /// In a field of their own.
    Field(HeaderName),
    /// In the URI's query, as a parameter of this name: where access logs, histories and `Referer`
    /// keep it.
    Query(&'static str),
    /// Somewhere that clients send it from by themselves: a cookie, a client certificate.
    Ambient,
}

/// What a scheme is shown of a request.
pub struct Presented<'a> {
    head: &'a Parts,
    credentials: &'a [u8],
}

impl<'a> Presented<'a> {
    /// Shows `credentials`, found on `head`. For tests of a scheme of your own.
    #[must_use]
    pub const fn new(head: &'a Parts, credentials: &'a [u8]) -> Self {
        Self { head, credentials }
    }

    /// What stands at the scheme's carrier, without surrounding whitespace: behind the scheme's
    /// name in `Authorization`, the whole value of a field, the value of a parameter as it is written
    /// in the URI. Empty for ambient credentials.
    #[must_use]
    pub const fn credentials(&self) -> &'a [u8] {
        self.credentials
    }

    /// The head of the request.
    #[must_use]
    pub const fn head(&self) -> &'a Parts {
        self.head
    }
}

/// What becomes of credentials once they are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redact {
    /// They are marked as sensitive, so that `Debug` and HPACK leave them out.
    Mark,
    /// They are removed.
    Remove,
}
