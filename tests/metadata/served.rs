//! The metadata over real connections, and what is hidden beside it.

use axum::{Router, http::StatusCode, routing::get};
use tower_auth::{
    AuthLayer, GuardedRouter,
    policy::{self, PolicyExt},
    scheme::Bearer,
};

use crate::{
    stand::{PATH, metadata},
    wire::{Sent, Server, status},
};

fn app() -> Router {
    let not_found = Router::new().fallback(async || (StatusCode::NOT_FOUND, "nothing here\n"));
    let bearer = Bearer::fixed("files", "s3cret", "alice")
        .resource_metadata(metadata().url())
        .scope_hint(["files:read"]);
    let auth = AuthLayer::new(bearer, policy::anyone())
        .not_found(not_found)
        .build()
        .unwrap();
    let nobody = || policy::when(|user: &&str| *user == "nobody").hide();
    let hidden = get(async || "hidden");
    let guarded = GuardedRouter::new()
        .route("/mcp", policy::authenticated(), get(async || "files"))
        .route(
            "/.well-known/oauth-protected-resource/hidden",
            nobody(),
            hidden.clone(),
        )
        .route("/hidden", nobody(), hidden);
    metadata()
        .router()
        .fallback_service(guarded.guarded_by(&auth).unwrap())
}

// 9728-3.1-a, 9728-3.2-a
#[test]
fn it_travels_as_one_object_of_json() {
    let server = Server::new(app());
    let document = metadata().json().to_owned();
    let length = document.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\naccess-control-allow-origin: *\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\ncache-control: max-age=3600\r\nconnection: close\r\ndate: then\r\n\r\n"
    );
    assert_eq!(server.http1(&Sent::get(PATH)), format!("{head}{document}"));
    assert_eq!(server.http1(&Sent::new("HEAD", PATH)), head);

    let head = format!(
        "HTTP/2.0 200 OK\r\naccess-control-allow-origin: *\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\ncache-control: max-age=3600\r\ndate: then\r\n\r\n"
    );
    assert_eq!(
        server.http2(&Sent::get(PATH)),
        format!("{head}{document}\r\nNone")
    );
    assert_eq!(
        server.http2(&Sent::new("HEAD", PATH)),
        format!("{head}\r\nNone")
    );
}

#[test]
fn preflights_and_other_methods_travel_without_a_body() {
    let server = Server::new(app());
    assert_eq!(
        server.http1(&Sent::new("OPTIONS", PATH)),
        "HTTP/1.1 204 No Content\r\naccess-control-allow-origin: *\r\nallow: GET, HEAD, OPTIONS\r\n\
         access-control-allow-methods: GET, HEAD, OPTIONS\r\naccess-control-allow-headers: *, authorization\r\n\
         access-control-max-age: 3600\r\nconnection: close\r\ndate: then\r\n\r\n"
    );
    let mut sent = Sent::new("POST", PATH);
    sent.body = Some("a body that nobody reads");
    assert_eq!(
        server.http1(&sent),
        "HTTP/1.1 405 Method Not Allowed\r\naccess-control-allow-origin: *\r\n\
         allow: GET, HEAD, OPTIONS\r\nconnection: close\r\ncontent-length: 0\r\ndate: then\r\n\r\n"
    );
}

#[test]
fn what_is_hidden_is_answered_as_what_is_missing_beside_it_too() {
    let server = Server::new(app());
    let pairs = [
        ("/hidden", "/missing"),
        (
            "/.well-known/oauth-protected-resource/hidden",
            "/.well-known/oauth-protected-resource/missing",
        ),
    ];
    for (hidden, missing) in pairs {
        for method in ["GET", "HEAD", "POST", "OPTIONS", "DELETE", "TRACE"] {
            for token in [None, Some("Bearer s3cret"), Some("Bearer wrong")] {
                let mut sent = Sent::new(method, hidden)
                    .with("origin", "https://app.example")
                    .with("access-control-request-method", "GET");
                if let Some(token) = token {
                    sent = sent.with("authorization", token);
                }
                let other = sent.to(missing);
                let told = server.http1(&sent);
                let expected = if token == Some("Bearer wrong") {
                    401
                } else {
                    404
                };
                assert_eq!(status(&told), expected, "{method} {hidden} {token:?}");
                assert_eq!(told, server.http1(&other), "{method} {hidden} {token:?}");
                assert_eq!(
                    server.http2(&sent),
                    server.http2(&other),
                    "{method} {hidden} {token:?}"
                );
            }
        }
    }
}
