//! Schemes of our own, for what the ones on board do not do.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use http::{HeaderName, HeaderValue, request::Parts};
use tower_auth::{
    Attempt, BasicCredentials, Rejection, Secret, Step, Unavailable,
    challenge::{Ask, Challenge},
    scheme::{
        ApiKey, Basic, Bearer, BoxScheme, Carrier, Presented, Redact, Scheme, SchemeExt, Schemes,
    },
};

use super::{
    user::{ALICE, User},
    waiting::after,
};

/// What must not be told: it stands in every secret and in every private reason.
pub(crate) const CANARY: &str = "canary";

/// The field of API keys.
pub(crate) const API_KEY: &str = "x-api-key";

/// A scheme whose credentials are words that say what comes of them.
#[derive(Clone)]
pub(crate) struct Told {
    name: &'static str,
    carrier: Carrier,
    challenges: bool,
    waits: u8,
    asked: Arc<AtomicUsize>,
}

impl Told {
    /// In `Authorization`, behind this name.
    pub(crate) fn explicit(name: &'static str) -> Self {
        Self::new(name, Carrier::Authorization)
    }

    /// In the field `x-<name>`, as if clients sent it by themselves.
    pub(crate) fn ambient(name: &'static str) -> Self {
        Self::new(name, Carrier::Ambient)
    }

    fn new(name: &'static str, carrier: Carrier) -> Self {
        Self {
            name,
            carrier,
            challenges: true,
            waits: 0,
            asked: Arc::default(),
        }
    }

    /// It has no words for what is asked, as client certificates have none.
    pub(crate) fn mute(mut self) -> Self {
        self.challenges = false;
        self
    }

    /// It answers later.
    pub(crate) fn waiting(mut self, times: u8) -> Self {
        self.waits = times;
        self
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn field(&self) -> HeaderName {
        HeaderName::try_from(format!("x-{}", self.name)).unwrap()
    }
}

impl Scheme for Told {
    type Principal = User;

    fn name(&self) -> &'static str {
        self.name
    }

    fn carrier(&self) -> Carrier {
        self.carrier.clone()
    }

    fn attempt(&self, presented: &Presented<'_>) -> Step<Attempt<User>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let words = match self.carrier {
            Carrier::Ambient => presented
                .head()
                .headers
                .get(self.field())
                .map(HeaderValue::as_bytes),
            _ => Some(presented.credentials()),
        };
        let attempt = words.map_or(Attempt::Absent, come_of);
        match self.waits {
            0 => Step::Now(attempt),
            times => Step::later(after(times, || attempt)),
        }
    }

    fn challenge(&self, ask: Ask<'_>) -> Option<Challenge> {
        match ask {
            Ask::Credentials | Ask::Again(_) if self.challenges => {
                Some(Challenge::new(self.name, "told").unwrap())
            }
            _ => None,
        }
    }

    fn redact(&self, head: &mut Parts, how: Redact) {
        match (how, head.headers.get_mut(self.field())) {
            (Redact::Mark, Some(value)) => value.set_sensitive(true),
            (Redact::Remove, Some(_)) => drop(head.headers.remove(self.field())),
            (Redact::Mark | Redact::Remove, None) => {}
        }
    }
}

fn come_of(words: &[u8]) -> Attempt<User> {
    match words {
        b"canary-true" => Attempt::Verified(ALICE),
        b"canary-torn" => Attempt::Rejected(Rejection::Malformed),
        b"canary-abroad" => Attempt::Rejected(Rejection::CrossOrigin),
        b"canary-amiss" => Attempt::Rejected(Rejection::InvalidRequest),
        b"canary-again" => Attempt::Rejected(Rejection::Throttled { retry_after: None }),
        b"canary-again-soon" => Attempt::Rejected(Rejection::Throttled {
            retry_after: Some(Duration::from_millis(6500)),
        }),
        b"canary-away" => Attempt::Unavailable(Unavailable::new(CANARY)),
        b"canary-absent" => Attempt::Absent,
        _ => Attempt::Rejected(Rejection::Refused),
    }
}

/// Whose a token or a key is.
fn verify(secret: &Secret<'_>) -> Result<Option<User>, Unavailable> {
    match secret.expose() {
        "canary-true" => Ok(Some(ALICE)),
        "canary-away" => Err(Unavailable::new(CANARY)),
        "canary-away-a-while" => {
            Err(Unavailable::new(CANARY).retry_after(Duration::from_millis(29_001)))
        }
        _ => Ok(None),
    }
}

pub(crate) fn bearer() -> Bearer<User> {
    Bearer::new("api", |token: Secret<'_>| verify(&token))
}

pub(crate) fn basic() -> Basic<User> {
    Basic::new("staff area", |given: BasicCredentials<'_>| {
        verify(given.password()).map(|user| user.filter(|user| user.0 == given.user_id()))
    })
}

pub(crate) fn api_key() -> ApiKey<User> {
    ApiKey::new(API_KEY, "keys", |key: Secret<'_>| verify(&key))
}

/// A scheme of any type.
pub(crate) type AnyScheme = BoxScheme<User>;

/// The schemes of these names, in this order.
pub(crate) fn named(names: &str) -> Vec<AnyScheme> {
    let one = |name| match name {
        "basic" => basic().boxed(),
        "bearer" => bearer().boxed(),
        "api_key" => api_key().boxed(),
        "counted" => Told::explicit("Counted").boxed(),
        "silent" => Told::explicit("Silent").mute().boxed(),
        "session" => Told::ambient("Session").waiting(2).boxed(),
        "certificate" => Told::ambient("Certificate").mute().boxed(),
        _ => panic!("`{name}` is no scheme of these tests"),
    };
    names.split(' ').map(one).collect()
}

/// All of them, as a layer takes them.
pub(crate) fn joined(schemes: Vec<AnyScheme>) -> Schemes<User> {
    let mut schemes = schemes.into_iter();
    let first = Schemes::from(schemes.next().unwrap());
    schemes.fold(first, Schemes::or)
}
