//! HTTP/2: a refusal ends the stream of a body that nobody reads, and the connection lives on.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::Request;
use http_body::{Body, Frame};
use http_body_util::BodyExt as _;
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::sync::mpsc;

use crate::deciders::{Decider, REFUSED, Runs, served};

/// A body that comes as it is told to, and says when nobody takes it any more.
struct Told(mpsc::Receiver<Bytes>);

impl Body for Told {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.0
            .poll_recv(context)
            .map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }
}

fn post(alice: bool, path: &str) -> (mpsc::Sender<Bytes>, Request<Told>) {
    let (sender, receiver) = mpsc::channel(1);
    let request = Request::post(format!("http://localhost{path}"));
    let request = if alice {
        request.header("authorization", "Bearer s3cret")
    } else {
        request
    };
    (sender, request.body(Told(receiver)).expect("a request"))
}

/// What hangs has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// Runs `act` with a connection to the application in which `decider` refuses.
fn connected(decider: Decider, act: impl AsyncFn(SendRequest<Told>, &Runs)) {
    let (server, runs) = served(decider);
    let stream = server.connect();
    stream
        .set_nonblocking(true)
        .expect("a stream that does not block");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(async {
        let stream = tokio::net::TcpStream::from_std(stream).expect("a stream");
        let client = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await;
        let (client, connection) = client.expect("HTTP/2");
        tokio::spawn(connection);
        let acted = tokio::time::timeout(PATIENCE, act(client, &runs)).await;
        acted.expect("nobody waits for ever");
    });
}

/// 9110-10.1.1-a
#[test]
fn a_refusal_comes_whole_before_the_body_and_the_body_is_given_up() {
    for decider in Decider::ALL {
        connected(decider, async |mut client, runs| {
            for (alice, path, expected) in REFUSED {
                let (body, request) = post(alice, path);
                let response = client.send_request(request).await.expect("an answer");
                assert_eq!(response.status(), expected, "{decider:?} {path}");
                let told = response.into_body().collect().await.expect("a body");
                assert!(!told.to_bytes().is_empty(), "{decider:?} {path}");
                // The stream was reset: the client takes no more of the body.
                body.closed().await;
            }
            assert_eq!(runs.count(), 0, "{decider:?}");

            let (body, request) = post(true, "/allowed");
            let sent = tokio::spawn(client.send_request(request));
            body.send(Bytes::from_static(b"a form"))
                .await
                .expect("somebody reads");
            drop(body);
            let response = sent.await.expect("no panic").expect("an answer");
            let told = response.into_body().collect().await.expect("a body");
            assert_eq!(told.to_bytes(), "a form", "{decider:?}");
        });
    }
}

/// What was sent of bodies that nobody reads counts against what a connection may send (RFC 9113 §5.2).
#[test]
fn refused_bodies_do_not_use_up_what_the_connection_may_send() {
    // More than a connection may send in advance.
    const LARGE: usize = 3_000_000;
    let large = Bytes::from(vec![b'a'; LARGE]);
    for decider in Decider::ALL {
        connected(decider, async |mut client, runs| {
            for (alice, path, expected) in REFUSED {
                let (body, request) = post(alice, path);
                body.try_send(large.clone()).expect("room for one");
                let response = client.send_request(request).await.expect("an answer");
                assert_eq!(response.status(), expected, "{decider:?} {path}");
                response.into_body().collect().await.expect("a body");
                body.closed().await;
            }
            assert_eq!(runs.count(), 0, "{decider:?}");

            let (body, request) = post(true, "/allowed");
            body.try_send(large.clone()).expect("room for one");
            drop(body);
            let response = client.send_request(request).await.expect("an answer");
            let told = response.into_body().collect().await.expect("a body");
            assert_eq!(told.to_bytes().len(), LARGE, "{decider:?}");
            assert_eq!(runs.count(), 1, "{decider:?}");
        });
    }
}

#[test]
fn a_refusal_disturbs_no_other_stream_of_the_connection() {
    for decider in Decider::ALL {
        connected(decider, async |mut client, _| {
            let (body, request) = post(true, "/allowed");
            let allowed = tokio::spawn(client.send_request(request));
            body.send(Bytes::from_static(b"one, "))
                .await
                .expect("somebody reads");
            for (alice, path, expected) in REFUSED {
                let (_body, request) = post(alice, path);
                let response = client.send_request(request).await.expect("an answer");
                assert_eq!(response.status(), expected, "{decider:?} {path}");
            }
            body.send(Bytes::from_static(b"two"))
                .await
                .expect("somebody reads");
            drop(body);
            let response = allowed.await.expect("no panic").expect("an answer");
            let told = response.into_body().collect().await.expect("a body");
            assert_eq!(told.to_bytes(), "one, two", "{decider:?}");
        });
    }
}
