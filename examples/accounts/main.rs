//! Accounts as a service needs them: hashed passwords in a file, a lock after too many tries, and
//! roles out of a database.
//!
//! ```console
//! cargo run --example accounts --all-features             # with the accounts of examples/accounts/users.txt
//! cargo run --example accounts --all-features -- FILE     # with yours
//! cargo run --example accounts --all-features -- hash     # makes a line for FILE
//! ```

#[path = "../listen/mod.rs"]
mod listen;

mod roles;
mod routes;
mod users;

use std::{env, error::Error, io, net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use tower_auth::{
    Secret,
    address::ClientAddress,
    password::{self, Parameters},
    throttle::{Limit, Throttle},
    verify::UserTable,
};

use self::{roles::Roles, users::Account};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let file = env::args().nth(1);
    if file.as_deref() == Some("hash") {
        return hash();
    }
    let accounts = UserTable::new().remember(Duration::from_secs(30), 1_000);
    users::load(&accounts, file.as_deref())?;
    let roles = Arc::new(Roles::in_memory()?);

    // Behind a proxy, the address of the client is another: see the example `address_rules`.
    let client = ClientAddress::connect_info();
    let throttle = Throttle::new(client)
        .per_account_and_client(Limit::new(5, Duration::from_secs(10)))
        .per_client(Limit::new(50, Duration::from_secs(1)));

    let app = routes::app(&accounts, throttle, roles, file)?;
    let listener = listen::listen().await?;
    print_what_to_try(&accounts, listener.local_addr()?);
    Ok(serve(listener, app).await?)
}

async fn serve(listener: tokio::net::TcpListener, app: Router) -> io::Result<()> {
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, app).await
}

/// A line for the file, of a name and a password from the standard input.
fn hash() -> Result<(), Box<dyn Error>> {
    let line = || -> io::Result<String> {
        let mut text = String::new();
        io::stdin().read_line(&mut text)?;
        Ok(text.trim_end_matches(['\r', '\n']).to_owned())
    };
    eprintln!("a name, and a password, each on a line:");
    let name = line()?;
    let password = Secret::from(line()?);
    println!(
        "{name}:{}",
        password::hash(&password, Parameters::default())?
    );
    Ok(())
}

fn print_what_to_try(accounts: &UserTable<Account>, address: SocketAddr) {
    println!(
        "listening on http://{address}, {} accounts\n\n\
         curl -i http://{address}/                           # anybody\n\
         curl -i http://{address}/me                         # 401\n\
         curl -i http://{address}/me -u alice:wonderland     # 200, without roles\n\
         curl -i http://{address}/me -u dora:explorer        # 401: her account is locked\n\
         curl -i http://{address}/accounts -u alice:wonderland              # 403\n\
         curl -i http://{address}/accounts -u 'cathy:s3cr3t!'               # 200: she is an admin\n\
         curl -i -X POST http://{address}/accounts/bob/lock -u 'cathy:s3cr3t!'   # 204\n\
         for i in 1 2 3 4 5 6; do curl -si http://{address}/me -u bob:guess$i | head -1; done   # 429 at last\n",
        accounts.len(),
    );
}
