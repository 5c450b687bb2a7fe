//! Accounts as a service needs them: hashed passwords in a file, an end to guessing, and roles out
//! of a database.
//!
//! ```console
//! cargo run --example accounts --all-features             # with the accounts of examples/accounts/users.txt
//! cargo run --example accounts --all-features -- FILE     # with yours
//! cargo run --example accounts --all-features -- hash     # makes a line for FILE
//! ```

mod guide;
#[path = "../listen/mod.rs"]
mod listen;
mod roles;
mod routes;
mod users;

use std::{env, error::Error, io, net::SocketAddr, sync::Arc, time::Duration};

use tower_auth::{
    address::ClientAddress,
    throttle::{Limit, Throttle},
    verify::UserTable,
};

use self::roles::Roles;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let file = env::args().nth(1);
    if file.as_deref() == Some("hash") {
        return print_a_line();
    }
    let accounts = UserTable::new().remember(Duration::from_secs(30), 1_000);
    users::load(&accounts, file.as_deref())?;
    let roles = Arc::new(Roles::in_memory()?);

    // Behind a proxy, the address of the client is another: see the example `address_rules`.
    let client = ClientAddress::connect_info();
    // So few that a lock is soon seen. What a throttle begins with leaves room for a browser's requests
    // at once, each of which counts until its password is proven.
    let throttle = Throttle::new(client)
        .per_account_and_client(Limit::new(5, Duration::from_secs(10)))
        .per_client(Limit::new(50, Duration::from_secs(1)));

    let number = accounts.len();
    let app = routes::app(accounts, throttle, roles, file)?;
    let listener = listen::listen().await?;
    guide::print(listener.local_addr()?, number);
    // Without connect info nobody has an address, and everybody with a password is answered with 503.
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    Ok(axum::serve(listener, service).await?)
}

/// A line for the file, of what the standard input says. It is shown while it is typed.
fn print_a_line() -> Result<(), Box<dyn Error>> {
    let ask = |what: &str| -> Result<String, Box<dyn Error>> {
        eprintln!("{what}:");
        let mut text = String::new();
        io::stdin()
            .read_line(&mut text)
            .map_err(|error| error.to_string())?;
        Ok(text.trim_end_matches(['\r', '\n']).to_owned())
    };
    let (id, full_name, password) = (ask("name")?, ask("full name")?, ask("password")?);
    println!("{}", users::line(&id, &full_name, &password)?);
    Ok(())
}
