//! A router that cannot be left open: each route has its policy beside it, and what is open to whom is printed as
//! a table.

mod listen;

use std::{
    error::Error,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    extract::{Path, State},
    http::{Method, StatusCode},
    routing::{delete, get, post},
};
use tower_auth::{
    AuthLayer, Caller, GuardedRoute, GuardedRouter, Hidden,
    policy::{self, HasRole, PolicyExt as _, role},
    scheme::Bearer,
    verify::TokenTable,
};

/// The principal.
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

/// What there is to buy. Clones share it.
#[derive(Clone)]
struct Shop(Arc<Mutex<Vec<String>>>);

impl Shop {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(vec![String::from("coffee")])))
    }

    fn with<T>(&self, change: impl FnOnce(&mut Vec<String>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Anyone looks, users buy, admins add: on one path, a policy for each method.
fn products() -> GuardedRouter<User, Shop> {
    GuardedRouter::new()
        .route("/", policy::anyone(), get(list))
        .route("/", role("admin"), post(add))
        .route("/{name}", policy::authenticated(), delete(buy))
}

/// Nobody but admins knows that there is an office.
fn office() -> GuardedRouter<User, Shop> {
    let admin = || role("admin").hide();
    GuardedRouter::new()
        .route("/", admin(), get(async || "Behind the shop.\n"))
        .route("/stock", admin(), get(count))
}

fn account() -> GuardedRouter<User, Shop> {
    GuardedRouter::new().route("/me", policy::authenticated(), get(me))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // Real tokens are drawn by chance, 128 bits or more.
    let tokens = TokenTable::new();
    let user = |name, admin| User { name, admin };
    tokens.insert("alice-token", user("alice", false));
    tokens.insert("cathy-token", user("cathy", true));

    // What is hidden, and what is missing, both look like this.
    let not_found = Router::new().fallback(async || (StatusCode::NOT_FOUND, "Not in this shop.\n"));
    let auth = AuthLayer::new(Bearer::new("shop", tokens), policy::anyone())
        .not_found(not_found)
        .no_store_on_not_found()
        .build()?;
    let whole = GuardedRouter::new()
        .route("/", policy::anyone(), get(async || "Welcome!\n"))
        .merge(account())
        .nest("/products", products())
        .nest("/office", office())
        .with_state(Shop::new());

    let routes = whole.routes();
    let app = whole.guarded_by(&auth)?;

    let listener = listen::listen().await?;
    let base = format!("http://{}", listener.local_addr()?);
    println!("The shop is open at {base}\n");
    for route in &routes {
        let (path, policy) = (route.path(), route.policy());
        println!("  {:<9} {path:<17} {policy}", methods(route));
    }
    print!("{}", TRIES.replace("HERE", &base));
    axum::serve(listener, Router::new().fallback_service(app)).await?;
    Ok(())
}

fn methods(route: &GuardedRoute) -> String {
    route.methods().map_or(String::from("*"), |methods| {
        let names: Vec<_> = methods.iter().map(Method::as_str).collect();
        names.join(",")
    })
}

async fn list(State(shop): State<Shop>) -> String {
    shop.with(|products| products.join(", ") + "\n")
}

async fn add(State(shop): State<Shop>, name: String) -> StatusCode {
    shop.with(|products| products.push(name));
    StatusCode::CREATED
}

/// What a handler hides is answered as what the policies hide.
async fn buy(
    State(shop): State<Shop>,
    Caller(user): Caller<User>,
    Path(name): Path<String>,
) -> Result<String, Hidden> {
    let place = shop.with(|products| {
        let place = products.iter().position(|product| *product == name)?;
        Some(products.swap_remove(place))
    });
    let product = place.ok_or(Hidden::new())?;
    Ok(format!("{product}, for {}\n", user.name))
}

async fn count(State(shop): State<Shop>) -> String {
    shop.with(|products| format!("{} in stock\n", products.len()))
}

async fn me(Caller(user): Caller<User>) -> String {
    format!("Hello, {}!\n", user.name)
}

/// What is sent to try it out, and the status that comes back.
const TRIES: &str = "
  200  curl -i HERE/products
  401  curl -i -d tea HERE/products
  403  curl -i -d tea -H 'Authorization: Bearer alice-token' HERE/products
  201  curl -i -d tea -H 'Authorization: Bearer cathy-token' HERE/products
  405  curl -i -X PUT HERE/products
  401  curl -i -X DELETE HERE/products/coffee
  200  curl -i -X DELETE -H 'Authorization: Bearer alice-token' HERE/products/coffee
  404  curl -i -X DELETE -H 'Authorization: Bearer alice-token' HERE/products/coffee
  401  curl -i HERE/me
  200  curl -i -H 'Authorization: Bearer alice-token' HERE/me
  404  curl -i HERE/office/stock
  404  curl -i -H 'Authorization: Bearer alice-token' HERE/office/stock
  404  curl -i -X PUT -H 'Authorization: Bearer alice-token' HERE/office/stock
  200  curl -i -H 'Authorization: Bearer cathy-token' HERE/office/stock
  404  curl -i HERE/no/such/path
  401  curl -i -H 'Authorization: Bearer wrong' HERE/no/such/path
";
