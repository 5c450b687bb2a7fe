//! An application of two modules, as somebody writes it who has read the page of the guarded router.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{Router, http::StatusCode, routing::get};
use tower_auth::{
    AuthLayer, BuildError, GuardedRouter, policy::anyone, scheme::Bearer, verify::TokenTable,
};

use crate::stand::{ALICE, BOB, ROOT, STRANGER, ask};

#[derive(Clone, Default)]
struct AppState {
    notes: Arc<Mutex<BTreeMap<usize, (String, String)>>>,
}

#[derive(Clone)]
struct User {
    name: String,
    admin: bool,
}

/// Notes that belong to those who wrote them.
mod notes {
    use axum::{
        extract::{Path, State},
        routing::get,
    };
    use tower_auth::{
        Caller, GuardedRouter, Hidden, Refusal, Unavailable,
        policy::{Access, PolicyExt, authenticated, named},
    };

    use super::{AppState, User};

    pub(super) fn routes(state: &AppState) -> GuardedRouter<User, AppState> {
        let notes = state.notes.clone();
        let mine = move |access: &Access<'_, User>| {
            let Some(id) = access.path::<usize>()? else {
                return Ok(false);
            };
            let notes = notes.lock().expect("nobody panicked");
            let owner = notes.get(&id).map(|(owner, _)| owner);
            Ok::<_, Unavailable>(owner == access.principal().map(|user| &user.name))
        };
        GuardedRouter::new()
            .route("/", authenticated(), get(list).post(add))
            .route(
                "/{id}",
                authenticated().and(named("mine", mine)).hide(),
                get(read),
            )
    }

    async fn list(Caller(user): Caller<User>, State(state): State<AppState>) -> String {
        let notes = state.notes.lock().expect("nobody panicked");
        let mine = notes.iter().filter(|(_, (owner, _))| *owner == user.name);
        let ids: Vec<_> = mine.map(|(id, _)| id.to_string()).collect();
        ids.join(" ")
    }

    async fn add(
        Caller(user): Caller<User>,
        State(state): State<AppState>,
        text: String,
    ) -> String {
        let mut notes = state.notes.lock().expect("nobody panicked");
        let id = notes.len();
        notes.insert(id, (user.name, text));
        id.to_string()
    }

    async fn read(State(state): State<AppState>, Path(id): Path<usize>) -> Result<String, Refusal> {
        let notes = state.notes.lock().expect("nobody panicked");
        let (_, text) = notes.get(&id).ok_or(Hidden::new())?;
        Ok(text.clone())
    }
}

/// What only admins see.
mod admin {
    use axum::{extract::State, routing::get};
    use tower_auth::{GuardedRouter, policy::Access};

    use super::{AppState, User};

    fn admins(access: &Access<'_, User>) -> bool {
        access.principal().is_some_and(|user| user.admin)
    }

    pub(super) fn routes() -> GuardedRouter<User, AppState> {
        GuardedRouter::new().route("/count", admins, get(count))
    }

    async fn count(State(state): State<AppState>) -> String {
        let notes = state.notes.lock().expect("nobody panicked");
        notes.len().to_string()
    }
}

fn router(state: AppState) -> GuardedRouter<User> {
    GuardedRouter::new()
        .route("/", anyone(), get(async || "hello"))
        .nest("/notes", notes::routes(&state))
        .nest("/admin", admin::routes())
        .with_state(state)
}

fn app() -> Result<Router, BuildError> {
    let tokens = TokenTable::new();
    for (name, admin) in [("alice", false), ("bob", false), ("root", true)] {
        let name = name.to_owned();
        tokens.insert(name.clone(), User { name, admin });
    }
    let auth = AuthLayer::new(Bearer::new("notes", tokens), anyone())
        .not_found(Router::new().fallback(async || (StatusCode::NOT_FOUND, "no such page\n")))
        .build()?;
    let app = router(AppState::default()).guarded_by(&auth)?;
    Ok(Router::new().fallback_service(app))
}

#[test]
fn what_is_open_to_whom_is_held_by_a_test() {
    let routes = router(AppState::default()).routes();
    let routes: Vec<_> = routes.iter().map(ToString::to_string).collect();
    assert_eq!(
        routes,
        [
            "GET,HEAD / anyone",
            "GET,HEAD,POST /notes authenticated",
            "GET,HEAD /notes/{id} all_of(authenticated, mine).hide()",
            "GET,HEAD /admin/count admins",
        ]
    );
}

#[tokio::test]
async fn the_modules_answer_as_their_policies_say() {
    let app = app().expect("an app");
    for (who, method, path, status, body) in [
        (STRANGER, "GET", "/", 200, Some("hello")),
        (STRANGER, "GET", "/notes", 401, None),
        (ALICE, "POST", "/notes", 200, Some("0")),
        (BOB, "POST", "/notes", 200, Some("1")),
        (ALICE, "GET", "/notes", 200, Some("0")),
        (ALICE, "GET", "/notes/0", 200, Some("")),
        (ALICE, "GET", "/notes/1", 404, Some("no such page\n")),
        (ALICE, "GET", "/notes/2", 404, Some("no such page\n")),
        (ALICE, "GET", "/notes/two", 404, Some("no such page\n")),
        (STRANGER, "GET", "/notes/2", 404, Some("no such page\n")),
        (ALICE, "DELETE", "/notes/0", 405, Some("")),
        (ALICE, "DELETE", "/notes/1", 404, Some("no such page\n")),
        (ALICE, "GET", "/admin/count", 403, None),
        (ROOT, "GET", "/admin/count", 200, Some("2")),
        (ROOT, "GET", "/admin", 404, Some("no such page\n")),
    ] {
        let told = ask(&app, who, method, path).await;
        assert_eq!(told.status, status, "{who:?} {method} {path}");
        if let Some(body) = body {
            assert_eq!(told.body, body, "{who:?} {method} {path}");
        }
    }
}
