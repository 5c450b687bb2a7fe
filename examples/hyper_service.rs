//! Without axum: hyper, a tower service, and a layer around it. Anyone reads, known callers write.

mod listen;

use std::{convert::Infallible, error::Error};

use http_body_util::Full;
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
    service::TowerToHyperService,
};
use tower::{Layer as _, service_fn};
use tower_auth::{AuthLayer, Caller, policy::Access, scheme::Bearer, verify::TokenTable};

/// The principal.
#[derive(Clone)]
struct Guest {
    name: &'static str,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // Real tokens are drawn by chance, 128 bits or more.
    let tokens = TokenTable::new();
    tokens.insert("alice-token", Guest { name: "alice" });
    tokens.insert("bob-token", Guest { name: "bob" });

    let reads_or_is_known = |access: &Access<'_, Guest>| {
        let reads = matches!(*access.method(), Method::GET | Method::HEAD);
        reads || access.principal().is_some()
    };
    let auth = AuthLayer::new(Bearer::new("guest book", tokens), reads_or_is_known).build()?;
    let service = TowerToHyperService::new(auth.layer(service_fn(guest_book)));

    let listener = listen::listen().await?;
    let base = format!("http://{}", listener.local_addr()?);
    println!("  200  curl -i {base}/");
    println!("  401  curl -i -d 'I was here' {base}/");
    println!("  201  curl -i -d 'I was here' -H 'Authorization: Bearer alice-token' {base}/");
    println!("  401  curl -i -H 'Authorization: Bearer wrong' {base}/");

    loop {
        let (stream, _) = listener.accept().await?;
        let service = service.clone();
        tokio::spawn(async move {
            let server = auto::Builder::new(TokioExecutor::new());
            // A connection that breaks off concerns nobody but its client.
            let _ = server.serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn guest_book(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let name = Caller::<Guest>::of(request.extensions()).map_or("stranger", |guest| guest.name);
    let (status, text) = match *request.method() {
        Method::POST => (StatusCode::CREATED, format!("Signed: {name}\n")),
        _ => (StatusCode::OK, format!("Hello, {name}!\n")),
    };
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    Ok(response)
}
