//! Applications that hide documents, each in another way.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use axum::{
    Json, Router,
    body::Body,
    extract::{OriginalUri, Request},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use serde_json::json;
use tower::Layer as _;
use tower_auth::{
    AuthLayer, AuthLayerBuilder, AuthService, Caller, Clock, SameOrigin,
    policy::{self, Access, BoxPolicy, HasId, HasRole, Policy, PolicyExt as _, role, same_origin},
    scheme::{ApiKey, Basic, Bearer, SchemeExt as _, Schemes},
    verify::TokenTable,
};

#[derive(Clone, Copy, Debug)]
pub(crate) struct User {
    pub(crate) name: &'static str,
    pub(crate) admin: bool,
}

impl HasRole for User {
    fn has_role(&self, role: &str) -> bool {
        self.admin && role == "admin"
    }
}

impl HasId for User {
    type Id = &'static str;

    fn id(&self) -> Option<&&'static str> {
        Some(&self.name)
    }
}

const ALICE: User = User {
    name: "alice",
    admin: false,
};
const ROOT: User = User {
    name: "root",
    admin: true,
};

pub(crate) fn schemes() -> Schemes<User> {
    schemes_of(|bearer| bearer)
}

/// All schemes, where `Bearer` in `Authorization` is turned first.
fn schemes_of(turn: fn(Bearer<User>) -> Bearer<User>) -> Schemes<User> {
    let tokens = TokenTable::new();
    tokens.insert("token-of-alice", ALICE);
    tokens.insert("token-of-root", ROOT);
    let cookie = Bearer::new("documents", tokens.clone());
    turn(Bearer::new("documents", tokens))
        .or(Basic::fixed("documents", "alice", "wonderland", ALICE))
        .or(ApiKey::fixed(
            "X-API-Key",
            "documents",
            "key-of-alice",
            ALICE,
        ))
        .or(cookie.in_cookie("__Host-token", SameOrigin::new()))
}

type Builder = AuthLayerBuilder<User, Body>;

/// How credentials are taken.
#[derive(Clone, Copy)]
pub(crate) struct Manner {
    pub(crate) name: &'static str,
    pub(crate) schemes: fn() -> Schemes<User>,
    pub(crate) turn: fn(Builder) -> Builder,
}

pub(crate) const PLAIN: Manner = Manner {
    name: "plain",
    schemes,
    turn: |builder| builder,
};

pub(crate) const MANNERS: [Manner; 4] = [
    PLAIN,
    Manner {
        name: "lenient",
        turn: Builder::treat_rejected_as_anonymous,
        ..PLAIN
    },
    Manner {
        name: "behind a gateway",
        turn: Builder::ignore_unknown_schemes,
        ..PLAIN
    },
    Manner {
        name: "strict",
        schemes: || schemes_of(Bearer::strict),
        ..PLAIN
    },
];

/// Who may see a document. All others may not even know of it.
#[derive(Clone, Copy)]
pub(crate) struct Rule {
    pub(crate) name: &'static str,
    pub(crate) policy: fn() -> BoxPolicy<User>,
}

const DOCUMENTS: Rule = Rule {
    name: "owner or admin",
    policy: || hidden().boxed(),
};

pub(crate) const RULES: [Rule; 3] = [
    DOCUMENTS,
    Rule {
        name: "owner",
        policy: || policy::owner(whose).or(role("admin")).hide().boxed(),
    },
    Rule {
        name: "same origin",
        policy: || same_origin().and(owner.or(role("admin"))).hide().boxed(),
    },
];

impl fmt::Debug for Manner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// The other documents are another's, or nobody's.
fn whose(access: &Access<'_, User>) -> Option<&'static str> {
    match access.raw_head().uri.path().rsplit_once("/docs/")?.1 {
        "1" => Some("alice"),
        "2" => Some("carol"),
        _ => None,
    }
}

/// Alice owns the first document, and nobody owns the others.
pub(crate) fn owner(access: &Access<'_, User>) -> bool {
    let mine = access.raw_head().uri.path().ends_with("/docs/1");
    mine && access.principal().is_some_and(|user| user.name == "alice")
}

pub(crate) fn hidden() -> impl Policy<User> {
    owner.or(role("admin")).hide()
}

/// Where documents are hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Route,
    Layer,
    RouteOfACaller,
}

/// What answers for missing paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    Page,
    Echo,
    Default,
}

/// Where the route stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nesting {
    Flat,
    Once,
    Twice,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct App {
    pub(crate) place: Place,
    pub(crate) missing: Missing,
    pub(crate) nesting: Nesting,
    pub(crate) manner: Manner,
    pub(crate) rule: Rule,
}

impl App {
    pub(crate) const ALL: [Self; 27] = {
        let places = [Place::Route, Place::Layer, Place::RouteOfACaller];
        let missing = [Missing::Page, Missing::Echo, Missing::Default];
        let nesting = [Nesting::Flat, Nesting::Once, Nesting::Twice];
        let mut all = [Self {
            place: Place::Route,
            missing: Missing::Page,
            nesting: Nesting::Flat,
            manner: PLAIN,
            rule: DOCUMENTS,
        }; 27];
        let mut place = 0;
        while place < all.len() {
            all[place] = Self {
                place: places[place / 9],
                missing: missing[place / 3 % 3],
                nesting: nesting[place % 3],
                manner: PLAIN,
                rule: DOCUMENTS,
            };
            place += 1;
        }
        all
    };

    /// An application for each of the manners with each of the rules, each rule in another place.
    pub(crate) fn of(manners: &[Manner], rules: &[Rule]) -> Vec<Self> {
        let pairs = manners
            .iter()
            .flat_map(|manner| rules.iter().map(move |rule| (*manner, *rule)));
        let apps = Self::ALL.into_iter().step_by(13).cycle();
        let apps = apps.zip(pairs);
        apps.map(|(app, (manner, rule))| Self {
            manner,
            rule,
            ..app
        })
        .collect()
    }

    pub(crate) fn prefix(self) -> &'static str {
        match self.nesting {
            Nesting::Flat => "",
            Nesting::Once => "/api",
            Nesting::Twice => "/api/v1",
        }
    }

    pub(crate) fn service(self) -> AuthService<Router, User, Body> {
        let not_found = self.missing.router();
        let (schemes, hidden) = ((self.manner.schemes)(), self.rule.policy);
        let layer = match self.place {
            Place::Layer => AuthLayer::new(schemes, hidden()),
            Place::Route | Place::RouteOfACaller => AuthLayer::new(schemes, policy::anyone()),
        };
        let layer = (self.manner.turn)(layer);
        let layer = match &not_found {
            Some(not_found) => layer.not_found(not_found.clone()),
            None => layer,
        };
        let noon = SystemTime::UNIX_EPOCH + Duration::from_secs(43_200);
        let layer = layer.clock(Clock::fixed(noon)).build().expect("a layer");
        let read = match self.place {
            Place::Layer => get(read),
            Place::Route => get(read).layer(layer.require(hidden()).expect("a layer")),
            Place::RouteOfACaller => get(read_as).layer(layer.require(hidden()).expect("a layer")),
        };
        let documents = Router::new().route("/docs/{id}", read);
        let router = match self.nesting {
            Nesting::Flat => documents,
            Nesting::Once => Router::new().nest("/api", documents),
            Nesting::Twice => Router::new().nest("/api", Router::new().nest("/v1", documents)),
        };
        let router = router.route("/open", get(|| async { "open" }));
        layer.layer(match not_found {
            Some(not_found) => router.fallback_service(not_found),
            None => router,
        })
    }
}

impl Missing {
    pub(crate) fn router(self) -> Option<Router> {
        match self {
            Self::Page => Some(Router::new().fallback(page)),
            Self::Echo => Some(Router::new().fallback(echo)),
            Self::Default => None,
        }
    }
}

async fn read() -> impl IntoResponse {
    let fields = [(header::ETAG, "\"1\""), (header::ACCEPT_RANGES, "bytes")];
    (fields, "the document")
}

async fn read_as(Caller(user): Caller<User>) -> impl IntoResponse {
    (
        [(header::ETAG, "\"1\"")],
        format!("the document, for {}", user.name),
    )
}

async fn page() -> impl IntoResponse {
    let fields = [
        (header::CACHE_CONTROL, "no-store"),
        (header::VARY, "accept"),
        (header::VARY, "origin"),
    ];
    (
        StatusCode::NOT_FOUND,
        fields,
        Html("<h1>There is nothing here</h1>"),
    )
}

/// Says all that it is told of the request.
async fn echo(OriginalUri(original): OriginalUri, request: Request) -> Response {
    let accept = request.headers().get(header::ACCEPT);
    let html = accept.is_some_and(|accept| accept.as_bytes().starts_with(b"text/html"));
    let method = request.method().as_str();
    let uri = request.uri().to_string();
    let original = original.to_string();
    let fields = format!("{:?}", request.headers());
    let body = if html {
        Html(format!("<p>{method} {uri} {original} {fields}")).into_response()
    } else {
        let told = json!({ "method": method, "uri": uri, "original": original, "fields": fields });
        Json(told).into_response()
    };
    (StatusCode::NOT_FOUND, body).into_response()
}
