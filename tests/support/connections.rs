//! A server and its clients, with real connections between them.

use std::{convert::Infallible, io::ErrorKind, net::SocketAddr};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Request, Response, StatusCode, Uri,
    header::{DATE, HOST},
};
use http_body_util::{BodyExt, Empty};
use hyper::{
    body::Incoming,
    client::conn::{http1, http2},
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
    service::TowerToHyperService,
};
use tokio::net::{TcpListener, TcpStream};
use tower::Service;

use super::inner::Body;

/// A response, as it arrived.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Heard {
    pub(crate) status: StatusCode,
    /// All fields but `Date`.
    pub(crate) fields: HeaderMap,
    pub(crate) body: Bytes,
}

/// Two connections to a server: of HTTP/1.1 and of HTTP/2.
pub(crate) struct Wire {
    one: http1::SendRequest<Empty<Bytes>>,
    two: http2::SendRequest<Empty<Bytes>>,
}

impl Wire {
    /// Serves `service` on this machine, and connects to it.
    pub(crate) async fn to<S>(service: S) -> Self
    where
        S: Service<Request<Incoming>, Response = Response<Body>, Error = Infallible>,
        S: Clone + Send + 'static,
        S::Future: Send,
    {
        let address = serve(service, 2).await;
        let connect = async || {
            let stream = TcpStream::connect(address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            TokioIo::new(stream)
        };

        let (one, connection) = http1::handshake(connect().await).await.unwrap();
        tokio::spawn(connection);
        let executor = TokioExecutor::new();
        let (two, connection) = http2::handshake(executor, connect().await).await.unwrap();
        tokio::spawn(connection);
        Self { one, two }
    }

    /// Sends a request on both connections. The answers must be the same.
    pub(crate) async fn send(&mut self, request: Request<()>) -> Heard {
        let mut one = request.map(|()| Empty::new());
        let mut two = one.clone();
        let host = HeaderValue::from_static("localhost");
        one.headers_mut().insert(HOST, host);
        *two.uri_mut() = Uri::try_from(format!("http://localhost{}", one.uri())).unwrap();

        self.one.ready().await.unwrap();
        let over_one = Heard::all_of(self.one.send_request(one).await.unwrap()).await;
        self.two.ready().await.unwrap();
        let over_two = Heard::all_of(self.two.send_request(two).await.unwrap()).await;
        assert_eq!(over_one, over_two, "HTTP/1.1 and HTTP/2 differ");
        over_one
    }
}

/// Sends bytes over HTTP/1.1, leaves the connection open, and gives what comes back first.
pub(crate) async fn first_bytes<S>(service: S, bytes: &str) -> String
where
    S: Service<Request<Incoming>, Response = Response<Body>, Error = Infallible>,
    S: Clone + Send + 'static,
    S::Future: Send,
{
    let address = serve(service, 1).await;
    let stream = TcpStream::connect(address).await.unwrap();
    stream.writable().await.unwrap();
    assert_eq!(stream.try_write(bytes.as_bytes()).unwrap(), bytes.len());
    let mut answer = vec![0; 4096];
    let length = loop {
        stream.readable().await.unwrap();
        match stream.try_read(&mut answer) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            read => break read.unwrap(),
        }
    };
    String::from_utf8_lossy(&answer[..length]).into_owned()
}

/// Serves `service` on this machine, to so many connections.
async fn serve<S>(service: S, connections: usize) -> SocketAddr
where
    S: Service<Request<Incoming>, Response = Response<Body>, Error = Infallible>,
    S: Clone + Send + 'static,
    S::Future: Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        for _ in 0..connections {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            let service = TowerToHyperService::new(service.clone());
            tokio::spawn(async move {
                let server = auto::Builder::new(TokioExecutor::new());
                // What ends a connection early is seen by its client.
                drop(server.serve_connection(TokioIo::new(stream), service).await);
            });
        }
    });
    address
}

impl Heard {
    pub(crate) async fn all_of(response: Response<Incoming>) -> Self {
        let (mut head, body) = response.into_parts();
        head.headers.remove(DATE);
        Self {
            status: head.status,
            fields: head.headers,
            body: body.collect().await.unwrap().to_bytes(),
        }
    }
}
