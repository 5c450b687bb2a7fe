//! What the layer does for every scheme, and no table can say.

use std::sync::{Arc, Mutex};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::header::AUTHORIZATION;
use tower_auth::{
    Attempt, Rejection, Step,
    challenge::{Ask, Challenge},
    policy,
    scheme::{Carrier, Presented, Scheme, SchemeExt},
};

use crate::{
    service::Service,
    watched::{Answer, Log, Shown},
};

/// A scheme without a limit of its own, and the lengths of what it was shown.
struct Boundless(Carrier, Arc<Mutex<Vec<usize>>>);

impl Scheme for Boundless {
    type Principal = Shown;

    fn name(&self) -> &'static str {
        "Boundless"
    }

    fn carrier(&self) -> Carrier {
        self.0.clone()
    }

    fn attempt(&self, presented: &Presented<'_>) -> Step<Attempt<Shown>> {
        self.1.lock().unwrap().push(presented.credentials().len());
        Step::Now(Attempt::Rejected(Rejection::Refused))
    }

    fn challenge(&self, _: Ask<'_>) -> Option<Challenge> {
        Challenge::new("Boundless", "x").ok()
    }
}

// 9110-5.4-a
#[test]
fn a_scheme_is_shown_what_stands_in_8_kib_and_no_more() {
    let log = Log::default();
    let field = "x-api-key".parse().unwrap();
    for (carrier, name, before) in [
        (Carrier::Authorization, "authorization", "boundless "),
        (Carrier::Field(field), "x-api-key", ""),
    ] {
        let lengths = Arc::default();
        let scheme = Boundless(carrier, Arc::clone(&lengths));
        let service = Service::new(&log, scheme, policy::anyone());
        let room = 8 * 1024 + 64 - before.len();
        for length in [1, room, room + 1, 60_000] {
            let value = format!("{before}{}", "a".repeat(length));
            let ended = service.send("/", &[(name.to_owned(), value)]);
            assert_eq!(ended.status, 401);
        }
        assert_eq!(*lengths.lock().unwrap(), [1, room]);
    }
}

// 9110-5.4-a
#[test]
fn a_value_of_60_000_bytes_is_never_an_anonymous_caller() {
    let log = Log::default();
    let answer: Arc<Answer> = Arc::new(|_| Ok(true));
    let junk = "a".repeat(60_000);
    let basic = format!("Basic {}", STANDARD.encode(format!("u:{junk}")));
    let services = [
        (
            Service::new(&log, log.basic("x", answer.clone()), policy::anyone()),
            "Authorization",
            basic,
        ),
        (
            Service::new(&log, log.bearer("x", answer.clone()), policy::anyone()),
            "Authorization",
            format!("Bearer {junk}"),
        ),
        (
            Service::new(
                &log,
                log.api_key("X-API-Key", "x", answer),
                policy::anyone(),
            ),
            "X-API-Key",
            junk,
        ),
    ];
    for (service, field, value) in services {
        let ended = service.send("/", &[(field.to_owned(), value)]);
        assert_eq!(ended.status, 401);
        assert_eq!(ended.challenges.len(), 1);
        assert!(ended.shown.is_empty());
    }
}

// 9110-11.6.1-e, 9110-11.3-d, 6750-3.1-d
#[test]
fn each_challenge_has_a_line_of_its_own_in_the_order_given() {
    let log = Log::default();
    let answer: Arc<Answer> = Arc::new(|_| Ok(false));
    let schemes = log
        .bearer("a", answer.clone())
        .or(log.basic("b", answer.clone()))
        .or(log.api_key("X-API-Key", "c", answer));
    let service = Service::new(&log, schemes, policy::authenticated());
    let [bearer, basic, api_key] = [
        r#"Bearer realm="a""#,
        r#"Basic realm="b", charset="UTF-8""#,
        r#"ApiKey realm="c""#,
    ];
    let tried = r#"Bearer realm="a", error="invalid_token""#;

    let challenges = |lines: &[&str]| service.send("/", &fields(lines)).challenges;
    assert_eq!(challenges(&[]), [bearer, basic, api_key]);
    assert_eq!(challenges(&["Basic Og=="]), [bearer, basic, api_key]);
    assert_eq!(challenges(&["Bearer abc"]), [tried, basic, api_key]);
}

fn fields(lines: &[&str]) -> Vec<(String, String)> {
    lines
        .iter()
        .map(|&line| (AUTHORIZATION.to_string(), line.to_owned()))
        .collect()
}
