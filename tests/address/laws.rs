//! What stands left of the client never matters, whatever it is.

use std::{
    net::{IpAddr, SocketAddr},
    time::{Duration, Instant},
};

use http::{HeaderMap, HeaderName, HeaderValue};
use proptest::{
    collection::vec,
    prelude::*,
    sample::select,
    test_runner::{Config, RngSeed},
};
use tower_auth::address::{ClientAddress, NoAddress};

use crate::service::head;

const TRUSTED: [&str; 3] = ["10.0.0.0/8", "2001:db8:ffff::/48", "192.0.2.1"];
const PEER: &str = "10.0.0.2";
const BOTH: [&str; 2] = ["forwarded", "x-forwarded-for"];

/// The same cases in every run.
fn cases(cases: u32) -> Config {
    Config {
        cases,
        rng_seed: RngSeed::Fixed(7239),
        failure_persistence: None,
        ..Config::default()
    }
}

fn client(field: &str) -> ClientAddress {
    let peer = ClientAddress::extension(SocketAddr::ip);
    match field {
        "forwarded" => peer.forwarded(TRUSTED),
        _ => peer.x_forwarded_for(TRUSTED),
    }
}

fn found<L: AsRef<[u8]>>(field: &str, lines: &[L]) -> Result<IpAddr, NoAddress> {
    let mut headers = HeaderMap::new();
    for line in lines {
        let name = HeaderName::try_from(field).unwrap();
        headers.append(name, HeaderValue::from_bytes(line.as_ref()).unwrap());
    }
    client(field).of(&head(PEER.parse().ok(), headers))
}

fn is_trusted(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => four.octets()[0] == 10 || four.octets() == [192, 0, 2, 1],
        IpAddr::V6(six) => six.segments()[..3] == [0x2001, 0xdb8, 0xffff],
    }
}

/// Bytes that a field may hold, most of them those that mean something here.
fn text(length: usize) -> impl Strategy<Value = Vec<u8>> {
    let words = [
        "\"",
        "\"",
        "\"",
        "\\",
        "\\",
        ",",
        ",",
        ";",
        "=",
        " ",
        "\t",
        "for=",
        "For=",
        "by=x",
        "[",
        "]",
        ":",
        "10.0.0.9",
        "203.0.113.9",
        "2001:db8::9",
        "2001:db8:ffff::9",
        "unknown",
        "_x",
    ];
    let any = prop_oneof![
        9 => select(words.to_vec()).prop_map(|word| word.as_bytes().to_vec()),
        1 => select((0x20..=0x7e).chain(0x80..=0xff).collect::<Vec<u8>>()).prop_map(|byte| vec![byte]),
    ];
    vec(any, 0..length).prop_map(|parts| parts.concat())
}

fn addresses(trusted: bool) -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        any::<u32>().prop_map(move |bits| {
            let bits = if trusted {
                bits & 0xff_ffff | 10 << 24
            } else {
                bits
            };
            IpAddr::V4(bits.into())
        }),
        any::<u128>().prop_map(move |bits| {
            let trusted_network = 0x2001_0db8_ffff << 80;
            IpAddr::V6(
                if trusted {
                    bits >> 48 | trusted_network
                } else {
                    bits
                }
                .into(),
            )
        }),
    ]
    .prop_filter("of the other kind", move |address| {
        is_trusted(address.to_canonical()) == trusted
    })
}

/// An address as proxies write it: mapped or not, with or without a port.
fn spelled(address: IpAddr, mapped: bool, port: Option<u16>) -> (String, String) {
    let address = match address {
        IpAddr::V4(four) if mapped => IpAddr::V6(four.to_ipv6_mapped()),
        _ => address,
    };
    let port = port.map(|port| format!(":{port}"));
    let node = match (address, port) {
        (IpAddr::V4(_), port) => format!("{address}{}", port.unwrap_or_default()),
        (IpAddr::V6(_), port) => format!("[{address}]{}", port.unwrap_or_default()),
    };
    (node, address.to_string())
}

/// A hop in `Forwarded`, and in `X-Forwarded-For`.
fn hops(trusted: bool) -> impl Strategy<Value = (IpAddr, [Vec<u8>; 2])> {
    let name = select(vec!["for", "For", "FOR"]);
    let parameter = (select(vec!["by", "Host", "x", "y"]), text(8));
    let how = (any::<bool>(), any::<Option<u16>>(), any::<bool>());
    (
        addresses(trusted),
        how,
        name,
        prop::option::of(parameter),
        any::<bool>(),
    )
        .prop_map(|(address, (mapped, port, quoted), name, parameter, last)| {
            let (node, bare) = spelled(address, mapped, port);
            let quote = |text: &[u8]| {
                let mut quoted = b"\"".to_vec();
                for &byte in text {
                    if matches!(byte, b'"' | b'\\') {
                        quoted.push(b'\\');
                    }
                    quoted.push(byte);
                }
                quoted.push(b'"');
                quoted
            };
            let needs_quotes = node.contains(':');
            let value = if quoted || needs_quotes {
                quote(node.as_bytes())
            } else {
                node.clone().into()
            };
            let mut pairs = vec![[format!("{name}=").as_bytes(), &value].concat()];
            if let Some((name, text)) = parameter {
                let place = usize::from(last);
                pairs.insert(
                    place,
                    [format!("{name}=").as_bytes(), &quote(&text)].concat(),
                );
            }
            let other = if port.is_none() { bare } else { node };
            (address.to_canonical(), [pairs.join(&b';'), other.into()])
        })
}

/// Hops from a client on, which is none of the trusted, in lines; and the client.
fn vouched() -> impl Strategy<Value = (IpAddr, [Vec<Vec<u8>>; 2])> {
    let trusted = vec(
        (hops(true), any::<bool>(), select(vec![", ", ",", " ,\t"])),
        0..8,
    );
    (hops(false), trusted).prop_map(|((client, texts), trusted)| {
        let lines = [0, 1].map(|field| {
            let mut lines = vec![texts[field].clone()];
            for ((_, texts), on_its_own, comma) in &trusted {
                if *on_its_own {
                    lines.push(texts[field].clone());
                } else {
                    let line = lines.last_mut().unwrap();
                    line.extend_from_slice(comma.as_bytes());
                    line.extend_from_slice(&texts[field]);
                }
            }
            lines
        });
        (client, lines)
    })
}

proptest! {
    #![proptest_config(cases(4_000))]

    // 7239-4-b
    #[test]
    fn text_left_of_the_client_never_changes_who_it_is(
        (client, fields) in vouched(),
        left in text(24),
        above in vec(text(12), 0..4),
    ) {
        for (field, lines) in BOTH.into_iter().zip(fields) {
            prop_assert_eq!(found(field, &lines), Ok(client));

            let mut longer = lines.clone();
            longer[0] = [&left[..], b",", &lines[0]].concat();
            prop_assert_eq!(found(field, &longer), Ok(client), "{:?}", longer);

            let longer = [above.clone(), longer].concat();
            prop_assert_eq!(found(field, &longer), Ok(client), "{:?}", longer);
            let longer = [above.clone(), lines].concat();
            prop_assert_eq!(found(field, &longer), Ok(client), "{:?}", longer);
        }
    }

    // 7239-8.1-a
    #[test]
    fn whatever_the_field_says_an_answer_is_final_or_one_of_the_trusted(
        lines in vec(text(10), 0..4),
        left in text(12),
    ) {
        for (field, stranger) in BOTH.into_iter().zip(["for=203.0.113.77", "203.0.113.77"]) {
            let mut longer = lines.clone();
            longer.insert(0, stranger.into());
            let after = found(field, &longer);
            match found(field, &lines) {
                // All was read, and everybody is trusted: who stands further left is the client.
                Ok(address) if is_trusted(address) => {
                    prop_assert_eq!(after, Ok([203, 0, 113, 77].into()), "{:?}", longer);
                }
                Ok(address) => {
                    prop_assert_eq!(after, Ok(address), "{:?}", longer);
                    let mut longer = lines.clone();
                    longer[0] = [&left[..], b",", &lines[0]].concat();
                    prop_assert_eq!(found(field, &longer), Ok(address), "{:?}", longer);
                }
                Err(why) => {
                    prop_assert_eq!(why, NoAddress::Unreadable);
                    prop_assert_eq!(after, Err(why), "{:?}", longer);
                }
            }
        }
    }
}

#[test]
fn a_million_commas_and_thirty_thousand_lines_cost_nothing() {
    let commas = HeaderValue::from_bytes(&vec![b','; 1 << 20]).unwrap();
    for (field, hop) in BOTH.into_iter().zip(["for=203.0.113.7", "203.0.113.7"]) {
        let mut line = commas.as_bytes().to_vec();
        line.extend_from_slice(hop.as_bytes());
        let mut headers = HeaderMap::new();
        let name = HeaderName::try_from(field).unwrap();
        for _ in 0..30_000 {
            headers.append(&name, commas.clone());
        }
        headers.append(name, HeaderValue::from_bytes(&line).unwrap());
        let head = head(PEER.parse().ok(), headers);
        let client = client(field);
        let started = Instant::now();
        for _ in 0..20_000 {
            assert_eq!(client.of(&head), Ok([203, 0, 113, 7].into()));
            // One look at each comma, each time, takes minutes.
            assert!(started.elapsed() < Duration::from_secs(20));
        }
    }
}

#[test]
fn many_quotes_and_backslashes_are_looked_at_once() {
    for junk in [&b"\\"[..], b"\\\"", b"\"\\", b"\"", b"x=\"\";", b";", b" "] {
        let line = [&b"for=\""[..], &junk.repeat(1 << 15), b"\""].concat();
        let started = Instant::now();
        assert_eq!(found("forwarded", &[line]), Err(NoAddress::Unreadable));
        // A second look at all of it for each of them takes several times as long.
        assert!(started.elapsed() < Duration::from_secs(5));
    }
}
