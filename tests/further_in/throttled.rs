//! A throttle counts a request once, however often the layer stands on its way.

use std::net::SocketAddr;

use http::{Request, StatusCode};
use tower::Layer as _;
use tower_auth::{
    AuthLayer, BasicCredentials,
    address::ClientAddress,
    policy,
    scheme::{Basic, SchemeExt as _},
    throttle::{Limit, Throttle},
};

use crate::stand::{Reply, counted, send};

#[test]
fn a_throttle_counts_a_request_once_however_often_the_layer_stands_on_its_way() {
    const TRIES: u32 = 4;
    let limit = Limit::new(TRIES, std::time::Duration::from_secs(86_400));
    let throttle = Throttle::new(ClientAddress::extension(SocketAddr::ip))
        .per_client(limit)
        .per_account_and_client(limit);
    let basic = Basic::new("staff", |_: BasicCredentials<'_>| None::<&'static str>);
    // Whoever is rejected goes on as a stranger, so that the second layer is asked about them, too.
    let layer: AuthLayer<_, Reply> = AuthLayer::new(basic.throttle(throttle), policy::anyone())
        .treat_rejected_as_anonymous()
        .build()
        .expect("a layer");
    let (inner, calls) = counted();
    let service = layer.layer(layer.layer(layer.layer(inner)));
    let wrong = || {
        let request = Request::get("/").header("authorization", "Basic YWxpY2U6d3Jvbmc=");
        let peer = SocketAddr::from(([192, 0, 2, 1], 49_152));
        request.extension(peer).body(()).expect("a request")
    };
    for _ in 0..TRIES {
        assert_eq!(send(service.clone(), wrong()).status(), StatusCode::OK);
    }
    assert_eq!(
        send(service, wrong()).status(),
        StatusCode::TOO_MANY_REQUESTS
    );
    assert_eq!(
        calls.load(std::sync::atomic::Ordering::Relaxed),
        TRIES as usize
    );
}
