//! Who calls, the layer that knows them, and what comes back.
#![allow(dead_code, reason = "without axum, fewer tests use it")]

use std::{
    convert::Infallible,
    fmt::Debug,
    time::{Duration, SystemTime},
};

use http::{Request, Response, header::WWW_AUTHENTICATE, request::Builder};
use http_body_util::BodyExt as _;
use tokio_test::block_on;
use tower::{Service, ServiceExt as _};
use tower_auth::{
    AuthLayer, AuthLayerBuilder, Clock,
    audit::Record,
    policy::{self, HasId, HasRole, Policy},
    scheme::{Basic, Bearer, SchemeExt as _, Schemes},
    verify::TokenTable,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) name: &'static str,
    pub(crate) id: u32,
}

impl HasId for User {
    type Id = u32;

    fn id(&self) -> Option<&u32> {
        Some(&self.id)
    }
}

impl HasRole for User {
    fn has_role(&self, role: &str) -> bool {
        self.name == "root" && role == "admin"
    }
}

const fn user(name: &'static str, id: u32) -> User {
    User { name, id }
}

/// Tokens, which are names, and `Basic` for alice alone.
pub(crate) fn schemes() -> Schemes<User> {
    let tokens = TokenTable::new();
    for user in [user("alice", 1), user("bob", 2), user("root", 0)] {
        tokens.insert(user.name, user);
    }
    let basic = Basic::fixed("api", "alice", "s3cret", user("alice", 1));
    Bearer::new("api", tokens).or(basic)
}

/// What asks for each of the schemes.
pub(crate) const BEARER: &str = r#"Bearer realm="api""#;
pub(crate) const BASIC: &str = r#"Basic realm="api", charset="UTF-8""#;

/// A layer that lets everybody in.
pub(crate) fn open<B: 'static>() -> AuthLayerBuilder<User, B> {
    guarded(policy::anyone())
}

pub(crate) fn guarded<B: 'static>(policy: impl Policy<User>) -> AuthLayerBuilder<User, B> {
    let noon = SystemTime::UNIX_EPOCH + Duration::from_secs(43_200);
    AuthLayer::new(schemes(), policy).clock(Clock::fixed(noon))
}

/// A request of one of them, of `alice_by_basic`, of a `stranger`, or of whoever has a wrong token.
pub(crate) fn ask(caller: &str, path: &str) -> Builder {
    let request = Request::get(path);
    match caller {
        "stranger" => request,
        "alice_by_basic" => request.header("authorization", "Basic YWxpY2U6czNjcmV0"),
        token => request.header("authorization", format!("Bearer {token}")),
    }
}

pub(crate) fn send<S, Q, B>(service: &S, request: Request<Q>) -> Response<B>
where
    S: Service<Request<Q>, Response = Response<B>, Error = Infallible> + Clone,
{
    let Ok(response) = block_on(service.clone().oneshot(request));
    response
}

pub(crate) fn text<B: http_body::Body<Error: Debug>>(response: Response<B>) -> String {
    let body = block_on(response.into_body().collect()).unwrap();
    String::from_utf8(body.to_bytes().to_vec()).unwrap()
}

pub(crate) fn record<B>(response: &Response<B>) -> &Record {
    response.extensions().get().expect("a record")
}

/// The status, and the challenges in order.
pub(crate) fn told<B>(response: &Response<B>) -> (u16, Vec<&str>) {
    let challenges = response.headers().get_all(WWW_AUTHENTICATE);
    let challenges = challenges.iter().map(|line| line.to_str().unwrap());
    (response.status().as_u16(), challenges.collect())
}
