//! The four that may refuse a request, around a handler that answers everything it is asked.

use std::{
    convert::Infallible,
    io::Write as _,
    net::TcpStream,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::{Duration, SystemTime},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::any,
};
use tower::{Layer as _, Service};
use tower_auth::{
    AuthLayer, Clock, Decision, Refusal, RequireLayer, Unavailable,
    policy::{self, Access, BoxPolicy, PolicyExt as _, View},
    scheme::Bearer,
};

use crate::{
    stand::Name,
    wire::{Sent, Server},
};

/// Who decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decider {
    /// The layer's own policy.
    Layer,
    /// The rule of a route.
    Route,
    /// The rule of a route, about what it loads.
    Loaded,
    /// The handler itself.
    Handler,
}

impl Decider {
    pub(crate) const ALL: [Self; 4] = [Self::Layer, Self::Route, Self::Loaded, Self::Handler];
}

/// Who asks for what, and the status of the refusal.
pub(crate) const REFUSED: [(bool, &str, u16); 6] = [
    (false, "/denied", 401),
    (true, "/denied", 403),
    (false, "/hidden", 404),
    (true, "/hidden", 404),
    (false, "/away", 503),
    (true, "/away", 503),
];

/// A request of a stranger or of alice.
pub(crate) fn sent(method: &'static str, alice: bool, path: &str) -> Sent {
    let sent = Sent::new(method, path);
    if alice {
        sent.with("authorization", "Bearer s3cret")
    } else {
        sent
    }
}

/// A head of HTTP/1.1 with these fields, too.
pub(crate) fn head(alice: bool, path: &str, fields: &str) -> String {
    let sent = sent("POST", alice, path).bytes();
    let sent = String::from_utf8(sent).expect("text");
    sent.replace("\r\n\r\n", &format!("\r\n{fields}\r\n\r\n"))
}

pub(crate) fn write(stream: &mut TcpStream, text: &str) {
    stream.write_all(text.as_bytes()).expect("it is sent");
}

fn decide(path: &str) -> Decision {
    match path {
        "/denied" => Decision::deny(),
        "/hidden" => Decision::hide(),
        "/away" => Unavailable::new("away").into(),
        _ => Decision::Allow,
    }
}

/// How often a handler ran.
#[derive(Clone, Default)]
pub(crate) struct Runs(Arc<AtomicUsize>);

impl Runs {
    pub(crate) fn count(&self) -> usize {
        self.0.load(SeqCst)
    }

    pub(crate) fn add(&self) {
        self.0.fetch_add(1, SeqCst);
    }
}

/// The application in which `decider` refuses, with a layer between ours and the routes.
pub(crate) fn app(
    decider: Decider,
    runs: &Runs,
    between: &dyn Fn(Router) -> Router,
) -> impl Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + 'static
{
    let (auth, rule) = layers(decider);
    let routes = Router::new()
        .route("/{*word}", any(act).layer(rule))
        .with_state((decider, runs.clone()));
    auth.layer(between(routes))
}

/// The layer, and the one of the route.
pub(crate) fn layers(decider: Decider) -> (AuthLayer<Name, Body>, RequireLayer<Name, Body>) {
    let at = |place: Decider| -> BoxPolicy<Name> {
        let of_path = |access: &Access<'_, Name>| decide(access.raw_head().uri.path());
        match (decider == place, place) {
            (true, Decider::Loaded) => policy::load((), async |(), view: View<Name>| {
                Ok::<_, Unavailable>(Some(view.raw_head().uri.path().to_owned()))
            })
            .for_strangers_too()
            .then(
                |access: &Access<'_, Name>| match access.extension::<String>() {
                    Some(path) => decide(path),
                    None => Unavailable::new("nothing was loaded").into(),
                },
            )
            .boxed(),
            (true, _) => of_path.boxed(),
            (false, _) => policy::anyone().boxed(),
        }
    };
    let noon = SystemTime::UNIX_EPOCH + Duration::from_secs(43_200);
    let auth = AuthLayer::new(Bearer::fixed("api", "s3cret", "alice"), at(Decider::Layer))
        .not_found(Router::new().fallback(page))
        .clock(Clock::fixed(noon))
        .build()
        .expect("a layer");
    let on_route = match decider {
        Decider::Loaded => at(Decider::Loaded),
        Decider::Route | Decider::Layer | Decider::Handler => at(Decider::Route),
    };
    let rule = auth.require(on_route).expect("a layer");
    (auth, rule)
}

/// The application on a port of its own.
pub(crate) fn served(decider: Decider) -> (Server, Runs) {
    let runs = Runs::default();
    let app = app(decider, &runs, &|routes| routes);
    (Server::new(app), runs)
}

/// What a handler refuses if it is the one to decide.
pub(crate) fn refused_by_handler(decider: Decider, path: &str) -> Result<(), Refusal> {
    match decider {
        Decider::Handler => Refusal::unless(decide(path)),
        Decider::Layer | Decider::Route | Decider::Loaded => Ok(()),
    }
}

async fn page() -> (StatusCode, &'static str) {
    (StatusCode::NOT_FOUND, "there is nothing here")
}

async fn act(
    State((decider, runs)): State<(Decider, Runs)>,
    Path(word): Path<String>,
    request: Request,
) -> Result<Response, Refusal> {
    refused_by_handler(decider, &format!("/{word}"))?;
    runs.add();
    if let Some(status) = conditional(request.headers()) {
        return Ok((status, [(header::ETAG, "\"1\"")]).into_response());
    }
    let body = to_bytes(request.into_body(), usize::MAX).await?;
    Ok(body.into_response())
}

/// What fields other than credentials ask for, if they do.
pub(crate) fn conditional(fields: &HeaderMap) -> Option<StatusCode> {
    let has = |name: &str| fields.contains_key(name);
    let range = fields.get(header::RANGE).map(HeaderValue::as_bytes);
    if has("if-match") || has("if-unmodified-since") {
        return Some(StatusCode::PRECONDITION_FAILED);
    }
    if has("if-none-match") || has("if-modified-since") {
        return Some(StatusCode::NOT_MODIFIED);
    }
    match range {
        Some(b"bytes=0-3") => return Some(StatusCode::PARTIAL_CONTENT),
        Some(_) => return Some(StatusCode::RANGE_NOT_SATISFIABLE),
        None => {}
    }
    if fields
        .get("expect")
        .is_some_and(|expect| expect != "100-continue")
    {
        return Some(StatusCode::EXPECTATION_FAILED);
    }
    has("upgrade").then_some(StatusCode::UPGRADE_REQUIRED)
}
