//! A service for scripts of other origins. tower-http's `CorsLayer` stands outside of the layer, so that
//! preflights need no credentials, and scripts can read refusals.

mod listen;

use axum::{
    Router,
    http::{
        Method,
        header::{AUTHORIZATION, WWW_AUTHENTICATE},
    },
    routing::get,
};
use tower::Layer as _;
use tower_auth::{AuthLayer, BuildError, Caller, policy, scheme::Bearer};
use tower_http::cors::{Any, CorsLayer};

fn app() -> Result<Router, BuildError> {
    let bearer = Bearer::fixed("api", "alice-token", "alice");
    let auth = AuthLayer::new(bearer, policy::authenticated()).build()?;
    let routes = Router::new().route("/me", get(me).put(me));
    let cors = CorsLayer::new()
        // Any page may ask: it has to bring a token. Where cookies log in, name the origins.
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::PUT])
        // By name: the field `Authorization` is the one that `*` does not allow.
        .allow_headers([AUTHORIZATION])
        // What a 401 asks for can be read, too.
        .expose_headers([WWW_AUTHENTICATE]);
    Ok(Router::new()
        .fallback_service(auth.layer(routes))
        .layer(cors))
}

async fn me(Caller(name): Caller<&'static str>) -> String {
    format!("Hello, {name}!\n")
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = listen::listen().await?;
    let base = format!("http://{}", listener.local_addr()?);
    let page = "-H 'Origin: https://app.example'";
    println!("  200  curl -i -X OPTIONS {page} -H 'Access-Control-Request-Method: PUT' {base}/me");
    println!("  401  curl -i -X PUT {page} {base}/me");
    println!("  200  curl -i -X PUT {page} -H 'Authorization: Bearer alice-token' {base}/me");
    Ok(axum::serve(listener, app()?).await?)
}
