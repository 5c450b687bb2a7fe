//! A policy of your own that asks a database. While that is slow or down nobody gets in, and nobody
//! is told that they may not: 503.

mod listen;

use std::{
    error::Error,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};
use tokio::time::{sleep, timeout};
use tower::Layer as _;
use tower_auth::{
    AuthLayer, Caller, Unavailable,
    policy::{self, Policy, View},
    scheme::Bearer,
    verify::TokenTable,
};

const PATIENCE: Duration = Duration::from_millis(500);

/// Lets in whoever is a member of the room that is asked for.
fn members(database: Database) -> impl Policy<&'static str> {
    policy::check_with(
        database,
        async |database: Database, view: View<&'static str>| {
            let Some(name) = view.principal() else {
                return Ok(false);
            };
            // What the router made of the path. A path that cannot be read is the caller's doing.
            let Some(room) = view.path::<String>()? else {
                return Ok(false);
            };
            // From here on, what goes wrong is ours: `?` makes 503 of it.
            let answer = timeout(PATIENCE, database.is_member(&room, name)).await?;
            answer.map_err(|error| Unavailable::from(error).retry_after(Duration::from_secs(5)))
        },
    )
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // Real tokens are drawn by chance, 128 bits or more.
    let tokens = TokenTable::new();
    tokens.insert("alice-token", "alice");
    tokens.insert("bob-token", "bob");

    let database = Database::default();
    let auth = AuthLayer::new(Bearer::new("rooms", tokens), policy::authenticated()).build()?;
    let members_only = auth.require(members(database.clone()))?;
    let routes = Router::new()
        .route("/rooms/{room}", get(enter).layer(members_only))
        .route("/database/{state}", post(change))
        .with_state(database);

    let listener = listen::listen().await?;
    let base = format!("http://{}", listener.local_addr()?);
    let alice = "-H 'Authorization: Bearer alice-token'";
    let bob = "-H 'Authorization: Bearer bob-token'";
    println!("  401  curl -i {base}/rooms/garden");
    println!("  200  curl -i {alice} {base}/rooms/garden");
    println!("  403  curl -i {bob} {base}/rooms/garden");
    println!("       curl -X POST {bob} {base}/database/down");
    println!("  503  curl -i {alice} {base}/rooms/garden");
    println!("  503  curl -i {bob} {base}/rooms/garden");

    let app = Router::new().fallback_service(auth.layer(routes));
    axum::serve(listener, app).await?;
    Ok(())
}

async fn enter(Caller(name): Caller<&'static str>, Path(room): Path<String>) -> String {
    format!("Come in, {name}. This is the {room}.\n")
}

/// For you to try what happens.
async fn change(State(database): State<Database>, Path(state): Path<String>) -> StatusCode {
    let state = match state.as_str() {
        "up" => Health::Up,
        "slow" => Health::Slow,
        "down" => Health::Down,
        _ => return StatusCode::NOT_FOUND,
    };
    database.set(state);
    StatusCode::NO_CONTENT
}

/// What stands for a database elsewhere.
#[derive(Clone, Default)]
struct Database(Arc<Mutex<Health>>);

#[derive(Clone, Copy, Default)]
enum Health {
    #[default]
    Up,
    Slow,
    Down,
}

impl Database {
    async fn is_member(&self, room: &str, name: &str) -> Result<bool, Down> {
        let health = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match health {
            Health::Up => {}
            Health::Slow => sleep(10 * PATIENCE).await,
            Health::Down => return Err(Down),
        }
        Ok(matches!(
            (room, name),
            ("garden", "alice") | ("workshop", "bob")
        ))
    }

    fn set(&self, health: Health) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = health;
    }
}

#[derive(Debug)]
struct Down;

impl fmt::Display for Down {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the database does not answer")
    }
}

impl Error for Down {}
