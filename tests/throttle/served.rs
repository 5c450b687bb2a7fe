//! Over HTTP, with a real peer.

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpStream},
};

use axum::{Router, extract::ConnectInfo, routing::get};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::runtime::Builder;
use tower::Layer as _;
use tower_auth::{
    AuthLayer,
    address::ClientAddress,
    policy,
    scheme::{Basic, SchemeExt as _},
    throttle::Throttle,
};

use crate::{
    stand::limit,
    wire::{Sent, status},
};

#[test]
fn over_http_a_429_says_when_to_come_back_and_asks_for_nothing() {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let peer = ClientAddress::extension(|ConnectInfo(peer): &ConnectInfo<SocketAddr>| peer.ip());
    let throttle = Throttle::new(peer).per_account_and_client(limit(2));
    let basic = Basic::fixed("staff area", "alice", "wonderland", "alice").throttle(throttle);
    let auth = AuthLayer::new(basic, policy::authenticated())
        .build()
        .unwrap();
    let routes = Router::new().route("/", get(async || "hello"));
    let app: Router = Router::new().fallback_service(auth.layer(routes));
    let address = runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .unwrap();
        let address = listener.local_addr().unwrap();
        let service = app.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        address
    });

    let send = |password: &str| {
        let credentials = STANDARD.encode(format!("alice:{password}"));
        let sent = Sent::get("/")
            .with("authorization", &format!("Basic {credentials}"))
            .with("connection", "close");
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(&sent.bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let statuses = [
        "wonderland",
        "guessed",
        "wonderland",
        "guessed",
        "wonderland",
    ];
    let answers = statuses.map(send);
    assert_eq!(
        answers.each_ref().map(|answer| status(answer)),
        [200, 401, 200, 401, 429]
    );
    let throttled = answers[4].to_lowercase();
    let after = throttled.split("retry-after: ").nth(1).expect("a time");
    let after: u64 = after.lines().next().unwrap().parse().unwrap();
    assert!((1..=30).contains(&after), "{throttled}");
    assert!(!throttled.contains("www-authenticate"), "{throttled}");
}
