//! A server and its clients, with real connections between them.

use std::convert::Infallible;

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, header::DATE};
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
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            for _ in 0..2 {
                let (stream, _) = listener.accept().await.unwrap();
                let service = TowerToHyperService::new(service.clone());
                tokio::spawn(async move {
                    let server = auto::Builder::new(TokioExecutor::new());
                    // What ends a connection early is seen by its client.
                    drop(server.serve_connection(TokioIo::new(stream), service).await);
                });
            }
        });
        let connect = async || TokioIo::new(TcpStream::connect(address).await.unwrap());

        let (one, connection) = http1::handshake(connect().await).await.unwrap();
        tokio::spawn(connection);
        let executor = TokioExecutor::new();
        let (two, connection) = http2::handshake(executor, connect().await).await.unwrap();
        tokio::spawn(connection);
        Self { one, two }
    }

    /// Sends a request on both connections. The answers must be the same.
    pub(crate) async fn send(&mut self, request: Request<()>) -> Heard {
        let request = request.map(|()| Empty::new());
        self.one.ready().await.unwrap();
        let heard = self.one.send_request(request.clone()).await.unwrap();
        let over_one = Heard::all_of(heard).await;
        self.two.ready().await.unwrap();
        let heard = self.two.send_request(request).await.unwrap();
        let over_two = Heard::all_of(heard).await;
        assert_eq!(over_one, over_two, "HTTP/1.1 and HTTP/2 differ");
        over_one
    }
}

impl Heard {
    async fn all_of(response: Response<Incoming>) -> Self {
        let (mut head, body) = response.into_parts();
        head.headers.remove(DATE);
        Self {
            status: head.status,
            fields: head.headers,
            body: body.collect().await.unwrap().to_bytes(),
        }
    }
}
