//! How the client's address is found.

use std::{net::IpAddr, sync::Arc};

use http::{Extensions, request::Parts};

use crate::inspect::Inspection;

use super::{
    no_address::NoAddress,
    proxies::{Field, Proxies},
};

/// How the client's address is found: the peer of the connection, or whom it names, if it is a
/// proxy that you trust. Clones share what they know.
///
/// The peer's address stands in the request's extensions. Behind proxies, one of
/// [`forwarded`](Self::forwarded) and [`x_forwarded_for`](Self::x_forwarded_for) says which field
/// they write, and who they are. Choosing both, naming no proxy, or trusting everybody is refused
/// when a layer is built. Whatever the field says:
///
/// - If the peer is no trusted proxy, it is the client, and the field is not read.
/// - Hops are read from the right. The first that is no trusted proxy is the client. What stands
///   left of it was sent by the client, and changes nothing.
/// - If all hops are trusted, or a trusted peer sends no field, the furthest hop known is the
///   client. So name your proxies exactly, not the network that they share with others, and keep
///   them off lists of who may: whatever a proxy sends on without the field comes from the proxy.
/// - A hop that cannot be read where it decides is [`NoAddress::Unreadable`]; so are `unknown`, an
///   obfuscated name, and more than 32 hops.
///
/// Make sure that your proxies write the field themselves: one that hands on what the client sent
/// lets clients say who they are.
///
/// ```
/// use std::net::SocketAddr;
///
/// use http::Request;
/// use tower_auth::address::ClientAddress;
///
/// let client = ClientAddress::extension(SocketAddr::ip).forwarded(["10.0.0.2"]);
///
/// let (mut head, ()) = Request::get("/")
///     .header("forwarded", "for=127.0.0.1, for=203.0.113.7")
///     .body(())?
///     .into_parts();
/// head.extensions.insert(SocketAddr::from(([10, 0, 0, 2], 4711)));
/// assert_eq!(client.of(&head), Ok([203, 0, 113, 7].into()));
/// # Ok::<_, http::Error>(())
/// ```
#[derive(Clone)]
pub struct ClientAddress {
    peer: Arc<FindPeer>,
    proxies: Option<Arc<Proxies>>,
}

type FindPeer = dyn Fn(&Extensions) -> Option<IpAddr> + Send + Sync;

impl ClientAddress {
    /// The peer's address, read from an extension of the request that you insert where you accept
    /// connections: `ClientAddress::extension(SocketAddr::ip)` for a `SocketAddr`.
    pub fn extension<T: Send + Sync + 'static>(
        ip: impl Fn(&T) -> IpAddr + Send + Sync + 'static,
    ) -> Self {
        Self::from_fn(move |extensions| extensions.get().map(&ip))
    }

    /// The peer's address, found in the request's extensions. `None` is our own fault: 503.
    ///
    /// Do not read what a client can write, such as a field that was copied there.
    pub fn from_fn(peer: impl Fn(&Extensions) -> Option<IpAddr> + Send + Sync + 'static) -> Self {
        Self {
            peer: Arc::new(peer),
            proxies: None,
        }
    }

    /// Behind proxies that write `Forwarded` ([RFC 7239]). `trusted` names them: addresses, such as
    /// `10.0.0.2`, or networks, such as `2001:db8::/32`.
    ///
    /// [RFC 7239]: https://www.rfc-editor.org/rfc/rfc7239
    #[must_use]
    pub fn forwarded(self, trusted: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.behind(Proxies::new(Field::Forwarded, trusted))
    }

    /// Behind proxies that write `X-Forwarded-For`. `trusted` names them: addresses, such as
    /// `10.0.0.2`, or networks, such as `2001:db8::/32`.
    ///
    /// The field has no standard: addresses with commas between them, IPv6 in brackets or bare,
    /// and perhaps ports, which are dropped.
    #[must_use]
    pub fn x_forwarded_for(self, trusted: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.behind(Proxies::new(Field::XForwardedFor, trusted))
    }

    /// The client's address, in its canonical form: IPv4 that is mapped into IPv6 is IPv4.
    ///
    /// # Errors
    ///
    /// See [`NoAddress`].
    pub fn of(&self, head: &Parts) -> Result<IpAddr, NoAddress> {
        let peer = (self.peer)(&head.extensions).ok_or(NoAddress::NoPeer)?;
        match &self.proxies {
            None => Ok(peer.to_canonical()),
            Some(proxies) => proxies.client(peer, &head.headers),
        }
    }

    /// Reports what is wrong with it. A policy or a scheme of your own that holds one calls this
    /// in its `inspect`, so that building fails and no request has to.
    pub fn inspect(&self, inspection: &mut Inspection) {
        for problem in self.proxies.iter().flat_map(|proxies| proxies.problems()) {
            inspection.problem(problem.clone());
        }
    }

    fn behind(self, mut proxies: Proxies) -> Self {
        if let Some(before) = &self.proxies {
            proxies.come_after(before);
        }
        Self {
            proxies: Some(Arc::new(proxies)),
            ..self
        }
    }
}
