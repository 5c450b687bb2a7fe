//! The quick start of the README: users, a role, and a handler that does not run for strangers.

mod listen;

use axum::{Router, routing::get};
use tower::Layer;
use tower_auth::{
    AuthLayer, BasicCredentials, BuildError, Caller, Secret,
    policy::{self, HasRole, role},
    scheme::Basic,
};

#[derive(Clone)]
struct User {
    name: &'static str,
    admin: bool,
}

impl HasRole for User {
    fn has_role(&self, role: &str) -> bool {
        role == "admin" && self.admin
    }
}

/// Names, passwords, and who is an admin. Yours stand in a database, and the passwords are hashed.
const USERS: [(&str, &str, bool); 2] = [("alice", "wonderland", false), ("cathy", "s3cr3t!", true)];

/// Whose credentials these are. Unknown names are compared too, so that both take the same time.
fn users(credentials: BasicCredentials<'_>) -> Option<User> {
    let found = USERS
        .iter()
        .find(|(name, ..)| *name == credentials.user_id());
    let password = found.map_or("", |(_, password, _)| password);
    let proven = credentials.password().matches(&Secret::from(password));
    found
        .filter(|_| proven)
        .map(|&(name, _, admin)| User { name, admin })
}

fn app() -> Result<Router, BuildError> {
    let auth = AuthLayer::new(Basic::new("staff area", users), policy::anyone()).build()?;
    let routes = Router::new()
        .route("/", get(|| async { "Hello, whoever you are!\n" }))
        .route("/me", get(me))
        .route("/admin", get(me).layer(auth.require(role("admin"))?));
    // Around the whole router, as a service: `routes.layer(auth)` would stand on each route alone.
    Ok(Router::new().fallback_service(auth.layer(routes)))
}

/// Does not run for strangers: its argument says so.
async fn me(Caller(user): Caller<User>) -> String {
    format!("Hello, {}!\n", user.name)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = listen::listen().await?;
    let base = format!("http://{}", listener.local_addr()?);
    println!("  200  curl -i {base}/");
    println!("  401  curl -i {base}/me");
    println!("  200  curl -i -u alice:wonderland {base}/me");
    println!("  403  curl -i -u alice:wonderland {base}/admin");
    println!("  200  curl -i -u 'cathy:s3cr3t!' {base}/admin");
    Ok(axum::serve(listener, app()?).await?)
}
