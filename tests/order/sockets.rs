//! Upgrades: a `WebSocket` is refused before it begins, whoever refuses; allowed, it knows its caller.

use std::net::TcpStream;

use axum::{
    Router,
    extract::{
        Path, State,
        ws::{Message, WebSocket, WebSocketUpgrade},
    },
    response::Response,
    routing::any,
};
use bytes::Bytes;
use http::{Method, Request, Version};
use http_body_util::{BodyExt as _, Empty};
use hyper::{client::conn::http2, ext::Protocol};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tower::Layer as _;
use tower_auth::{Caller, Refusal};
use tungstenite::{Error, client::IntoClientRequest as _, handshake::HandshakeError};

use crate::{
    deciders::{Decider, REFUSED, Runs, layers, refused_by_handler, sent},
    stand::Name,
    wire::{Server, status},
};

type Known = State<(Decider, Runs)>;

async fn open(
    State((decider, runs)): Known,
    Path(word): Path<String>,
    caller: Option<Caller<Name>>,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Refusal> {
    refused_by_handler(decider, &format!("/{word}"))?;
    Ok(upgrade.on_upgrade(async move |socket| {
        runs.add();
        echo(socket, caller.map_or("nobody", |Caller(name)| name)).await;
    }))
}

/// Says everything again, and who said it.
async fn echo(mut socket: WebSocket, name: Name) {
    while let Some(Ok(Message::Text(text))) = socket.recv().await {
        let told = Message::Text(format!("{name}: {text}").into());
        if socket.send(told).await.is_err() {
            return;
        }
    }
}

fn served(decider: Decider) -> (Server, Runs) {
    let runs = Runs::default();
    let (auth, rule) = layers(decider);
    let routes = Router::new()
        .route("/{*word}", any(open).layer(rule))
        .with_state((decider, runs.clone()));
    (Server::new(auth.layer(routes)), runs)
}

/// Opens a WebSocket, or gives the status of what was answered instead.
fn connect(
    server: &Server,
    alice: bool,
    path: &str,
) -> Result<tungstenite::WebSocket<TcpStream>, u16> {
    let mut request = format!("ws://localhost{path}")
        .into_client_request()
        .expect("a request");
    if alice {
        let login = http::HeaderValue::from_static("Bearer s3cret");
        request.headers_mut().insert("authorization", login);
    }
    match tungstenite::client(request, server.connect()) {
        Ok((socket, response)) => {
            assert_eq!(response.status(), 101);
            Ok(socket)
        }
        Err(HandshakeError::Failure(Error::Http(response))) => {
            assert_eq!(response.headers().get("upgrade"), None);
            assert_eq!(response.headers().get("sec-websocket-accept"), None);
            Err(response.status().as_u16())
        }
        Err(error) => panic!("{error}"),
    }
}

/// D-websocket
#[test]
fn a_websocket_is_refused_before_it_begins() {
    for decider in Decider::ALL {
        let (server, runs) = served(decider);
        for (alice, path, expected) in REFUSED {
            let told = connect(&server, alice, path).err();
            assert_eq!(told, Some(expected), "{decider:?} {path}");
        }
        assert_eq!(runs.count(), 0, "{decider:?}");
    }
}

/// D-websocket
#[test]
fn an_allowed_websocket_speaks_both_ways_and_knows_its_caller() {
    for decider in Decider::ALL {
        let (server, runs) = served(decider);
        for (alice, name) in [(true, "alice"), (false, "nobody")] {
            let mut socket = connect(&server, alice, "/allowed").expect("a socket");
            for text in ["hello", "are you there?"] {
                socket.send(text.into()).expect("it is sent");
                let told = socket.read().expect("an answer");
                let expected = format!("{name}: {text}");
                assert_eq!(told.to_text().expect("text"), expected, "{decider:?}");
            }
            socket.close(None).expect("it is closed");
            while socket.read().is_ok() {}
        }
        assert_eq!(runs.count(), 2, "{decider:?}");
    }
}

#[test]
fn open_a_handler_that_takes_the_upgrade_as_an_argument_refuses_only_websockets() {
    // What is no handshake is answered by the extractor, before the handler can hide anything.
    for (decider, expected) in [
        (Decider::Layer, 404),
        (Decider::Route, 404),
        (Decider::Loaded, 404),
        (Decider::Handler, 400),
    ] {
        let (server, _) = served(decider);
        let told = server.http1(&sent("GET", false, "/hidden"));
        assert_eq!(status(&told), expected, "{decider:?}: {told}");
    }
}

/// A WebSocket over HTTP/2 (RFC 8441), and the status of the answer.
async fn connect_http2(
    client: &mut http2::SendRequest<Empty<Bytes>>,
    alice: bool,
    path: &str,
) -> (u16, Option<TokioIo<hyper::upgrade::Upgraded>>) {
    let request = Request::builder()
        .method(Method::CONNECT)
        .version(Version::HTTP_2)
        .uri(format!("http://localhost{path}"))
        .extension(Protocol::from_static("websocket"))
        .header("sec-websocket-version", "13");
    let request = if alice {
        request.header("authorization", "Bearer s3cret")
    } else {
        request
    };
    let request = request.body(Empty::new()).expect("a request");
    let response = client.send_request(request).await.expect("an answer");
    let status = response.status().as_u16();
    if status != 200 {
        response.into_body().collect().await.expect("a body");
        return (status, None);
    }
    let upgraded = hyper::upgrade::on(response).await.expect("an upgrade");
    (status, Some(TokioIo::new(upgraded)))
}

/// A short text in one frame, masked with zeros (RFC 6455 §5.2).
fn frame(text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len()).expect("a short text");
    [&[0x81, 0x80 | length, 0, 0, 0, 0], text.as_bytes()].concat()
}

/// D-websocket
#[test]
fn over_http2_a_websocket_is_refused_or_begins_likewise() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    for decider in Decider::ALL {
        let (server, runs) = served(decider);
        let stream = server.connect();
        stream
            .set_nonblocking(true)
            .expect("a stream that does not block");
        runtime.block_on(async {
            let stream = tokio::net::TcpStream::from_std(stream).expect("a stream");
            let io = TokioIo::new(stream);
            let client = http2::handshake(TokioExecutor::new(), io).await;
            let (mut client, connection) = client.expect("HTTP/2");
            tokio::spawn(connection);
            // The server has to say first that it knows of RFC 8441.
            let first = Request::get("http://localhost/denied").body(Empty::new());
            let first = client.send_request(first.expect("a request")).await;
            drop(first.expect("an answer"));

            for (alice, path, expected) in REFUSED {
                let (told, socket) = connect_http2(&mut client, alice, path).await;
                assert_eq!(told, expected, "{decider:?} {path}");
                assert!(socket.is_none());
            }
            assert_eq!(runs.count(), 0, "{decider:?}");

            let (told, socket) = connect_http2(&mut client, true, "/allowed").await;
            assert_eq!(told, 200, "{decider:?}");
            let mut socket = socket.expect("a socket");
            for text in ["hello", "are you there?"] {
                socket.write_all(&frame(text)).await.expect("it is sent");
                let mut told = vec![0; 2 + "alice: ".len() + text.len()];
                socket.read_exact(&mut told).await.expect("an answer");
                let told = String::from_utf8_lossy(&told[2..]).into_owned();
                assert_eq!(told, format!("alice: {text}"));
            }
            assert_eq!(runs.count(), 1, "{decider:?}");
        });
    }
}
