//! What the bank does, and for whom.

use std::time::Duration;

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};
use tower_auth::{
    AuthLayer, BuildError, Caller, GuardedRouter, Hidden, Login, Unavailable,
    jwt::{Issuer, JwtVerifier, RevocationList, StandardClaims},
    policy::{self, Access, HasLogin as _, PolicyExt as _, role, scope},
    scheme::Bearer,
};

/// The numbers of the accounts, whose they are, and what is on them.
const ACCOUNTS: [(u32, &str, u32); 2] = [(1, "alice", 1_200), (2, "bob", 30)];

/// What moves money asks for a second factor, at most an hour ago. For real money, let it be minutes.
const LATELY: Duration = Duration::from_secs(60 * 60);
const STRONGLY: &str = "mfa";

pub(crate) fn app(issuer: Issuer) -> Result<Router, BuildError> {
    let revoked = RevocationList::new();
    let verifier = JwtVerifier::<StandardClaims>::new(issuer).revocations(revoked.clone());
    let auth = AuthLayer::new(Bearer::new("bank", verifier), policy::anyone()).build()?;

    let customer_or_teller = is_theirs.or(role("teller")).hide();
    let sure_who_it_is =
        policy::login(Login::not_older_than(LATELY).and(Login::one_of([STRONGLY])));
    let may_transfer = scope("transfers:write").and(sure_who_it_is);
    let bank = GuardedRouter::new()
        .route(
            "/",
            policy::anyone(),
            get(async || "Welcome to the bank!\n"),
        )
        .route("/jwt/me", policy::authenticated(), get(me))
        .route("/rates", scope("rates:read"), get(async || "1.5 %\n"))
        .route("/staff", role("teller"), get(async || "Coffee at ten.\n"))
        .route("/accounts/{id}", customer_or_teller, get(account))
        .route("/transfers", may_transfer, post(transfer))
        .route("/logout", policy::authenticated(), post(log_out))
        .with_state(revoked)
        .guarded_by(&auth)?;
    Ok(Router::new().fallback_service(bank))
}

/// Whether the account is the caller's. Of one that does not exist, it is nobody's.
fn is_theirs(access: &Access<'_, StandardClaims>) -> Result<bool, Unavailable> {
    let owner = access.path::<u32>()?.and_then(owner);
    Ok(owner.is_some() && access.principal().map(StandardClaims::subject) == owner)
}

fn owner(id: u32) -> Option<&'static str> {
    find(id).map(|(_, owner, _)| owner)
}

fn find(id: u32) -> Option<(u32, &'static str, u32)> {
    ACCOUNTS.into_iter().find(|(own, ..)| *own == id)
}

/// What the token says. A subject is one only within its issuer.
async fn me(Caller(claims): Caller<StandardClaims>) -> String {
    let scopes: Vec<_> = claims.scopes().collect();
    let roles: Vec<_> = claims.roles().collect();
    format!(
        "{} of {}\nscopes: {}\nroles: {}\nlogin: {}\n",
        claims.subject(),
        claims.issuer(),
        scopes.join(" "),
        roles.join(" "),
        claims.acr().unwrap_or("unknown"),
    )
}

/// A teller gets this far with any number. What is missing is answered as what is hidden.
async fn account(Path(id): Path<u32>) -> Result<String, Hidden> {
    let (_, owner, money) = find(id).ok_or(Hidden::new())?;
    Ok(format!("Account {id} of {owner} holds {money}.\n"))
}

async fn transfer(Caller(claims): Caller<StandardClaims>) -> String {
    format!("Done, {}.\n", claims.subject())
}

/// Takes the token back. Where this cannot be kept, nobody is told that it was.
async fn log_out(
    State(revoked): State<RevocationList>,
    Caller(claims): Caller<StandardClaims>,
) -> Result<StatusCode, Unavailable> {
    // `strict` refuses tokens without a `jti`; otherwise this would answer 503 for those.
    let id = claims.token_id().unwrap_or_default();
    revoked.revoke_token(claims.issuer(), id, claims.expires())?;
    Ok(StatusCode::NO_CONTENT)
}
