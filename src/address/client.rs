//! How the client's address is found.

use std::{net::IpAddr, sync::Arc};

use http::{Extensions, request::Parts};

use crate::inspect::Inspection;

use super::no_address::NoAddress;

/// How the client's address is found. Clones share what they know.
#[derive(Clone)]
pub struct ClientAddress {
    peer: Arc<FindPeer>,
}

type FindPeer = dyn Fn(&Extensions) -> Option<IpAddr> + Send + Sync;

impl ClientAddress {
    /// The peer's address, read from an extension of the request that you insert where you accept
    /// connections: `ClientAddress::extension(SocketAddr::ip)`.
    pub fn extension<T: Send + Sync + 'static>(
        ip: impl Fn(&T) -> IpAddr + Send + Sync + 'static,
    ) -> Self {
        Self::from_fn(move |extensions| extensions.get().map(&ip))
    }

    /// The peer's address, found in the request's extensions. `None` is our own fault: 503.
    pub fn from_fn(peer: impl Fn(&Extensions) -> Option<IpAddr> + Send + Sync + 'static) -> Self {
        Self {
            peer: Arc::new(peer),
        }
    }

    /// The client's address, in its canonical form: IPv4 that is mapped into IPv6 is IPv4.
    ///
    /// # Errors
    ///
    /// See [`NoAddress`].
    pub fn of(&self, head: &Parts) -> Result<IpAddr, NoAddress> {
        let peer = (self.peer)(&head.extensions).ok_or(NoAddress::NoPeer)?;
        Ok(peer.to_canonical())
    }

    /// Reports what is wrong with it. A policy or a scheme of your own that holds one calls this
    /// in its `inspect`, so that building fails and no request has to.
    pub fn inspect(&self, inspection: &mut Inspection) {
        let _ = inspection;
    }
}
