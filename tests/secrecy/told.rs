//! What the log is told, and what the caller is not.

use std::{convert::Infallible, io};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{Request, Response, StatusCode};
use tokio_test::block_on;
use tower::{Layer as _, ServiceExt as _, service_fn};
use tower_auth::{
    AuthLayer, BasicCredentials, Decision, Denied, Hidden, Remedy, Unavailable,
    audit::Record,
    policy::{self, Access},
    reply::{Plain, Problem, Reply},
    scheme::{Basic, Bearer, SchemeExt as _},
};

use crate::{
    canary::{Body, request, wire},
    log::logged,
};

fn inner()
-> impl tower::Service<Request<()>, Response = Response<Body>, Error = Infallible, Future: Send> + Clone
{
    service_fn(async |_: Request<()>| Ok(Response::new(Body::default())))
}

/// What the caller, layers outside and the log are told of a refusal, here or further in.
fn told(decision: &Decision, reply: impl Reply, further_in: bool) -> (String, Record, String) {
    let decision = decision.clone();
    let policy = move |_: &Access<'_, &'static str>| decision.clone();
    let schemes = || Bearer::fixed("api", "s3cret", "alice");
    let request = request(&[("authorization", "Bearer s3cret")]);
    let (response, log) = logged(|| {
        let response = if further_in {
            let layer = AuthLayer::new(schemes(), policy::anyone()).reply(reply);
            let layer = layer.build().expect("a layer");
            let inside = layer.require(policy).expect("a layer");
            block_on(layer.layer(inside.layer(inner())).oneshot(request))
        } else {
            let layer = AuthLayer::new(schemes(), policy).reply(reply);
            block_on(
                layer
                    .build()
                    .expect("a layer")
                    .layer(inner())
                    .oneshot(request),
            )
        };
        response.expect("an answer")
    });
    let (head, body) = response.into_parts();
    let record = head.extensions.get::<Record>().expect("a record").clone();
    (wire(&head, body), record, log)
}

#[test]
fn private_reasons_reach_the_log_and_layers_outside_and_never_the_caller() {
    let source = io::Error::other("table `users` is gone");
    let outage = Unavailable::from(source);
    let decisions: [(Decision, &str); 5] = [
        (
            Denied::new(Remedy::Nothing)
                .reason("outside of 09:00 to 17:00")
                .into(),
            "09:00",
        ),
        (
            Denied::new(Remedy::OtherCredentials)
                .reason("no member")
                .into(),
            "no member",
        ),
        (
            Denied::new(Remedy::scopes(["write"]))
                .reason("no scope")
                .into(),
            "no scope",
        ),
        (
            Hidden::new().reason("of another tenant").into(),
            "another tenant",
        ),
        (Unavailable::new("node 7 is away").into(), "node 7"),
    ];
    for (decision, reason) in &decisions {
        for further_in in [false, true] {
            for plain in [false, true] {
                let (wire, record, log) = if plain {
                    told(decision, Plain, further_in)
                } else {
                    told(decision, Problem::new(), further_in)
                };
                assert!(!wire.contains(reason), "{wire}");
                assert!(record.reason().expect("a reason").contains(reason));
                assert_eq!(log.contains(reason), cfg!(feature = "tracing"), "{log}");
            }
        }
    }
    let (wire, _, log) = told(&outage.into(), Problem::new(), true);
    assert!(!wire.contains("users"), "{wire}");
    assert_eq!(
        log.contains("table `users` is gone"),
        cfg!(feature = "tracing"),
        "{log}"
    );
}

#[test]
fn codes_and_details_reach_the_caller_and_those_of_what_is_hidden_do_not() {
    let denial = || {
        Denied::new(Remedy::Nothing)
            .code("closed")
            .detail("Come back at nine.")
    };
    let (wire, ..) = told(&denial().into(), Problem::new(), true);
    assert!(
        wire.contains("closed") && wire.contains("Come back at nine."),
        "{wire}"
    );

    let hidden = Hidden::from(denial());
    let (wire, record, _) = told(&hidden.into(), Problem::new(), true);
    assert!(!wire.contains("closed") && !wire.contains("nine"), "{wire}");
    assert_eq!(record.code(), None);
}

/// How many lines of the log a refusal takes.
const EVENTS: usize = cfg!(feature = "tracing") as usize;

/// Names that try to write the log.
const NAMES: [&str; 5] = [
    "mallory\nERROR tower_auth: settled outcome=\"pass\" scheme=\"root\"",
    "mallory\r\n\r\n INFO forged",
    "mallory\u{1b}[2J\u{1b}[31m",
    "mallory\u{2028}\u{202e}\u{85}",
    "mallory\u{0}\u{8}\u{7f}",
];

#[test]
fn a_caller_who_sends_line_breaks_and_escapes_cannot_write_the_log() {
    let users = |credentials: BasicCredentials<'_>| {
        credentials
            .user_id()
            .starts_with("mallory")
            .then_some("mallory")
    };
    let policies: [fn(&Access<'_, &'static str>) -> Decision; 3] = [
        |_| Decision::Allow,
        |_| Decision::deny(),
        |_| Unavailable::new("the database is away").into(),
    ];
    for name in NAMES {
        for policy in policies {
            let schemes = Basic::new("api", users)
                .or(Bearer::new("api", |_: tower_auth::Secret<'_>| {
                    Some("mallory")
                }));
            let layer = AuthLayer::new(schemes, policy).build().expect("a layer");
            let encoded = STANDARD.encode(format!("{name}:password"));
            let raw: String = name.chars().filter(|char| !char.is_control()).collect();
            let fields = [
                [
                    ("authorization", format!("Basic {encoded}")),
                    ("user-agent", raw.clone()),
                ],
                [
                    ("authorization", format!("Bearer mallory {raw}")),
                    ("user-agent", raw.clone()),
                ],
                [("authorization", raw.clone()), ("host", raw.clone())],
            ];
            for fields in fields {
                let fields = fields
                    .each_ref()
                    .map(|(name, value)| (*name, value.as_str()));
                let ((), log) = logged(|| {
                    let answer = block_on(layer.layer(inner()).oneshot(request(&fields)));
                    drop(answer.expect("an answer"));
                });
                crate::log::assert_lines(&log, EVENTS);
                assert!(!log.contains("mallory"), "{log}");
                assert!(!log.contains("forged") && !log.contains("root"), "{log}");
            }
        }
    }
}

#[test]
fn what_policies_and_backends_say_of_a_caller_stays_on_its_line() {
    for name in NAMES {
        let denial = Denied::new(Remedy::OtherCredentials)
            .code(name)
            .reason(name);
        let outage = Unavailable::from(io::Error::other(name));
        for decision in [denial.into(), outage.into(), Unavailable::new(name).into()] {
            let (wire, record, log) = told(&decision, Problem::new(), false);
            crate::log::assert_lines(&log, EVENTS);
            assert!(record.status() != Some(StatusCode::OK), "{wire}");
        }
    }
}
