//! Of several layers, the nearest outside answers.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use tower::{Layer as _, Service, service_fn};
use tower_auth::{
    AuthLayer, Decision, Denied, NeedsLogin, Outcome, Refusal, Remedy, RequireLayer, Secret,
    policy::{self, Access, View},
    scheme::{ApiKey, Bearer},
};

use crate::stand::{BASIC, BEARER, User, ask, open, record, send, told};

type Body = Full<Bytes>;

/// Numbers, by keys.
fn numbers() -> AuthLayer<u32, Body> {
    let keys = ApiKey::fixed("X-API-Key", "numbers", "s3cret", 7_u32);
    AuthLayer::new(keys, policy::anyone()).build().unwrap()
}

fn people() -> AuthLayer<User, Body> {
    open().build().unwrap()
}

const KEY: &str = r#"ApiKey realm="numbers""#;

/// Refuses in a response of its own.
fn refusing(
    refusal: impl Into<Refusal>,
) -> impl Service<Request<()>, Response = Response<Body>, Error = Infallible, Future: Send> + Clone
{
    let refusal = refusal.into();
    service_fn(move |_: Request<()>| {
        let response = refusal.clone().response(Body::from("half a document"));
        async { Ok(response) }
    })
}

/// A request of this person, with a key or without.
fn request(person: &str, key: bool) -> Request<()> {
    let request = ask(person, "/");
    let request = if key {
        request.header("x-api-key", "s3cret")
    } else {
        request
    };
    request.body(()).unwrap()
}

/// What the four callers are told: a stranger, somebody with a key, alice, alice with a key.
fn to_all<S>(service: S) -> [(u16, Vec<String>); 4]
where
    S: Service<Request<()>, Response = Response<Body>, Error = Infallible> + Clone,
{
    let callers = [
        ("stranger", false),
        ("stranger", true),
        ("alice", false),
        ("alice", true),
    ];
    callers.map(|(person, key)| {
        let response = send(&service, request(person, key));
        assert_eq!(response.extensions().len(), 1);
        assert_eq!(record(&response).policy(), Some("handler"));
        let (status, challenges) = told(&response);
        (status, challenges.into_iter().map(str::to_owned).collect())
    })
}

fn asked(challenges: &[&str]) -> (u16, Vec<String>) {
    let challenges = challenges.iter().map(|challenge| (*challenge).to_owned());
    (401, challenges.collect())
}

fn forbidden() -> (u16, Vec<String>) {
    (403, vec![])
}

#[test]
fn of_two_layers_for_different_callers_the_nearest_answers() {
    let inner = || refusing(NeedsLogin::new());
    let key = asked(&[KEY]);
    let login = asked(&[BEARER, BASIC]);
    assert_eq!(
        to_all(people().layer(numbers().layer(inner()))),
        [key.clone(), forbidden(), key, forbidden()]
    );
    assert_eq!(
        to_all(numbers().layer(people().layer(inner()))),
        [login.clone(), login, forbidden(), forbidden()]
    );
}

#[test]
fn rules_of_any_layer_in_between_answer_nothing() {
    let inner = || refusing(NeedsLogin::new());
    let (outer, nearest) = (people(), numbers());
    let waiting = policy::check_with((), async |(), _: View<User>| true);
    let rules: [RequireLayer<User, Body>; 3] = [
        outer.require(policy::anyone()).unwrap(),
        outer.require(waiting).unwrap(),
        outer.require(|_: &Access<'_, User>| true).unwrap(),
    ];
    let [a, b, c] = rules;
    let near = || nearest.require(policy::anyone()).unwrap();
    let inside = near().layer(a.layer(near().layer(b.layer(inner()))));
    let service = outer.layer(c.layer(nearest.layer(inside)));
    let key = asked(&[KEY]);
    assert_eq!(
        to_all(service),
        [key.clone(), forbidden(), key, forbidden()]
    );
}

#[test]
fn what_refuses_between_two_layers_is_answered_by_the_outer_one() {
    let nearest = numbers();
    let between = refusing(NeedsLogin::new());
    // The inner layer stands beside, and is not asked.
    let service = people().layer(service_fn(move |request: Request<()>| {
        let beside = nearest.layer(refusing(NeedsLogin::new()));
        let between = between.clone();
        async move {
            if request.uri().path() == "/numbers" {
                return tower::ServiceExt::oneshot(beside, request).await;
            }
            tower::ServiceExt::oneshot(between, request).await
        }
    }));
    assert_eq!(
        told(&send(&service, request("stranger", true))),
        (401, vec![BEARER, BASIC])
    );
    assert_eq!(
        told(&send(&service, request("alice", false))),
        (403, vec![])
    );
    let beside = ask("alice", "/numbers").body(()).unwrap();
    assert_eq!(told(&send(&service, beside)), (401, vec![KEY]));
}

#[test]
fn what_a_rule_of_the_outer_layer_refuses_further_in_the_outer_layer_answers() {
    let (outer, nearest) = (people(), numbers());
    let rule = outer
        .require(|_: &Access<'_, User>| Decision::deny())
        .unwrap();
    let inner = || rule.layer(refusing(NeedsLogin::new()));
    let service = outer.layer(nearest.layer(inner()));
    let response = send(&service, request("stranger", true));
    assert_eq!(told(&response), (401, vec![BEARER, BASIC]));
    assert_eq!(record(&response).policy(), Some("closure"));
}

#[test]
fn two_layers_for_the_same_callers_are_two() {
    let other: AuthLayer<User, Body> = AuthLayer::new(
        Bearer::new("others", |_: Secret<'_>| None::<User>),
        policy::anyone(),
    )
    .treat_rejected_as_anonymous()
    .build()
    .unwrap();
    let service = people().layer(other.layer(refusing(NeedsLogin::new())));
    let response = send(&service, request("alice", false));
    assert_eq!(told(&response), (401, vec![r#"Bearer realm="others""#]));
}

#[test]
fn a_layer_that_stands_twice_answers_once() {
    let auth = people();
    let service = auth.layer(auth.layer(refusing(NeedsLogin::new())));
    assert_eq!(
        told(&send(&service, request("stranger", false))),
        (401, vec![BEARER, BASIC])
    );
    let response = send(&service, request("alice", false));
    assert_eq!(told(&response), (403, vec![]));
    assert_eq!(response.extensions().len(), 1);
    assert_eq!(record(&response).outcome(), Outcome::Forbid(None));
    assert_eq!(record(&response).scheme(), Some("Bearer"));
}

#[test]
fn a_layer_that_stands_twice_verifies_once_even_what_it_strips() {
    let verified = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&verified);
    let bearer = Bearer::new("api", move |token: Secret<'_>| {
        counter.fetch_add(1, SeqCst);
        token.matches(&Secret::from("alice")).then_some(7_u32)
    });
    let auth: AuthLayer<u32, Body> = AuthLayer::new(bearer, policy::authenticated())
        .strip_credentials()
        .build()
        .unwrap();
    let rule = || auth.require(policy::authenticated()).unwrap();
    let inner = || refusing(NeedsLogin::new());
    let service = auth.layer(rule().layer(auth.layer(rule().layer(inner()))));
    for (caller, status, times) in [("alice", 403, 1), ("mallory", 401, 1), ("stranger", 401, 0)] {
        let response = send(&service, request(caller, false));
        assert_eq!(response.status(), status, "{caller}");
        assert_eq!(verified.swap(0, SeqCst), times, "{caller}");
    }
}

#[test]
fn the_outer_layer_leaves_what_the_nearest_answered_as_it_is() {
    let closed = || Denied::new(Remedy::Nothing).code("closed");
    let alone = numbers().layer(refusing(closed()));
    let around = people().layer(numbers().layer(refusing(closed())));
    for (person, key) in [("stranger", true), ("alice", false)] {
        let [alone, around] = [
            send(&alone, request("stranger", key)),
            send(&around, request(person, key)),
        ];
        assert_eq!(told(&alone), told(&around));
        let length = |response: &Response<Body>| response.headers()["content-length"].clone();
        assert_eq!(length(&alone), length(&around));
        assert_eq!(record(&around).code(), Some("closed"));
    }
}
