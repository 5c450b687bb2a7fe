//! Rules and manners that are features: addresses, deadlines, throttles.

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::LazyLock,
    time::{Duration, SystemTime},
};

use tower_auth::{
    Clock,
    address::ClientAddress,
    policy::{Policy, PolicyExt as _, View, check_with, from_networks, role},
    scheme::Schemes,
    throttle::{Limit, MemoryCounters, Throttle},
};

use crate::{
    Servers, Share,
    apps::{App, Place},
    bad_credentials_show_nothing,
    callers::{MANNERS, Manner, PLAIN, User, schemes},
    methods_answer_alike, no_field_shows_anything,
    probes::{CALLERS, REJECTED, probe},
    rules::{RULES, Rule, owner},
    same, served, those_who_may_know_see_it,
    wire::{Sent, status},
};

/// Behind a proxy on this machine.
fn client() -> ClientAddress {
    ClientAddress::from_fn(|_| Some(IpAddr::V4(Ipv4Addr::LOCALHOST))).x_forwarded_for(["127.0.0.1"])
}

const LISTED: [&str; 2] = ["127.0.0.0/8", "192.0.2.0/24"];

const GATED: [Rule; 3] = [
    Rule {
        name: "from networks",
        policy: || {
            let listed = from_networks(client(), LISTED);
            listed.and(owner.or(role("admin"))).hide().boxed()
        },
    },
    Rule {
        name: "within",
        policy: || database().within(Duration::from_secs(60)).hide().boxed(),
    },
    Rule {
        name: "hidden, within",
        policy: || database().hide().within(Duration::from_secs(60)).boxed(),
    },
];

/// Owner or admin, as somebody knows who does not answer at once.
fn database() -> impl Policy<User> {
    check_with((), async |(), view: View<User>| {
        tokio::task::yield_now().await;
        let mine = view.raw_head().uri.path().ends_with("/docs/1");
        view.principal()
            .is_some_and(|user| user.admin || (mine && user.name == "alice"))
    })
}

/// One try for all that claim to be somebody, and none comes back. True credentials use none up.
const THROTTLED: Manner = Manner {
    name: "throttled",
    schemes: throttled,
    ..PLAIN
};

/// Takes whoever is not believed for a stranger, but for too many tries.
const LENIENT: Manner = Manner {
    name: "throttled and lenient",
    schemes: throttled,
    turn: |builder| builder.treat_rejected_as_anonymous(),
    lenient: true,
    ..PLAIN
};

fn throttled() -> Schemes<User> {
    let client = ClientAddress::from_fn(|_| Some(IpAddr::V4(Ipv4Addr::LOCALHOST)));
    let noon = SystemTime::UNIX_EPOCH + Duration::from_secs(43_200);
    let counters = MemoryCounters::new().clock(Clock::fixed(noon));
    let limit = Limit::new(1, Duration::from_secs(60));
    schemes().throttle(Throttle::new(client).counters(counters).per_client(limit))
}

static SERVERS: Servers = LazyLock::new(|| served(App::of(&MANNERS[..2], &GATED)));

#[test]
fn neither_networks_nor_deadlines_show_a_hidden_document() {
    for served in SERVERS.iter() {
        those_who_may_know_see_it(served);
        methods_answer_alike(served, &["GET", "POST"], Share::All);
        bad_credentials_show_nothing(served, Share::All);
        no_field_shows_anything(served, Share::All);
    }
}

#[test]
fn too_many_tries_do_not_show_a_hidden_document() {
    for (app, server) in served(App::of(&[THROTTLED, LENIENT], &RULES)) {
        let used_up = Sent::get("/").with("x-api-key", "key-of-bob");
        server.http1(&used_up);

        let expected = if app.place == Place::Layer { 404 } else { 429 };
        let [
            stranger,
            basic,
            bearer,
            key,
            other_key,
            other_cookie,
            cookie,
            _,
        ] = &CALLERS;
        for method in ["GET", "HEAD", "POST"] {
            for caller in [stranger, other_key, other_cookie] {
                let told = same(app, &server, &probe(method, caller, &[]));
                assert_eq!(status(&told), 404, "{app:?}, {caller:?}");
            }
            for caller in [basic, bearer, key, cookie] {
                let told = same(app, &server, &probe(method, caller, &[]));
                assert_eq!(status(&told), expected, "{app:?}, {caller:?}");
                let waits = told.contains("\r\nretry-after: 60\r\n");
                assert_eq!(waits, expected == 429, "{told}");
            }
        }
        for (credentials, _) in &REJECTED {
            for method in ["GET", "HEAD", "POST"] {
                same(app, &server, &probe(method, credentials, &[]));
            }
        }
    }
}
