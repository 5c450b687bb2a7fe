//! Handlers that refuse: what they find out themselves is answered by the layer outside, with its challenges, its
//! not-found page and its 503, as if a policy had decided it.

mod listen;

use std::{convert::Infallible, error::Error, fs, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{Path, Request, rejection::PathRejection},
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use tower::{Layer as _, service_fn};
use tower_auth::{
    AuthLayer, Caller, Denied, Hidden, Login, NeedsLogin, Refusal, Remedy, policy, scheme::Bearer,
    verify::TokenTable,
};

/// The principal, as its token tells of it.
#[derive(Clone)]
struct Customer {
    name: &'static str,
    may_pay: bool,
    /// How long ago they logged in.
    logged_in: Duration,
}

const FRESH: Duration = Duration::from_secs(5 * 60);

/// 404: whose an account is, and whether there is one, is nobody else's business. Strangers are asked to
/// log in before that, by `Caller`, whichever account it is.
async fn account(
    Caller(customer): Caller<Customer>,
    number: Result<Path<u32>, PathRejection>,
) -> Result<&'static str, Hidden> {
    // Left alone, the extractor would answer 400.
    let Path(number) = number.or(Err(Hidden::new().reason("no number")))?;
    let (owner, balance) = match number {
        1 => ("alice", "700\n"),
        2 => ("bob", "50\n"),
        _ => return Err(Hidden::new().reason("no such account")),
    };
    if owner != customer.name {
        return Err(Hidden::new().reason("another's account"));
    }
    Ok(balance)
}

/// 403 that names the scope which a token lacks, or 401 that asks for a fresh login.
async fn pay(
    Caller(customer): Caller<Customer>,
    Path(amount): Path<u32>,
) -> Result<String, Refusal> {
    if !customer.may_pay {
        return Err(Denied::new(Remedy::scopes(["pay"])).into());
    }
    if amount > 100 && customer.logged_in > FRESH {
        return Err(NeedsLogin::again(Login::not_older_than(FRESH)).into());
    }
    Ok(format!("{amount} paid by {}.\n", customer.name))
}

/// 401 for strangers, and a code that says what for.
async fn vote(caller: Option<Caller<Customer>>) -> Result<String, Denied> {
    let Some(Caller(customer)) = caller else {
        return Err(Denied::from(NeedsLogin::new()).code("customers_vote"));
    };
    Ok(format!("{} has voted.\n", customer.name))
}

/// 403, and never 401: no login would open it.
async fn vault() -> Denied {
    Denied::new(Remedy::Nothing)
        .code("time_lock")
        .detail("The vault opens on Monday at nine.")
        .reason("the time lock is set")
}

/// 403 for others, by a plain `bool`. Every error is our own fault, so `?` makes 503 of it.
async fn statement(Caller(customer): Caller<Customer>) -> Result<String, Refusal> {
    Refusal::unless(customer.name == "alice")?;
    Ok(fs::read_to_string("/no/such/disk/statement.txt")?)
}

/// What knows nothing of axum leaves its refusal in the extensions of a response.
async fn archive(request: Request) -> Result<Response, Infallible> {
    let mut response = Response::new(Body::from("Nobody ever reads this.\n"));
    let caller = Caller::<Customer>::of(request.extensions());
    let refusal = match caller {
        None => Refusal::from(NeedsLogin::new()),
        Some(_) => Refusal::from(Hidden::new()),
    };
    response.extensions_mut().insert(refusal);
    Ok(response)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // Real tokens are drawn by chance, 128 bits or more.
    let tokens = TokenTable::new();
    let customer = |name, may_pay, minutes: u64| Customer {
        name,
        may_pay,
        logged_in: Duration::from_secs(60 * minutes),
    };
    tokens.insert("alice-token", customer("alice", true, 30));
    tokens.insert("alice-fresh-token", customer("alice", true, 1));
    tokens.insert("bob-token", customer("bob", false, 1));

    let not_found = Router::new().fallback(async || (StatusCode::NOT_FOUND, "No such page.\n"));
    let auth = AuthLayer::new(Bearer::new("bank", tokens), policy::anyone())
        .not_found(not_found.clone())
        .build()?;
    let routes = Router::new()
        .route("/accounts/{number}", get(account))
        .route("/payments/{amount}", post(pay))
        .route("/vote", post(vote))
        .route("/vault", get(vault))
        .route("/statement", get(statement))
        .route_service("/archive", service_fn(archive))
        .fallback_service(not_found);

    let listener = listen::listen().await?;
    let base = format!("http://{}", listener.local_addr()?);
    println!("The bank is open at {base}");
    print!("{}", TRIES.replace("HERE", &base));
    axum::serve(listener, Router::new().fallback_service(auth.layer(routes))).await?;
    Ok(())
}

/// What is sent to try it out, and the status that comes back.
const TRIES: &str = "
  401  curl -i HERE/accounts/1
  200  curl -i -H 'Authorization: Bearer alice-token' HERE/accounts/1
  404  curl -i -H 'Authorization: Bearer alice-token' HERE/accounts/2
  404  curl -i -H 'Authorization: Bearer alice-token' HERE/accounts/999
  404  curl -i -H 'Authorization: Bearer alice-token' HERE/accounts/one
  404  curl -i -H 'Authorization: Bearer alice-token' HERE/no/such/path
  200  curl -i -X POST -H 'Authorization: Bearer alice-token' HERE/payments/100
  401  curl -i -X POST -H 'Authorization: Bearer alice-token' HERE/payments/101
  200  curl -i -X POST -H 'Authorization: Bearer alice-fresh-token' HERE/payments/101
  403  curl -i -X POST -H 'Authorization: Bearer bob-token' HERE/payments/100
  401  curl -i -X POST HERE/vote
  200  curl -i -X POST -H 'Authorization: Bearer bob-token' HERE/vote
  403  curl -i HERE/vault
  403  curl -i -H 'Authorization: Bearer bob-token' HERE/statement
  503  curl -i -H 'Authorization: Bearer alice-token' HERE/statement
  401  curl -i HERE/archive
  404  curl -i -H 'Authorization: Bearer alice-token' HERE/archive
";
