//! How examples start and end.

use std::{error::Error, net::TcpListener};

use super::{
    client::ask,
    running::{Running, command},
};

const EXAMPLES: [&str; 15] = [
    "accounts",
    "address_rules",
    "axum_basic",
    "cors",
    "custom_policy",
    "custom_scheme",
    "demo",
    "guarded_router",
    "handler_denials",
    "hidden_documents",
    "hyper_service",
    "jwks_rotation",
    "jwt_api",
    "mcp_resource_server",
    "per_route",
];

/// Sees that an example ends at once with one line that says why.
fn does_not_start(name: &str, port: &str, why: &str) -> Result<(), Box<dyn Error>> {
    let output = command(name, port)?.output()?;
    let told = String::from_utf8(output.stderr)?;
    assert_eq!(output.status.code(), Some(1), "{name} on `{port}`: {told}");
    assert_eq!(told.lines().count(), 1, "{name} on `{port}`: {told}");
    assert!(told.contains(why), "{name} on `{port}`: {told}");
    Ok(())
}

#[test]
fn a_bad_port_is_told_in_one_line() -> Result<(), Box<dyn Error>> {
    for name in EXAMPLES {
        for port in ["", "http", "-1", "65536"] {
            does_not_start(name, port, &format!("PORT is `{port}`"))?;
        }
    }
    Ok(())
}

#[test]
fn a_busy_port_is_told_in_one_line() -> Result<(), Box<dyn Error>> {
    let busy = TcpListener::bind("127.0.0.1:0")?;
    let port = busy.local_addr()?.port().to_string();
    for name in EXAMPLES {
        does_not_start(name, &port, &format!("cannot listen on 127.0.0.1:{port}"))?;
    }
    Ok(())
}

#[cfg(unix)]
#[tokio::test]
async fn ctrl_c_ends_the_demo() -> Result<(), Box<dyn Error>> {
    let mut demo = Running::start("demo")?;
    // Once it answers, it listens to signals too.
    assert_eq!(ask(demo.base(), "GET", "/", &[]).await?.status, 200);
    let id = demo.process().id().to_string();
    let sent = std::process::Command::new("kill")
        .args(["-INT", &id])
        .status()?;
    assert!(sent.success());
    assert_eq!(demo.process().wait()?.code(), Some(0));
    Ok(())
}
