//! Refusals as errors of handlers.

use std::{io, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{FromRequestParts, Path, Request},
    middleware::{self, Next},
    response::Response,
    routing::{any, get},
};
use http::{Method, header::RETRY_AFTER, request::Parts};
use serde_json::Value;
use tower::Layer as _;
use tower_auth::{
    Caller, Denied, Hidden, IntoDecision as _, Login, NeedsLogin, Refusal, Remedy, Unavailable,
    policy::Access,
};

use crate::stand::{BASIC, BEARER, User, ask, guarded, open, record, send, text, told};

fn closed() -> Denied {
    Denied::new(Remedy::Nothing)
        .code("office_closed")
        .detail("The office opens at nine.")
        .reason("after five")
}

fn scopes() -> Denied {
    Denied::new(Remedy::scopes(["read", "write"]))
}

fn fresh() -> NeedsLogin {
    NeedsLogin::again(Login::not_older_than(Duration::from_secs(300)))
}

fn strong() -> NeedsLogin {
    NeedsLogin::again(Login::one_of(["phr", "mfa"]))
}

fn away() -> Unavailable {
    Unavailable::new("the database is away").retry_after(Duration::from_secs(30))
}

fn members_only() -> Denied {
    Denied::from(NeedsLogin::new()).code("members_only")
}

/// Each error alone, and the same through `?`.
fn handlers() -> Router {
    /// Two routes that refuse with the same.
    macro_rules! refuse {
        ($router:expr, $($path:literal => $error:expr, $type:ty;)*) => {
            $router$(
                .route(
                    concat!("/alone/", $path),
                    any(async || Err::<(), $type>($error)),
                )
                .route(
                    concat!("/turned/", $path),
                    any(async || -> Result<(), Refusal> {
                        Err::<(), $type>($error)?;
                        Ok(())
                    }),
                )
            )*
        };
    }
    refuse! {
        Router::new(),
        "denied" => Denied::new(Remedy::OtherCredentials), Denied;
        "closed" => closed(), Denied;
        "scopes" => scopes(), Denied;
        "members_only" => members_only(), Denied;
        "hidden" => Hidden::new().reason("another's"), Hidden;
        "login" => NeedsLogin::new(), NeedsLogin;
        "fresh" => fresh(), NeedsLogin;
        "strong" => strong(), NeedsLogin;
        "away" => away(), Unavailable;
        "refusal" => Refusal::from(closed()), Refusal;
        "unless" => Refusal::unless(false).unwrap_err(), Refusal;
    }
}

/// The status, and the challenges.
type Told = (u16, &'static [&'static str]);

/// What a stranger is told, and alice by `Bearer`, and by `Basic`.
const TOLD: [(&str, [Told; 3]); 11] = [
    ("denied", [ASKED, FORBIDDEN, FORBIDDEN]),
    ("closed", [FORBIDDEN; 3]),
    ("scopes", [ASKED, (403, &[SCOPES]), FORBIDDEN]),
    ("members_only", [ASKED, FORBIDDEN, FORBIDDEN]),
    ("hidden", [(404, &[]); 3]),
    ("login", [ASKED, FORBIDDEN, FORBIDDEN]),
    ("fresh", [ASKED, (401, &[FRESH]), FORBIDDEN]),
    ("strong", [ASKED, (401, &[STRONG]), FORBIDDEN]),
    ("away", [(503, &[]); 3]),
    ("refusal", [FORBIDDEN; 3]),
    ("unless", [ASKED, FORBIDDEN, FORBIDDEN]),
];
const ASKED: Told = (401, &[BEARER, BASIC]);
const FORBIDDEN: Told = (403, &[]);
const SCOPES: &str = r#"Bearer realm="api", error="insufficient_scope", scope="read write""#;
const FRESH: &str =
    r#"Bearer realm="api", error="insufficient_user_authentication", max_age="300""#;
const STRONG: &str =
    r#"Bearer realm="api", error="insufficient_user_authentication", acr_values="phr mfa""#;
const CALLERS: [&str; 3] = ["stranger", "alice", "alice_by_basic"];

// 9110-15.5.2-a, 9110-15.5.4-d, 9470-3-a, 6750-3.1-c, 6750-3.1-d
#[test]
fn every_error_of_a_handler_is_answered_by_the_layer_outside() {
    let app = open().build().unwrap().layer(handlers());
    for (path, told_to) in TOLD {
        for (caller, (status, challenges)) in CALLERS.into_iter().zip(told_to) {
            for (kind, method) in [
                ("alone", Method::GET),
                ("alone", Method::POST),
                ("turned", Method::GET),
            ] {
                let path = format!("/{kind}/{path}");
                let request = ask(caller, &path).method(method);
                let response = send(&app, request.body(Body::empty()).unwrap());
                assert_eq!(
                    told(&response),
                    (status, challenges.to_vec()),
                    "{path}, {caller}"
                );
                assert_eq!(record(&response).policy(), Some("handler"));
                assert_eq!(response.extensions().len(), 1);
            }
        }
    }
}

#[test]
fn a_handler_says_what_a_policy_of_the_layer_would_say() {
    let handlers = open().build().unwrap().layer(handlers());
    for (path, says) in [
        ("closed", closed as fn() -> Denied),
        ("scopes", scopes),
        ("members_only", members_only),
        ("fresh", || fresh().into()),
        ("login", || NeedsLogin::new().into()),
    ] {
        let policy = move |_: &Access<'_, User>| says().into_decision();
        let guarded = guarded(policy).build().unwrap().layer(Router::new());
        for caller in CALLERS {
            let request = |path: &str| ask(caller, path).body(Body::empty()).unwrap();
            let there = send(&handlers, request(&format!("/alone/{path}")));
            let here = send(&guarded, request("/"));
            assert_eq!(there.headers(), here.headers(), "{path}, {caller}");
            assert_eq!(text(there), text(here), "{path}, {caller}");
        }
    }
}

#[test]
fn codes_and_details_are_told_and_reasons_are_not() {
    let app = open().build().unwrap().layer(handlers());
    let problem = |caller: &str, path: &str| {
        let response = send(&app, ask(caller, path).body(Body::empty()).unwrap());
        let reason = record(&response).reason().map(str::to_owned);
        (
            serde_json::from_str::<Value>(&text(response)).unwrap(),
            reason,
        )
    };
    let (closed, reason) = problem("alice", "/alone/closed");
    assert_eq!(closed["code"], "office_closed");
    assert_eq!(closed["detail"], "The office opens at nine.");
    assert_eq!(closed["remedy"], "none");
    assert!(!closed.to_string().contains("after five"));
    assert_eq!(reason.as_deref(), Some("after five"));
    for (caller, path, code) in [
        ("stranger", "/alone/login", "credentials_required"),
        ("alice", "/alone/login", "forbidden"),
        ("alice", "/alone/fresh", "insufficient_user_authentication"),
        ("stranger", "/turned/members_only", "members_only"),
        ("alice", "/turned/members_only", "members_only"),
        ("alice", "/turned/away", "unavailable"),
    ] {
        assert_eq!(problem(caller, path).0["code"], code, "{caller}, {path}");
    }
}

// 9110-10.2.3-a
#[test]
fn an_outage_of_a_handler_says_when_to_come_back() {
    let app = open().build().unwrap().layer(handlers());
    for path in ["/alone/away", "/turned/away"] {
        let response = send(&app, ask("alice", path).body(Body::empty()).unwrap());
        assert_eq!(response.headers()[RETRY_AFTER], "30");
    }
}

#[test]
fn every_error_of_the_standard_library_is_an_outage() {
    async fn reads(Path(what): Path<String>) -> Result<String, Refusal> {
        match what.as_str() {
            "file" => Ok(std::fs::read_to_string("/no/such/file")?),
            "number" => Ok("one".parse::<u32>().map(|number| number.to_string())?),
            "text" => Ok(String::from_utf8(vec![0xff])?),
            "boxed" => {
                let error: Box<dyn std::error::Error + Send + Sync> = "no type at all".into();
                Err(Unavailable::from_boxed(error))?
            }
            _ => Err(io::Error::other(what))?,
        }
    }
    let app = open().build().unwrap();
    let app = app.layer(Router::new().route("/{what}", get(reads)));
    for caller in CALLERS {
        for path in ["/file", "/number", "/text", "/boxed", "/other"] {
            let response = send(&app, ask(caller, path).body(Body::empty()).unwrap());
            assert_eq!(told(&response), (503, vec![]), "{path}, {caller}");
            let body = text(response);
            assert!(
                !body.contains("No such file") && !body.contains("other"),
                "{body}"
            );
        }
    }
}

#[test]
fn a_handler_that_does_not_refuse_answers_itself() {
    async fn read(Caller(user): Caller<User>) -> Result<&'static str, Refusal> {
        Refusal::unless(user.name == "alice")?;
        Ok("the document")
    }
    let app = open().build().unwrap();
    let app = app.layer(Router::new().route("/", get(read)));
    let ask = |caller| send(&app, ask(caller, "/").body(Body::empty()).unwrap());
    let response = ask("alice");
    assert_eq!(response.status(), 200);
    assert!(response.extensions().is_empty());
    assert_eq!(text(response), "the document");
    assert_eq!(told(&ask("bob")), (403, vec![]));
    assert_eq!(told(&ask("stranger")), (401, vec![BEARER, BASIC]));
}

/// A document, found by an extractor that refuses.
struct Document(u32);

impl<S: Sync> FromRequestParts<S> for Document {
    type Rejection = Refusal;

    async fn from_request_parts(head: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let id = head.uri.path().trim_start_matches('/').parse();
        let id = id.map_err(|_| Hidden::new())?;
        Refusal::unless(id == 7)?;
        Ok(Self(id))
    }
}

#[test]
fn extractors_and_middleware_refuse_as_handlers_do() {
    async fn alone(request: Request, next: Next) -> Result<Response, NeedsLogin> {
        if request.headers().contains_key("x-closed") {
            return Err(NeedsLogin::new());
        }
        Ok(next.run(request).await)
    }
    let read = async |Document(id): Document| id.to_string();
    let routes = Router::new().route("/{id}", get(read));
    let app = open().build().unwrap();
    let app = app.layer(routes.layer(middleware::from_fn(alone)));
    for (caller, path, expected) in [
        ("alice", "/7", (200, vec![])),
        ("alice", "/8", (403, vec![])),
        ("alice", "/seven", (404, vec![])),
        ("stranger", "/7", (200, vec![])),
        ("stranger", "/8", (401, vec![BEARER, BASIC])),
        ("stranger", "/seven", (404, vec![])),
    ] {
        let response = send(&app, ask(caller, path).body(Body::empty()).unwrap());
        assert_eq!(told(&response), expected, "{caller}, {path}");
    }
    let closed = |caller| {
        ask(caller, "/7")
            .header("x-closed", "1")
            .body(Body::empty())
    };
    assert_eq!(told(&send(&app, closed("alice").unwrap())), (403, vec![]));
    let response = send(&app, closed("stranger").unwrap());
    assert_eq!(told(&response), (401, vec![BEARER, BASIC]));
}

// 9110-9.3.2-a
#[test]
fn head_is_refused_with_the_fields_of_get_and_without_a_body() {
    let routes = Router::new()
        .route("/closed", get(async || Err::<(), _>(closed())))
        .route("/login", get(async || Err::<(), _>(NeedsLogin::new())))
        .route("/away", get(async || Err::<(), _>(away())));
    let app = open().build().unwrap().layer(routes);
    for path in ["/closed", "/login", "/away"] {
        for caller in CALLERS {
            let request = |method| ask(caller, path).method(method).body(Body::empty());
            let get = send(&app, request(Method::GET).unwrap());
            let head = send(&app, request(Method::HEAD).unwrap());
            assert_eq!(head.status(), get.status());
            assert_eq!(head.headers(), get.headers(), "{path}");
            let length = head.headers()["content-length"]
                .to_str()
                .unwrap()
                .to_owned();
            assert_eq!(text(head), "");
            assert_eq!(text(get).len().to_string(), length);
        }
    }
}
