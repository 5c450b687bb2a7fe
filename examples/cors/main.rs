//! Pages of another origin that call with a token: CORS stands outside of the layer, so that their scripts can read
//! refusals, too.
//!
//! A browser asks before it sends a token to another origin, and carries no credentials then. Whoever stands
//! outside gets that preflight. Open the page in a browser to see what its script is told in either order.

#[path = "../listen/mod.rs"]
mod listen;

use std::{error::Error, future::IntoFuture as _};

use axum::{
    Router,
    body::Body,
    http::{
        HeaderValue, Method, StatusCode,
        header::{AUTHORIZATION, WWW_AUTHENTICATE},
    },
    response::Html,
    routing::get,
};
use tokio::net::TcpListener;
use tower::Layer as _;
use tower_auth::{
    AuthLayer, AuthLayerBuilder, BuildError, Caller, Unavailable,
    policy::{self, Access, PolicyExt as _},
    scheme::Bearer,
    verify::TokenTable,
};
use tower_http::cors::CorsLayer;

/// The principal: a name.
type User = &'static str;

/// What pages of `origin` may do.
fn cors(origin: HeaderValue) -> CorsLayer {
    CorsLayer::new()
        .allow_origin([origin])
        .allow_methods([Method::GET])
        .allow_headers([AUTHORIZATION])
        // Without it, a script sees that it is 401, and not what is asked for.
        .expose_headers([WWW_AUTHENTICATE])
}

/// The order to choose: CORS answers preflights, and its fields stand on every response, refusals included.
fn cors_outside(cors: &CorsLayer) -> Result<Router, BuildError> {
    let auth = auth().not_found(not_found()).build()?;
    let api = cors.layer(auth.layer(routes(&auth)?));
    Ok(Router::new().fallback_service(api))
}

/// The other order, where it cannot be helped: preflights would be refused as strangers, so they have to be let
/// through; and scripts cannot read refusals, for which the browser shows them a network error.
///
/// A 404 for what is hidden would lack the fields that stand on a 404 for what is missing, so CORS stands around
/// the not-found service, too.
fn cors_inside(cors: &CorsLayer) -> Result<Router, BuildError> {
    let auth = auth()
        .pass_preflights()
        .not_found(cors.layer(not_found()))
        .build()?;
    let api = auth.layer(cors.layer(routes(&auth)?));
    Ok(Router::new().fallback_service(api))
}

fn auth() -> AuthLayerBuilder<User, Body> {
    // Real tokens are drawn by chance, 128 bits or more.
    let tokens = TokenTable::new();
    tokens.insert("alice-token", "alice");
    tokens.insert("bob-token", "bob");
    AuthLayer::new(Bearer::new("notes", tokens), policy::authenticated())
}

fn routes(auth: &AuthLayer<User, Body>) -> Result<Router, BuildError> {
    let own = |access: &Access<'_, User>| {
        let name = access.path::<String>()?;
        Ok::<_, Unavailable>(name.as_deref() == access.principal().copied())
    };
    let notes = get(async || "Buy milk.\n").layer(auth.require(own.hide())?);
    Ok(Router::new()
        .route("/me", get(me))
        .route("/notes/{name}", notes)
        .fallback_service(not_found()))
}

async fn me(Caller(name): Caller<User>) -> String {
    format!("Hello, {name}!\n")
}

fn not_found() -> Router {
    Router::new().fallback(async || (StatusCode::NOT_FOUND, "There is nothing here.\n"))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // Another port is another origin.
    let outside = listen::listen().await?;
    let inside = TcpListener::bind("127.0.0.1:0").await?;
    let page = TcpListener::bind("127.0.0.1:0").await?;
    let url = |listener: &TcpListener| {
        Ok::<_, Box<dyn Error>>(format!("http://{}", listener.local_addr()?))
    };
    let (outside_url, inside_url, origin) = (url(&outside)?, url(&inside)?, url(&page)?);

    let fill = |text: &str| {
        text.replace("OUTSIDE", &outside_url)
            .replace("INSIDE", &inside_url)
            .replace("PAGE", &origin)
    };
    let html = Html(fill(include_str!("page.html")));
    print!("{}", fill(TRIES));

    let cors = cors(origin.parse()?);
    let page_app = Router::new().route("/", get(html));
    tokio::try_join!(
        axum::serve(outside, cors_outside(&cors)?).into_future(),
        axum::serve(inside, cors_inside(&cors)?).into_future(),
        axum::serve(page, page_app).into_future(),
    )?;
    Ok(())
}

/// What is sent to try it out, and the status that comes back.
const TRIES: &str = "\
The API is at OUTSIDE
The same with CORS inside is at INSIDE
A page of another origin that calls both is at PAGE

With CORS outside, scripts of the page may read all of these: `access-control-allow-origin` says so.

  200  curl -i -X OPTIONS -H 'Origin: PAGE' -H 'Access-Control-Request-Method: GET' OUTSIDE/me
  200  curl -i -H 'Origin: PAGE' -H 'Authorization: Bearer alice-token' OUTSIDE/me
  401  curl -i -H 'Origin: PAGE' OUTSIDE/me
  404  curl -i -H 'Origin: PAGE' -H 'Authorization: Bearer alice-token' OUTSIDE/notes/bob
  404  curl -i -H 'Origin: PAGE' -H 'Authorization: Bearer alice-token' OUTSIDE/no/such/path

With CORS inside, they may not read the 401. The second is no preflight.

  200  curl -i -X OPTIONS -H 'Origin: PAGE' -H 'Access-Control-Request-Method: GET' INSIDE/me
  401  curl -i -X OPTIONS -H 'Origin: PAGE' INSIDE/me
  200  curl -i -H 'Origin: PAGE' -H 'Authorization: Bearer alice-token' INSIDE/me
  401  curl -i -H 'Origin: PAGE' INSIDE/me
  404  curl -i -H 'Origin: PAGE' -H 'Authorization: Bearer alice-token' INSIDE/notes/bob
  404  curl -i -H 'Origin: PAGE' -H 'Authorization: Bearer alice-token' INSIDE/no/such/path
";
