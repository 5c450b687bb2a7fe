//! The contract, wherever a token stands and whatever stands around its scheme.

use std::{io, sync::Arc};

use http::{HeaderValue, Method, Request, Uri, header::COOKIE};
use proptest::{prelude::*, test_runner::RngSeed};
use tower_auth::{
    Attempt, AuthLayer, Fault, Rejection, SameOrigin, Step,
    challenge::{Ask, read},
    policy,
    scheme::{Bearer, BoxScheme, Carrier, Presented, Redact, Scheme, SchemeExt},
};

use crate::{
    independent,
    service::Service,
    watched::{Answer, Log, Shown},
};

/// Where a token stands, and a request that carries these bytes there.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    Cookie,
    Field,
    Query,
}

const PLACES: [Place; 3] = [Place::Cookie, Place::Field, Place::Query];

impl Place {
    fn bearer(self, log: &Log, answer: Arc<Answer>) -> Bearer<Shown> {
        let bearer = log.bearer("api", answer);
        match self {
            Self::Cookie => bearer.dangerously_in_plain_cookie("token", SameOrigin::new()),
            Self::Field => bearer.in_field("X-Token"),
            Self::Query => bearer.dangerously_in_query("token"),
        }
    }

    fn carrier(self) -> Carrier {
        match self {
            Self::Cookie => Carrier::Ambient,
            Self::Field => Carrier::Field("x-token".parse().unwrap()),
            Self::Query => Carrier::Query("token"),
        }
    }

    fn attempt(self, scheme: &dyn Scheme<Principal = Shown>, token: &[u8]) -> Attempt<Shown> {
        let mut request = Request::new(());
        if self == Self::Cookie {
            let line = [b"a=1; token=", token, b"; b=2"].concat();
            let line = HeaderValue::from_bytes(&line).unwrap();
            request.headers_mut().append(COOKIE, line);
        }
        let (head, ()) = request.into_parts();
        let shown = if self == Self::Cookie { b"" } else { token };
        match scheme.attempt(&Presented::new(&head, shown)) {
            Step::Now(attempt) => attempt,
            Step::Later(waiting) => tokio_test::block_on(waiting),
        }
    }
}

/// The scheme, and what stands around it.
fn wrapped(bearer: impl Fn() -> Bearer<Shown>) -> [BoxScheme<Shown>; 5] {
    let same = async |(): (), shown: Shown| Some(shown);
    [
        Box::new(bearer()),
        bearer().boxed().boxed(),
        bearer().map(|shown| shown).boxed(),
        bearer().and_then((), same).boxed(),
        bearer()
            .map(|shown| shown)
            .boxed()
            .and_then((), same)
            .boxed(),
    ]
}

/// What a token may be made of, written once more.
fn is_token(bytes: &[u8]) -> bool {
    let body = bytes
        .iter()
        .rposition(|&byte| byte != b'=')
        .map_or(0, |last| last + 1);
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(byte);
    body > 0 && bytes.len() <= 8192 && bytes[..body].iter().all(fits)
}

/// What a form would have meant, written once more.
fn decoded(written: &[u8]) -> Option<Vec<u8>> {
    let text = written
        .iter()
        .map(|&byte| char::from(byte))
        .collect::<String>();
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.replace('+', " ").into_bytes();
    for part in parts {
        let digits = part.get(..2)?;
        let hexadecimal = digits.chars().all(|digit| digit.is_ascii_hexdigit());
        bytes.push(
            hexadecimal
                .then(|| u8::from_str_radix(digits, 16).ok())
                .flatten()?,
        );
        bytes.extend(part[2..].replace('+', " ").bytes());
    }
    Some(bytes)
}

fn junk() -> impl Strategy<Value = Vec<u8>> {
    let bytes = prop::collection::vec(any::<u8>(), 0..48);
    let near = "[ab+%=/2f3D._~-]{0,24}".prop_map(String::into_bytes);
    let escapes = prop::collection::vec("%[0-9a-fA-F]{2}|[a-z]|%[0-9G]", 0..12)
        .prop_map(|parts| parts.concat().into_bytes());
    let long = (8180..8300_usize).prop_map(|times| vec![b'a'; times]);
    prop_oneof![3 => bytes, 3 => near, 3 => escapes, 1 => long]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: RngSeed::Fixed(6750), ..ProptestConfig::default() })]

    // 6750-2.1-b, 6750-2.3-a
    #[test]
    fn junk_is_malformed_or_shown_as_it_was_meant(junk in junk(), strict in any::<bool>()) {
        let log = Log::default();
        for place in PLACES {
            let junk: Vec<u8> = match place {
                // What else a line of cookies may not hold is no business of ours.
                Place::Cookie => junk.iter().copied().filter(|&byte| byte != b';' && HeaderValue::from_bytes(&[byte]).is_ok()).collect(),
                Place::Field | Place::Query => junk.clone(),
            };
            let meant = match place {
                Place::Cookie if junk.trim_ascii_end().is_empty() => None,
                Place::Cookie => Some(junk.trim_ascii_end().to_vec()),
                Place::Field => Some(junk.clone()),
                Place::Query => decoded(&junk),
            };
            let too_long = place == Place::Cookie && junk.len() + "a=1; token=; b=2".len() > 8192;
            let bearer = || {
                let bearer = place.bearer(&log, Arc::new(|_| Ok(true)));
                if strict { bearer.strict() } else { bearer }
            };
            for scheme in wrapped(bearer) {
                let attempt = place.attempt(&*scheme, &junk);
                let shown = log.take();
                match attempt {
                    Attempt::Absent => prop_assert!(place == Place::Cookie && meant.is_none() && shown.is_empty()),
                    Attempt::Verified(principal) => {
                        let meant = meant.as_deref().unwrap();
                        prop_assert!(is_token(meant) && !too_long);
                        prop_assert!(principal.concat().as_bytes() == meant);
                        prop_assert_eq!(shown, [principal]);
                    }
                    Attempt::Rejected(rejection) => {
                        let told = if strict { Rejection::InvalidRequest } else { Rejection::Malformed };
                        prop_assert_eq!(rejection, told);
                        prop_assert!(shown.is_empty());
                        prop_assert!(too_long || !meant.as_deref().is_some_and(is_token), "{:?}", meant);
                    }
                    Attempt::Unavailable(_) => prop_assert!(false, "nothing is away"),
                }
            }
        }
    }
}

// 9110-15.5.2-b, D-fail-closed
#[test]
fn a_verifier_is_believed_wherever_the_token_stood() {
    let log = Log::default();
    for place in PLACES {
        for scheme in wrapped(|| place.bearer(&log, Arc::new(|_| Ok(true)))) {
            assert!(matches!(
                place.attempt(&*scheme, b"abc"),
                Attempt::Verified(_)
            ));
        }
        for scheme in wrapped(|| place.bearer(&log, Arc::new(|_| Ok(false)))) {
            let refused = place.attempt(&*scheme, b"abc");
            assert!(matches!(refused, Attempt::Rejected(Rejection::Refused)));
        }
        for scheme in wrapped(|| place.bearer(&log, Arc::new(|_| Err(io::Error::other("away"))))) {
            assert!(matches!(
                place.attempt(&*scheme, b"abc"),
                Attempt::Unavailable(_)
            ));
        }
    }
}

// 9110-5.4-a
#[test]
fn the_longest_token_is_the_same_wherever_it_stands_and_counted_as_it_was_meant() {
    let log = Log::default();
    for place in PLACES {
        let bearer = place.bearer(&log, Arc::new(|_| Ok(true))).longest_token(3);
        let fits: &[u8] = if place == Place::Query {
            b"%61%62c"
        } else {
            b"abc"
        };
        assert!(matches!(place.attempt(&bearer, fits), Attempt::Verified(_)));
        assert_eq!(log.take(), [["abc"]]);
        let too_long = place.attempt(&bearer, b"abcd");
        assert!(matches!(too_long, Attempt::Rejected(Rejection::Malformed)));
        assert!(log.take().is_empty());
    }
}

// 7235-4.1-a, 6750-3.1-a
#[test]
fn what_stands_around_a_scheme_leaves_all_to_it() {
    let log = Log::default();
    for place in PLACES {
        let bearer = || {
            let bearer = place.bearer(&log, Arc::new(|_| Ok(true)));
            bearer.strict().longest_token(0)
        };
        for scheme in wrapped(bearer) {
            assert_eq!(scheme.name(), "Bearer");
            assert_eq!(scheme.carrier(), place.carrier());
            assert_eq!(scheme.malformed(), Rejection::InvalidRequest);
            for (rejection, error) in [
                (Rejection::InvalidRequest, Some("invalid_request")),
                (Rejection::Refused, Some("invalid_token")),
                (Rejection::Faulty(Fault::Expired), Some("invalid_token")),
                (Rejection::CrossOrigin, None),
                (Rejection::NotUnderstood, None),
            ] {
                let challenge = scheme.challenge(Ask::Again(rejection)).unwrap();
                let read = read([challenge.as_header_value()]).unwrap();
                assert_eq!(read.len(), 1);
                assert_eq!(read.first().unwrap().parameter("realm"), Some("api"));
                assert_eq!(read.first().unwrap().parameter("error"), error);
                assert!(independent::read(&challenge.to_string()).is_ok());
            }
            let layer = AuthLayer::<_, Vec<u8>>::new(scheme, policy::anyone());
            let error = layer.build_with(Vec::from).unwrap_err().to_string();
            assert!(error.contains("the limit of `Bearer` is zero"), "{error}");
        }
        for scheme in wrapped(|| place.bearer(&log, Arc::new(|_| Ok(true)))) {
            let mut head = Request::new(()).into_parts().0;
            head.uri = Uri::from_static("/?token=abc");
            head.headers
                .append(COOKIE, HeaderValue::from_static("token=abc; a=1"));
            scheme.redact(&mut head, Redact::Mark);
            assert_eq!(
                head.headers["cookie"].is_sensitive(),
                place == Place::Cookie
            );
            scheme.redact(&mut head, Redact::Remove);
            let left = if place == Place::Cookie {
                "a=1"
            } else {
                "token=abc; a=1"
            };
            assert_eq!(head.headers["cookie"], left);
            assert_eq!(head.uri, "/?token=abc");
        }
    }
}

// 6265bis-8.2-a
#[test]
fn a_field_and_a_parameter_are_not_what_browsers_send_by_themselves() {
    let log = Log::default();
    let cross = |name: &str, value: &str| {
        [("sec-fetch-site", "cross-site"), (name, value)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    for (place, target, fields) in [
        (Place::Field, "/", cross("x-token", "abc")),
        (Place::Query, "/?token=abc", cross("accept", "*/*")),
    ] {
        let bearer = place.bearer(&log, Arc::new(|_| Ok(true)));
        let service = Service::new(&log, bearer, policy::authenticated());
        let ended = service.send_by(&Method::POST, target, &fields);
        assert_eq!(ended.status, 200, "{place:?}");
    }
}
