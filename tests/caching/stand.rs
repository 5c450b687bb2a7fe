//! A layer with options, and who asks.

use std::{convert::Infallible, future::ready};

use http::{HeaderMap, HeaderName, Request, Response, StatusCode};
use tower::{Layer as _, Service, ServiceExt as _, service_fn};
use tower_auth::{
    AuthLayer, AuthLayerBuilder, Mode, NoBody, SameOrigin,
    policy::{Policy, anyone},
    scheme::{SchemeExt as _, Schemes},
};

use crate::support::{
    inner::Body,
    schemes::{API_KEY, api_key, bearer},
    user::User,
    waiting::block_on,
};

/// Which options are on.
#[expect(clippy::struct_excessive_bools, reason = "each is on or off by itself")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) no_store: bool,
    pub(crate) vary: bool,
    pub(crate) private: bool,
    pub(crate) completes: bool,
}

impl Options {
    /// Each with each.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..16).map(|bits| Self {
            no_store: bits & 1 > 0,
            vary: bits & 2 > 0,
            private: bits & 4 > 0,
            completes: bits & 8 > 0,
        })
    }

    pub(crate) fn on<B: 'static>(
        self,
        mut builder: AuthLayerBuilder<User, B>,
    ) -> AuthLayerBuilder<User, B> {
        if self.no_store {
            builder = builder.no_store_on_not_found();
        }
        if self.vary {
            builder = builder.vary_by_credentials();
        }
        if self.private {
            builder = builder.private_by_default();
        }
        if self.completes {
            builder = builder.complete_challenges();
        }
        builder
    }
}

pub(crate) const COOKIE: &str = "__Host-token";

/// A token, a key, and the token in a cookie; and in the query, where it may stay.
pub(crate) fn schemes(mode: Mode) -> Schemes<User> {
    let cookie = bearer().in_cookie(COOKIE, SameOrigin::new());
    let schemes = bearer().or(api_key()).or(cookie);
    match mode {
        Mode::Origin => schemes.or(bearer().dangerously_in_query("access_token")),
        Mode::Proxy => schemes,
    }
}

/// What the layer asks a stranger for.
pub(crate) const CHALLENGES: [&str; 2] = [r#"Bearer realm="api""#, r#"ApiKey realm="keys""#];

/// A layer of all these schemes, before it is built.
pub(crate) fn builder<B: 'static>(
    mode: Mode,
    policy: impl Policy<User>,
) -> AuthLayerBuilder<User, B> {
    match mode {
        Mode::Origin => AuthLayer::new(schemes(mode), policy),
        Mode::Proxy => AuthLayer::proxy(schemes(mode), policy),
    }
}

/// A layer for everybody.
pub(crate) fn open(
    turn: impl FnOnce(AuthLayerBuilder<User, Body>) -> AuthLayerBuilder<User, Body>,
) -> AuthLayer<User, Body> {
    turn(builder(Mode::Origin, anyone())).build().unwrap()
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asks {
    Stranger,
    ByToken,
    ByKey,
    ByCookie,
    ByQuery,
}

impl Asks {
    pub(crate) const fn all(mode: Mode) -> &'static [Self] {
        match mode {
            Mode::Origin => &[
                Self::Stranger,
                Self::ByToken,
                Self::ByKey,
                Self::ByCookie,
                Self::ByQuery,
            ],
            Mode::Proxy => &[Self::Stranger, Self::ByToken, Self::ByKey, Self::ByCookie],
        }
    }

    pub(crate) fn request(self, mode: Mode, path: &str) -> Request<()> {
        let query = match self {
            Self::ByQuery => "?access_token=canary-true",
            Self::Stranger | Self::ByToken | Self::ByKey | Self::ByCookie => "",
        };
        let request = Request::get(format!("{path}{query}"));
        let request = match self {
            Self::Stranger | Self::ByQuery => request,
            Self::ByToken => request.header(mode.authorization(), "Bearer canary-true"),
            Self::ByKey => request.header(API_KEY, "canary-true"),
            Self::ByCookie => request.header("cookie", format!("{COOKIE}=canary-true")),
        };
        request.body(()).unwrap()
    }
}

/// A response with these fields.
pub(crate) fn response(status: u16, fields: &[(&str, &str)]) -> Response<Body> {
    let mut response = Response::new(Body::from("the page"));
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    for (name, value) in fields {
        let name = HeaderName::try_from(*name).unwrap();
        response.headers_mut().append(name, value.parse().unwrap());
    }
    response
}

/// A service that answers so.
pub(crate) fn says<Q: 'static>(
    response: Response<Body>,
) -> impl Service<Request<Q>, Response = Response<Body>, Error = Infallible, Future: Send>
+ Clone
+ Send
+ Sync
+ 'static {
    service_fn(move |_: Request<Q>| ready(Ok(response.clone())))
}

/// A not-found service that answers so.
pub(crate) fn missing(
    fields: &[(&str, &str)],
) -> impl Service<Request<NoBody>, Response = Response<Body>, Error = Infallible, Future: Send>
+ Clone
+ Send
+ Sync
+ 'static {
    says(response(404, fields))
}

/// What comes of it when an inner service answers so.
pub(crate) fn passed(
    layer: &AuthLayer<User, Body>,
    request: Request<()>,
    response: Response<Body>,
) -> Response<Body> {
    let Ok(response) = block_on(layer.layer(says(response)).oneshot(request));
    response
}

/// The lines of a field.
pub(crate) fn lines(fields: &HeaderMap, name: impl http::header::AsHeaderName) -> Vec<String> {
    let lines = fields.get_all(name).iter();
    lines
        .map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned())
        .collect()
}
