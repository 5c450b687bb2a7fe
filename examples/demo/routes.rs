//! Who may go where.

use std::io;

use axum::{
    Router,
    body::Body,
    extract::{Path, Request, State},
    http::{
        StatusCode,
        header::{CACHE_CONTROL, LOCATION},
    },
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use tower::Layer as _;
use tower_auth::{
    AuthLayer, BuildError, Caller, Denied, Remedy,
    policy::{self, Access, PolicyExt as _, role, scope},
    reply::Problem,
    scheme::{SchemeExt as _, Schemes},
};
use tower_http::trace::TraceLayer;

use super::{
    accounts::{Account, api_key, basic, bearer},
    documents::{self, Document, Documents},
    guide::Here,
    page,
};

/// The whole service. `signed` is what takes signed tokens, with a layer of its own.
pub(crate) fn app(here: &Here, signed: Router) -> Result<Router, BuildError> {
    let documents = Documents::new();
    let page = Html(page::html(here));
    let nothing_here = Router::new().fallback(not_found);

    // One layer finds out who calls, and answers all refusals. It stands around the whole router,
    // so that what is hidden looks like what is missing, whatever the method. Refusals carry no
    // timestamp, so that bad credentials too get the same bytes on both.
    let auth = AuthLayer::new(bearer().or(basic()).or(api_key()), policy::anyone())
        .not_found(nothing_here.clone())
        .reply(Problem::new().without_timestamp())
        .build()?;
    let owner_or_admin = documents::owner(&documents).or(role("admin"));
    let closed = |_: &Access<'_, Account>| {
        Denied::new(Remedy::Nothing)
            .code("office_closed")
            .detail("The office is closed.")
    };
    let backend_is_down = |_: &Access<'_, Account>| -> io::Result<bool> {
        Err(io::Error::other("the database of members does not answer"))
    };

    let guarded = Router::new()
        .route("/", get(page))
        .route("/optional", get(greet))
        .route("/me", get(me).layer(auth.require(policy::authenticated())?))
        .route("/admin", get(me).layer(auth.require(role("admin"))?))
        .route(
            "/docs",
            post(write).layer(auth.require(scope("docs:write"))?),
        )
        .route(
            "/docs/{id}",
            get(read).layer(auth.require(owner_or_admin.hide())?),
        )
        .route("/office", get(me).layer(auth.require(closed)?))
        .route("/broken", get(me).layer(auth.require(backend_is_down)?))
        .fallback_service(nothing_here)
        .with_state(documents);

    Ok(Router::new()
        .route("/public", get(public))
        .route("/basic/me", get(me).layer(only(basic())?))
        .route("/bearer/me", get(me).layer(only(bearer())?))
        .route("/apikey/me", get(me).layer(only(api_key())?))
        .merge(signed)
        .fallback_service(auth.layer(guarded))
        .layer(TraceLayer::new_for_http().make_span_with(span)))
}

/// A layer of its own, which knows no other scheme and asks for no other.
fn only(scheme: impl Into<Schemes<Account>>) -> Result<AuthLayer<Account, Body>, BuildError> {
    AuthLayer::new(scheme, policy::authenticated())
        .reply(Problem::new().without_timestamp())
        .build()
}

async fn public() -> &'static str {
    "Hello, whoever you are!\n"
}

async fn greet(caller: Option<Caller<Account>>) -> String {
    let name = caller.map_or("stranger", |Caller(account)| account.name);
    format!("Hello, {name}!\n")
}

async fn me(Caller(account): Caller<Account>) -> String {
    format!("Hello, {}!\n", account.name)
}

async fn write(
    State(documents): State<Documents>,
    Caller(account): Caller<Account>,
    text: String,
) -> impl IntoResponse {
    let owner = account.name;
    let id = documents.add(Document { owner, text }).await;
    (
        StatusCode::CREATED,
        [(LOCATION, format!("/docs/{id}"))],
        format!("Document {id} is kept, and {owner} owns it.\n"),
    )
}

async fn read(
    State(documents): State<Documents>,
    Caller(reader): Caller<Account>,
    Path(id): Path<u64>,
) -> Response {
    match documents.find(id).await {
        Some(Document { owner, text }) => {
            let reader = reader.name;
            format!("Document {id} of {owner}, read by {reader}:\n\n{text}\n").into_response()
        }
        None => not_found().await.into_response(),
    }
}

/// What answers for paths that do not exist, and for documents that are hidden. A 404 that a
/// cache keeps would be served to those who may read, so no cache may.
async fn not_found() -> impl IntoResponse {
    (
        StatusCode::NOT_FOUND,
        [(CACHE_CONTROL, "no-store")],
        "There is nothing here.\n",
    )
}

/// What the log shows around each decision. Queries may hold secrets, so they stay out of it.
fn span(request: &Request) -> tracing::Span {
    tracing::info_span!("request", method = %request.method(), path = request.uri().path())
}
