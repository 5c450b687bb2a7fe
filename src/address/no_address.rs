//! Why there is no address.

use std::fmt;

use crate::decision::{Decision, Denied, Remedy, Unavailable};

/// Why [`ClientAddress::of`](super::ClientAddress::of) found no address.
///
/// It is no [`Error`](std::error::Error), so that `?` in a policy does not turn what the caller
/// sent into our outage. As a [`Decision`] it says whose fault it is:
///
/// ```
/// use std::net::SocketAddr;
///
/// use http::{Request, request::Parts};
/// use tower_auth::{Decision, Step, address::ClientAddress, policy::{Access, Policy}};
///
/// // IPv6 alone. Whoever has no address is not let in either.
/// let client = ClientAddress::extension(SocketAddr::ip).forwarded(["10.0.0.2"]);
/// let modern = move |access: &Access<'_, ()>| match client.of(access.raw_head()) {
///     Ok(address) if address.is_ipv6() => Decision::Allow,
///     Ok(_) => Decision::deny(),
///     Err(why) => why.into(),
/// };
///
/// let (mut head, ()) = Request::get("/").header("forwarded", "for=unknown").body(())?.into_parts();
/// let decide = |head: &Parts| modern.decide(&Access::new(None, head));
/// assert!(matches!(decide(&head), Step::Now(Decision::Unavailable(_))));
/// head.extensions.insert(SocketAddr::from(([10, 0, 0, 2], 4711)));
/// assert!(matches!(decide(&head), Step::Now(Decision::Deny(_))));
/// # Ok::<_, http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NoAddress {
    /// The field that names the client cannot be read where it decides, or hides the address there.
    /// The caller wrote it, or a proxy did.
    Unreadable,
    /// Nobody put the peer's address into the request's extensions, or building refuses this
    /// [`ClientAddress`](super::ClientAddress): our own fault.
    NoPeer,
}

impl fmt::Display for NoAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreadable => UNREADABLE,
            Self::NoPeer => NO_PEER,
        })
    }
}

impl From<NoAddress> for Decision {
    /// [`NoAddress::Unreadable`] is denied, and nothing helps: 403. [`NoAddress::NoPeer`] is
    /// unavailable: 503.
    fn from(why: NoAddress) -> Self {
        match why {
            NoAddress::Unreadable => Denied::new(Remedy::Nothing)
                .code("address_unreadable")
                .reason(UNREADABLE)
                .into(),
            NoAddress::NoPeer => Unavailable::new(NO_PEER).into(),
        }
    }
}

const UNREADABLE: &str =
    "the field that names the client's address cannot be read where it decides";
const NO_PEER: &str = "the peer's address is not in the request's extensions: with axum, serve with \
                       `into_make_service_with_connect_info::<SocketAddr>()`; elsewhere, insert it \
                       where connections are accepted";
