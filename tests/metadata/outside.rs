//! The metadata outside of the layer: with plain routers, guarded ones, and the layers of others.

use axum::{Router, body::Body, extract::State, routing::get};
use http::{Request, Response, StatusCode, header::WWW_AUTHENTICATE};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::{Layer, ServiceExt};
use tower_auth::{
    AuthLayer, AuthService, GuardedRouter, metadata::ResourceMetadata, policy, scheme::Bearer,
};
use tower_http::cors::CorsLayer;

use crate::stand::{PATH, fields, metadata, of};

fn auth(metadata: &ResourceMetadata) -> AuthLayer<&'static str, Body> {
    let bearer = Bearer::fixed("files", "s3cret", "alice").resource_metadata(metadata.url());
    AuthLayer::new(bearer, policy::authenticated())
        .build()
        .unwrap()
}

fn plain() -> Router {
    let routes = Router::new().route("/mcp", get(async || "files"));
    metadata()
        .router()
        .fallback_service(auth(&metadata()).layer(routes))
}

fn guarded() -> AuthService<Router, &'static str, Body> {
    let routes = GuardedRouter::new().route("/mcp", policy::anyone(), get(async || "files"));
    routes.guarded_by(&auth(&metadata())).unwrap()
}

fn behind_guarded() -> Router {
    metadata().router().fallback_service(guarded())
}

async fn send(app: &Router, request: Request<Body>) -> Response<Body> {
    let Ok(response) = app.clone().oneshot(request).await;
    response
}

async fn status(app: &Router, path: &str) -> StatusCode {
    send(app, Request::get(path).body(Body::empty()).unwrap())
        .await
        .status()
}

async fn document(response: Response<Body>) -> Value {
    let body = response.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&body).unwrap()
}

// 9728-3.1-c
#[tokio::test]
async fn it_is_told_to_everybody_while_every_other_path_asks_for_a_token() {
    for app in [plain(), behind_guarded()] {
        assert_eq!(status(&app, PATH).await, StatusCode::OK);
        for other in [
            "/",
            "/mcp",
            "/missing",
            "/.well-known",
            "/.well-known/oauth-protected-resource",
            "/.well-known/oauth-protected-resource/mcp/",
            "/.well-known/oauth-protected-resource/mcp/more",
            "/.well-known/oauth-protected-resource/MCP",
            "/.well-known/oauth-protected-resource//mcp",
            "/.well-known/oauth-protected-resource/%6Dcp",
        ] {
            assert_eq!(
                status(&app, other).await,
                StatusCode::UNAUTHORIZED,
                "{other}"
            );
        }
    }
}

#[tokio::test]
async fn bad_credentials_are_not_looked_at() {
    for app in [plain(), behind_guarded()] {
        for value in ["Bearer wrong", "Bearer s3cret", "Basic !", ""] {
            let request = Request::get(PATH).header("authorization", value);
            let response = send(&app, request.body(Body::empty()).unwrap()).await;
            assert_eq!(response.status(), StatusCode::OK, "{value}");
            assert_eq!(document(response).await["resource"], metadata().resource());
        }
    }
}

/// From the refusal to the document, as a client goes.
// 9728-3.3-a, 9728-5-a
#[tokio::test]
async fn a_client_finds_the_document_from_the_challenge() {
    for app in [plain(), behind_guarded()] {
        let refused = send(&app, Request::get("/mcp").body(Body::empty()).unwrap()).await;
        assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
        let challenge = refused.headers()[WWW_AUTHENTICATE].to_str().unwrap();
        let (_, rest) = challenge.split_once("resource_metadata=\"").unwrap();
        let link = rest.split('"').next().unwrap();
        let path = link.strip_prefix("https://rs.example.com").unwrap();
        let told = send(&app, Request::get(path).body(Body::empty()).unwrap()).await;
        assert_eq!(
            document(told).await["resource"],
            "https://rs.example.com/mcp"
        );
    }
}

#[tokio::test]
async fn those_of_several_resources_on_one_host_merge() {
    let paths = ["", "/", "/a", "/a/", "/a/b", "/b?k=v", "/:c"];
    let resources = paths.map(|path| of(&format!("https://rs.example.com{path}")));
    // Of two that stand at the same URL, one is served.
    let served = resources
        .iter()
        .filter(|metadata| metadata.resource() != "https://rs.example.com/");
    let routers = served.map(ResourceMetadata::router);
    let app = routers
        .fold(Router::new().without_v07_checks(), Router::merge)
        .route("/more", get(async || "more"))
        .fallback_service(guarded());
    for metadata in resources
        .iter()
        .filter(|metadata| metadata.resource() != "https://rs.example.com/")
    {
        let request = Request::get(metadata.path()).body(Body::empty()).unwrap();
        let told = document(send(&app, request).await).await;
        assert_eq!(told["resource"], metadata.resource());
    }
    assert_eq!(status(&app, "/more").await, StatusCode::OK);
    assert_eq!(status(&app, "/mcp").await, StatusCode::UNAUTHORIZED);
    assert_eq!(
        status(&app, "/.well-known/oauth-protected-resource/c").await,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_router_with_state_takes_it() {
    let app = Router::new()
        .route(
            "/count",
            get(async |State(count): State<u32>| count.to_string()),
        )
        .merge(metadata().router())
        .with_state(7_u32);
    assert_eq!(status(&app, PATH).await, StatusCode::OK);
    assert_eq!(status(&app, "/count").await, StatusCode::OK);
}

#[tokio::test]
async fn it_can_stand_behind_a_gateway_that_strips_a_prefix() {
    let app = Router::new().nest_service("/internal/metadata", metadata());
    assert_eq!(status(&app, "/internal/metadata").await, StatusCode::OK);
    assert_eq!(status(&app, PATH).await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_layer_of_cors_around_it_answers_preflights_itself() {
    const ALLOWED: &str = "access-control-allow-origin";
    let cors = CorsLayer::new().allow_origin(["https://app.example".parse().unwrap()]);
    for app in [plain(), behind_guarded()] {
        let inside = app.clone().layer(cors.clone());
        let outside = metadata()
            .router()
            .fallback_service(app.layer(cors.clone()));
        for (app, origin, told, preflight) in [
            (
                &inside,
                "https://app.example",
                "https://app.example",
                Some("https://app.example"),
            ),
            (&inside, "https://other.example", "*", None),
            (&outside, "https://app.example", "*", Some("*")),
            (&outside, "https://other.example", "*", Some("*")),
        ] {
            let get = Request::get(PATH).header("origin", origin);
            let response = send(app, get.body(Body::empty()).unwrap()).await;
            assert_eq!(response.status(), StatusCode::OK);
            assert_eq!(fields(&response)[ALLOWED], told, "{origin}");

            let ask = Request::options(PATH)
                .header("origin", origin)
                .header("access-control-request-method", "GET");
            let response = send(app, ask.body(Body::empty()).unwrap()).await;
            let allowed = response.headers().get(ALLOWED);
            let allowed = allowed.map(|value| value.to_str().unwrap());
            assert_eq!(allowed, preflight, "{origin}");
        }
    }
}
