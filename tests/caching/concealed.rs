//! With each option and all together, what is concealed is answered as what is missing.

use std::convert::Infallible;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{any, get},
};
use bytes::Bytes;
use tower::{Layer as _, ServiceExt as _, util::BoxCloneSyncService};
use tower_auth::{
    AuthLayer, GuardedRouter, Hidden, Mode, Refusal,
    policy::{self, Policy},
};

use crate::{
    model::assert_follows,
    stand::{Asks, Options, builder},
    support::{rules::named, user::User, waiting::block_on},
    wire::{Sent, Server},
};

type App = BoxCloneSyncService<axum::extract::Request, Response, Infallible>;

const MODES: [Mode; 2] = [Mode::Origin, Mode::Proxy];
const HIDDEN: &str = "/docs/2";
const MISSING: &str = "/docz/2";

/// What the application answers on missing paths.
#[derive(Clone, Copy, Debug)]
enum Page {
    /// axum's own 404.
    Default,
    Plain,
    /// It speaks to caches itself.
    Cached,
    /// It is no 404 at all, and illegal.
    Bare(u16),
}

const PAGES: [Page; 5] = [
    Page::Default,
    Page::Plain,
    Page::Cached,
    Page::Bare(401),
    Page::Bare(407),
];

impl Page {
    fn router(self) -> Option<Router> {
        let router = Router::new();
        let text = "There is nothing here";
        Some(match self {
            Self::Default => return None,
            Self::Plain => router.fallback(async move || (StatusCode::NOT_FOUND, text)),
            Self::Cached => router.fallback(async move || {
                let fields = [
                    (header::CACHE_CONTROL, "max-age=60"),
                    (header::VARY, "accept, Cookie"),
                ];
                (StatusCode::NOT_FOUND, fields, text)
            }),
            Self::Bare(status) => {
                router.fallback(async move || StatusCode::from_u16(status).unwrap())
            }
        })
    }
}

/// Who hides the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hider {
    Layer,
    Route,
    SlowRoute,
    Handler,
    Service,
    Guarded,
    HandlerInGuarded,
}

const HIDERS: [Hider; 7] = [
    Hider::Layer,
    Hider::Route,
    Hider::SlowRoute,
    Hider::Handler,
    Hider::Service,
    Hider::Guarded,
    Hider::HandlerInGuarded,
];

fn layer(
    (options, mode, page): (Options, Mode, Page),
    policy: impl Policy<User>,
) -> AuthLayer<User, Body> {
    let builder = options.on(builder(mode, policy));
    match page.router() {
        Some(router) => builder.not_found(router).build().unwrap(),
        None => builder.build().unwrap(),
    }
}

/// Around a router with this one route.
fn around(layer: &AuthLayer<User, Body>, page: Page, read: axum::routing::MethodRouter) -> App {
    let router = Router::new().route("/docs/{id}", read);
    let router = match page.router() {
        Some(page) => router.fallback_service(page),
        None => router,
    };
    App::new(layer.layer(router))
}

impl Hider {
    fn app(self, set @ (.., page): (Options, Mode, Page)) -> App {
        let read = || any(async || "the document");
        let open = layer(set, policy::anyone());
        let ruled = |name| read().layer(open.require(named(name)).unwrap());
        let says = async || Err::<(), _>(Hidden::new());
        let guarded = |rule, read| {
            let router = GuardedRouter::new().route("/docs/{id}", named(rule), read);
            App::new(router.guarded_by(&open).unwrap())
        };
        match self {
            Self::Layer => around(&layer(set, named("hidden_admins")), page, read()),
            Self::Route => around(&open, page, ruled("hidden_admins")),
            Self::SlowRoute => around(&open, page, ruled("hidden_after_a_while")),
            Self::Handler => around(&open, page, any(says)),
            Self::Service => {
                // A response that would say much of the document.
                let refuses = async || {
                    let fields = [(header::CACHE_CONTROL, "public"), (header::VARY, "*")];
                    let mut response = (fields, "the document").into_response();
                    let refusal = Refusal::from(Hidden::new());
                    response.extensions_mut().insert(refusal);
                    response
                };
                around(&open, page, any(refuses))
            }
            Self::Guarded => guarded("hidden_admins", get(async || "the document")),
            Self::HandlerInGuarded => guarded("anyone", any(says)),
        }
    }
}

/// All that a caller is told, fields in order.
fn told(app: &App, request: Request<Body>) -> (StatusCode, HeaderMap, Vec<String>, Bytes) {
    let Ok(response) = block_on(app.clone().oneshot(request));
    let (head, body) = response.into_parts();
    let fields = head.headers.iter();
    let fields = fields
        .map(|(name, value)| format!("{name}: {value:?}"))
        .collect();
    let body = block_on(to_bytes(body, 4096)).unwrap();
    (head.status, head.headers, fields, body)
}

fn request(asks: Asks, mode: Mode, method: &Method, path: &str) -> Request<Body> {
    let mut request = asks.request(mode, path).map(|()| Body::empty());
    request.method_mut().clone_from(method);
    request
}

fn sets() -> impl Iterator<Item = (Options, Mode, Page)> {
    Options::all().flat_map(|options| {
        let pages = move |mode| PAGES.map(move |page| (options, mode, page));
        MODES.into_iter().flat_map(pages)
    })
}

// 9110-15.5.5-a, 9110-15.5.5-b, 9729-6.4-a
#[test]
fn what_is_concealed_is_answered_as_what_is_missing_whatever_is_added() {
    for set @ (options, mode, page) in sets() {
        let plain = page.router().unwrap_or_default();
        for hider in HIDERS {
            let app = hider.app(set);
            let other = match hider {
                // It hides all paths alike, and has no missing ones.
                Hider::Layer => Hider::Route.app(set),
                _ => app.clone(),
            };
            for asks in Asks::all(mode).iter().copied() {
                for method in [Method::GET, Method::HEAD, Method::POST] {
                    let about = format!("{hider:?}, {page:?}, {options:?}, {mode:?}, {asks:?}");
                    let ask = |path| request(asks, mode, &method, path);
                    let hidden = told(&app, ask(HIDDEN));
                    assert_eq!(hidden, told(&other, ask(MISSING)), "{about}");

                    let Ok(given) = block_on(plain.clone().oneshot(ask(HIDDEN)));
                    let mut got = Response::new(());
                    *got.status_mut() = hidden.0;
                    got.headers_mut().extend(hidden.1);
                    assert_follows(options, mode, asks, &given.map(drop), &got);
                }
            }
        }
    }
}

/// Where the layer's own policy lets everybody pass.
#[test]
fn rejected_credentials_are_refused_alike_on_what_is_hidden_and_what_is_missing() {
    for set @ (options, mode, page) in sets() {
        for hider in HIDERS {
            let app = hider.app(set);
            let ask = |path| {
                let mut request = request(Asks::Stranger, mode, &Method::GET, path);
                let key = "canary-stale".parse().unwrap();
                request.headers_mut().insert("x-api-key", key);
                let (status, headers, _, _) = told(&app, request);
                (status.as_u16(), headers)
            };
            let [hidden, missing] = [HIDDEN, MISSING].map(ask);
            let about = format!("{hider:?}, {page:?}, {options:?}, {mode:?}");
            let refused = match mode {
                Mode::Origin => 401,
                Mode::Proxy => 407,
            };
            if hider != Hider::Layer {
                assert_eq!(hidden.0, refused, "{about}");
            }
            assert_eq!(hidden, missing, "{about}");
        }
    }
}

#[test]
fn over_http_nothing_tells_them_apart_with_all_options_on() {
    let all = Options::all().last().unwrap();
    assert!(all.no_store && all.vary && all.private && all.completes);
    for hider in HIDERS {
        let server = Server::new(hider.app((all, Mode::Origin, Page::Cached)));
        for asks in Asks::all(Mode::Origin).iter().copied() {
            for method in ["GET", "HEAD", "POST", "OPTIONS"] {
                let [hidden, missing] = [HIDDEN, MISSING].map(|path| {
                    let request = asks.request(Mode::Origin, path);
                    let sent = Sent::new(method, &request.uri().to_string());
                    let fields = request.headers().iter();
                    let sent = fields.fold(sent, |sent, (name, value)| {
                        sent.with(name.as_str(), value.to_str().unwrap())
                    });
                    [server.http1(&sent), server.http2(&sent)]
                });
                assert_eq!(hidden, missing, "{hider:?}, {asks:?}, {method}");
                assert!(hidden[0].starts_with("HTTP/1.1 404 "), "{hidden:?}");
                let says =
                    "\r\ncache-control: no-store\r\nvary: accept, Cookie\r\nvary: x-api-key\r\n";
                assert!(hidden[0].contains(says), "{hidden:?}");
            }
        }
    }
}
