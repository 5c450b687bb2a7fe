//! The hosts: servers of their own, each with a client that is connected to it.

use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
    task::{Context, Poll},
};

use axum::{ServiceExt as _, extract::Request, serve::ListenerExt as _};
use bytes::Bytes;
use http::{HeaderValue, Method, Response, Uri, header::HOST};
use http_body_util::Full;
use hyper::{
    body::Incoming,
    client::conn::{http1, http2},
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    service::TowerToHyperService,
};
use tokio::net::{TcpListener, TcpStream};
use tower::{Service, ServiceExt as _, util::BoxCloneSyncService};

use crate::{
    application::SENT,
    deciders::Decider,
    stand::{PATH, Stand},
    support::connections::Heard,
    table::Case,
};

/// What serves, and where the layer stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// axum, the layer around the whole router.
    Service,
    /// axum, the layer given to `Router::route_layer`.
    RouteLayer,
    /// axum, the layer around a router that the one with the route is nested in.
    Nested,
    /// hyper, HTTP/1.1.
    Http1,
    /// hyper, HTTP/2.
    Http2,
}

impl Host {
    const ALL: [Self; 5] = [
        Self::Service,
        Self::RouteLayer,
        Self::Nested,
        Self::Http1,
        Self::Http2,
    ];

    pub(crate) const fn is_of_axum(self) -> bool {
        matches!(self, Self::Service | Self::RouteLayer | Self::Nested)
    }
}

pub(crate) type OfAxum = BoxCloneSyncService<Request, axum::response::Response, Infallible>;
pub(crate) type OfHyper =
    BoxCloneSyncService<http::Request<Incoming>, Response<Full<Bytes>>, Infallible>;

/// A service that is exchanged while it is served.
#[derive(Clone)]
struct Exchanged<S>(Arc<Mutex<Option<S>>>);

impl<S> Exchanged<S> {
    fn nothing() -> Self {
        Self(Arc::default())
    }

    fn put(&self, service: S) {
        *self.0.lock().unwrap() = Some(service);
    }
}

impl<Q, R> Service<http::Request<Q>>
    for Exchanged<BoxCloneSyncService<http::Request<Q>, R, Infallible>>
{
    type Response = R;
    type Error = Infallible;
    type Future = tower::util::Oneshot<
        BoxCloneSyncService<http::Request<Q>, R, Infallible>,
        http::Request<Q>,
    >;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Q>) -> Self::Future {
        let service = self.0.lock().unwrap().clone();
        service.unwrap().oneshot(request)
    }
}

/// A host that serves.
pub(crate) struct Served {
    pub(crate) host: Host,
    application: Either,
    client: Client,
}

enum Either {
    OfAxum(Exchanged<OfAxum>),
    OfHyper(Exchanged<OfHyper>),
}

enum Client {
    One(http1::SendRequest<Full<Bytes>>),
    Two(http2::SendRequest<Full<Bytes>>),
}

impl Served {
    /// All hosts.
    pub(crate) async fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for host in Host::ALL {
            all.push(Self::new(host).await);
        }
        all
    }

    async fn new(host: Host) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();

        let application = if host.is_of_axum() {
            let service = Exchanged::nothing();
            let listener = listener.tap_io(|stream| stream.set_nodelay(true).unwrap());
            let served = service.clone().into_make_service();
            tokio::spawn(async move { axum::serve(listener, served).await });
            Either::OfAxum(service)
        } else {
            let service = Exchanged::nothing();
            let served = TowerToHyperService::new(service.clone());
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            let stream = TokioIo::new(stream);
            tokio::spawn(async move {
                // What ends a connection early is seen by its client.
                if host == Host::Http2 {
                    let http2 = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
                    drop(http2.serve_connection(stream, served).await);
                } else {
                    let http1 = hyper::server::conn::http1::Builder::new();
                    drop(http1.serve_connection(stream, served).await);
                }
            });
            Either::OfHyper(service)
        };

        let stream = TokioIo::new(stream);
        let client = if host == Host::Http2 {
            let handshake = http2::handshake(TokioExecutor::new(), stream).await;
            let (client, connection) = handshake.unwrap();
            tokio::spawn(connection);
            Client::Two(client)
        } else {
            let (client, connection) = http1::handshake(stream).await.unwrap();
            tokio::spawn(connection);
            Client::One(client)
        };
        Self {
            host,
            application,
            client,
        }
    }

    /// Serves a case from now on, refused by this decider.
    pub(crate) fn serve(&self, stand: &Stand<'_>, decider: Decider) {
        match &self.application {
            Either::OfAxum(service) => service.put(stand.of_axum(self.host, decider)),
            Either::OfHyper(service) => service.put(stand.of_hyper(decider)),
        }
    }

    /// Sends the request of a case, and gives all that comes back.
    pub(crate) async fn send(&mut self, case: &Case<'_>, method: &Method) -> Heard {
        let body = if method == Method::POST { SENT } else { "" };
        let mut request = case.request(method, PATH).map(|()| Full::from(body));
        let response = match &mut self.client {
            Client::One(client) => {
                let host = HeaderValue::from_static("localhost");
                request.headers_mut().insert(HOST, host);
                client.ready().await.unwrap();
                client.send_request(request).await
            }
            Client::Two(client) => {
                let uri = format!("http://localhost{}", request.uri());
                *request.uri_mut() = Uri::try_from(uri).unwrap();
                client.ready().await.unwrap();
                client.send_request(request).await
            }
        };
        Heard::all_of(response.unwrap()).await
    }
}
