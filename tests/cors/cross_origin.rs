//! The layer and tower-http's `CorsLayer`, the one around the other, asked by a page of another origin.

use axum::{
    Router,
    body::Body,
    http::{HeaderValue, Method, header},
    routing::any,
};
use tower::Layer as _;
use tower_auth::{AuthLayer, Caller};
use tower_http::cors::CorsLayer;

use crate::{
    stand::{Counts, Setup},
    support::{rules, user::User},
    wire::{Sent, Server, status},
};

/// How the two stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cors {
    Outside,
    Inside,
    /// And the layer around it passes preflights.
    InsideAndTold,
}

fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(HeaderValue::from_static("https://app.example"))
        .allow_methods([Method::GET, Method::PUT])
        // fetch-cors-d
        .allow_headers([header::AUTHORIZATION])
        // 9449-7.1-k
        .expose_headers([header::WWW_AUTHENTICATE])
}

/// A service whose layer has this policy, and whose routes have one each, named as their path.
fn service(place: Cors, policy: &str) -> (Server, Counts) {
    let counts = Counts::new();
    let builder = counts.layer(Setup::Origin, policy);
    let builder = match place {
        Cors::Outside | Cors::Inside => builder,
        Cors::InsideAndTold => builder.pass_preflights(),
    };
    let layer: AuthLayer<User, Body> = builder.build().unwrap();
    let mut router = Router::new().route("/me", any(async |Caller(user): Caller<User>| user.0));
    for rule in ["anyone", "members", "admins", "hidden", "away"] {
        let route = layer.require(rules::named(rule)).unwrap();
        let read = any(async || "the document").layer(route);
        router = router.route(&format!("/{rule}"), read);
    }
    let server = match place {
        Cors::Outside => Server::new(cors().layer(layer.layer(router))),
        Cors::Inside | Cors::InsideAndTold => Server::new(layer.layer(cors().layer(router))),
    };
    (server, counts)
}

/// What a browser sends for a page of another origin.
fn from_page(method: &'static str, path: &str) -> Sent {
    Sent::new(method, path).with("origin", "https://app.example")
}

fn preflight(path: &str) -> Sent {
    from_page("OPTIONS", path)
        .with("access-control-request-method", "PUT")
        .with("access-control-request-headers", "authorization")
}

/// The answer, which must be the same over both.
fn ask(server: &Server, sent: &Sent) -> String {
    let [one, two] = [server.http1(sent), server.http2(sent)];
    assert_eq!(status(&one), status(&two), "{sent:?}");
    assert_eq!(is_readable(&one), is_readable(&two), "{sent:?}");
    one
}

/// Whether the browser lets the page read the answer.
fn is_readable(answer: &str) -> bool {
    answer.contains("\r\naccess-control-allow-origin: https://app.example\r\n")
}

/// Whether the browser goes on after this answer to its preflight.
fn allows(answer: &str) -> bool {
    let says = |field: &str| answer.contains(&format!("\r\n{field}\r\n"));
    status(answer) == 200
        && is_readable(answer)
        && says("access-control-allow-methods: GET,PUT")
        && says("access-control-allow-headers: authorization")
}

const PATHS: [&str; 7] = [
    "/anyone",
    "/members",
    "/admins",
    "/hidden",
    "/away",
    "/me",
    "/no/such/path",
];

// fetch-cors-b
#[test]
fn a_preflight_is_answered_outside_without_the_layer() {
    let (server, counts) = service(Cors::Outside, "closed");
    for path in PATHS {
        assert!(allows(&ask(&server, &preflight(path))), "{path}");
    }
    // tower-http answers every `OPTIONS` there, so that none reaches a handler.
    let plain = server.http1(&Sent::new("OPTIONS", "/members"));
    assert_eq!(status(&plain), 200);
    assert_eq!(counts.asked(), [0, 0]);
}

// fetch-cors-b
#[test]
fn a_preflight_is_refused_by_a_layer_outside_that_is_not_told() {
    let (server, counts) = service(Cors::Inside, "members");
    for path in PATHS {
        let answer = ask(&server, &preflight(path));
        assert_eq!(status(&answer), 401, "{path}");
        assert!(!is_readable(&answer), "{path}");
    }
    assert_eq!(counts.asked()[1], 2 * PATHS.len());
}

// fetch-cors-b
#[test]
fn a_preflight_passes_a_layer_outside_that_is_told() {
    let (server, counts) = service(Cors::InsideAndTold, "members");
    for path in PATHS {
        assert!(allows(&ask(&server, &preflight(path))), "{path}");
    }
    assert_eq!(counts.asked(), [0, 0]);

    let plain = ask(&server, &Sent::new("OPTIONS", "/members"));
    assert_eq!(status(&plain), 401);
}

#[test]
fn what_follows_the_preflight_is_asked_about_wherever_the_layer_stands() {
    for place in [Cors::Outside, Cors::InsideAndTold] {
        let (server, _) = service(place, "members");
        let put = from_page("PUT", "/me");
        let stranger = ask(&server, &put);
        assert_eq!(status(&stranger), 401, "{place:?}");

        let answer = ask(&server, &put.with("authorization", "Counted canary-true"));
        assert_eq!(status(&answer), 200, "{place:?}");
        assert!(
            is_readable(&answer) && answer.ends_with("alice"),
            "{place:?}"
        );
    }
}

/// Refusals, each with a request that is refused so.
fn refusals() -> impl Iterator<Item = (u16, Sent)> {
    let with = |path, credentials| from_page("PUT", path).with("authorization", credentials);
    [
        (401, from_page("PUT", "/members")),
        (401, with("/members", "Counted canary-stale")),
        (401, from_page("PUT", "/me")),
        (403, with("/admins", "Counted canary-true")),
        (404, from_page("PUT", "/hidden")),
        (429, with("/members", "Counted canary-again-soon")),
        (503, from_page("PUT", "/away")),
        (503, with("/anyone", "Counted canary-away")),
    ]
    .into_iter()
}

// fetch-cors-c, 9449-7.1-k
#[test]
fn a_page_reads_refusals_where_cors_stands_outside() {
    let (server, _) = service(Cors::Outside, "anyone");
    for (refused, sent) in refusals() {
        let answer = ask(&server, &sent);
        assert_eq!(status(&answer), refused, "{sent:?}");
        assert!(is_readable(&answer), "{answer}");
        let exposed = "\r\naccess-control-expose-headers: www-authenticate\r\n";
        assert!(answer.contains(exposed), "{answer}");
        // 9110-11.6.1-a
        assert_eq!(
            answer.contains("\r\nwww-authenticate: "),
            refused == 401,
            "{answer}"
        );
    }
}

#[test]
fn a_page_reads_no_refusal_where_cors_stands_inside() {
    for place in [Cors::Inside, Cors::InsideAndTold] {
        let (server, _) = service(place, "anyone");
        for (refused, sent) in refusals() {
            let answer = ask(&server, &sent);
            assert_eq!(status(&answer), refused, "{sent:?}");
            assert!(!answer.contains("\r\naccess-control-"), "{answer}");
        }
        let answer = ask(&server, &from_page("PUT", "/anyone"));
        assert!(is_readable(&answer), "{answer}");
    }
}

/// For a page of an origin that is not allowed, all of it is as for one that is, but that the browser
/// says no. The layer does not look at it.
#[test]
fn preflights_of_other_origins_are_nothing_to_the_layer() {
    let (server, counts) = service(Cors::InsideAndTold, "members");
    let mut sent = preflight("/members");
    sent.fields[0].1 = "https://evil.example".to_owned();
    let answer = ask(&server, &sent);
    assert_eq!(status(&answer), 200);
    assert!(!answer.contains("https://evil.example"), "{answer}");
    assert_eq!(counts.asked(), [0, 0]);
}
