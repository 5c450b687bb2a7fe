//! Who calls, what they call, and what they are told.

use std::{cell::Cell, fmt, time::SystemTime};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, StatusCode, header::ALLOW},
    response::Response,
};
use tower::{Service, ServiceExt as _};
use tower_auth::{
    AuthLayer, AuthLayerBuilder, AuthService, BuildError, Clock, GuardedRouter, Unavailable,
    policy::{self, Access, BoxPolicy, HasId, HasRole, HasScope, PolicyExt as _, role},
    scheme::{Bearer, Scheme},
    verify::TokenTable,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) name: &'static str,
    admin: bool,
}

impl HasRole for User {
    fn has_role(&self, role: &str) -> bool {
        role == self.name || (self.admin && role == "admin")
    }
}

impl HasScope for User {
    fn has_scope(&self, scope: &str) -> bool {
        scope == "docs:read"
    }
}

impl HasId for User {
    type Id = &'static str;

    fn id(&self) -> Option<&&'static str> {
        Some(&self.name)
    }
}

const USERS: [User; 3] = [
    User {
        name: "alice",
        admin: false,
    },
    User {
        name: "bob",
        admin: false,
    },
    User {
        name: "root",
        admin: true,
    },
];

/// Who calls: nobody, somebody by their token, or somebody whose token is none.
pub(crate) type Who = Option<&'static str>;

pub(crate) const STRANGER: Who = None;
pub(crate) const ALICE: Who = Some("alice");
pub(crate) const BOB: Who = Some("bob");
pub(crate) const ROOT: Who = Some("root");
pub(crate) const LIAR: Who = Some("nobody");

pub(crate) type App = AuthService<Router, User, Body>;

/// The layer of these tests, before it is built: everybody may try, and there is a not-found page.
pub(crate) fn builder() -> AuthLayerBuilder<User, Body> {
    AuthLayer::new(bearer(), policy::anyone())
        .not_found(not_found())
        .clock(Clock::fixed(SystemTime::UNIX_EPOCH))
}

/// The scheme of these tests: the name is the token.
pub(crate) fn bearer() -> impl Scheme<Principal = User> {
    let tokens = TokenTable::new();
    for user in USERS {
        tokens.insert(user.name, user);
    }
    Bearer::new("api", tokens)
}

pub(crate) fn not_found() -> Router {
    Router::new().fallback(async || (StatusCode::NOT_FOUND, "nothing here\n"))
}

pub(crate) fn auth() -> AuthLayer<User, Body> {
    builder().build().expect("a layer")
}

/// The router behind the layer of these tests.
pub(crate) fn guarded(router: GuardedRouter<User>) -> App {
    router.guarded_by(&auth()).expect("an app")
}

/// All that must change before there is an app.
pub(crate) fn refused(router: GuardedRouter<User>) -> BuildError {
    router.guarded_by(&auth()).expect_err("no app")
}

/// A policy by its name. Those of roles are named as the role.
pub(crate) fn rule(name: &str) -> BoxPolicy<User> {
    match name {
        "anyone" => policy::anyone().boxed(),
        "members" => policy::authenticated().boxed(),
        "away" => (|_: &Access<'_, User>| Err::<bool, _>(Unavailable::new("away"))).boxed(),
        _ => match name.strip_prefix("hidden ") {
            Some(name) => rule(name).hide().boxed(),
            None => role(name.to_owned()).boxed(),
        },
    }
}

thread_local! {
    static RUNS: Cell<usize> = const { Cell::new(0) };
}

/// A handler, or a fallback, that counts how often it runs on this thread.
pub(crate) async fn open() -> &'static str {
    RUNS.set(RUNS.get() + 1);
    "open"
}

/// How often handlers ran on this thread since this was asked last.
pub(crate) fn runs() -> usize {
    RUNS.replace(0)
}

/// What a caller is told.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) status: u16,
    pub(crate) fields: HeaderMap,
    pub(crate) body: String,
}

impl Told {
    pub(crate) fn allow(&self) -> Option<&str> {
        let allow = self.fields.get(ALLOW)?;
        Some(allow.to_str().expect("names of methods"))
    }
}

impl fmt::Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} {:?}", self.status, self.fields, self.body)
    }
}

/// A request of this caller.
pub(crate) fn request(who: Who, method: &str, path: &str) -> Request {
    let request = Request::builder().method(method).uri(path);
    let request = match who {
        Some(token) => request.header("authorization", format!("Bearer {token}")),
        None => request,
    };
    request.body(Body::empty()).expect("a request")
}

/// What is told of a request.
pub(crate) async fn send<S>(app: &S, request: Request) -> Told
where
    S: Service<Request, Response = Response> + Clone,
    S::Error: fmt::Debug,
{
    let (head, body) = app
        .clone()
        .oneshot(request)
        .await
        .expect("an answer")
        .into_parts();
    let body = to_bytes(body, 1 << 16).await.expect("a body");
    Told {
        status: head.status.as_u16(),
        fields: head.headers,
        body: String::from_utf8(body.to_vec()).expect("text"),
    }
}

/// What this caller is told.
pub(crate) async fn ask<S>(app: &S, who: Who, method: &str, path: &str) -> Told
where
    S: Service<Request, Response = Response> + Clone,
    S::Error: fmt::Debug,
{
    send(app, request(who, method, path)).await
}
