//! The network that counts as one client.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
};

/// The network that counts as one client: one address of IPv4, or 64 bits of IPv6, which is the
/// least that a household or a rented server is given ([RFC 6177]).
///
/// IPv4 that is mapped into IPv6 is IPv4. All clients whose address cannot be read are one client.
///
/// ```
/// use tower_auth::throttle::ClientPrefix;
///
/// let of = |address: &str| address.parse().map(|address| ClientPrefix::of(address).to_string());
/// assert_eq!(of("::ffff:192.0.2.1")?, "192.0.2.1/32");
/// assert_eq!(of("2001:db8:1:2:3:4:5:6")?, "2001:db8:1:2::/64");
/// # Ok::<_, std::net::AddrParseError>(())
/// ```
///
/// [RFC 6177]: https://www.rfc-editor.org/rfc/rfc6177
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientPrefix(Option<IpAddr>);

impl ClientPrefix {
    /// The network that `address` counts with.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        let first = match address.to_canonical() {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
        };
        Self(Some(first))
    }

    /// The one client that all count as whose address cannot be read.
    #[must_use]
    pub const fn unreadable() -> Self {
        Self(None)
    }

    /// The first address of the network. `None` where it cannot be read.
    #[must_use]
    pub const fn first(self) -> Option<IpAddr> {
        self.0
    }
}

impl fmt::Display for ClientPrefix {
    /// As `192.0.2.1/32`, `2001:db8::/64`, or `unreadable`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(IpAddr::V4(address)) => write!(f, "{address}/32"),
            Some(IpAddr::V6(address)) => write!(f, "{address}/64"),
            None => f.write_str("unreadable"),
        }
    }
}
