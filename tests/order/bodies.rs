//! Layers that turn bodies: the layer makes its own of whatever type stands there.

use std::convert::Infallible;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt as _, Full, combinators::BoxBody};
use tower::{Layer as _, Service, ServiceBuilder, ServiceExt as _, service_fn};
use tower_auth::{
    AuthLayer, AuthLayerBuilder,
    policy::{self, PolicyExt as _},
    scheme::Bearer,
};
use tower_http::{
    limit::RequestBodyLimitLayer, map_request_body::MapRequestBodyLayer,
    map_response_body::MapResponseBodyLayer,
};

use crate::watched::Watched;

/// A body that is made by nobody but this function.
type Erased = BoxBody<Bytes, Infallible>;

fn erased(body: Full<Bytes>) -> Erased {
    BoxBody::new(body)
}

fn builder<B: 'static>() -> AuthLayerBuilder<&'static str, B> {
    AuthLayer::new(
        Bearer::fixed("api", "s3cret", "alice"),
        policy::authenticated(),
    )
}

fn request<Q>(alice: bool, body: Q) -> Request<Q> {
    let request = Request::post("/");
    let request = if alice {
        request.header("authorization", "Bearer s3cret")
    } else {
        request
    };
    request.body(body).expect("a request")
}

async fn told<S, Q, B>(service: S, request: Request<Q>) -> (StatusCode, String)
where
    S: Service<Request<Q>, Response = Response<B>, Error = Infallible>,
    B: Body<Data = Bytes>,
    B::Error: std::fmt::Debug,
{
    let Ok(response) = service.oneshot(request).await;
    let status = response.status();
    let body = response.into_body().collect().await.expect("a body");
    (
        status,
        String::from_utf8(body.to_bytes().to_vec()).expect("text"),
    )
}

#[tokio::test]
async fn where_the_body_inside_is_of_another_type_build_with_makes_it() {
    let handler =
        service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(Full::from("hello"))));
    // Inside: what the layer sees are bodies that were turned.
    let auth = builder::<Erased>().build_with(|bytes| erased(Full::new(bytes)));
    let inside = ServiceBuilder::new()
        .layer(auth.expect("a layer"))
        .layer(MapResponseBodyLayer::new(erased))
        .service(handler);
    // Outside: what the layer makes is turned with the rest.
    let outside = ServiceBuilder::new()
        .layer(MapResponseBodyLayer::new(erased))
        .layer(builder::<Full<Bytes>>().build().expect("a layer"))
        .service(handler);
    let [(status, inner), (_, outer)] = [
        told(inside.clone(), request(false, ())).await,
        told(outside.clone(), request(false, ())).await,
    ];
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(without_time(&inner), without_time(&outer));
    assert!(inner.contains("\"status\":401"), "{inner}");
    for allowed in [
        told(inside, request(true, ())).await,
        told(outside, request(true, ())).await,
    ] {
        assert_eq!(allowed, (StatusCode::OK, String::from("hello")));
    }
}

fn without_time(body: &str) -> String {
    body.chars()
        .filter(|letter| !letter.is_ascii_digit())
        .collect()
}

#[tokio::test]
async fn a_not_found_service_answers_with_the_body_of_the_layer() {
    let page = service_fn(async |_: Request<tower_auth::NoBody>| {
        let mut response = Response::new(erased(Full::from("nothing here")));
        *response.status_mut() = StatusCode::NOT_FOUND;
        Ok::<_, Infallible>(response)
    });
    let hidden = policy::authenticated().hide();
    let auth = AuthLayer::new(Bearer::fixed("api", "s3cret", "alice"), hidden).not_found(page);
    let auth = auth
        .build_with(|bytes| erased(Full::new(bytes)))
        .expect("a layer");
    let handler = service_fn(async |_: Request<()>| {
        Ok::<_, Infallible>(Response::new(erased(Full::default())))
    });
    let concealed = told(auth.layer(handler), request(false, ())).await;
    assert_eq!(
        concealed,
        (StatusCode::NOT_FOUND, String::from("nothing here"))
    );
}

/// 9110-10.1.1-a
#[tokio::test]
async fn no_layer_on_either_side_has_a_refused_body_read() {
    let reads = service_fn(async |request: Request<Erased>| {
        let length = request
            .into_body()
            .collect()
            .await
            .map(|body| body.to_bytes().len());
        Ok::<_, Infallible>(Response::new(Full::from(length.unwrap_or(0).to_string())))
    });
    let auth = || builder::<Full<Bytes>>().build().expect("a layer");
    let map = || MapRequestBodyLayer::new(|body: Watched| BoxBody::new(body));
    let outside = ServiceBuilder::new()
        .layer(map())
        .layer(auth())
        .service(reads);
    let inside = ServiceBuilder::new()
        .layer(auth())
        .layer(map())
        .service(reads);

    for alice in [false, true] {
        let [one, two] = [Watched::of(10), Watched::of(10)];
        let outer = told(outside.clone(), request(alice, one.clone())).await;
        let inner = told(inside.clone(), request(alice, two.clone())).await;
        let expected = if alice {
            StatusCode::OK
        } else {
            StatusCode::UNAUTHORIZED
        };
        assert_eq!((outer.0, inner.0), (expected, expected));
        let read = if alice { 11 } else { 0 };
        assert_eq!(one.polled(), read);
        assert_eq!(two.polled(), read);
    }
}

/// 9110-10.1.1-a
#[tokio::test]
async fn a_limit_outside_reads_nothing_of_a_refused_body_whose_length_is_not_told() {
    let handler =
        service_fn(async |_: Request<_>| Ok::<_, Infallible>(Response::new(Full::from("hello"))));
    let auth = builder::<Full<Bytes>>().build().expect("a layer");
    let app = ServiceBuilder::new()
        .layer(RequestBodyLimitLayer::new(64))
        .layer(auth)
        .service(handler);
    let body = Watched::of(10);
    let (status, _) = told(app, request(false, body.clone())).await;
    assert_eq!((status, body.polled()), (StatusCode::UNAUTHORIZED, 0));
}
