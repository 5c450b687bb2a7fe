//! Who may do what.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};
use tower::Layer;
use tower_auth::{
    AuthLayer, BuildError, Caller,
    policy::{self, PolicyExt, role, same_origin},
    scheme::{Basic, SchemeExt},
    throttle::Throttle,
    verify::UserTable,
};

use crate::{
    roles::{Roles, User},
    users::{self, Account},
};

#[derive(Clone)]
struct Accounts {
    table: UserTable<Account>,
    file: Option<String>,
}

pub(crate) fn app(
    table: UserTable<Account>,
    throttle: Throttle,
    roles: Arc<Roles>,
    file: Option<String>,
) -> Result<Router, BuildError> {
    let basic = Basic::new("accounts", table.clone())
        .and_then(roles, async |roles: Arc<Roles>, account: Account| {
            roles.of(account).await
        })
        // Last, so that whatever refuses before it counts as a try.
        .throttle(throttle);
    let auth = AuthLayer::new(basic, policy::anyone()).build()?;
    let accounts = Accounts { table, file };
    // A browser that knows a password sends it with the forms of other sites, too.
    let admins = role("admin").and(same_origin());
    let admin = Router::new()
        .route("/accounts", get(list))
        .route("/accounts/reload", post(reload))
        .route("/accounts/{id}/lock", post(lock))
        .route("/accounts/{id}/unlock", post(unlock))
        .layer(auth.require(admins)?)
        .with_state(accounts);
    let routes = Router::new()
        .route("/", get(async || "Hello, whoever you are!\n"))
        .route("/me", get(me))
        .merge(admin);
    Ok(Router::new().fallback_service(auth.layer(routes)))
}

async fn me(Caller(user): Caller<User>) -> String {
    format!(
        "Hello, {}! Your roles: {:?}\n",
        user.account.full_name, user.roles
    )
}

async fn list(State(accounts): State<Accounts>) -> String {
    format!("{} accounts\n", accounts.table.len())
}

/// Locks somebody out until the account is unlocked, or taken out of the file, or this is restarted.
/// Nobody locks themselves out: there might be no admin left to undo it.
async fn lock(
    Caller(user): Caller<User>,
    State(accounts): State<Accounts>,
    Path(id): Path<String>,
) -> StatusCode {
    if user.account.id == id {
        return StatusCode::CONFLICT;
    }
    found(accounts.table.disable(&id))
}

async fn unlock(State(accounts): State<Accounts>, Path(id): Path<String>) -> StatusCode {
    found(accounts.table.enable(&id))
}

const fn found(found: bool) -> StatusCode {
    if found {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::NOT_FOUND
    }
}

/// Reads the file again, while serving. Who was locked stays so; whom the file itself locks is locked
/// again. Where the file is wrong, everything stays as it was.
async fn reload(State(accounts): State<Accounts>) -> (StatusCode, String) {
    match users::load(&accounts.table, accounts.file.as_deref()) {
        Ok(number) => (StatusCode::OK, format!("{number} accounts\n")),
        Err(error) => (StatusCode::UNPROCESSABLE_ENTITY, format!("{error}\n")),
    }
}
