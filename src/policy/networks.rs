//! Where callers may come from.

use std::{fmt, net::IpAddr};

use crate::{
    address::{ClientAddress, Networks},
    decision::{Decision, Denied, Remedy, Unavailable},
    inspect::Inspection,
    step::Step,
};

use super::{access::Access, contract::Policy};

/// Lets in whoever calls from one of `networks`: addresses (`127.0.0.1`), or networks
/// (`10.0.0.0/8`). A login does not help the others: 403.
///
/// An address that cannot be read is refused too; one that nobody put into the request's extensions
/// is our own fault, 503. Keep the proxies that you trust off the list: see [`ClientAddress`].
///
/// Credentials are verified before any policy is asked, and counted by a throttle: whom this refuses
/// is told nothing of theirs by 403, and can still learn of them by 429. Where that is too much, keep
/// such callers out before this layer.
///
/// ```
/// # tokio_test::block_on(async {
/// use std::{convert::Infallible, net::SocketAddr};
/// use http::{Request, Response, StatusCode};
/// use tower::{Layer, ServiceExt, service_fn};
/// use tower_auth::{AuthLayer, address::ClientAddress, policy, scheme::Bearer};
///
/// let client = ClientAddress::extension(SocketAddr::ip).x_forwarded_for(["10.0.0.2"]);
/// let office = policy::from_networks(client, ["192.0.2.0/24", "127.0.0.1"]);
/// let layer = AuthLayer::new(Bearer::fixed("api", "s3cret", "the robot"), office)
///     .build_with(Vec::from)?;
/// let service = layer.layer(service_fn(|_: Request<()>| async {
///     Ok::<_, Infallible>(Response::new(Vec::new()))
/// }));
///
/// let from = |hops| {
///     let mut request = Request::get("/").header("x-forwarded-for", hops).body(()).unwrap();
///     request.extensions_mut().insert(SocketAddr::from(([10, 0, 0, 2], 4711)));
///     request
/// };
/// let inside = service.clone().oneshot(from("192.0.2.7")).await?;
/// assert_eq!(inside.status(), StatusCode::OK);
/// let outside = service.oneshot(from("127.0.0.1, 203.0.113.7")).await?;
/// assert_eq!(outside.status(), StatusCode::FORBIDDEN);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
pub fn from_networks(
    client: ClientAddress,
    networks: impl IntoIterator<Item = impl AsRef<str>>,
) -> FromNetworks {
    FromNetworks {
        client,
        networks: Networks::new(networks),
        listed: Listed::MayCall,
    }
}

/// Lets in whoever does not call from one of `networks`. A login does not help the others: 403.
///
/// What goes for [`from_networks`] goes here too: an address that cannot be read is refused.
///
/// ```
/// use std::net::SocketAddr;
/// use tower_auth::{address::ClientAddress, policy::{self, Policy, PolicyExt}};
///
/// let client = ClientAddress::extension(SocketAddr::ip);
/// let rule = policy::not_from_networks(client, ["198.51.100.0/24"]).and(policy::authenticated());
/// # let _: &dyn Policy<()> = &rule;
/// ```
pub fn not_from_networks(
    client: ClientAddress,
    networks: impl IntoIterator<Item = impl AsRef<str>>,
) -> FromNetworks {
    FromNetworks {
        client,
        networks: Networks::new(networks),
        listed: Listed::MayNotCall,
    }
}

/// See [`from_networks`] and [`not_from_networks`].
#[derive(Clone)]
pub struct FromNetworks {
    client: ClientAddress,
    networks: Networks,
    listed: Listed,
}

/// What it means for an address to be on the list.
#[derive(Clone, Copy)]
enum Listed {
    MayCall,
    MayNotCall,
}

impl FromNetworks {
    const fn name(&self) -> &'static str {
        match self.listed {
            Listed::MayCall => "from_networks",
            Listed::MayNotCall => "not_from_networks",
        }
    }

    fn problems(&self) -> Vec<String> {
        self.networks
            .problems(&format!("the networks of `{}`", self.name()))
    }
}

impl<P> Policy<P> for FromNetworks {
    fn decide(&self, access: &Access<'_, P>) -> Step<Decision> {
        if !self.networks.is_sound() {
            return Step::Now(Unavailable::new(UNSOUND).into());
        }
        let address = match self.client.of(access.raw_head()) {
            Ok(address) => address,
            Err(why) => return Step::Now(why.into()),
        };
        Step::Now(match (self.listed, self.networks.contain(address)) {
            (Listed::MayCall, true) | (Listed::MayNotCall, false) => Decision::Allow,
            (Listed::MayCall, false) => denied(address, "none"),
            (Listed::MayNotCall, true) => denied(address, "one"),
        })
    }

    fn inspect(&self, inspection: &mut Inspection) {
        self.client.inspect(inspection);
        for problem in self.problems() {
            inspection.problem(problem);
        }
    }

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.name(), self.networks)
    }
}

const UNSOUND: &str = "a list of networks is empty or wrong, and nobody asked `inspect` about it";

fn denied(address: IpAddr, of_the_networks: &str) -> Decision {
    Denied::new(Remedy::Nothing)
        .code("address_not_allowed")
        .reason(format!(
            "`{address}` is in {of_the_networks} of the networks"
        ))
        .into()
}
