//! What building refuses, and in which words.

use std::net::SocketAddr;

use tower_auth::{
    address::{ClientAddress, NoAddress},
    policy::{Policy, PolicyExt, anyone, from_networks, not_from_networks},
};

use crate::service::{answer, fields, head, layer};

fn peer() -> ClientAddress {
    ClientAddress::extension(SocketAddr::ip)
}

fn office(client: ClientAddress) -> impl Policy<()> {
    from_networks(client, ["192.0.2.0/24"])
}

/// What is wrong with a layer that asks `policy`.
fn problems(policy: impl Policy<()>) -> Vec<String> {
    let Err(error) = layer(policy) else {
        panic!("it was built")
    };
    let problems = error.problems().iter();
    problems
        .map(|problem| {
            let text = problem.to_string();
            assert!(!text.contains('\n'), "{text}");
            assert!(
                text.starts_with(|c: char| c.is_lowercase() || c == '`'),
                "{text}"
            );
            text
        })
        .collect()
}

#[test]
fn text_that_is_no_network_is_refused() {
    for text in [
        "",
        " ",
        "x",
        "10.0.0.0/",
        "/8",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/+8",
        "10.0.0.0/08",
        "10.0.0.0/8/8",
        "10.0.0.0/255.0.0.0",
        "10.0.0/8",
        "010.0.0.0/8",
        " 10.0.0.0/8",
        "10.0.0.2 ",
        "10.0.0.2:80",
        "2001:db8::/129",
        "[2001:db8::]/32",
        "fe80::1%eth0",
        "localhost",
        "10.0.0.0/256",
        "10.0.0.2, 10.0.0.3",
        "\u{1b}[2J",
    ] {
        let expected = format!(
            "`{}` is no network: write an address, such as `10.0.0.2`, or a network, such as \
             `10.0.0.0/8` or `2001:db8::/32`",
            text.escape_debug()
        );
        let of = |policy| problems(policy);
        assert_eq!(of(from_networks(peer(), [text])), [expected.as_str()]);
        assert_eq!(of(not_from_networks(peer(), [text])), [expected.as_str()]);
        assert_eq!(
            problems(office(peer().forwarded([text]))),
            [expected.as_str()]
        );
        assert_eq!(problems(office(peer().x_forwarded_for([text]))), [expected]);
    }
}

#[test]
fn a_network_with_bits_behind_its_prefix_is_refused() {
    for (text, network, address) in [
        ("10.0.0.1/8", "10.0.0.0/8", "10.0.0.1"),
        ("2001:db8::1/32", "2001:db8::/32", "2001:db8::1"),
        ("::ffff:10.0.0.1/104", "10.0.0.0/8", "10.0.0.1"),
        ("::ffff:10.0.0.0/90", "::ffc0:0:0/90", "::ffff:10.0.0.0"),
        ("1.2.3.4/0", "0.0.0.0/0", "1.2.3.4"),
    ] {
        let expected = format!(
            "`{text}` is a network and one of its addresses at once: write `{network}` or `{address}`"
        );
        assert_eq!(problems(from_networks(peer(), [text])), [expected.as_str()]);
        assert_eq!(problems(office(peer().forwarded([text]))), [expected]);
    }
}

#[test]
fn an_empty_list_is_refused() {
    let none: [&str; 0] = [];
    let such = "are none: name at least one, such as `10.0.0.2` or `10.0.0.0/8`";
    assert_eq!(
        problems(from_networks(peer(), none)),
        [format!("the networks of `from_networks` {such}")]
    );
    assert_eq!(
        problems(not_from_networks(peer(), none)),
        [format!("the networks of `not_from_networks` {such}")]
    );
    assert_eq!(
        problems(office(peer().forwarded(none))),
        [format!("the proxies trusted to write `Forwarded` {such}")]
    );
    assert_eq!(
        problems(office(peer().x_forwarded_for(none))),
        [format!(
            "the proxies trusted to write `X-Forwarded-For` {such}"
        )]
    );
}

#[test]
fn trusting_everybody_is_refused() {
    for (trusted, everybody) in [
        (&["0.0.0.0/0"][..], "0.0.0.0/0"),
        (&["::/0"], "::/0"),
        (&["10.0.0.2", "::ffff:0.0.0.0/96"], "0.0.0.0/0"),
        (&["0.0.0.0/1", "128.0.0.0/1"], "0.0.0.0/0"),
        (
            &["128.0.0.0/2", "0.0.0.0/2", "64.0.0.0/2", "192.0.0.0/2"],
            "0.0.0.0/0",
        ),
        (&["::/1", "10.0.0.2", "8000::/1"], "::/0"),
    ] {
        let expected = format!(
            "the proxies trusted to write `X-Forwarded-For` are everybody, with `{everybody}`: \
             name those that are yours"
        );
        assert_eq!(
            problems(office(peer().x_forwarded_for(trusted))),
            [expected]
        );
    }
}

#[test]
fn trusting_nearly_everybody_is_not_refused() {
    let half = office(peer().x_forwarded_for(["0.0.0.0/1", "128.0.0.0/2", "8000::/1"]));
    assert!(layer(half).is_ok());
}

#[test]
fn two_fields_are_refused() {
    let both = "the client's address is read from `Forwarded` and from `X-Forwarded-For`: keep the \
                one that your proxies write";
    let proxy = ["10.0.0.2"];
    let client = peer().forwarded(proxy).x_forwarded_for(proxy);
    assert_eq!(problems(office(client)), [both]);
    let client = peer().x_forwarded_for(proxy).forwarded(proxy);
    assert_eq!(problems(office(client)), [both]);
    let client = peer().forwarded(["10.0.0.2"]).forwarded(["10.0.0.3"]);
    assert_eq!(
        problems(office(client)),
        ["the proxies trusted to write `Forwarded` are named twice: name all at once"]
    );
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let client = peer()
        .forwarded(["x", "10.0.0.2", "y"])
        .x_forwarded_for(["::/0"]);
    let told = problems(not_from_networks(client, ["10.0.0.0/8", "z"]));
    assert_eq!(told.len(), 5, "{told:#?}");
    for (told, word) in told
        .iter()
        .zip(["everybody", "`x`", "`y`", "and from", "`z`"])
    {
        assert!(told.contains(word), "{told}");
    }
}

#[test]
fn what_is_wrong_is_found_inside_other_policies() {
    let none: [&str; 0] = [];
    let wrong = || from_networks(peer(), none);
    assert_eq!(problems(wrong().hide()).len(), 1);
    assert_eq!(problems(anyone().and(wrong())).len(), 1);
    assert_eq!(problems(anyone().or(wrong())).len(), 1);
    assert_eq!(problems(anyone().then(wrong())).len(), 1);
}

/// A policy that asks another one, and forgets to hand on what is wrong with it.
struct Forgetful<T>(T);

impl<T: Policy<()>> Policy<()> for Forgetful<T> {
    fn decide(
        &self,
        access: &tower_auth::policy::Access<'_, ()>,
    ) -> tower_auth::Step<tower_auth::Decision> {
        self.0.decide(access)
    }
}

#[test]
fn what_nobody_inspected_lets_nobody_in() {
    let none: [&str; 0] = [];
    let proxy = ["10.0.0.2"];
    let all = ["0.0.0.0/0", "::/0"];
    let lines = [("X-Forwarded-For".to_owned(), "192.0.2.1".to_owned())];
    let head = head("10.0.0.2".parse().ok(), fields(&lines));
    for client in [
        peer().x_forwarded_for(none),
        peer().x_forwarded_for(["10.0.0.2", "x"]),
        peer().x_forwarded_for(["0.0.0.0/0"]),
        peer().forwarded(proxy).x_forwarded_for(proxy),
        peer().x_forwarded_for(["x"]).x_forwarded_for(proxy),
    ] {
        assert_eq!(client.of(&head), Err(NoAddress::NoPeer));
        let may = Forgetful(from_networks(client.clone(), all));
        assert_eq!(answer(may, &head).status(), 503);
        let may_not = Forgetful(not_from_networks(client, ["192.0.2.255"]));
        assert_eq!(answer(may_not, &head).status(), 503);
    }
    for list in [&none[..], &["192.0.2.255", "10.0.0.1/8"]] {
        let client = peer().x_forwarded_for(proxy);
        let may_not = Forgetful(not_from_networks(client.clone(), list));
        assert_eq!(answer(may_not, &head).status(), 503);
        let may = Forgetful(from_networks(client, list));
        assert_eq!(answer(may, &head).status(), 503);
    }
}
