//! The smallest useful service with axum: one password, and nobody else gets in.

mod listen;

use std::error::Error;

use axum::{Router, routing::get};
use tower::Layer as _;
use tower_auth::{AuthLayer, Caller, policy, scheme::Basic};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let aladdin = Basic::fixed("the cave", "Aladdin", "open sesame", "Aladdin");
    let auth = AuthLayer::new(aladdin, policy::authenticated()).build()?;
    let routes = Router::new().route("/", get(hello));

    let listener = listen::listen().await?;
    let base = format!("http://{}", listener.local_addr()?);
    println!("  401  curl -i {base}/");
    println!("  200  curl -i -u 'Aladdin:open sesame' {base}/");

    // Around the whole router, so that no route is forgotten.
    let app = Router::new().fallback_service(auth.layer(routes));
    axum::serve(listener, app).await?;
    Ok(())
}

/// Does not run for strangers: its argument says so.
async fn hello(Caller(name): Caller<&'static str>) -> String {
    format!("Hello, {name}!\n")
}
