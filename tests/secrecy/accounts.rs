//! Names, passwords, hashes and addresses: of accounts, of those who try them, and of where from.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use http::{Request, Response, StatusCode};
use tokio_test::block_on;
use tower::{Layer as _, ServiceExt as _, service_fn};
use tower_auth::{
    AuthLayer, AuthLayerBuilder, NoBody, Secret, Step, Unavailable,
    address::ClientAddress,
    audit::Record,
    password::{self, Parameters},
    policy::{self, BoxPolicy, PolicyExt as _, from_networks, not_from_networks},
    reply::{Plain, Problem},
    scheme::{Basic, Bearer, SchemeExt as _},
    throttle::{Bucket, Counters, Limit, MemoryCounters, Permit, Taken, Throttle},
    verify::{UserRecord, UserTable},
};

use crate::{
    canary::{Body, Canary, request, wire},
    log::logged,
};

type Builder = AuthLayerBuilder<&'static str, Body>;

fn canary(text: &str) -> Canary {
    Canary(text.to_owned())
}

/// What the caller, layers outside and the log are told.
fn told(builder: Builder, fields: &[(&str, &str)]) -> (String, String) {
    let inner =
        service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(Body::default())));
    let (answer, log) = logged(|| {
        let layer = builder.build().expect("a layer");
        let inside = layer.require(policy::anyone()).expect("a layer");
        let service = layer.layer(inside.layer(inner));
        let printed = format!("{layer:?} {service:?}");
        let response = block_on(service.oneshot(request(fields))).expect("an answer");
        let (head, body) = response.into_parts();
        let record = format!("{:?}", head.extensions.get::<Record>());
        (wire(&head, body), format!("{record} {printed}"))
    });
    (answer.0, format!("{} {log}", answer.1))
}

const PASSWORD: &str = "qUqP5cyxm6-c4WoMPo3";
const WRONG: &str = "rqXexS6ZhobKA-zVmRWZ";
/// Small letters: a throttle folds names.
const NAMES: [&str; 3] = ["xanadu-kubla-khan", "mariner-ancient", "christabel-gera"];

/// The first may log in, the second is disabled, the third is unknown.
fn users() -> (UserTable<&'static str>, String) {
    let small = Parameters::new(64, 1, 1).expect("parameters");
    let hash = password::hash(&Secret::from(PASSWORD), small).expect("a hash");
    let users = UserTable::new()
        .parameters(small)
        .remember(Duration::from_secs(60), 8);
    for name in &NAMES[..2] {
        users.insert(name, &hash, "somebody").expect("a user");
    }
    users.disable(NAMES[1]);
    (users, hash)
}

/// Nothing of the passwords, of the hash, or of the names.
fn assert_silent(hash: &str, told: &str) {
    for secret in [PASSWORD, WRONG].iter().chain(&NAMES) {
        canary(secret).assert_not_in(told, "what is told");
    }
    for piece in hash.split('$').filter(|piece| piece.len() > 16) {
        canary(piece).assert_not_in(told, "what is told");
    }
}

/// The peer is on this machine.
fn here() -> ClientAddress {
    ClientAddress::from_fn(|_| Some(IpAddr::V4(Ipv4Addr::LOCALHOST)))
}

/// One try, wherever from.
fn throttle(counters: impl Counters) -> Throttle {
    let limit = Limit::new(1, Duration::from_secs(60));
    Throttle::new(here()).per_client(limit).counters(counters)
}

/// Counters behind a network, which answer later and print what they are asked.
struct Store(fn() -> Result<Taken, Unavailable>);

impl Counters for Store {
    fn take(&self, buckets: &[Bucket<'_>]) -> Step<Result<Taken, Unavailable>> {
        let (answer, asked) = (self.0, format!("{buckets:?}"));
        Step::later(async move {
            tokio::task::yield_now().await;
            match answer() {
                Ok(taken) => Ok(taken),
                Err(_) => Err(Unavailable::new(asked)),
            }
        })
    }
}

#[test]
fn neither_tables_nor_throttles_tell_a_name_a_password_or_a_hash() {
    let stores: [fn() -> Result<Taken, Unavailable>; 3] = [
        || Ok(Taken::Permit(Permit::kept())),
        || {
            let retry_after = Duration::from_secs(7);
            Ok(Taken::Exhausted { retry_after })
        },
        || Err(Unavailable::new("away")),
    ];
    let mut statuses = Vec::new();
    for name in NAMES {
        for password in [PASSWORD, WRONG] {
            let remote = stores.map(|store| throttle(Store(store)));
            let local = throttle(MemoryCounters::new());
            for throttle in remote.into_iter().chain([local.clone(), local]) {
                let (users, hash) = users();
                let basic = Basic::new("accounts", users.clone()).throttle(throttle.clone());
                let credentials = canary(password).basic(name);
                let builder = AuthLayer::new(basic, policy::authenticated());
                let field = format!("Basic {credentials}");
                let (wire, others) = told(builder, &[("authorization", &field)]);
                let told = format!("{wire} {others} {users:?} {throttle:?}");
                assert_silent(&hash, &told);
                assert!(!told.contains(&credentials), "{told}");
                statuses.push(wire.get(..3).unwrap_or_default().to_owned());
            }
        }
    }
    statuses.sort_unstable();
    statuses.dedup();
    assert_eq!(statuses, ["200", "401", "429", "503"]);
}

#[test]
fn an_error_about_a_file_of_users_shows_nothing_but_lines_and_names() {
    let (_, hash) = users();
    let broken = hash.replacen("v=19", "v=18", 1);
    let [name, ..] = NAMES;
    for (text, line) in [
        (format!("# so\nann:{PASSWORD}:Ann"), 2),
        (PASSWORD.to_owned(), 1),
        (hash.clone(), 1),
        (format!("ann:{broken}:Ann"), 1),
        (format!("ann:{hash}:Ann:{PASSWORD}"), 1),
        (format!("ann:{hash}:Ann\u{7}{PASSWORD}"), 1),
        (format!("ann:{hash}:Ann\nann:{hash}:{PASSWORD}"), 2),
        (format!(" {PASSWORD}:{hash}:Ann"), 1),
        (format!("{PASSWORD}\u{7}:{hash}:Ann"), 1),
    ] {
        let table = UserTable::new();
        let error = table.load(&text, |record: &UserRecord<'_>| {
            match record.fields().collect::<Vec<_>>().as_slice() {
                [_] => Ok("somebody"),
                _ => Err("write the full name"),
            }
        });
        let error = error.expect_err("it is wrong");
        assert_eq!(error.line(), Some(line), "{text}");
        assert_silent(&hash, &format!("{error} {error:?} {error:#?} {table:?}"));
        // The line and the name, which are what helps, are there.
        let told = error.to_string();
        assert!(told.starts_with(&format!("line {line}: ")), "{told}");
        assert_eq!(error.user_id().is_some(), told.contains("user `ann`: "));
    }
    let error = UserTable::new()
        .insert(name, PASSWORD, ())
        .expect_err("no hash");
    canary(PASSWORD).assert_not_in(&format!("{error} {error:?}"), "an error");
}

/// Where requests come from, and what proxies say of themselves.
const NODES: [&str; 4] = [
    "198.51.100.77",
    "203.0.113.99",
    "_hiddenproxy",
    "internal.example",
];

fn nodes(policy: BoxPolicy<&'static str>, hide: bool, plain: bool) -> (Builder, &'static str) {
    let missing = service_fn(async |_: Request<NoBody>| {
        let mut response = Response::new(Body::from("nothing here"));
        *response.status_mut() = StatusCode::NOT_FOUND;
        Ok::<_, Infallible>(response)
    });
    let policy = if hide { policy.hide().boxed() } else { policy };
    let builder = AuthLayer::new(Bearer::fixed("api", "s3cret", "somebody"), policy);
    let builder = builder.not_found(missing);
    if plain {
        (builder.reply(Plain), "plain")
    } else {
        (builder.reply(Problem::new()), "problem")
    }
}

// 7239-8.2-a
#[test]
fn what_proxies_say_of_the_way_of_a_request_is_in_no_answer() {
    let clients = [
        here().forwarded(["127.0.0.1"]),
        here().x_forwarded_for(["127.0.0.1"]),
        here(),
    ];
    let fields: [&[(&str, &str)]; 3] = [
        &[
            (
                "forwarded",
                "for=203.0.113.99, for=198.51.100.77;by=_hiddenproxy;host=internal.example",
            ),
            ("x-forwarded-for", "203.0.113.99, 198.51.100.77"),
            ("x-forwarded-host", "internal.example"),
        ],
        &[
            ("forwarded", "for=_hiddenproxy"),
            ("x-forwarded-for", "_hiddenproxy"),
            ("via", "1.1 internal.example"),
        ],
        &[
            ("forwarded", "for=\"198.51.100.77\"; internal.example"),
            ("x-forwarded-for", "internal.example"),
            ("authorization", "Bearer s3cret"),
        ],
    ];
    let mut statuses = Vec::new();
    for client in clients {
        let policies: [fn(ClientAddress) -> BoxPolicy<&'static str>; 4] = [
            |client| from_networks(client, ["192.0.2.0/24"]).boxed(),
            |client| not_from_networks(client, ["198.51.100.0/24", "127.0.0.1"]).boxed(),
            |client| {
                let far = from_networks(client, ["198.51.100.0/24", "127.0.0.1"]);
                far.and(policy::authenticated()).boxed()
            },
            |_| policy::anyone().boxed(),
        ];
        for policy in policies {
            for fields in fields {
                for (hide, plain) in [(false, false), (false, true), (true, false)] {
                    let (builder, reply) = nodes(policy(client.clone()), hide, plain);
                    let (wire, _) = told(builder, fields);
                    for node in NODES {
                        assert!(!wire.contains(node), "{reply}: {wire}");
                    }
                    statuses.push(wire.get(..3).unwrap_or_default().to_owned());
                }
            }
        }
    }
    statuses.sort_unstable();
    statuses.dedup();
    assert_eq!(statuses, ["200", "401", "403", "404"]);
}
