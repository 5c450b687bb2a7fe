//! Documents that are loaded before it is decided who may see them: to those who may not, they look like documents
//! that do not exist.

mod database;
#[path = "../listen/mod.rs"]
mod listen;

use std::error::Error;

use axum::{
    Extension, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post, put},
};
use tower_auth::{
    AuthLayer, GuardedRouter, Unavailable,
    policy::{self, Access, PolicyExt as _, View},
    scheme::Bearer,
    verify::TokenTable,
};

use self::database::{Database, Document, User};

/// Who may see the document that was loaded.
fn may_see(access: &Access<'_, User>) -> bool {
    access.extension::<Document>().is_some_and(|document| {
        let reads = |user: &User| document.owner == *user || document.readers.contains(user);
        document.public || access.principal().is_some_and(reads)
    })
}

/// Who may change it.
fn may_change(access: &Access<'_, User>) -> bool {
    let document = access.extension::<Document>();
    document.is_some_and(|document| access.principal() == Some(&document.owner))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // Real tokens are drawn by chance, 128 bits or more.
    let tokens = TokenTable::new();
    tokens.insert("alice-token", "alice");
    tokens.insert("bob-token", "bob");

    // One page for what is hidden, for what does not exist, and for paths that lead nowhere.
    let not_found =
        Router::new().fallback(async || (StatusCode::NOT_FOUND, "There is nothing here.\n"));
    let auth = AuthLayer::new(Bearer::new("documents", tokens), policy::anyone())
        .not_found(not_found)
        .no_store_on_not_found()
        .build()?;

    let database = Database::new();
    // Loads once for each request, for the policy and for the handler. Strangers are asked about without it,
    // unless it is loaded for them, too: here they may see what is public.
    let document = policy::load(
        database.clone(),
        async |database: Database, view: View<User>| {
            // What is no number leads to no document.
            let Some(id) = view.path::<u32>()? else {
                return Ok(None);
            };
            // From here on, what goes wrong is ours: `?` makes 503 of it.
            Ok::<_, Unavailable>(database.find(id).await?)
        },
    )
    .for_strangers_too();
    let to_read = document.clone().then(may_see.hide());
    // Who may not see it gets 404, and who sees it and may not change it gets 403.
    let to_write = document.then(may_see.hide().and(may_change));
    let app = GuardedRouter::new()
        .route("/documents/{id}", to_read, get(read))
        .route("/documents/{id}", to_write, put(write))
        .route("/database/{state}", policy::authenticated(), post(switch))
        .with_state(database)
        .guarded_by(&auth)?;

    let listener = listen::listen().await?;
    let base = format!("http://{}", listener.local_addr()?);
    println!("The documents are at {base}");
    print!("{}", TRIES.replace("HERE", &base));
    axum::serve(listener, Router::new().fallback_service(app)).await?;
    Ok(())
}

async fn read(Extension(document): Extension<Document>) -> String {
    document.text
}

async fn write(
    State(database): State<Database>,
    Extension(document): Extension<Document>,
    Path(id): Path<u32>,
    text: String,
) -> Result<StatusCode, Unavailable> {
    database.put(id, Document { text, ..document }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// For you to try what happens: `down`, or `up`.
async fn switch(State(database): State<Database>, Path(state): Path<String>) -> StatusCode {
    database.switch(state != "down").await;
    StatusCode::NO_CONTENT
}

/// What is sent to try it out, and the status that comes back.
const TRIES: &str = "
  200  curl -i HERE/documents/1
  401  curl -i -X PUT -d New HERE/documents/1
  404  curl -i HERE/documents/2
  404  curl -i -X PUT -d New HERE/documents/2
  404  curl -i HERE/documents/999
  404  curl -i -H 'Authorization: Bearer alice-token' HERE/documents/2
  404  curl -i -H 'Authorization: Bearer alice-token' HERE/documents/999
  404  curl -i -H 'Authorization: Bearer alice-token' HERE/documents/two
  200  curl -i -H 'Authorization: Bearer alice-token' HERE/documents/3
  403  curl -i -X PUT -d New -H 'Authorization: Bearer alice-token' HERE/documents/3
  204  curl -i -X PUT -d New -H 'Authorization: Bearer bob-token' HERE/documents/3
  204  curl -i -X POST -H 'Authorization: Bearer bob-token' HERE/database/down
  503  curl -i HERE/documents/1
  503  curl -i HERE/documents/999
  204  curl -i -X POST -H 'Authorization: Bearer bob-token' HERE/database/up

Which of the two is there? Nobody can tell, bob aside: they answer the same.

  for id in 2 999; do curl -si HERE/documents/$id | grep -v ^date | cksum; done
";
