//! Who is believed, and the walk from the peer to the client.

use std::net::IpAddr;

use http::{HeaderMap, HeaderName, header::FORWARDED};

use super::{forwarded, networks::Networks, no_address::NoAddress, node::Hop, x_forwarded_for};

/// More hops are not read. Elements of the list that are empty count.
const MOST_HOPS: usize = 32;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The field that proxies write, and which proxies are believed.
pub(super) struct Proxies {
    field: Field,
    trusted: Networks,
    problems: Vec<String>,
}

/// A field in which proxies name whom they got the request from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Forwarded,
    XForwardedFor,
}

impl Field {
    const fn name(self) -> &'static str {
        match self {
            Self::Forwarded => "Forwarded",
            Self::XForwardedFor => "X-Forwarded-For",
        }
    }
}

impl Proxies {
    pub(super) fn new(field: Field, trusted: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let trusted = Networks::new(trusted);
        let what = format!("the proxies trusted to write `{}`", field.name());
        let mut problems = trusted.problems(&what);
        if let Some(everybody) = trusted.everybody() {
            problems.push(format!(
                "{what} are everybody, with `{everybody}`: name those that are yours"
            ));
        }
        Self {
            field,
            trusted,
            problems,
        }
    }

    /// What building refuses.
    pub(super) fn problems(&self) -> &[String] {
        &self.problems
    }

    /// Nobody chooses twice: which of the two would be read?
    pub(super) fn come_after(&mut self, before: &Self) {
        self.problems.extend_from_slice(&before.problems);
        self.problems.push(if self.field == before.field {
            format!(
                "the proxies trusted to write `{}` are named twice: name all at once",
                self.field.name()
            )
        } else {
            "the client's address is read from `Forwarded` and from `X-Forwarded-For`: keep the \
             one that your proxies write"
                .to_owned()
        });
    }

    pub(super) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> Result<IpAddr, NoAddress> {
        if !self.problems.is_empty() {
            return Err(NoAddress::NoPeer);
        }
        let lines = |name| headers.get_all(name).iter().rev();
        match self.field {
            Field::Forwarded => {
                let lines = lines(FORWARDED);
                self.walk(
                    peer,
                    lines.flat_map(|line| forwarded::hops(line.as_bytes())),
                )
            }
            Field::XForwardedFor => {
                let lines = lines(X_FORWARDED_FOR);
                self.walk(
                    peer,
                    lines.flat_map(|line| x_forwarded_for::hops(line.as_bytes())),
                )
            }
        }
    }

    /// While the furthest hop is trusted, the next one is whom it names. `hops` come nearest first,
    /// and are read one at a time.
    fn walk(&self, peer: IpAddr, mut hops: impl Iterator<Item = Hop>) -> Result<IpAddr, NoAddress> {
        let mut furthest = peer.to_canonical();
        for _ in 0..=MOST_HOPS {
            if !self.trusted.contain(furthest) {
                return Ok(furthest);
            }
            match hops.next() {
                None => return Ok(furthest),
                Some(Hop::Empty) => {}
                Some(Hop::Address(address)) => furthest = address.to_canonical(),
                Some(Hop::Unreadable) => return Err(NoAddress::Unreadable),
            }
        }
        Err(NoAddress::Unreadable)
    }
}
