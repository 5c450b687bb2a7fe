//! The metadata inside of the layer, which is one layer too deep.

use axum::{
    Router,
    body::Body,
    routing::{any_service, get},
};
use http::{Request, StatusCode};
use tower::{Layer, ServiceExt};
use tower_auth::{
    AuthLayer, AuthService, GuardedRouter,
    policy::{self, BoxPolicy, PolicyExt},
    scheme::Bearer,
};

use crate::stand::{PATH, metadata};

type App = AuthService<Router, &'static str, Body>;

fn auth(own: BoxPolicy<&'static str>) -> AuthLayer<&'static str, Body> {
    let bearer = Bearer::fixed("files", "s3cret", "alice").resource_metadata(metadata().url());
    AuthLayer::new(bearer, own).build().unwrap()
}

fn plain(own: BoxPolicy<&'static str>) -> App {
    auth(own).layer(metadata().router())
}

fn guarded(own: BoxPolicy<&'static str>) -> App {
    let routes = GuardedRouter::new()
        .route("/mcp", policy::authenticated(), get(async || "files"))
        .route(PATH, policy::anyone(), any_service(metadata()));
    let listed: Vec<_> = routes.routes().iter().map(ToString::to_string).collect();
    assert_eq!(
        listed,
        ["GET,HEAD /mcp authenticated", &format!("* {PATH} anyone")]
    );
    routes.guarded_by(&auth(own)).unwrap()
}

/// The chapter `oauth` has this table.
// 9728-3.1-c
#[tokio::test]
async fn where_it_stands_decides_who_can_read_it() {
    for make in [plain, guarded] {
        for (own, token, status) in [
            (policy::anyone().boxed(), None, StatusCode::OK),
            (
                policy::anyone().boxed(),
                Some("expired"),
                StatusCode::UNAUTHORIZED,
            ),
            (
                policy::authenticated().boxed(),
                None,
                StatusCode::UNAUTHORIZED,
            ),
            (
                policy::authenticated().boxed(),
                Some("expired"),
                StatusCode::UNAUTHORIZED,
            ),
        ] {
            let request = Request::get(PATH);
            let request = match token {
                Some(token) => request.header("authorization", format!("Bearer {token}")),
                None => request,
            };
            let request = request.body(Body::empty()).unwrap();
            let Ok(response) = make(own).oneshot(request).await;
            assert_eq!(response.status(), status, "{token:?}");
        }
    }
}
