//! A layer with a throttle, a clock that is set by hand, and what its verifiers were asked.

use std::{
    convert::Infallible,
    future::{Future, ready},
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst},
    },
    time::{Duration, SystemTime},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header::AUTHORIZATION};
use tower::{Layer, ServiceExt, service_fn};
use tower_auth::{
    AuthLayer, BasicCredentials, Clock, Unavailable,
    address::ClientAddress,
    policy::Policy,
    scheme::{Basic, Bearer, SchemeExt as _, Schemes},
    throttle::{Limit, MemoryCounters, Throttle},
};

/// A clock that is set by hand. Clones are the same.
#[derive(Clone)]
pub(crate) struct Hand(Arc<AtomicU64>);

impl Hand {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicU64::new(1_000_000_000)))
    }

    pub(crate) fn clock(&self) -> Clock {
        let micros = Arc::clone(&self.0);
        Clock::from_fn(move || SystemTime::UNIX_EPOCH + Duration::from_micros(micros.load(SeqCst)))
    }

    /// Microseconds since some time.
    pub(crate) fn now(&self) -> u64 {
        self.0.load(SeqCst)
    }

    pub(crate) fn pass(&self, time: Duration) {
        self.0
            .fetch_add(u64::try_from(time.as_micros()).unwrap(), SeqCst);
    }

    pub(crate) fn go_back(&self, time: Duration) {
        self.0
            .fetch_sub(u64::try_from(time.as_micros()).unwrap(), SeqCst);
    }
}

/// One back every 30 seconds.
pub(crate) const EVERY: Duration = Duration::from_secs(30);

pub(crate) fn limit(tries: u32) -> Limit {
    Limit::new(tries, EVERY)
}

/// A throttle that counts in memory, by the peer or whom it forwards for.
pub(crate) fn throttle(hand: &Hand) -> Throttle {
    Throttle::new(client()).counters(MemoryCounters::new().clock(hand.clock()))
}

pub(crate) fn client() -> ClientAddress {
    ClientAddress::extension(SocketAddr::ip).forwarded(["10.0.0.0/8"])
}

/// A verifier that counts how often it is asked.
pub(crate) fn users(
    asked: Arc<AtomicUsize>,
) -> impl Fn(BasicCredentials<'_>) -> Result<Option<&'static str>, Unavailable> + Send + Sync + 'static
{
    move |credentials| {
        asked.fetch_add(1, SeqCst);
        let name = credentials.user_id().trim().to_lowercase();
        let proven = credentials.password().expose() == "wonderland";
        match name.as_str() {
            "alice" => Ok(proven.then_some("alice")),
            "away" => Err(Unavailable::new("the users are away")),
            "panic" => panic!("as it was told to"),
            _ => Ok(None),
        }
    }
}

/// A service whose callers are throttled.
pub(crate) struct Stand {
    layer: AuthLayer<&'static str, Vec<u8>>,
    /// How often a verifier was asked.
    pub(crate) asked: Arc<AtomicUsize>,
}

/// An answer, whole.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) fields: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(|value| value.to_str().unwrap())
    }
}

impl Stand {
    /// Names and passwords, or a token.
    pub(crate) fn new(hand: &Hand, throttle: Throttle, policy: impl Policy<&'static str>) -> Self {
        let asked = Arc::new(AtomicUsize::new(0));
        let schemes = Basic::new("staff area", users(Arc::clone(&asked)))
            .or(Bearer::fixed("api", "s3cret", "the robot"))
            .throttle(throttle);
        Self::of(hand, schemes, policy, asked)
    }

    pub(crate) fn of(
        hand: &Hand,
        schemes: impl Into<Schemes<&'static str>>,
        policy: impl Policy<&'static str>,
        asked: Arc<AtomicUsize>,
    ) -> Self {
        let layer = AuthLayer::new(schemes, policy)
            .clock(hand.clock())
            .build_with(Vec::from)
            .unwrap();
        Self { layer, asked }
    }

    pub(crate) fn asked(&self) -> usize {
        self.asked.load(SeqCst)
    }

    pub(crate) fn send(&self, request: Request<()>) -> impl Future<Output = Answer> + Send + use<> {
        let inner = service_fn(|_: Request<()>| {
            ready(Ok::<_, Infallible>(Response::new(b"let in".to_vec())))
        });
        let response: Pin<Box<dyn Future<Output = _> + Send>> =
            Box::pin(self.layer.layer(inner).oneshot(request));
        async move {
            let response: Result<Response<_>, Infallible> = response.await;
            let (head, body) = response.unwrap().into_parts();
            Answer {
                status: head.status.as_u16(),
                fields: head.headers,
                body,
            }
        }
    }

    /// The status for a name and a password.
    pub(crate) async fn log_in(&self, name: &str, password: &str) -> StatusCode {
        let answer = self.send(basic("192.0.2.1", name, password)).await;
        StatusCode::from_u16(answer.status).unwrap()
    }
}

pub(crate) fn from(address: &str) -> Request<()> {
    let address: IpAddr = address.parse().unwrap();
    let mut request = Request::new(());
    request
        .extensions_mut()
        .insert(SocketAddr::new(address, 49_152));
    request
}

pub(crate) fn basic(address: &str, name: &str, password: &str) -> Request<()> {
    let credentials = STANDARD.encode(format!("{name}:{password}"));
    with(from(address), &format!("Basic {credentials}"))
}

pub(crate) fn with(mut request: Request<()>, authorization: &str) -> Request<()> {
    let value = HeaderValue::from_str(authorization).unwrap();
    request.headers_mut().append(AUTHORIZATION, value);
    request
}
