//! What a refusal by address says, and to whom.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
};

use http::{HeaderMap, HeaderValue, header::AUTHORIZATION, request::Parts};
use tower_auth::{
    Decision, Remedy, Step,
    address::{ClientAddress, NoAddress},
    policy::{Access, Policy, PolicyExt, authenticated, from_networks, not_from_networks},
};

use crate::service::{answer, fields, head};

const TOLD: &str = "203.0.113.7";

fn client() -> ClientAddress {
    ClientAddress::extension(SocketAddr::ip).x_forwarded_for(["10.0.0.2"])
}

/// A request through the proxy.
fn through(value: &str) -> Parts {
    let lines = [("x-forwarded-for".to_owned(), value.to_owned())];
    head("10.0.0.2".parse().ok(), fields(&lines))
}

fn decision(policy: impl Policy<()>, head: &Parts) -> Decision {
    match policy.decide(&Access::new(None, head)) {
        Step::Now(decision) => decision,
        Step::Later(_) => panic!("it waits"),
    }
}

/// What a policy is called.
fn described(policy: impl Policy<()>) -> String {
    struct Described<T>(T);
    impl<T: Policy<()>> fmt::Display for Described<T> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.describe(f)
        }
    }
    Described(policy).to_string()
}

#[test]
fn a_refusal_has_a_code_and_a_reason_for_the_log() {
    let office = from_networks(client(), ["192.0.2.0/24"]);
    let Decision::Deny(denial) = decision(office, &through(TOLD)) else {
        panic!("it is let in")
    };
    assert_eq!(denial.remedy(), &Remedy::Nothing);
    assert_eq!(denial.public_code(), Some("address_not_allowed"));
    assert_eq!(denial.public_detail(), None);
    let reason = "`203.0.113.7` is in none of the networks";
    assert_eq!(denial.private_reason(), Some(reason));

    let banned = not_from_networks(client(), ["203.0.113.0/24"]);
    let Decision::Deny(denial) = decision(banned, &through(TOLD)) else {
        panic!("it is let in")
    };
    assert_eq!(denial.remedy(), &Remedy::Nothing);
    assert_eq!(denial.public_code(), Some("address_not_allowed"));
    let reason = "`203.0.113.7` is in one of the networks";
    assert_eq!(denial.private_reason(), Some(reason));
}

#[test]
fn text_that_cannot_be_read_is_not_repeated() {
    let office = from_networks(client(), ["192.0.2.0/24"]);
    let head = through("canary\tcanary");
    let decision = decision(office.clone(), &head);
    let Decision::Deny(denial) = &decision else {
        panic!("it is let in")
    };
    assert_eq!(denial.remedy(), &Remedy::Nothing);
    assert_eq!(denial.public_code(), Some("address_unreadable"));
    assert!(!format!("{decision:?}").contains("canary"));
    let (parts, body) = answer(office, &head).into_parts();
    assert!(!format!("{parts:?}{body:?}").contains("canary"));
}

#[test]
fn an_address_that_nobody_hands_on_is_an_outage_that_says_what_to_do() {
    let (_, headers) = (through(TOLD), HeaderMap::new());
    let nobody = head(None, headers);
    for policy in [
        from_networks(client(), [TOLD]),
        not_from_networks(client(), [TOLD]),
    ] {
        let Decision::Unavailable(why) = decision(policy, &nobody) else {
            panic!("it is decided")
        };
        let reason = why.private_reason();
        assert!(
            reason.contains("into_make_service_with_connect_info"),
            "{reason}"
        );
        assert_eq!(reason, NoAddress::NoPeer.to_string());
    }
}

// 7239-8.2-a
#[test]
fn no_refusal_tells_an_address_or_the_field() {
    for (policy, status) in [
        (from_networks(client(), ["192.0.2.0/24"]), 403),
        (from_networks(client(), [TOLD]), 200),
    ] {
        for (policy, expected) in [
            (policy.clone().boxed(), status),
            (
                policy.clone().and(authenticated()).boxed(),
                if status == 200 { 401 } else { 403 },
            ),
            (policy.hide().boxed(), if status == 200 { 200 } else { 404 }),
        ] {
            let (parts, body) = answer(policy, &through(TOLD)).into_parts();
            assert_eq!(parts.status, expected);
            let body = String::from_utf8(body).unwrap();
            for told in [TOLD, "10.0.0.2", "192.0.2.0"] {
                assert!(!format!("{:?}{body}", parts.headers).contains(told));
            }
            let names = parts.headers.keys().map(http::HeaderName::as_str);
            assert!(names.into_iter().all(|name| !name.contains("forwarded")));
        }
    }
}

#[test]
fn a_login_helps_nobody_at_a_wrong_address() {
    let office = || from_networks(client(), ["192.0.2.0/24"]).and(authenticated());
    for (hops, credentials, status) in [
        ("192.0.2.9", None, 401),
        ("192.0.2.9", Some("Bearer canary"), 200),
        ("192.0.2.9", Some("Bearer wrong"), 401),
        (TOLD, None, 403),
        (TOLD, Some("Bearer canary"), 403),
        (TOLD, Some("Bearer wrong"), 403),
        ("unknown", None, 403),
        ("unknown", Some("Bearer canary"), 403),
        ("unknown", Some("Bearer wrong"), 403),
    ] {
        let mut head = through(hops);
        if let Some(credentials) = credentials {
            let credentials = HeaderValue::from_static(credentials);
            head.headers.insert(AUTHORIZATION, credentials);
        }
        let told = answer(office(), &head).status();
        assert_eq!(told, status, "{hops}, {credentials:?}");
    }
}

#[test]
fn policies_are_called_by_their_networks() {
    let given = [
        "::ffff:10.0.0.0/104",
        "192.0.2.7/32",
        "2001:DB8::/32",
        "::1",
    ];
    assert_eq!(
        described(from_networks(client(), given)),
        "from_networks(10.0.0.0/8, 192.0.2.7, 2001:db8::/32, ::1)"
    );
    let many = (0..1_000).map(|n| format!("10.0.{}.{}", n / 256, n % 256));
    assert_eq!(
        described(not_from_networks(client(), many)),
        "not_from_networks(10.0.0.0, 10.0.0.1, 10.0.0.2, 10.0.0.3, ..)"
    );
}

/// What a server of the application's own hands on.
#[derive(Clone)]
struct Connection {
    peer: Option<IpAddr>,
}

#[test]
fn a_peer_is_found_in_whatever_extension_holds_it() {
    let address = IpAddr::from([192, 0, 2, 9]);
    let mut head = through(TOLD);
    head.extensions.insert(address);
    head.extensions.insert(Connection {
        peer: Some(address),
    });

    let told = |client: ClientAddress| client.of(&head);
    assert_eq!(
        told(ClientAddress::extension(|ip: &IpAddr| *ip)),
        Ok(address)
    );
    let found = ClientAddress::from_fn(|extensions| extensions.get::<Connection>()?.peer);
    assert_eq!(told(found.clone()), Ok(address));
    assert_eq!(
        told(found.clone().x_forwarded_for(["192.0.2.9"])),
        TOLD.parse().map_err(|_| NoAddress::NoPeer)
    );

    head.extensions.insert(Connection { peer: None });
    assert_eq!(found.of(&head), Err(NoAddress::NoPeer));
}

#[test]
fn every_way_to_find_a_peer_gives_its_canonical_address() {
    let mapped = IpAddr::V6(std::net::Ipv4Addr::new(192, 0, 2, 9).to_ipv6_mapped());
    let mut head = head(Some(mapped), HeaderMap::new());
    head.extensions.insert(mapped);
    let address = Ok(IpAddr::from([192, 0, 2, 9]));
    for client in [
        ClientAddress::extension(SocketAddr::ip),
        ClientAddress::extension(IpAddr::clone),
        ClientAddress::from_fn(|extensions| extensions.get().copied()),
    ] {
        assert_eq!(client.of(&head), address);
        assert_eq!(client.forwarded(["10.0.0.2"]).of(&head), address);
    }
}
