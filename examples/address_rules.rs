//! Where callers may come from: an admin area for this machine and the office, behind a proxy.
//!
//! The proxy runs on this machine, and appends whom it got each request from to `X-Forwarded-For`.
//! Whoever asks without the field asks from this machine: a proxy that leaves it out would let
//! everybody in. `OFFICE` names the networks of the office, with commas between them.

mod listen;

use std::{env, net::SocketAddr};

use axum::{Router, routing::get};
use tower::Layer;
use tower_auth::{
    AuthLayer, BuildError,
    address::ClientAddress,
    policy::{PolicyExt, authenticated, from_networks, not_from_networks},
    scheme::Basic,
};

const PROXY: &str = "127.0.0.1";
const THIS_MACHINE: [&str; 2] = ["127.0.0.0/8", "::1"];
const OFFICE: &str = "192.0.2.0/24,2001:db8:7::/48";
const BANNED: [&str; 1] = ["198.51.100.0/24"];

/// What is sent to try it out, and the status that comes back.
const TRIES: [(u16, &str, &str); 11] = [
    (200, "-H 'X-Forwarded-For: 203.0.113.7'", "/"),
    (403, "-H 'X-Forwarded-For: 198.51.100.7'", "/"),
    (200, "-H 'X-Forwarded-For: 198.51.100.7, 203.0.113.7'", "/"),
    (403, "-H 'X-Forwarded-For: unknown'", "/"),
    (200, "-u 'cathy:s3cr3t!'", "/admin"),
    (401, "-H 'X-Forwarded-For: 192.0.2.7'", "/admin"),
    (
        200,
        "-u 'cathy:s3cr3t!' -H 'X-Forwarded-For: 192.0.2.7'",
        "/admin",
    ),
    (
        200,
        "-u 'cathy:s3cr3t!' -H 'X-Forwarded-For: [2001:db8:7::9]:4711'",
        "/admin",
    ),
    (403, "-H 'X-Forwarded-For: 203.0.113.7'", "/admin"),
    (
        403,
        "-u 'cathy:s3cr3t!' -H 'X-Forwarded-For: 203.0.113.7'",
        "/admin",
    ),
    (
        403,
        "-u 'cathy:s3cr3t!' -H 'X-Forwarded-For: 127.0.0.1, 203.0.113.7'",
        "/admin",
    ),
];

fn app(office: &str) -> Result<Router, BuildError> {
    let client = ClientAddress::connect_info().x_forwarded_for([PROXY]);
    let admins = from_networks(
        client.clone(),
        THIS_MACHINE.into_iter().chain(office.split(',')),
    );

    let scheme = Basic::fixed("staff area", "cathy", "s3cr3t!", "cathy");
    let auth = AuthLayer::new(scheme, not_from_networks(client, BANNED)).build()?;
    // At a wrong address nobody is asked for a password: no login would help.
    let admin = auth.require(admins.and(authenticated()))?;
    let routes = Router::new()
        .route("/", get(|| async { "Hello!\n" }))
        .route(
            "/admin",
            get(|| async { "All switches are here.\n" }).layer(admin),
        );
    Ok(Router::new().fallback_service(auth.layer(routes)))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let office = env::var("OFFICE").unwrap_or_else(|_| OFFICE.to_owned());
    let app = app(&office)?;
    let listener = listen::listen().await?;
    let base = format!("http://{}", listener.local_addr()?);
    println!("The proxy is you. The office is {office}. This listens on {base}");
    for (status, arguments, path) in TRIES {
        println!("  {status}  curl -i {arguments} {base}{path}");
    }
    // Without connect info nobody has an address, and everybody is answered with 503.
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    Ok(axum::serve(listener, service).await?)
}
