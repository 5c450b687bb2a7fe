//! A service that takes tokens, and everything that can be seen of how a request ended.

use std::{
    collections::HashSet,
    convert::Infallible,
    fmt::Write as _,
    time::{Duration, SystemTime},
};

use http::{HeaderMap, HeaderValue, Request, Response, header::AUTHORIZATION};
use tokio_test::block_on;
use tower::{Layer as _, ServiceExt as _, service_fn};
use tower_auth::{
    AuthLayer, Caller, Clock, Secret,
    audit::Record,
    challenge,
    jwt::{Backend, Issuer, JwtVerifier, Key, KeySet, KeySource, StandardClaims},
    policy::{self, Policy},
    scheme::Bearer,
    verify::{Verdict, Verify as _},
};

use crate::{independent, keys, log::logged};

pub(crate) const NOW: u64 = 1_700_000_000;
pub(crate) const ISSUER: &str = "https://as.example.net";
pub(crate) const OTHER_ISSUER: &str = "https://other.example.net";
pub(crate) const AUDIENCE: &str = "https://rs.example.com";

/// Every backend that is compiled in.
pub(crate) const BACKENDS: &[Backend] = &[
    #[cfg(feature = "aws_lc_rs")]
    Backend::AwsLcRs,
    #[cfg(feature = "rust_crypto")]
    Backend::RustCrypto,
];

/// The longest token that is looked at, in bytes.
const LONGEST: usize = 8192;

/// The longest value of `Authorization` that is.
const LONGEST_VALUE: usize = LONGEST + 64;

pub(crate) type Verifier = JwtVerifier<StandardClaims>;

/// A clock that stands still so many seconds after 1970.
pub(crate) fn clock(seconds: u64) -> Clock {
    Clock::fixed(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
}

/// Trusts the issuer with all of its keys, and another one, whose key has a `kid` of the first's.
pub(crate) fn verifier(backend: Backend) -> Verifier {
    verifier_with(backend, KeySet::from_jwks(&keys::jwks()).expect("keys"))
}

/// The same, with other keys of the first issuer.
pub(crate) fn verifier_with(backend: Backend, keys: impl KeySource) -> Verifier {
    let other = keys::jwk("another issuer's es256", Some("ES256"));
    let other = Key::from_jwk(&other).expect("a key");
    JwtVerifier::new(Issuer::new(ISSUER, AUDIENCE, keys))
        .or(Issuer::new(OTHER_ISSUER, AUDIENCE, other))
        .clock(clock(NOW))
        .leeway(Duration::ZERO)
        .backend(backend)
}

/// What a verifier says: the fault as a word, or nothing if the token is true.
pub(crate) fn verdict(verifier: &Verifier, token: &str) -> Option<&'static str> {
    match block_on(verifier.verify(Secret::from(token)).wait()) {
        Verdict::Verified(_) => None,
        Verdict::Faulty(fault) => Some(fault.as_str()),
        Verdict::Refused => Some("refused"),
        Verdict::Unavailable(_) => Some("unavailable"),
    }
}

/// A service behind a layer.
pub(crate) struct Service(AuthLayer<StandardClaims, Vec<u8>>);

/// How a request ended.
pub(crate) struct Ended {
    pub(crate) status: u16,
    /// Whose token it was, as the service was told.
    pub(crate) subject: Option<String>,
    pub(crate) fields: HeaderMap,
    /// The parameters of the one challenge, as two readers agree on them.
    pub(crate) challenge: Option<Vec<(String, String)>>,
    /// Everything that was told: to the caller, to layers outside, to the log.
    pub(crate) told: String,
}

impl Service {
    pub(crate) fn new(verifier: Verifier, policy: impl Policy<StandardClaims>) -> Self {
        let builder = AuthLayer::new(Bearer::new("api", verifier), policy);
        Self(builder.build_with(Vec::from).expect("a layer"))
    }

    /// One for which whoever is known is let in.
    pub(crate) fn known(verifier: Verifier) -> Self {
        Self::new(verifier, policy::authenticated())
    }

    /// Sends a token. `None` if no field of HTTP can hold it.
    pub(crate) fn send(&self, token: &str) -> Option<Ended> {
        self.send_bytes(format!("Bearer {token}").as_bytes())
    }

    /// Sends credentials. `None` if no field of HTTP can hold them.
    pub(crate) fn send_bytes(&self, credentials: &[u8]) -> Option<Ended> {
        let value = HeaderValue::from_bytes(credentials).ok()?;
        let request = Request::get("/").header(AUTHORIZATION, value);
        let request = request.body(()).expect("a request");
        let inner = service_fn(async |request: Request<()>| {
            let caller = Caller::<StandardClaims>::of(request.extensions());
            let subject = caller.map(|claims| claims.subject().to_owned());
            let mut response = Response::new(Vec::new());
            response.extensions_mut().insert(Reached(subject));
            Ok::<_, Infallible>(response)
        });
        let service = self.0.layer(inner);
        let (response, log) = logged(|| block_on(service.oneshot(request)));
        Some(Ended::read(&response.expect("an answer"), &log))
    }
}

/// The service was reached, by whom.
#[derive(Clone)]
struct Reached(Option<String>);

impl Ended {
    fn read(response: &Response<Vec<u8>>, log: &str) -> Self {
        let reached = response.extensions().get::<Reached>();
        let status = response.status().as_u16();
        assert_eq!(
            reached.is_some(),
            status == 200,
            "only who is let in reaches the service"
        );
        let mut told = format!("{log}\n{:?}\n", response.extensions().get::<Record>());
        for (name, value) in response.headers() {
            let value = String::from_utf8_lossy(value.as_bytes());
            writeln!(told, "{name}: {value}").expect("a text");
        }
        told += &String::from_utf8_lossy(response.body());
        Self {
            status,
            subject: reached.and_then(|reached| reached.0.clone()),
            fields: response.headers().clone(),
            challenge: challenge_of(response.headers()),
            told,
        }
    }

    /// Sees that `token` was refused, and that the caller was told so, and what is wrong with it
    /// where the verifier was shown it.
    pub(crate) fn assert_refused(&self, token: &str, description: &str, name: &str) {
        assert_eq!(self.status, 401, "{name}");
        let mut expected = vec![("realm", "api")];
        if "Bearer ".len() + token.len() <= LONGEST_VALUE {
            expected.push(("error", "invalid_token"));
        }
        if token.len() <= LONGEST && is_token68(token) {
            expected.push(("error_description", description));
        }
        let challenge = self.challenge.as_ref().expect("a challenge");
        let challenge: Vec<_> = challenge
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        assert_eq!(challenge, expected, "{name}");
        assert_eq!(self.fields["cache-control"], "no-store", "{name}");
    }

    /// Sees that no thirteen bytes that follow each other in `secret` are told to anybody.
    pub(crate) fn assert_untold(&self, secret: &[u8], name: &str) {
        let told = self.told.as_bytes();
        let windows: HashSet<&[u8]> = told.windows(13).collect();
        for piece in secret.windows(13) {
            assert!(
                !windows.contains(piece),
                "{name}: `{}` is told in {}",
                piece.escape_ascii(),
                self.told
            );
        }
    }
}

/// Whether `Bearer` shows it to its verifier (RFC 6750 §2.1).
fn is_token68(text: &str) -> bool {
    let letters = text.trim_end_matches('=');
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    !letters.is_empty() && letters.bytes().all(is_letter)
}

/// The one challenge that there is, as an independent parser reads it, and ours.
fn challenge_of(fields: &HeaderMap) -> Option<Vec<(String, String)>> {
    let lines = fields.get_all("www-authenticate");
    let line = lines.iter().next()?;
    assert_eq!(lines.iter().count(), 1);
    let read = independent::read(line.to_str().expect("ASCII")).expect("a challenge");
    let [(scheme, parameters)] = read.as_slice() else {
        panic!("one challenge, and not {read:?}");
    };
    assert_eq!(scheme, "Bearer");
    let ours = challenge::read(lines.iter()).expect("our own challenge");
    for (name, value) in parameters {
        assert_eq!(ours[0].parameter(name), Some(value.as_str()));
    }
    Some(parameters.clone())
}
