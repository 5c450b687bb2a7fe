//! What becomes of a preflight that passes.

use std::{convert::Infallible, future::ready};

use http::{HeaderName, Request, Response, StatusCode, header, request::Parts};
use tower::{Layer as _, ServiceExt as _, service_fn};
use tower_auth::{
    Attempt, AttemptKind, AuthLayer, Caller, Outcome, Step,
    audit::Record,
    challenge::{Ask, Challenge},
    policy,
    scheme::{Carrier, Presented, Redact, Scheme},
};

use crate::{
    stand::{Counts, SETUPS, Setup, answer, preflight},
    support::{
        inner::{Body, Inner},
        schemes::{API_KEY, api_key},
        user::User,
        waiting::block_on,
    },
};

/// Credentials in all places, true ones among them.
fn laden() -> Request<()> {
    preflight("PUT")
        .header(header::AUTHORIZATION, "Counted canary-true")
        .header(header::PROXY_AUTHORIZATION, "Counted canary-true")
        .header("x-session", "canary-true")
        .header(API_KEY, "canary-true")
        .header(API_KEY, "canary-stale")
        .body(())
        .unwrap()
}

#[test]
fn credentials_on_a_preflight_are_marked_or_removed_as_on_any_request() {
    for setup in SETUPS {
        let counts = Counts::new();
        let schemes = counts.schemes().or(api_key());
        let layer = match setup {
            Setup::Origin => AuthLayer::new(schemes, policy::anyone()),
            Setup::Stripping => AuthLayer::new(schemes, policy::anyone()).strip_credentials(),
            Setup::Proxy => AuthLayer::proxy(schemes, policy::anyone()),
        };
        let layer = layer.pass_preflights().build().unwrap();
        let (response, inner) = block_on(answer(&layer, laden()));
        assert_eq!(response.status(), StatusCode::OK, "{setup:?}");
        assert_eq!(counts.asked(), [0, 0], "{setup:?}");

        let (own, other) = match setup {
            Setup::Proxy => (header::PROXY_AUTHORIZATION, header::AUTHORIZATION),
            Setup::Origin | Setup::Stripping => {
                (header::AUTHORIZATION, header::PROXY_AUTHORIZATION)
            }
        };
        let fields = inner.fields();
        let session = HeaderName::from_static("x-session");
        for (name, lines) in [
            (own, 1),
            (session, 1),
            (HeaderName::from_static(API_KEY), 2),
        ] {
            let there: Vec<_> = fields.get_all(&name).iter().collect();
            let left = if setup == Setup::Origin { lines } else { 0 };
            assert_eq!(there.len(), left, "{setup:?}, {name}");
            assert!(
                there.iter().all(|line| line.is_sensitive()),
                "{setup:?}, {name}"
            );
        }
        // Another recipient's, and fields that are no credentials.
        for name in [other, header::ORIGIN, header::ACCESS_CONTROL_REQUEST_METHOD] {
            assert!(!fields[&name].is_sensitive(), "{setup:?}, {name}");
        }
    }
}

#[test]
fn a_preflight_is_a_strangers_whoever_sends_it() {
    for setup in SETUPS {
        let counts = Counts::new();
        let layer = counts.layer(setup, "admins").pass_preflights();
        let layer: AuthLayer<_, Body> = layer.build().unwrap();
        let inner = service_fn(|request: Request<()>| {
            assert_eq!(Caller::<User>::of(request.extensions()), None);
            ready(Ok::<_, Infallible>(Response::new(Body::default())))
        });
        let response = block_on(layer.layer(inner).oneshot(laden()));
        assert_eq!(response.unwrap().status(), StatusCode::OK, "{setup:?}");
    }
}

#[test]
fn rules_on_routes_are_asked_about_a_preflight_as_about_any_stranger() {
    for (rule, status, outcome) in [
        ("anyone", 200, None),
        ("members", 401, Some(Outcome::Challenge(()))),
        ("closed", 403, Some(Outcome::Forbid(None))),
        ("hidden", 404, Some(Outcome::Conceal)),
        ("hidden_after_a_while", 404, Some(Outcome::Conceal)),
        ("away", 503, Some(Outcome::Fail)),
        ("panics", 503, Some(Outcome::Fail)),
    ] {
        let [outside, inside] = [(); 2].map(|()| Counts::new());
        let layer = outside.layer(Setup::Origin, "closed").pass_preflights();
        let layer: AuthLayer<_, Body> = layer.build().unwrap();
        let inner = Inner::default();
        let route = layer.require(inside.policy(rule)).unwrap();
        let service = layer.layer(route.layer(inner.clone()));
        let Ok(response) = block_on(service.oneshot(laden()));

        assert_eq!(response.status(), status, "{rule}");
        assert_eq!(inner.calls(), usize::from(status == 200), "{rule}");
        assert_eq!(outside.asked(), [0, 0], "{rule}");
        assert_eq!(inside.asked(), [0, 1], "{rule}");
        let challenges = response.headers().get_all(header::WWW_AUTHENTICATE).iter();
        let expected = match status {
            200 => ["Negotiate"].to_vec(),
            401 => [r#"Counted realm="told""#, r#"Session realm="told""#].to_vec(),
            _ => Vec::new(),
        };
        assert!(challenges.eq(expected), "{rule}");
        let record = response.extensions().get::<Record>();
        assert_eq!(record.map(Record::outcome), outcome, "{rule}");
        // The rule is named, and not the exemption that did not help.
        assert_ne!(
            record.and_then(Record::policy),
            Some("cors_preflight"),
            "{rule}"
        );
        assert!(record.is_none_or(|record| record.attempt() == AttemptKind::Absent));
    }
}

#[test]
fn a_layer_further_in_that_is_not_told_to_pass_preflights_passes_none() {
    let [outside, inside] = [(); 2].map(|()| Counts::new());
    let outer = outside.layer(Setup::Origin, "members").pass_preflights();
    let outer: AuthLayer<_, Body> = outer.build().unwrap();
    let inner: AuthLayer<_, Body> = inside.layer(Setup::Origin, "members").build().unwrap();
    let service = outer.layer(inner.layer(Inner::default()));
    let Ok(response) = block_on(service.oneshot(preflight("PUT").body(()).unwrap()));
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!((outside.asked(), inside.asked()), ([0, 0], [1, 1]));
}

#[test]
fn the_same_layer_twice_passes_a_preflight_once_without_asking() {
    let counts = Counts::new();
    let layer = counts.layer(Setup::Origin, "closed").pass_preflights();
    let layer: AuthLayer<_, Body> = layer.build().unwrap();
    let inner = Inner::default();
    let service = layer.layer(layer.layer(inner.clone()));
    let Ok(response) = block_on(service.oneshot(laden()));
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!((inner.calls(), counts.asked()), (1, [0, 0]));
    assert!(inner.fields()[header::AUTHORIZATION].is_sensitive());
}

/// Panics when it is told to hide its credentials.
struct Clumsy;

impl Scheme for Clumsy {
    type Principal = User;

    fn name(&self) -> &'static str {
        "Clumsy"
    }

    fn carrier(&self) -> Carrier {
        Carrier::Ambient
    }

    fn attempt(&self, _: &Presented<'_>) -> Step<Attempt<User>> {
        Step::Now(Attempt::Absent)
    }

    fn challenge(&self, _: Ask<'_>) -> Option<Challenge> {
        None
    }

    fn redact(&self, _: &mut Parts, _: Redact) {
        panic!("it drops them");
    }
}

// D-fail-closed
#[test]
fn a_preflight_whose_credentials_cannot_be_hidden_does_not_pass() {
    let layer = AuthLayer::new(Clumsy, policy::anyone()).pass_preflights();
    let (response, inner) = block_on(answer(&layer.build().unwrap(), laden()));
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(inner.calls(), 0);
    let record = response.extensions().get::<Record>().unwrap();
    assert_eq!(record.outcome(), Outcome::Fail);
    assert_eq!(record.policy(), Some("cors_preflight"));
}
