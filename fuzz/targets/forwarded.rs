//! Bytes as the fields in which proxies name whom they got a request from.
//!
//! The first byte of the input says which field it is: `f` for `Forwarded`, any other for
//! `X-Forwarded-For`. The rest of the first line is text that a client sent; the lines below are
//! what the proxies made of it. Nothing may panic. What the client sent may not change an answer
//! that is no trusted proxy; an answer that is one means that all was read, and everybody trusted.
//! Lines that keep the grammar are read from the left too, by a reader that is not ours, with the
//! same answer.

#![no_main]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use http::{HeaderValue, Request, request::Parts};
use libfuzzer_sys::fuzz_target;
use tower_auth::address::{ClientAddress, NoAddress};

const TRUSTED: [&str; 2] = ["10.0.0.0/8", "2001:db8:ffff::/48"];
const PEER: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 2));
const STRANGER: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 77));
const MOST_HOPS: usize = 32;
const MOST_PARAMETERS: usize = 16;

type Answer = Result<IpAddr, NoAddress>;

struct Field {
    name: &'static str,
    client: ClientAddress,
    stranger: &'static [u8],
    read: fn(&[u8]) -> Option<Vec<Hop>>,
}

/// An element, as it is read from the left: `None` where there is no address in it.
#[derive(Clone, Copy)]
enum Hop {
    Empty,
    Named(Option<IpAddr>),
}

thread_local! {
    static FIELDS: [Field; 2] = fields();
}

fn fields() -> [Field; 2] {
    let peer = ClientAddress::from_fn(|extensions| extensions.get().copied());
    [
        Field {
            name: "forwarded",
            client: peer.clone().forwarded(TRUSTED),
            stranger: b"for=203.0.113.77",
            read: forwarded,
        },
        Field {
            name: "x-forwarded-for",
            client: peer.x_forwarded_for(TRUSTED),
            stranger: b"203.0.113.77",
            read: x_forwarded_for,
        },
    ]
}

fn is_trusted(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => four.octets()[0] == 10,
        IpAddr::V6(six) => six.segments()[..3] == [0x2001, 0xdb8, 0xffff],
    }
}

impl Field {
    /// `None` if no field can hold one of the lines.
    fn answer(&self, lines: &[Vec<u8>]) -> Option<Answer> {
        let (mut head, ()): (Parts, ()) = Request::new(()).into_parts();
        head.extensions.insert(PEER);
        for line in lines {
            head.headers
                .append(self.name, HeaderValue::from_bytes(line).ok()?);
        }
        Some(self.client.of(&head))
    }

    /// The answer of a reader that begins at the left. `None` if the grammar is broken somewhere.
    fn from_the_left(&self, lines: &[Vec<u8>]) -> Option<Answer> {
        let hops: Option<Vec<_>> = lines.iter().map(|line| (self.read)(line)).collect();
        let hops = hops?.concat();
        let mut furthest = PEER;
        for (place, hop) in hops.iter().rev().enumerate() {
            if !is_trusted(furthest) {
                break;
            }
            match hop {
                _ if place == MOST_HOPS => return Some(Err(NoAddress::Unreadable)),
                Hop::Empty => {}
                Hop::Named(Some(address)) => furthest = address.to_canonical(),
                Hop::Named(None) => return Some(Err(NoAddress::Unreadable)),
            }
        }
        Some(Ok(furthest))
    }

    fn check(&self, left: &[u8], lines: Vec<Vec<u8>>) {
        let Some(answer) = self.answer(&lines) else {
            return;
        };
        match (self.from_the_left(&lines), lines.as_slice()) {
            (Some(expected), _) => assert_eq!(answer, expected),
            // One element, which breaks the grammar.
            (None, [line]) if !line.contains(&b',') => {
                assert_eq!(answer, Err(NoAddress::Unreadable));
            }
            (None, _) => {}
        }

        let mut below = lines.clone();
        below.insert(0, self.stranger.to_vec());
        let below = self.answer(&below).expect("a field can hold it");
        match answer {
            Ok(address) if is_trusted(address) => {
                // Or one hop more is one too many.
                assert!(below == Ok(STRANGER) || below == Err(NoAddress::Unreadable));
                return;
            }
            Ok(address) => assert_eq!(address, address.to_canonical()),
            Err(why) => {
                assert_eq!(why, NoAddress::Unreadable);
                assert_eq!(below, answer);
                return;
            }
        }
        assert_eq!(below, answer);
        let mut above = lines.clone();
        above.insert(0, left.to_vec());
        assert_eq!(self.answer(&above).unwrap_or(answer), answer);
        let mut same_line = lines;
        if let Some(first) = same_line.first_mut() {
            *first = [left, b",", first].concat();
            assert_eq!(self.answer(&same_line).unwrap_or(answer), answer);
        }
    }
}

/// Splits at `byte`, but not inside of quotes. `None` if they are not closed.
fn split(text: &[u8], byte: u8) -> Option<Vec<&[u8]>> {
    let (mut quoted, mut escaped, mut start) = (false, false, 0);
    let mut parts = Vec::new();
    for (place, &here) in text.iter().enumerate() {
        match here {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if here == byte && !quoted => {
                parts.push(&text[start..place]);
                start = place + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    (!quoted).then(|| parts.into_iter().map(<[u8]>::trim_ascii).collect())
}

fn forwarded(line: &[u8]) -> Option<Vec<Hop>> {
    let elements = split(line, b',')?.into_iter();
    elements
        .map(|element| {
            if element.is_empty() {
                return Some(Hop::Empty);
            }
            let mut pairs = Vec::new();
            for pair in split(element, b';')?
                .into_iter()
                .filter(|pair| !pair.is_empty())
            {
                let sign = pair.iter().position(|&byte| byte == b'=')?;
                let name = pair[..sign].to_ascii_lowercase();
                pairs.push((is_token(&name).then_some(name)?, value(&pair[sign + 1..])?));
            }
            let mut names: Vec<_> = pairs.iter().map(|(name, _)| name).collect();
            names.sort();
            names.dedup();
            let is_one_each = names.len() == pairs.len() && pairs.len() <= MOST_PARAMETERS;
            let node = pairs.iter().find(|(name, _)| name == b"for");
            let node = node.filter(|_| is_one_each);
            Some(Hop::Named(node.and_then(|(_, node)| address(node))))
        })
        .collect()
}

fn value(text: &[u8]) -> Option<Vec<u8>> {
    if is_token(text) {
        return Some(text.to_vec());
    }
    let inside = text.strip_prefix(b"\"")?;
    let mut value = Vec::new();
    let mut bytes = inside.iter();
    loop {
        match bytes.next()? {
            b'"' => return bytes.next().is_none().then_some(value),
            b'\\' => value.push(*bytes.next()?),
            byte => value.push(*byte),
        }
    }
}

fn is_token(text: &[u8]) -> bool {
    let is_tchar = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    !text.is_empty() && text.iter().all(is_tchar)
}

fn x_forwarded_for(line: &[u8]) -> Option<Vec<Hop>> {
    let hops = line.split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
    let bare = |hop| str::from_utf8(hop).ok()?.parse::<Ipv6Addr>().ok();
    let named = |hop| address(hop).or_else(|| bare(hop).map(IpAddr::V6));
    Some(hops.map(|hop| Hop::Named(named(hop))).collect())
}

fn address(node: &[u8]) -> Option<IpAddr> {
    let node = str::from_utf8(node).ok()?;
    let host = match node.rsplit_once(':') {
        Some((host, port)) if is_port(port) && !(node.starts_with('[') && node.ends_with(']')) => {
            host
        }
        _ => node,
    };
    let inside = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    match inside {
        Some(six) => six.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        None => host.parse::<Ipv4Addr>().ok().map(IpAddr::V4),
    }
}

fn is_port(port: &str) -> bool {
    let is_hidden = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    match port.strip_prefix('_') {
        Some(hidden) => !hidden.is_empty() && hidden.bytes().all(is_hidden),
        None => matches!(port.len(), 1..=5) && port.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((&first, rest)) = data.split_first() else {
        return;
    };
    let mut lines = rest.split(|&byte| byte == b'\n').map(<[u8]>::to_vec);
    let left = lines.next().unwrap_or_default();
    let lines = lines.take(40).collect();
    FIELDS.with(|[forwarded, other]| {
        let field = if first == b'f' { forwarded } else { other };
        field.check(&left, lines);
    });
});
