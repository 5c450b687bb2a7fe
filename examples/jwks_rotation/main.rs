//! An issuer that rotates its keys under load: which requests pass, which do not, and how often it is asked.
//!
//! It publishes a key before it signs with it, is away for a while, and strangers send tokens with the names of keys
//! that nobody has. No request with a valid token fails meanwhile.
//!
//! ```console
//! cargo run --example jwks_rotation --features aws_lc_rs,jwks
//! ```

mod issuer;
#[path = "../listen/mod.rs"]
mod listen;
mod load;

use std::{error::Error, future::IntoFuture as _, sync::Arc, time::Duration};

use axum::{Router, body::Body, routing::get};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use tokio::time::{Instant, sleep};
use tower::Layer as _;
use tower_auth::{
    AuthLayer, BuildError, Caller,
    jwks::RemoteKeys,
    jwt::{Issuer as Trusted, JwtVerifier, StandardClaims},
    policy,
    scheme::Bearer,
};

use self::{issuer::Issuer, load::Load};

const AUDIENCE: &str = "https://rs.example.com";

/// How long a new key is published before it signs: as long as an unknown one may be asked for in vain. A second, so
/// that this ends soon: leave it at the 30 that it is otherwise.
const COOLDOWN: Duration = Duration::from_secs(1);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = listen::listen().await?;
    let url = format!("http://{}", listener.local_addr()?);
    let issuer = Arc::new(Issuer::new(&url)?);
    tokio::spawn(axum::serve(listener, issuer.clone().routes()).into_future());
    println!("The issuer publishes its keys at {url}/jwks");

    // Any client that is a tower service. With the feature `https`, `RemoteKeys::https` brings one that speaks TLS.
    let client = Client::builder(TokioExecutor::new()).build_http::<String>();
    let keys = RemoteKeys::new(format!("{url}/jwks"), client)
        .allow_http_on_loopback()
        .cooldown(COOLDOWN)
        .build()?;
    keys.ready().await?;
    let (app, begun) = (app(&url, &keys)?, Instant::now());
    let tell = |what: &str| println!("{:5.1} s  {what}", begun.elapsed().as_secs_f64());

    tell("one key is fetched, and the load begins");
    let load = Load::begin(app, issuer.clone());
    for rotation in 1..=3 {
        issuer.publish_another()?;
        tell(&format!(
            "key {rotation} is published beside the one that signs"
        ));
        sleep(COOLDOWN + COOLDOWN / 4).await;
        issuer.sign_with_it()?;
        tell(&format!("key {rotation} signs"));
        sleep(COOLDOWN / 4).await;
        issuer.take_back_the_old_one()?;
        tell("the old one is gone");
        if rotation == 2 {
            issuer.go_away();
            tell("the issuer is away");
            sleep(2 * COOLDOWN).await;
            tell(&format!("{} fetches have failed", keys.status().failures()));
            issuer.come_back();
            tell("the issuer is back");
        }
    }
    let seen = load.end().await?;
    tell("the load ends");
    // Otherwise the last one to be taken back is known until the keys are due, or asked for.
    keys.refresh().await?;

    println!();
    println!(
        "{} requests with valid tokens: {} passed",
        seen.valid, seen.passed
    );
    println!(
        "{} with keys that nobody has: {} refused",
        seen.unknown, seen.refused
    );
    println!("The issuer was asked {} times", issuer.times_asked());
    println!(
        "The keys that are known: {}",
        keys.status().kids().join(", ")
    );
    if (seen.passed, seen.refused) != (seen.valid, seen.unknown) {
        return Err("some requests were answered as they should not be".into());
    }
    Ok(())
}

/// A service that says who calls.
fn app(issuer: &str, keys: &RemoteKeys) -> Result<Router, BuildError> {
    let trusted = Trusted::new(issuer, AUDIENCE, keys.clone());
    let bearer = Bearer::new("api", JwtVerifier::<StandardClaims>::new(trusted));
    let auth = AuthLayer::<_, Body>::new(bearer, policy::authenticated()).build()?;
    let routes = Router::new().route("/me", get(me));
    Ok(Router::new().fallback_service(auth.layer(routes)))
}

async fn me(Caller(claims): Caller<StandardClaims>) -> String {
    claims.subject().to_owned()
}
