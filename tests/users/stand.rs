//! A table of users behind a layer.

use std::{
    convert::Infallible, fmt::Debug, future::Future, pin::Pin, sync::OnceLock, time::SystemTime,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{Request, Response, StatusCode, header::AUTHORIZATION};
use tokio::runtime::{Builder, Runtime};
use tower::{Layer as _, ServiceExt as _, service_fn};
use tower_auth::{
    AuthLayer, BasicCredentials, Caller, Clock, Secret, Unavailable,
    password::{self, Parameters, Pool},
    policy,
    scheme::Basic,
    verify::{UserTable, Verdict, Verify as _},
};

/// Made by `argon2-cffi`, of `open sesame`, with m=64, t=1, p=1.
pub(crate) const SESAME: &str = "$argon2id$v=19$m=64,t=1,p=1$c2FsdCBvZiB0aGUgbGFtcA$IKNEgVkR41+rx3JAIbhU9diwchpar5bVefmsa1eI/bY";

pub(crate) const RIGHT: &str = "open sesame";
pub(crate) const WRONG: &str = "open barley";

pub(crate) type Table = UserTable<&'static str>;

/// The parameters of [`SESAME`].
pub(crate) fn small() -> Parameters {
    Parameters::new(64, 1, 1).unwrap()
}

/// A hash that takes a while: so long that something can be done meanwhile.
pub(crate) fn slow(password: &'static str) -> &'static str {
    static HASHES: [OnceLock<String>; 2] = [const { OnceLock::new() }; 2];
    let place = match password {
        RIGHT => &HASHES[0],
        WRONG => &HASHES[1],
        other => panic!("no hash of {other}"),
    };
    place.get_or_init(|| password::hash(&Secret::from(password), slow_parameters()).unwrap())
}

pub(crate) fn slow_parameters() -> Parameters {
    Parameters::new(32 * 1024, 4, 1).unwrap()
}

/// A table with small parameters, and its pool.
pub(crate) fn table() -> (Table, Pool) {
    let pool = Pool::new(2, 64);
    let table = UserTable::new().parameters(small()).pool(pool.clone());
    (table, pool)
}

/// What a verifier says, in a word: the principal, `refused`, or why it is our fault.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Said<P> {
    In(P),
    Refused,
    Fault(String, Option<u64>),
}

pub(crate) async fn ask<P>(table: &UserTable<P>, user_id: &str, password: &str) -> Said<P>
where
    P: Clone + Debug + Send + Sync + 'static,
{
    let verdict = table
        .verify(BasicCredentials::new(user_id, password))
        .wait()
        .await;
    match verdict {
        Verdict::Verified(principal) => Said::In(principal),
        Verdict::Refused => Said::Refused,
        Verdict::Faulty(fault) => panic!("a password is no token: {fault:?}"),
        Verdict::Unavailable(fault) => {
            Said::Fault(fault.private_reason().to_owned(), delay(&fault))
        }
    }
}

fn delay(fault: &Unavailable) -> Option<u64> {
    fault.retry_delay().map(|delay| delay.as_secs())
}

/// A runtime with so many threads for blocking work.
pub(crate) fn runtime(blocking: usize) -> Runtime {
    let mut builder = Builder::new_multi_thread();
    builder
        .worker_threads(1)
        .max_blocking_threads(blocking)
        .enable_time();
    builder.build().unwrap()
}

pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    runtime(4).block_on(future)
}

/// A response, with who came through.
pub(crate) type Answer = Response<Vec<u8>>;

pub(crate) fn layer(table: &Table) -> AuthLayer<&'static str, Vec<u8>> {
    let basic = Basic::new("staff area", table.clone());
    // Responses tell the time. Here it stands still, so that two of them can be the same.
    AuthLayer::new(basic, policy::authenticated())
        .clock(Clock::fixed(SystemTime::UNIX_EPOCH))
        .build_with(Vec::from)
        .unwrap()
}

/// Sends a request through `layer`.
pub(crate) fn send(
    layer: &AuthLayer<&'static str, Vec<u8>>,
    user_id: &str,
    password: &str,
) -> impl Future<Output = Answer> + Send + use<> {
    let inner = service_fn(|request: Request<()>| async move {
        let caller = Caller::<&str>::of(request.extensions());
        let body = caller.map_or("nobody", |caller| *caller);
        Ok::<_, Infallible>(Response::new(body.as_bytes().to_vec()))
    });
    let credentials = STANDARD.encode(format!("{user_id}:{password}"));
    let request = Request::get("/")
        .header(AUTHORIZATION, format!("Basic {credentials}"))
        .body(())
        .unwrap();
    let response: Pin<Box<dyn Future<Output = Result<Answer, Infallible>> + Send>> =
        Box::pin(layer.layer(inner).oneshot(request));
    async { response.await.unwrap() }
}

pub(crate) fn status(answer: &Answer) -> u16 {
    StatusCode::as_u16(&answer.status())
}
