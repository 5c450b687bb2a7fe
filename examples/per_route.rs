//! Rules for single routes: one layer outside finds out who calls, and rules further in stand on a method, on
//! a group of routes, around a service that is no handler, and on the fallback.

mod listen;

use std::{convert::Infallible, error::Error};

use axum::{
    Router,
    body::Body,
    extract::{OriginalUri, Path, Request},
    handler::Handler as _,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use tower::{Layer as _, service_fn};
use tower_auth::{
    AuthLayer, BuildError, Caller, Unavailable,
    policy::{self, Access, HasRole, HasScope, PolicyExt as _, role, scope},
    scheme::{Basic, Bearer, SchemeExt as _},
    verify::TokenTable,
};

/// The principal: who calls, and what these credentials allow.
#[derive(Clone)]
struct Member {
    name: &'static str,
    role: &'static str,
    scopes: &'static [&'static str],
}

impl HasRole for Member {
    fn has_role(&self, role: &str) -> bool {
        self.role == role
    }
}

impl HasScope for Member {
    fn has_scope(&self, scope: &str) -> bool {
        self.scopes.contains(&scope)
    }
}

fn app() -> Result<Router, BuildError> {
    let member = |name, role, scopes| Member { name, role, scopes };
    // Real tokens are drawn by chance, 128 bits or more.
    let tokens = TokenTable::new();
    tokens.insert("alice-token", member("alice", "reader", &["books:read"]));
    tokens.insert(
        "bob-token",
        member("bob", "desk", &["books:read", "books:write"]),
    );
    // A password stands for the whole person, and comes without scopes.
    let cathy = member("cathy", "keeper", &[]);
    let schemes =
        Bearer::new("library", tokens).or(Basic::fixed("library", "cathy", "s3cr3t!", cathy));
    let auth = AuthLayer::new(schemes, policy::anyone()).build()?;

    // A layer covers the methods that were there before it: anyone may read the list.
    let books = post(add)
        .layer(auth.require(scope("books:write"))?)
        .get(list);
    let shelf = get(shelf).layer(auth.require(own_shelf.or(role("desk")))?);
    // Around a router's routes it covers those that were there before it.
    let staff = Router::new()
        .route("/loans/{member}", get(loans))
        .route("/budget", get(async || "There is none.\n"))
        .layer(auth.require(on_duty)?);
    let covers = auth.require(scope("books:read"))?.layer(service_fn(cover));
    let routes = Router::new()
        .route("/books", books)
        .route("/shelves/{name}", shelf)
        .nest("/staff", staff)
        .nest_service("/covers", covers)
        .fallback(old_site.layer(auth.require(policy::authenticated())?));
    Ok(Router::new().fallback_service(auth.layer(routes)))
}

/// The name on the shelf is the one that the router has read out of the path.
fn own_shelf(access: &Access<'_, Member>) -> Result<bool, Unavailable> {
    let shelf = access.path::<String>()?;
    let name = access.principal().map(|member| member.name);
    Ok(name.is_some() && name == shelf.as_deref())
}

/// Whose duty each route of the staff is. What is missing here is nobody's.
const DUTIES: [(&str, &str); 2] = [
    ("/staff/loans/{member}", "desk"),
    ("/staff/budget", "keeper"),
];

/// One rule for many routes: it looks at which of them the router has chosen.
fn on_duty(access: &Access<'_, Member>) -> bool {
    let mut duties = DUTIES.iter();
    let duty = duties.find(|(route, _)| access.route() == Some(route));
    let member = access.principal();
    duty.is_some_and(|(_, role)| member.is_some_and(|member| member.has_role(role)))
}

async fn list() -> &'static str {
    "Emma\nHeidi\n"
}

async fn add(Caller(member): Caller<Member>, title: String) -> (StatusCode, String) {
    (
        StatusCode::CREATED,
        format!("{title}, from {}\n", member.name),
    )
}

async fn shelf(Caller(member): Caller<Member>, Path(name): Path<String>) -> String {
    format!("The shelf of {name}, for {}\n", member.name)
}

async fn loans(Path(member): Path<String>) -> String {
    format!("{member} has Heidi.\n")
}

/// A service of tower's.
async fn cover(request: Request) -> Result<Response, Infallible> {
    let text = format!("The cover of {}\n", request.uri().path());
    Ok(Response::new(Body::from(text)))
}

async fn old_site(OriginalUri(uri): OriginalUri) -> String {
    format!("The old site has {}\n", uri.path())
}

/// What is sent to try it out, and the status that comes back.
const TRIES: &str = "
  200  curl -i HERE/books
  401  curl -i -d Momo HERE/books
  403  curl -i -d Momo -u 'cathy:s3cr3t!' HERE/books
  403  curl -i -d Momo -H 'Authorization: Bearer alice-token' HERE/books
  201  curl -i -d Momo -H 'Authorization: Bearer bob-token' HERE/books
  401  curl -i HERE/shelves/alice
  200  curl -i -H 'Authorization: Bearer alice-token' HERE/shelves/alice
  200  curl -i -H 'Authorization: Bearer bob-token' HERE/shelves/alice
  403  curl -i -u 'cathy:s3cr3t!' HERE/shelves/alice
  200  curl -i -H 'Authorization: Bearer bob-token' HERE/staff/loans/alice
  403  curl -i -H 'Authorization: Bearer bob-token' HERE/staff/budget
  200  curl -i -u 'cathy:s3cr3t!' HERE/staff/budget
  401  curl -i HERE/covers/emma.png
  200  curl -i -H 'Authorization: Bearer alice-token' HERE/covers/emma.png
  403  curl -i -u 'cathy:s3cr3t!' HERE/covers/emma.png
  401  curl -i HERE/opening-hours
  401  curl -i HERE/staff/no/such/page
  200  curl -i -u 'cathy:s3cr3t!' HERE/opening-hours
";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let app = app()?;
    let listener = listen::listen().await?;
    let base = format!("http://{}", listener.local_addr()?);
    println!("The library is open at {base}");
    print!("{}", TRIES.replace("HERE", &base));
    Ok(axum::serve(listener, app).await?)
}
