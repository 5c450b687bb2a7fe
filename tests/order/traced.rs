//! What `TraceLayer` and `SetSensitiveRequestHeadersLayer` see and tell, in each place.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderName, Response, StatusCode, header},
    middleware::map_request,
};
use tokio_test::block_on;
use tower::Layer as _;
use tower_auth::{
    AuthLayer, Outcome, SameOrigin,
    audit::Record,
    policy,
    scheme::{ApiKey, Bearer, SchemeExt as _, Schemes},
};
use tower_http::{
    sensitive_headers::SetSensitiveRequestHeadersLayer,
    trace::{DefaultMakeSpan, DefaultOnRequest, DefaultOnResponse, TraceLayer},
};
use tracing::{Level, Span};

use crate::{
    log::logged,
    stand::{self, Name, Place, ask},
};

type Heard = Arc<Mutex<Vec<(StatusCode, Option<Outcome>)>>>;

/// What `TraceLayer` is told of the answers to strangers, and to alice.
async fn heard(place: Place) -> Vec<(StatusCode, Option<Outcome>)> {
    let heard = Heard::default();
    let tell = Arc::clone(&heard);
    let listen = move |response: &Response<Body>, _: Duration, _: &Span| {
        let record = response.extensions().get::<Record>();
        let told = (response.status(), record.map(Record::outcome));
        tell.lock().expect("no panic").push(told);
    };
    let app = stand::app(place, &|inner| {
        let trace = TraceLayer::new_for_http().on_response(listen.clone());
        Router::new().fallback_service(inner).layer(trace)
    });
    for path in ["/gate", "/me", "/open"] {
        let request = Request::get(path).body(Body::empty());
        ask(app.clone(), request.expect("a request")).await;
    }
    for path in ["/admin", "/hidden", "/missing", "/gate"] {
        let request = Request::get(path).header("authorization", "Bearer token-of-alice");
        ask(app.clone(), request.body(Body::empty()).expect("a request")).await;
    }
    drop(app);
    std::mem::take(&mut *heard.lock().expect("no panic"))
}

#[tokio::test]
async fn outside_tracing_sees_each_refusal_as_it_leaves_with_its_record() {
    let told = heard(Place::Outside).await;
    let expected = [
        (StatusCode::UNAUTHORIZED, Some(Outcome::Challenge(()))),
        (StatusCode::UNAUTHORIZED, Some(Outcome::Challenge(()))),
        (StatusCode::OK, None),
        (StatusCode::FORBIDDEN, Some(Outcome::Forbid(None))),
        (StatusCode::NOT_FOUND, Some(Outcome::Conceal)),
        (StatusCode::NOT_FOUND, None),
        (StatusCode::OK, None),
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn inside_tracing_sees_what_is_refused_further_in_before_it_is_settled() {
    // The stranger at the gate it does not see, and the one in the handler is on the way to a 401.
    let told = heard(Place::Inside).await;
    let expected = [
        (StatusCode::FORBIDDEN, None),
        (StatusCode::OK, None),
        (StatusCode::FORBIDDEN, None),
        (StatusCode::NOT_FOUND, None),
        (StatusCode::NOT_FOUND, None),
        (StatusCode::OK, None),
    ];
    assert_eq!(told, expected);
}

const SECRET: &str = "7Hq-zW4tP.9_kD";
const KEY: &str = "x-key";

/// Layers in order, the outermost first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Auth,
    Trace,
    /// Marks `Authorization`, `Cookie` and the field of the key.
    Mark,
}

/// Everything that `TraceLayer` can print, and more than it prints by default.
fn trace(inner: Router) -> Router {
    let span = DefaultMakeSpan::new().include_headers(true);
    let answered = DefaultOnResponse::new().include_headers(true);
    let trace = TraceLayer::new_for_http()
        .make_span_with(span.level(Level::TRACE))
        .on_request(DefaultOnRequest::new().level(Level::TRACE))
        .on_response(answered.level(Level::TRACE));
    inner.layer(trace)
}

fn schemes() -> Schemes<Name> {
    let bearer = || Bearer::fixed("api", SECRET, "alice");
    bearer()
        .or(ApiKey::fixed(KEY, "api", SECRET, "alice"))
        .or(bearer().in_cookie("__Host-token", SameOrigin::new()))
}

fn stacked(steps: &[Step], schemes: impl Fn() -> Schemes<Name>) -> Router {
    let handler = Router::new().fallback(async |fields: HeaderMap| {
        let login = fields.get(header::AUTHORIZATION);
        login
            .filter(|login| login.is_sensitive())
            .map_or("", |_| "marked")
    });
    steps.iter().rev().fold(handler, |inner, step| match step {
        Step::Auth => {
            let auth = AuthLayer::new(schemes(), policy::authenticated());
            let auth = auth.build().expect("a layer");
            Router::new().fallback_service(auth.layer(inner))
        }
        Step::Trace => trace(inner),
        Step::Mark => {
            let fields = [
                header::AUTHORIZATION,
                header::COOKIE,
                HeaderName::from_static(KEY),
            ];
            inner.layer(SetSensitiveRequestHeadersLayer::new(fields))
        }
    })
}

/// Whether the log shows the secret, to somebody who sends it in `field`.
fn shows(app: Router, field: &str, value: &str, uri: &str) -> bool {
    let request = Request::get(uri).header(field, value);
    let request = request.body(Body::empty()).expect("a request");
    let log = logged(|| {
        block_on(async {
            ask(app, request).await;
        });
    });
    assert!(
        log.contains("tower_http") && log.contains("outcome="),
        "{log}"
    );
    log.contains(SECRET)
}

fn credentials(secret: &str) -> [(&'static str, String); 3] {
    [
        ("authorization", format!("Bearer {secret}")),
        (KEY, secret.to_owned()),
        ("cookie", format!("__Host-token={secret}")),
    ]
}

/// D-redact
#[test]
fn tracing_prints_no_credentials_inside_of_the_layer_or_of_what_marks_them() {
    use Step::{Auth, Mark, Trace};
    let stacks: [(&[Step], bool); 6] = [
        (&[Auth, Trace], false),
        (&[Mark, Trace, Auth], false),
        (&[Mark, Auth, Trace], false),
        (&[Auth, Mark, Trace], false),
        // Nobody has marked anything yet.
        (&[Trace, Auth], true),
        (&[Trace, Mark, Auth], true),
    ];
    for (steps, expected) in stacks {
        for (field, value) in credentials(SECRET) {
            let shown = shows(stacked(steps, schemes), field, &value, "/");
            assert_eq!(shown, expected, "{steps:?}, {field}");
        }
    }
}

#[test]
fn open_tracing_inside_prints_credentials_that_no_scheme_of_the_layer_reads() {
    let bearer = || Schemes::from(Bearer::fixed("api", SECRET, "alice"));
    for (field, value) in [(KEY, SECRET), ("proxy-authorization", SECRET)] {
        let app = stacked(&[Step::Auth, Step::Trace], bearer).layer(map_request(with_login));
        assert!(shows(app, field, value, "/"), "{field}");
    }
    // Those that it reads are marked where they are refused, too; nobody further in sees them.
    let app = stacked(&[Step::Auth, Step::Trace], bearer);
    let app = Router::new().fallback_service(app);
    assert!(!shows(
        app.layer(map_request(with_login)),
        "accept",
        "*/*",
        "/"
    ));
}

async fn with_login(mut request: Request) -> Request {
    let login = format!("Bearer {SECRET}").parse().expect("a value");
    request.headers_mut().insert(header::AUTHORIZATION, login);
    request
}

#[test]
fn open_tracing_prints_a_token_in_the_query_wherever_it_stands() {
    let bearer = || {
        let bearer = Bearer::fixed("api", SECRET, "alice");
        Schemes::from(bearer.dangerously_in_query("token"))
    };
    let uri = format!("/?token={SECRET}");
    for steps in [[Step::Auth, Step::Trace], [Step::Trace, Step::Auth]] {
        assert!(
            shows(stacked(&steps, bearer), "accept", "*/*", &uri),
            "{steps:?}"
        );
    }
}

#[tokio::test]
async fn what_is_marked_outside_is_read_all_the_same_and_stays_marked() {
    use Step::{Auth, Mark};
    for steps in [&[Auth][..], &[Mark, Auth], &[Auth, Mark]] {
        let request = Request::get("/").header("authorization", format!("Bearer {SECRET}"));
        let request = request.body(Body::empty()).expect("a request");
        let told = match ask(stacked(steps, schemes), request).await {
            stand::Outcome::Told(told) => *told,
            other => panic!("{steps:?}: {other:?}"),
        };
        assert_eq!(told.body, b"marked", "{steps:?}");
    }
}
