//! The peer's address over real connections, as axum hands it on and as a hyper server does.

use std::{
    convert::Infallible,
    io::{Read as _, Write as _},
    net::{IpAddr, SocketAddr, TcpStream},
};

use axum::{Router, body::Body, extract::connect_info::MockConnectInfo, routing::get};
use http::{Request, Response};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
    service::TowerToHyperService,
};
use tokio::{net::TcpListener, task::spawn_blocking};
use tower::{Layer, ServiceExt, service_fn};
use tower_auth::{
    AuthLayer,
    address::ClientAddress,
    policy::{FromNetworks, from_networks, not_from_networks},
    scheme::Bearer,
};

const LOOPBACK: [&str; 2] = ["127.0.0.0/8", "::1"];

fn auth(policy: FromNetworks) -> AuthLayer<(), Body> {
    let scheme = Bearer::fixed("api", "canary", ());
    AuthLayer::new(scheme, policy).build().unwrap()
}

fn routes(policy: FromNetworks) -> Router {
    let routes = Router::new().route("/", get(|| async { "inside" }));
    Router::new().fallback_service(auth(policy).layer(routes))
}

/// The status that a client of this machine is answered with.
async fn asks(server: SocketAddr, lines: &'static str) -> u16 {
    let ask = move || {
        let mut stream = TcpStream::connect(server).unwrap();
        let request = format!("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{lines}\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).unwrap().parse().unwrap()
    };
    spawn_blocking(ask).await.unwrap()
}

async fn listen(address: &str) -> Option<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address).await.ok()?;
    let address = listener.local_addr().unwrap();
    Some((listener, address))
}

async fn serve(address: &str, policy: FromNetworks) -> Option<SocketAddr> {
    let (listener, address) = listen(address).await?;
    let service = routes(policy).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(axum::serve(listener, service).into_future());
    Some(address)
}

#[tokio::test]
async fn axum_tells_the_peer_of_a_connection() {
    let client = ClientAddress::connect_info;
    let local = "127.0.0.1:0";
    for (policy, status) in [
        (from_networks(client(), LOOPBACK), 200),
        (not_from_networks(client(), LOOPBACK), 403),
        (from_networks(client(), ["203.0.113.7"]), 403),
        (not_from_networks(client(), ["203.0.113.7"]), 200),
    ] {
        let server = serve(local, policy).await.unwrap();
        assert_eq!(asks(server, "").await, status);
        let spoofed = "x-forwarded-for: 203.0.113.7\r\nforwarded: for=203.0.113.7\r\n";
        assert_eq!(asks(server, spoofed).await, status);
    }
}

#[tokio::test]
async fn axum_behind_a_proxy_on_this_machine() {
    let client = ClientAddress::connect_info().x_forwarded_for(LOOPBACK);
    let office = from_networks(client, ["203.0.113.0/24"]);
    let server = serve("127.0.0.1:0", office).await.unwrap();
    for (lines, status) in [
        ("X-Forwarded-For: 203.0.113.7\r\n", 200),
        (
            "X-Forwarded-For: 198.51.100.1\r\nx-forwarded-for: 203.0.113.7\r\n",
            200,
        ),
        (
            "X-Forwarded-For: 203.0.113.7\r\nx-forwarded-for: 198.51.100.1\r\n",
            403,
        ),
        ("X-Forwarded-For: 203.0.113.7, unknown\r\n", 403),
        ("Forwarded: for=203.0.113.7\r\n", 403),
        ("", 403),
    ] {
        assert_eq!(asks(server, lines).await, status, "{lines}");
    }
}

/// Clients of IPv4 look like IPv6 to a server of both.
#[tokio::test]
async fn axum_tells_a_peer_of_ipv4_on_a_socket_of_ipv6() {
    let client = ClientAddress::connect_info();
    let office = from_networks(client, ["127.0.0.1"]);
    let Some(server) = serve("[::]:0", office).await else {
        return; // A machine without IPv6.
    };
    let server = SocketAddr::from(([127, 0, 0, 1], server.port()));
    assert_eq!(asks(server, "").await, 200);
}

#[tokio::test]
async fn axum_without_connect_info_is_our_own_fault() {
    for policy in [from_networks, not_from_networks] {
        let (listener, address) = listen("127.0.0.1:0").await.unwrap();
        let service = routes(policy(ClientAddress::connect_info(), LOOPBACK));
        tokio::spawn(axum::serve(listener, service).into_future());
        assert_eq!(asks(address, "").await, 503);
    }
}

#[tokio::test]
async fn axum_in_a_test_takes_a_mock_of_the_peer() {
    let peer = SocketAddr::from(([192, 0, 2, 9], 4711));
    for (listed, status) in [("192.0.2.9", 200), ("192.0.2.10", 403)] {
        let office = from_networks(ClientAddress::connect_info(), [listed]);
        let app = routes(office).layer(MockConnectInfo(peer));
        let response = app.oneshot(Request::new(Body::empty())).await.unwrap();
        assert_eq!(response.status(), status);
    }
}

#[tokio::test]
async fn axum_prefers_the_real_peer_to_a_mock() {
    let mock = SocketAddr::from(([192, 0, 2, 9], 4711));
    let office = from_networks(ClientAddress::connect_info(), ["192.0.2.9"]);
    let app = routes(office).layer(MockConnectInfo(mock));
    let (listener, address) = listen("127.0.0.1:0").await.unwrap();
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(axum::serve(listener, service).into_future());
    assert_eq!(asks(address, "").await, 403);
}

#[tokio::test]
async fn a_hyper_server_hands_the_peer_on_as_an_extension() {
    for (listed, status) in [(LOOPBACK, 200), (["192.0.2.9", "192.0.2.10"], 403)] {
        let client = ClientAddress::extension(|peer: &IpAddr| *peer);
        let inner = service_fn(|_: Request<Incoming>| async {
            Ok::<_, Infallible>(Response::new(Body::from("inside")))
        });
        let service = auth(from_networks(client, listed)).layer(inner);
        let (listener, address) = listen("127.0.0.1:0").await.unwrap();
        tokio::spawn(async move {
            let (stream, peer) = listener.accept().await.unwrap();
            let service = service.map_request(move |mut request: Request<Incoming>| {
                request.extensions_mut().insert(peer.ip());
                request
            });
            let server = auto::Builder::new(TokioExecutor::new());
            let service = TowerToHyperService::new(service);
            drop(server.serve_connection(TokioIo::new(stream), service).await);
        });
        assert_eq!(asks(address, "").await, status);
    }
}
