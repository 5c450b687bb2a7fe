//! What is hidden stays hidden from preflights, where a rule on a route hides it.

use axum::{
    Router,
    body::Body,
    http::{HeaderValue, Method, StatusCode, header},
    routing::{MethodRouter, any, get},
};
use tower::{Layer, Service, layer::util::Identity};
use tower_auth::{AuthLayer, Caller, GuardedRouter, policy};
use tower_http::cors::CorsLayer;

use crate::{
    stand::{Counts, Setup},
    support::{rules, user::User},
    wire::{Sent, Server, status},
};

const HIDDEN: &str = "/docs/2";
const MISSING: &str = "/docz/2";

fn not_found() -> Router {
    Router::new().fallback(async || (StatusCode::NOT_FOUND, "There is nothing here"))
}

fn layer(policy: &str) -> AuthLayer<User, Body> {
    let layer = Counts::new().layer(Setup::Origin, policy);
    layer
        .pass_preflights()
        .not_found(not_found())
        .build()
        .unwrap()
}

fn cors() -> CorsLayer {
    CorsLayer::new().allow_origin(HeaderValue::from_static("https://app.example"))
}

fn read() -> MethodRouter {
    get(async || "the document")
}

/// The answers for what is hidden and for what is missing to a preflight, which are `Server`'s and not
/// only the router's, over both versions, for strangers and for callers who could be known.
fn answers(server: &Server) -> Vec<[String; 2]> {
    let mut answers = Vec::new();
    for wire in [Server::http1, Server::http2] {
        for credentials in [
            None,
            Some("Counted canary-true"),
            Some("Counted canary-stale"),
        ] {
            for method in ["GET", "PUT", "FROBNICATE"] {
                let mut sent = Sent::new("OPTIONS", "")
                    .with("origin", "https://app.example")
                    .with("access-control-request-method", method);
                if let Some(credentials) = credentials {
                    sent = sent.with("authorization", credentials);
                }
                answers.push([HIDDEN, MISSING].map(|path| wire(server, &sent.to(path))));
            }
        }
    }
    answers
}

fn served<L>(around: L, layer: &AuthLayer<User, Body>, read: MethodRouter) -> Server
where
    L: Layer<Router>,
    L::Service: Service<
            axum::extract::Request,
            Response = axum::response::Response,
            Error = std::convert::Infallible,
            Future: Send,
        > + Clone
        + Send
        + 'static,
{
    let router = Router::new()
        .route("/docs/{id}", read)
        .fallback_service(not_found());
    Server::new(layer.layer(around.layer(router)))
}

fn hidden_by_its_route(layer: &AuthLayer<User, Body>, read: MethodRouter) -> MethodRouter {
    read.layer(layer.require(rules::named("hidden_admins")).unwrap())
}

// 9729-6.4-a, 9729-6.4-c
#[test]
fn preflights_do_not_show_what_a_rule_on_a_route_hides() {
    let layer = layer("anyone");
    let methods = [
        read(),
        any(async || "the document"),
        read().layer(cors().allow_methods([Method::GET])),
    ];
    for read in methods {
        let read = hidden_by_its_route(&layer, read);
        for [hidden, missing] in answers(&served(Identity::new(), &layer, read)) {
            assert_eq!(status(&hidden), 404);
            assert_eq!(hidden, missing);
        }
    }
}

#[test]
fn preflights_do_not_show_what_a_guarded_router_hides() {
    let layer = layer("anyone");
    let router = GuardedRouter::new()
        .route("/", policy::anyone(), read())
        .route("/docs/{id}", rules::named("hidden_admins"), read());
    let server = Server::new(router.guarded_by(&layer).unwrap());
    for [hidden, missing] in answers(&server) {
        assert_eq!(status(&hidden), 404);
        assert_eq!(hidden, missing);
    }
}

#[test]
fn preflights_do_not_show_what_is_hidden_where_one_layer_answers_all_of_them() {
    let layer = layer("anyone");
    let read = hidden_by_its_route(&layer, read());
    for [hidden, missing] in answers(&served(cors(), &layer, read)) {
        assert_eq!(status(&hidden), 200);
        assert_eq!(hidden, missing);
    }

    // So it is with what the layer's own policy hides, which is not asked.
    let closed = self::layer("hidden");
    for [hidden, missing] in answers(&served(cors(), &closed, self::read())) {
        assert_eq!(status(&hidden), 200);
        assert_eq!(hidden, missing);
    }
}

/// The option says that no policy of the layer is asked, and here nothing answers in its stead.
#[test]
fn open_what_only_the_policy_of_the_layer_hides_shows_to_preflights_that_a_router_answers() {
    for [hidden, missing] in answers(&served(Identity::new(), &layer("hidden"), read())) {
        assert_eq!([status(&hidden), status(&missing)], [405, 404]);
        assert!(hidden.contains("\r\nallow: GET,HEAD\r\n"), "{hidden}");
    }
}

#[test]
fn open_a_handler_that_takes_all_methods_and_asks_for_no_caller_answers_preflights() {
    let read = any(async |caller: Option<Caller<User>>| {
        caller.map_or("a stranger", |Caller(user)| user.0)
    });
    for [answer, _] in answers(&served(Identity::new(), &layer("admins"), read)) {
        assert_eq!(status(&answer), 200);
        assert!(answer.contains("\r\n\r\na stranger"), "{answer}");
    }
}

#[test]
fn open_cors_inside_stands_on_what_is_missing_and_not_on_what_is_hidden() {
    let layer = layer("anyone");
    let read = hidden_by_its_route(&layer, read());
    let server = served(cors(), &layer, read);
    let get = Sent::get("").with("origin", "https://app.example");
    let [hidden, missing] = [HIDDEN, MISSING].map(|path| server.http1(&get.to(path)));
    assert_eq!([status(&hidden), status(&missing)], [404, 404]);
    let field = header::ACCESS_CONTROL_ALLOW_ORIGIN.as_str();
    assert_eq!(
        [hidden.contains(field), missing.contains(field)],
        [false, true]
    );
}

#[test]
fn a_handler_that_asks_for_a_caller_does_not_run_for_preflights() {
    let read = any(async |Caller(user): Caller<User>| user.0);
    for [answer, _] in answers(&served(Identity::new(), &layer("admins"), read)) {
        assert_eq!(status(&answer), 401);
        assert!(
            answer.contains(r#"www-authenticate: Counted realm="told""#),
            "{answer}"
        );
    }
}
