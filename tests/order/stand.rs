//! An application with something to refuse in every place, and the requests that are sent to it.

use std::{
    future::pending,
    panic::resume_unwind,
    time::{Duration, SystemTime},
};

use axum::{
    Extension, Router,
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::{MethodRouter, any, any_service},
};
use tower::Layer as _;
use tower_auth::{
    AuthLayer, AuthLayerBuilder, Caller, Clock, Decision, RequireLayer, SameOrigin, Secret, Step,
    audit::Record,
    policy::{self, Access, Policy, PolicyExt as _, View},
    scheme::{Bearer, SchemeExt as _},
};

pub(crate) type Name = &'static str;

/// What a handler says besides its text: that it ran.
#[derive(Clone)]
struct Ran;

/// Likewise, what answers on missing paths.
#[derive(Clone)]
struct Page;

/// Where another layer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Place {
    Outside,
    Inside,
    /// Inside, and around the layer's not-found service.
    InsideAndNotFound,
    /// On single routes, outside of their rules.
    OutsideOfRules,
    /// On single routes, inside of their rules.
    InsideOfRules,
}

/// The application, with `wrap` around what stands further in than `place`.
pub(crate) fn app(place: Place, wrap: &dyn Fn(Router) -> Router) -> Router {
    let wrapped = |here: Place, inner: Router| if place == here { wrap(inner) } else { inner };
    let page = || Router::new().fallback(page);
    let auth = builder()
        .not_found(wrapped(Place::InsideAndNotFound, page()))
        .build()
        .expect("a layer");
    let ruled = |rule: RequireLayer<Name, Body>, methods: MethodRouter| {
        let inner = wrapped(
            Place::InsideOfRules,
            Router::new().fallback_service(methods),
        );
        let guarded = Router::new().fallback_service(rule.layer(inner));
        wrapped(Place::OutsideOfRules, guarded)
    };
    let root = |access: &Access<'_, Name>| access.principal() == Some(&"root");
    let admin = auth.require(root).expect("a layer");
    let hidden = auth.require(root.hide()).expect("a layer");
    let routes = handlers()
        .route("/admin", any_service(ruled(admin, any(text))))
        .route("/hidden", any_service(ruled(hidden, any(text))))
        .fallback_service(page());
    let inside = matches!(place, Place::Inside | Place::InsideAndNotFound);
    let routes = if inside { wrap(routes) } else { routes };
    wrapped(
        Place::Outside,
        Router::new().fallback_service(auth.layer(routes)),
    )
}

/// The layer, before it has a not-found service.
pub(crate) fn builder() -> AuthLayerBuilder<Name, Body> {
    let cookie = Bearer::new("api", verify).in_cookie("__Host-token", SameOrigin::new());
    let noon = SystemTime::UNIX_EPOCH + Duration::from_secs(43_200);
    AuthLayer::new(Bearer::new("api", verify).or(cookie), Gate).clock(Clock::fixed(noon))
}

fn verify(token: Secret<'_>) -> Option<Name> {
    match token.expose() {
        "token-of-alice" => Some("alice"),
        "token-of-root" => Some("root"),
        "panic" => resume_unwind(Box::new("a verifier panics")),
        _ => None,
    }
}

/// Demands a login on one path, and waits or panics on others.
struct Gate;

impl Policy<Name> for Gate {
    fn decide(&self, access: &Access<'_, Name>) -> Step<Decision> {
        let slow = || {
            policy::check_with((), async |(), _: View<Name>| {
                tokio::time::sleep(A_WHILE).await;
                true
            })
        };
        match access.raw_head().uri.path() {
            "/gate" => policy::authenticated().decide(access),
            "/slow_policy" => slow().decide(access),
            "/late_policy" => slow().within(A_MOMENT * 2).decide(access),
            "/policy_panics" => resume_unwind(Box::new("a policy panics")),
            _ => Step::Now(Decision::Allow),
        }
    }
}

/// What other layers wait at most.
pub(crate) const A_MOMENT: Duration = Duration::from_secs(1);
/// What is slow takes longer.
const A_WHILE: Duration = Duration::from_secs(60);
/// What has not come by then, does not.
const FOREVER: Duration = Duration::from_secs(3_600);

fn handlers() -> Router {
    Router::new()
        .route("/open", any(text))
        .route("/gate", any(echo))
        .route("/me", any(async |Caller(_): Caller<Name>| text().await))
        .route(
            "/slow",
            any(async || {
                tokio::time::sleep(A_WHILE).await;
                text().await
            }),
        )
        .route("/never", any(async || pending::<()>().await))
        .route("/slow_policy", any(text))
        .route("/late_policy", any(text))
        .route("/policy_panics", any(text))
        .route(
            "/panics",
            any(async || -> Response { resume_unwind(Box::new("a handler panics")) }),
        )
}

async fn text() -> Response {
    let fields = [(header::ETAG, "\"1\"")];
    (
        Extension(Ran),
        fields,
        "what a handler says, at some length",
    )
        .into_response()
}

/// Reads all of the body.
async fn echo(body: String) -> (Extension<Ran>, String) {
    (Extension(Ran), body)
}

async fn page(uri: Uri) -> Response {
    if uri.query() == Some("panic") {
        resume_unwind(Box::new("the page panics"));
    }
    let text = "there is nothing here, and it takes some words to say so";
    (StatusCode::NOT_FOUND, Extension(Page), text).into_response()
}

/// A response, and who made it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) status: StatusCode,
    pub(crate) by: &'static str,
    pub(crate) fields: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Told {
    /// The same, to somebody who does not see who made it. Ids of requests differ.
    pub(crate) fn seen_from_outside(mut self) -> Self {
        if let Some(id) = self.fields.get_mut("x-request-id") {
            *id = header::HeaderValue::from_static("an id");
        }
        Self { by: "?", ..self }
    }
}

/// What comes of a request.
#[derive(Debug)]
pub(crate) enum Outcome {
    Told(Box<Told>),
    /// No answer, and none will come.
    Waits,
    /// A panic that nobody catches: it ends the connection.
    Panics,
}

pub(crate) async fn ask(app: Router, request: Request) -> Outcome {
    let answer = tokio::spawn(tower::ServiceExt::oneshot(app, request));
    let Ok(answer) = tokio::time::timeout(FOREVER, answer).await else {
        return Outcome::Waits;
    };
    let Ok(Ok(response)) = answer else {
        return Outcome::Panics;
    };
    let (head, body) = response.into_parts();
    let by = if head.extensions.get::<Record>().is_some() {
        "auth"
    } else if head.extensions.get::<Ran>().is_some() {
        "handler"
    } else if head.extensions.get::<Page>().is_some() {
        "page"
    } else {
        "layer"
    };
    let body = to_bytes(body, 4096).await.expect("a body");
    Outcome::Told(Box::new(Told {
        status: head.status,
        by,
        fields: head.headers,
        body: body.to_vec(),
    }))
}
