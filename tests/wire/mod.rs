//! A server on a port of its own, and clients that show all that an answer gives away.
#![allow(dead_code, reason = "each test uses the parts that it needs")]

use std::{
    convert::Infallible,
    fmt::Write as _,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    sync::Mutex,
    time::Duration,
};

use axum::{ServiceExt as _, extract::Request, response::Response, serve::ListenerExt as _};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::runtime::{Builder, Runtime};
use tower::Service;

/// A request, before it is known how it travels.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) body: Option<&'static str>,
}

impl Sent {
    pub(crate) fn new(method: &'static str, path: &str) -> Self {
        Self {
            method,
            path: path.to_owned(),
            fields: Vec::new(),
            body: None,
        }
    }

    pub(crate) fn get(path: &str) -> Self {
        Self::new("GET", path)
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same request for another path.
    pub(crate) fn to(&self, path: &str) -> Self {
        Self {
            path: path.to_owned(),
            ..self.clone()
        }
    }

    /// The request in the form of HTTP/1.1.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut head = format!(
            "{} {} HTTP/1.1\r\nhost: localhost\r\n",
            self.method, self.path
        );
        for (name, value) in &self.fields {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        if let Some(body) = self.body {
            let _ = write!(head, "content-length: {}\r\n", body.len());
        }
        head.push_str("\r\n");
        head.push_str(self.body.unwrap_or_default());
        head.into_bytes()
    }

    fn http2(&self) -> http::Request<Full<Bytes>> {
        let mut request = http::Request::builder()
            .method(self.method)
            .uri(format!("http://localhost{}", self.path));
        for (name, value) in &self.fields {
            // HTTP/2 has no connection of its own to speak of (RFC 9113 §8.2.2).
            if !matches!(name.as_str(), "connection" | "upgrade") {
                request = request.header(name, value);
            }
        }
        let body = Full::from(self.body.unwrap_or_default());
        request.body(body).expect("a request that can be sent")
    }
}

/// A service on a port of its own, until it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    http2: Mutex<SendRequest<Full<Bytes>>>,
    runtime: Runtime,
}

impl Server {
    pub(crate) fn new<S>(service: S) -> Self
    where
        S: Service<Request, Response = Response, Error = Infallible>,
        S: Clone + Send + 'static,
        S::Future: Send,
    {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let (address, http2) = runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
                .await
                .expect("a port");
            let address = listener.local_addr().expect("an address");
            let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
            tokio::spawn(async move { axum::serve(listener, service.into_make_service()).await });
            let stream = tokio::net::TcpStream::connect(address)
                .await
                .expect("a connection");
            stream.set_nodelay(true).expect("no delay");
            let (http2, connection) =
                hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
                    .await
                    .expect("HTTP/2");
            tokio::spawn(connection);
            (address, Mutex::new(http2))
        });
        Self {
            address,
            http2,
            runtime,
        }
    }

    /// A connection of HTTP/1.1.
    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("a connection");
        let patience = Some(Duration::from_secs(10));
        stream.set_read_timeout(patience).expect("patience");
        stream
    }

    /// All bytes that come back over HTTP/1.1 until the server closes, without the time.
    pub(crate) fn http1(&self, sent: &Sent) -> String {
        let mut stream = self.connect();
        let sent = if sent.fields.iter().any(|(name, _)| name == "connection") {
            sent.clone()
        } else {
            sent.clone().with("connection", "close")
        };
        stream
            .write_all(&sent.bytes())
            .expect("the request is sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("the answer is read");
        without_time(&String::from_utf8_lossy(&answer))
    }

    /// Status, fields in order, body and trailers of what comes back over HTTP/2, without the
    /// time.
    pub(crate) fn http2(&self, sent: &Sent) -> String {
        let request = sent.http2();
        let mut http2 = self.http2.lock().expect("nobody panicked").clone();
        self.runtime.block_on(async move {
            let response = http2.send_request(request).await.expect("an answer");
            let (head, body) = response.into_parts();
            let mut told = format!("{:?} {}\r\n", head.version, head.status);
            for (name, value) in &head.headers {
                let value = String::from_utf8_lossy(value.as_bytes());
                let _ = write!(told, "{name}: {value}\r\n");
            }
            let body = body.collect().await.expect("a body");
            let trailers = body.trailers().cloned();
            let body = body.to_bytes();
            let body = String::from_utf8_lossy(&body);
            let _ = write!(told, "\r\n{body}\r\n{trailers:?}");
            without_time(&told)
        })
    }
}

/// Reads one answer with a `content-length` from a connection that stays open.
pub(crate) fn read_one(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let mut byte = [0];
    let mut missing = None;
    while missing != Some(0) {
        stream.read_exact(&mut byte).expect("the answer is read");
        answer.extend(byte);
        match &mut missing {
            Some(missing) => *missing -= 1,
            None if answer.ends_with(b"\r\n\r\n") => missing = Some(length(&answer)),
            None => {}
        }
    }
    without_time(&String::from_utf8_lossy(&answer))
}

/// The status in an answer.
pub(crate) fn status(answer: &str) -> u16 {
    let status = answer.split(' ').nth(1).expect("a status line");
    status.parse().expect("a number")
}

fn length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let (_, rest) = head.split_once("\r\ncontent-length: ").expect("a length");
    let (length, _) = rest.split_once("\r\n").expect("a line");
    length.parse().expect("a number")
}

/// `Date` stays where it stands, and says nothing.
pub(crate) fn without_time(answer: &str) -> String {
    let mut told = String::with_capacity(answer.len());
    for line in answer.split_inclusive("\r\n") {
        if line.starts_with("date: ") {
            told.push_str("date: then\r\n");
        } else {
            told.push_str(line);
        }
    }
    told
}
