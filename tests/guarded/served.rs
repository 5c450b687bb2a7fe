//! A guarded app over real connections.

use std::io::{Read as _, Write as _};

use axum::{
    Router, ServiceExt,
    extract::{Path, Request, WebSocketUpgrade, ws::Message},
    response::Response,
    routing::{any, get},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tower_auth::{Caller, GuardedRouter, policy::anyone};

use crate::{
    stand::{User, guarded, open, rule},
    wire::{Sent, Server, read_one, status},
};

async fn greet(Caller(user): Caller<User>, Path(id): Path<u32>) -> String {
    format!("{} {id}", user.name)
}

/// Sends back what it is sent, with the name of the caller.
async fn echo(Caller(user): Caller<User>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(async move |mut socket| {
        while let Some(Ok(Message::Text(text))) = socket.recv().await {
            let text = format!("{} {text}", user.name);
            if socket.send(Message::Text(text.into())).await.is_err() {
                return;
            }
        }
    })
}

fn router() -> GuardedRouter<User> {
    GuardedRouter::new()
        .route("/", anyone(), get(open))
        .nest(
            "/users",
            GuardedRouter::new().route("/{id}", rule("alice"), get(greet)),
        )
        .route("/hidden", rule("hidden root"), get(open))
        .route("/echo", rule("alice"), any(echo))
}

fn sent(method: &'static str, path: &str, who: Option<&str>) -> Sent {
    let sent = Sent::new(method, path);
    match who {
        Some(token) => sent.with("authorization", &format!("Bearer {token}")),
        None => sent,
    }
}

#[test]
fn an_app_answers_the_same_by_itself_and_behind_an_empty_router() {
    let servers = [
        Server::new(guarded(router())),
        Server::new(Router::new().fallback_service(guarded(router()))),
    ];
    for (method, path, who, expected) in [
        ("GET", "/", None, 200),
        ("HEAD", "/", None, 200),
        ("POST", "/", None, 405),
        ("GET", "/users/7", Some("alice"), 200),
        ("HEAD", "/users/7", Some("alice"), 200),
        ("GET", "/users/seven", Some("alice"), 400),
        ("GET", "/users/7", None, 401),
        ("GET", "/users/7", Some("nobody"), 401),
        ("GET", "/users/7", Some("bob"), 403),
        ("DELETE", "/users/7", Some("bob"), 403),
        ("DELETE", "/users/7", Some("alice"), 405),
        ("GET", "/hidden", Some("alice"), 404),
        ("POST", "/hidden", None, 404),
        ("GET", "/missing", Some("alice"), 404),
        ("OPTIONS", "/missing", None, 404),
    ] {
        let sent = sent(method, path, who);
        let [alone, behind] = servers.each_ref().map(|server| server.http1(&sent));
        assert_eq!(status(&alone), expected, "{method} {path}");
        assert_eq!(alone, behind, "{method} {path}");
        let [alone, behind] = servers.each_ref().map(|server| server.http2(&sent));
        assert_eq!(status(&alone), expected, "{method} {path}");
        assert_eq!(alone, behind, "{method} {path}");
    }
    let told = servers[0].http1(&sent("GET", "/users/7", Some("alice")));
    assert!(told.ends_with("\r\n\r\nalice 7"), "{told}");
}

#[test]
fn what_is_hidden_reads_as_what_is_missing() {
    let server = Server::new(guarded(router()));
    for method in ["GET", "HEAD", "POST", "OPTIONS", "FROBNICATE"] {
        for who in [None, Some("alice"), Some("nobody")] {
            let sent = sent(method, "/hidden", who);
            let missing = sent.to("/nobody");
            assert_eq!(server.http1(&sent), server.http1(&missing), "{sent:?}");
            assert_eq!(server.http2(&sent), server.http2(&missing), "{sent:?}");
        }
    }
}

/// A request for a WebSocket (RFC 6455 §4.1).
fn upgrade(who: Option<&str>) -> Sent {
    sent("GET", "/echo", who)
        .with("connection", "upgrade")
        .with("upgrade", "websocket")
        .with("sec-websocket-version", "13")
        .with("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
}

#[test]
fn a_websocket_is_opened_for_those_whom_the_policy_lets_in() {
    let server = Server::new(guarded(router()));
    for (who, expected) in [(None, 401), (Some("nobody"), 401), (Some("bob"), 403)] {
        let mut stream = server.connect();
        stream.write_all(&upgrade(who).bytes()).expect("it is sent");
        let told = read_one(&mut stream);
        assert_eq!(status(&told), expected);
        assert!(!told.contains("upgrade"), "{told}");
    }

    let mut stream = server.connect();
    let request = upgrade(Some("alice")).bytes();
    stream.write_all(&request).expect("it is sent");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("the answer is read");
        head.extend(byte);
    }
    assert_eq!(status(&String::from_utf8_lossy(&head)), 101);
    // A text of two bytes, masked with zeros, and what comes back unmasked (RFC 6455 §5.2).
    stream.write_all(b"\x81\x82\0\0\0\0hi").expect("it is sent");
    let mut told = [0; 10];
    stream.read_exact(&mut told).expect("the answer is read");
    assert_eq!(&told, b"\x81\x08alice hi");
}

#[tokio::test]
async fn an_app_is_served_by_axum_in_both_ways() {
    let listen = async || TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let (one, two) = (listen().await, listen().await);
    let addresses = [&one, &two].map(|listener| listener.local_addr().expect("an address"));
    let app = guarded(router());
    let behind = Router::new().fallback_service(app.clone());
    tokio::spawn(async move { axum::serve(one, behind).await });
    // An app answers requests of any body, so axum has to be told which.
    let alone = ServiceExt::<Request>::into_make_service(app);
    tokio::spawn(async move { axum::serve(two, alone).await });
    for address in addresses {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        let request = sent("GET", "/", None).with("connection", "close").bytes();
        stream.write_all(&request).await.expect("it is sent");
        let mut told = String::new();
        stream.read_to_string(&mut told).await.expect("an answer");
        assert!(told.starts_with("HTTP/1.1 200 OK\r\n"), "{told}");
        assert!(told.ends_with("\r\n\r\nopen"), "{told}");
    }
}
