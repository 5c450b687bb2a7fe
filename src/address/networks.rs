//! Lists of networks.

use std::{fmt, net::IpAddr};

use ipnet::IpNet;

/// So many are written out when a list is described.
const MOST_SHOWN: usize = 4;

/// Networks as they were given, and those among them that are none.
#[derive(Clone)]
pub(crate) struct Networks {
    networks: Vec<IpNet>,
    wrong: Vec<String>,
}

impl Networks {
    /// Reads addresses (`10.0.0.2`) and networks (`10.0.0.0/8`). IPv4 that is mapped into IPv6 is
    /// IPv4.
    pub(crate) fn new(given: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let mut networks = Vec::new();
        let mut wrong = Vec::new();
        for text in given {
            match read(text.as_ref()) {
                Ok(network) => networks.push(network),
                Err(problem) => wrong.push(problem),
            }
        }
        Self { networks, wrong }
    }

    /// What is wrong with the list, which is called `what`.
    pub(crate) fn problems(&self, what: &str) -> Vec<String> {
        if self.networks.is_empty() && self.wrong.is_empty() {
            return vec![format!(
                "{what} are none: name at least one, such as `10.0.0.2` or `10.0.0.0/8`"
            )];
        }
        self.wrong.clone()
    }

    /// Whether nothing is wrong with it.
    pub(crate) fn is_sound(&self) -> bool {
        !self.networks.is_empty() && self.wrong.is_empty()
    }

    /// Whether one of them holds `address`, which is canonical.
    pub(crate) fn contain(&self, address: IpAddr) -> bool {
        self.networks
            .iter()
            .any(|network| network.contains(&address))
    }

    /// What all addresses of IPv4, or of IPv6, are held by, alone or together with others.
    pub(crate) fn everybody(&self) -> Option<String> {
        let joined = IpNet::aggregate(&self.networks);
        let mut all = joined.iter().filter(|network| network.prefix_len() == 0);
        all.next().map(IpNet::to_string)
    }
}

impl fmt::Display for Networks {
    /// The first few, with commas between them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, network) in self.networks.iter().enumerate() {
            let comma = if place > 0 { ", " } else { "" };
            if place == MOST_SHOWN {
                return write!(f, "{comma}..");
            }
            if network.prefix_len() == network.max_prefix_len() {
                write!(f, "{comma}{}", network.addr())?;
            } else {
                write!(f, "{comma}{network}")?;
            }
        }
        Ok(())
    }
}

fn read(text: &str) -> Result<IpNet, String> {
    let network = parse(text).ok_or_else(|| {
        format!(
            "`{}` is no network: write an address, such as `10.0.0.2`, or a network, such as \
             `10.0.0.0/8` or `2001:db8::/32`",
            text.escape_debug()
        )
    })?;
    if network.trunc() != network {
        return Err(format!(
            "`{text}` is a network and one of its addresses at once: write `{}` or `{}`",
            network.trunc(),
            network.addr()
        ));
    }
    Ok(network)
}

fn parse(text: &str) -> Option<IpNet> {
    let Some((address, prefix)) = text.split_once('/') else {
        return Some(IpNet::from(text.parse::<IpAddr>().ok()?.to_canonical()));
    };
    let address: IpAddr = address.parse().ok()?;
    let is_number = prefix.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || prefix.len() > 1 && prefix.starts_with('0') {
        return None;
    }
    let prefix: u8 = prefix.parse().ok()?;
    let canonical = address.to_canonical();
    match prefix.checked_sub(96) {
        Some(prefix) if canonical != address => IpNet::new(canonical, prefix).ok(),
        _ => IpNet::new(address, prefix).ok(),
    }
}
