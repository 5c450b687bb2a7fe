//! What the log is told, and what the caller is not.

use std::{convert::Infallible, fmt, io};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{Request, Response, StatusCode};
use tokio_test::block_on;
use tower::{Layer as _, ServiceExt as _, service_fn};
use tower_auth::{
    AuthLayer, BasicCredentials, Decision, Denied, Hidden, Refusal, Remedy, Unavailable,
    audit::Record,
    policy::{self, Access},
    reply::{Content, Plain, Problem, Refused, Reply},
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

/// An error with another behind it.
#[derive(Debug)]
struct Broken(io::Error);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("shard 7 is gone")
    }
}

impl std::error::Error for Broken {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

#[test]
fn the_errors_behind_an_outage_of_a_service_reach_the_log_and_nobody_else() {
    /// As a handler does it, with `?`.
    fn handle() -> Result<Response<Body>, Refusal> {
        Err(Broken(io::Error::other("table `users` is gone")))?;
        Ok(Response::default())
    }
    let service = service_fn(async |_: Request<()>| {
        let answer = handle().unwrap_or_else(|refusal| refusal.response(Body::from("mine")));
        Ok::<_, Infallible>(answer)
    });
    let all = |refused: &Refused<'_>| {
        let [code, detail] = [refused.code(), refused.detail()];
        Content::text(format!("{code} {detail} {:?}", refused.head()))
    };
    let layers = [
        AuthLayer::new(Bearer::fixed("api", "s3cret", "alice"), policy::anyone()),
        AuthLayer::new(Bearer::fixed("api", "s3cret", "alice"), policy::anyone()).reply(Plain),
        AuthLayer::new(Bearer::fixed("api", "s3cret", "alice"), policy::anyone()).reply(all),
    ];
    for layer in layers {
        let service = layer.build().expect("a layer").layer(service);
        let (response, log) = logged(|| block_on(service.oneshot(request(&[]))));
        let response = response.expect("an answer");
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.extensions().len(), 1);
        let told = crate::canary::all_of(response);
        for private in ["shard", "users", "mine"] {
            assert!(!told.contains(private), "{told}");
        }
        crate::log::assert_lines(&log, EVENTS);
        let chain = r#"error="shard 7 is gone: table `users` is gone""#;
        assert_eq!(log.contains(chain), cfg!(feature = "tracing"), "{log}");
    }
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
