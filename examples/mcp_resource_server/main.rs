//! A server of the Model Context Protocol that takes tokens of an authorization server, and tells clients which.
//!
//! ```console
//! cargo run --example mcp_resource_server --features aws_lc_rs,https              # prints tokens of its own
//! cargo run --example mcp_resource_server --features aws_lc_rs,https -- ISSUER    # takes those of ISSUER
//! ```

mod calls;
#[path = "../issuer/mod.rs"]
mod issuer;
#[path = "../listen/mod.rs"]
mod listen;
mod notes;
mod routes;

use std::{env, error::Error, time::Duration};

use serde_json::json;
use tower_auth::{jwks::RemoteKeys, jwt::Issuer, metadata::ResourceMetadata};

use self::{
    calls::{READ, WRITE},
    issuer::{OwnIssuer, ago},
};

/// Many issuers, such as Keycloak, write `JWT`. Their ID tokens do not get in: those are for the client, and name
/// it in `aud`.
const TYPES: [&str; 2] = ["at+jwt", "JWT"];

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = listen::listen().await?;
    // What clients connect to, what they ask tokens for, and what then stands in `aud`.
    let resource = format!("http://{}/mcp", listener.local_addr()?);
    let metadata = ResourceMetadata::new(&resource)
        .name("Notes")
        .scopes([READ, WRITE])
        // Elsewhere it is `https`, and so is the issuer.
        .allow_http_on_loopback();
    let own = OwnIssuer::new(&resource)?;
    let name = env::args().nth(1);
    let (issuer, metadata) = match &name {
        Some(name) => {
            let keys = RemoteKeys::discover_https(name).allow_http_on_loopback();
            let issuer = Issuer::new(name, &*resource, keys.build()?).token_types(TYPES);
            (issuer, metadata.authorization_server(name))
        }
        None => (own.trusted()?, metadata),
    };
    let metadata = metadata.build()?;
    let app = routes::app(issuer, &metadata)?;

    println!("Notes for programs are at {resource}");
    match &name {
        Some(name) => println!("The tokens are those of {name}"),
        None => print(&resource, &own)?,
    }
    Ok(axum::serve(listener, app).await?)
}

const HOUR: Duration = Duration::from_secs(60 * 60);

/// What is sent to try it out, and the status that comes back.
fn print(resource: &str, own: &OwnIssuer) -> Result<(), Box<dyn Error>> {
    let bearer = |subject, claims| {
        let token = own.token(subject, claims)?;
        Ok::<_, Box<dyn Error>>(format!("-H 'Authorization: Bearer {token}'"))
    };
    let tries = TRIES
        .replace("{mcp}", &format!("{ACCEPT} {resource}"))
        .replace("{here}", resource.trim_end_matches("/mcp"))
        .replace("{alice}", &bearer("alice", json!({ "scope": READ }))?)
        .replace(
            "{bob}",
            &bearer("bob", json!({ "scope": format!("{READ} {WRITE}") }))?,
        )
        .replace(
            "{late}",
            &bearer("alice", json!({ "scope": READ, "exp": ago(HOUR) }))?,
        );
    print!("{tries}");
    Ok(())
}

/// What the protocol asks of every request.
const ACCEPT: &str =
    "-H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream'";

const TRIES: &str = r#"The tokens are of this run, and end in a day.

What a client reads that knows nothing but the URL:

  401  curl -i -X POST {here}/mcp
  200  curl -i {here}/.well-known/oauth-protected-resource/mcp

Alice may read, and Bob may write, too:

  200  curl -i {alice} -d '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' {mcp}
  200  curl -i {alice} -d '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"whoami"}}' {mcp}
  403  curl -i {alice} -d '{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"add_note","arguments":{"text":"Buy milk."}}}' {mcp}
  200  curl -i {bob} -d '{"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"add_note","arguments":{"text":"Buy bread."}}}' {mcp}
  200  curl -i {bob} -d '{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"list_notes"}}' {mcp}

This token of Alice's has ended:

  401  curl -i {late} -d '{"jsonrpc":"2.0","id":6,"method":"tools/list"}' {mcp}
"#;
