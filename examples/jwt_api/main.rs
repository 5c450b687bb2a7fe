//! A bank that takes access tokens: scopes, roles, a login that has to be fresh and strong (RFC 9470), accounts that
//! look missing to whoever may not see them, and tokens that are taken back.
//!
//! ```console
//! cargo run --example jwt_api --features rust_crypto
//! ```
//!
//! The tokens are its own, signed with a key of this run. Those of an authorization server need its name, and its
//! keys from a URL: see the example `mcp_resource_server`.

mod bank;
#[path = "../issuer/mod.rs"]
mod issuer;
#[path = "../listen/mod.rs"]
mod listen;
mod tries;

use std::error::Error;

use self::issuer::OwnIssuer;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = listen::listen().await?;
    let base = format!("http://{}", listener.local_addr()?);
    let issuer = OwnIssuer::new(&base)?;
    let app = bank::app(issuer.trusted()?)?;
    println!("The bank is open at {base}");
    print!("{}", tries::text(&base, &issuer)?);
    Ok(axum::serve(listener, app).await?)
}
