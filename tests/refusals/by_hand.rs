//! Refusals that stand in the extensions of a response, without any framework.

use std::{convert::Infallible, sync::Arc};

use http::{Method, Request, Response, StatusCode, Version};
use tower::{Layer as _, Service, service_fn};
use tower_auth::{
    AuthLayer, Decision, Denied, Hidden, NeedsLogin, Refusal, Remedy, Unavailable,
    policy::{self, Access, Policy},
};

use crate::stand::{ask, guarded, open, record, send, told};

/// A body that can be seen to be dropped.
#[derive(Clone, Default)]
struct Content(
    Vec<u8>,
    #[expect(dead_code, reason = "it is held, and counted")] Option<Arc<()>>,
);

type Layer = AuthLayer<crate::stand::User, Content>;

fn layer(policy: impl Policy<crate::stand::User>) -> Layer {
    let layer = guarded(policy);
    layer
        .build_with(|bytes| Content(bytes.to_vec(), None))
        .unwrap()
}

/// Answers with a response of its own, and a refusal in its extensions.
fn refusing(
    decision: Decision,
    status: StatusCode,
    held: Arc<()>,
) -> impl Service<Request<()>, Response = Response<Content>, Error = Infallible, Future: Send> + Clone
{
    service_fn(move |_: Request<()>| {
        let mut response = Response::new(Content(b"half a document".to_vec(), Some(held.clone())));
        *response.status_mut() = status;
        *response.version_mut() = Version::HTTP_10;
        for (name, value) in [
            ("set-cookie", "half=1"),
            ("content-type", "text/html"),
            ("content-length", "15"),
            ("etag", "\"1\""),
            ("allow", "GET"),
            ("www-authenticate", "Negotiate"),
            ("location", "/elsewhere"),
        ] {
            response.headers_mut().insert(name, value.parse().unwrap());
        }
        response.extensions_mut().insert("of a layer further in");
        let refusal = Refusal::unless(decision.clone()).unwrap_err();
        response.extensions_mut().insert(refusal);
        async { Ok(response) }
    })
}

fn refusals() -> [Decision; 6] {
    [
        Decision::deny(),
        Denied::new(Remedy::Nothing)
            .code("office_closed")
            .reason("after five")
            .into(),
        Denied::new(Remedy::scopes(["write"])).into(),
        NeedsLogin::new().into(),
        Hidden::new().reason("another's").into(),
        Unavailable::new("away").into(),
    ]
}

const STATUSES: [StatusCode; 8] = [
    StatusCode::SWITCHING_PROTOCOLS,
    StatusCode::OK,
    StatusCode::NO_CONTENT,
    StatusCode::NOT_MODIFIED,
    StatusCode::UNAUTHORIZED,
    StatusCode::NOT_FOUND,
    StatusCode::INTERNAL_SERVER_ERROR,
    StatusCode::SERVICE_UNAVAILABLE,
];

#[test]
fn any_response_that_carries_a_refusal_becomes_the_one_the_layer_would_have_made() {
    for decision in refusals() {
        let says = decision.clone();
        let deciding = layer(move |_: &Access<'_, _>| says.clone());
        let never = service_fn(
            async |_: Request<()>| -> Result<Response<Content>, Infallible> {
                panic!("it is not called")
            },
        );
        for caller in ["stranger", "alice", "alice_by_basic"] {
            for method in [Method::GET, Method::HEAD, Method::POST] {
                let request = || ask(caller, "/").method(&method).body(()).unwrap();
                let expected = send(&deciding.layer(never), request());
                for status in STATUSES {
                    let held = Arc::new(());
                    let inner = refusing(decision.clone(), status, Arc::clone(&held));
                    let there = send(&layer(policy::anyone()).layer(inner), request());
                    assert_eq!(told(&there), told(&expected), "{decision:?}, {caller}");
                    assert_eq!(there.headers(), expected.headers());
                    assert_eq!(there.version(), expected.version());
                    assert_eq!(there.body().0, expected.body().0);
                    assert_eq!(Arc::strong_count(&held), 1, "the body is dropped");

                    // Nothing of how it came here is left but what layers outside may read.
                    assert_eq!(there.extensions().len(), 1);
                    let policy = Some("handler");
                    assert_eq!(record(&there).policy(), policy);
                    assert_eq!(record(&there).outcome(), record(&expected).outcome());
                    assert_eq!(record(&there).status(), Some(there.status()));
                    assert_eq!(record(&there).attempt(), record(&expected).attempt());
                    assert_eq!(record(&there).scheme(), record(&expected).scheme());
                    assert_eq!(record(&there).code(), record(&expected).code());
                    assert_eq!(record(&there).reason(), decision.private_reason());
                }
            }
        }
    }
}

#[test]
fn a_response_made_of_a_refusal_is_answered_alike() {
    for decision in refusals() {
        let refused = decision.clone();
        let made = service_fn(move |_: Request<()>| {
            let refusal = Refusal::unless(refused.clone()).unwrap_err();
            let response = refusal.response(Content(b"see you".to_vec(), None));
            async { Ok::<_, Infallible>(response) }
        });
        let by_hand = refusing(decision, StatusCode::OK, Arc::default());
        for caller in ["stranger", "alice"] {
            let request = || ask(caller, "/").body(()).unwrap();
            let made = send(&layer(policy::anyone()).layer(made.clone()), request());
            let by_hand = send(&layer(policy::anyone()).layer(by_hand.clone()), request());
            assert_eq!(made.status(), by_hand.status());
            assert_eq!(made.headers(), by_hand.headers());
            assert_eq!(made.body().0, by_hand.body().0);
        }
    }
}

#[test]
fn a_proxy_answers_a_refusal_as_a_proxy() {
    let schemes = crate::stand::schemes();
    let proxy = AuthLayer::proxy(schemes, policy::anyone());
    let proxy = proxy.build_with(|bytes| Content(bytes.to_vec(), None));
    let inner = refusing(NeedsLogin::new().into(), StatusCode::OK, Arc::default());
    let response = send(&proxy.unwrap().layer(inner), Request::new(()));
    assert_eq!(response.status(), StatusCode::PROXY_AUTHENTICATION_REQUIRED);
    let challenges = response.headers().get_all("proxy-authenticate");
    assert_eq!(challenges.iter().count(), 2);
    assert_eq!(response.headers().get("www-authenticate"), None);
}

#[test]
fn callers_who_are_taken_for_strangers_are_refused_as_strangers() {
    let lenient = open::<Content>().treat_rejected_as_anonymous();
    let lenient = lenient.build_with(|bytes| Content(bytes.to_vec(), None));
    let inner = refusing(NeedsLogin::new().into(), StatusCode::OK, Arc::default());
    let request = ask("mallory", "/").body(()).unwrap();
    let response = send(&lenient.unwrap().layer(inner), request);
    let (status, challenges) = told(&response);
    assert_eq!(status, 401);
    assert_eq!(challenges, [crate::stand::BEARER, crate::stand::BASIC]);
    assert!(record(&response).disregarded().is_some());
}

#[test]
fn debug_tells_the_decision_and_nothing_of_the_request() {
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen_there = Arc::clone(&seen);
    let auth = layer(policy::anyone());
    let inside =
        auth.require(|_: &Access<'_, _>| Denied::new(Remedy::Nothing).reason("after five"));
    let never = service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::default()));
    let inside = inside.unwrap().layer(never);
    // A layer between the one that refuses and the one that answers.
    let between = service_fn(move |request: Request<()>| {
        let (inside, seen) = (inside.clone(), Arc::clone(&seen_there));
        async move {
            let response = tower::ServiceExt::oneshot(inside, request).await?;
            let refusal = response.extensions().get::<Refusal>().unwrap();
            let cloned = refusal.clone();
            seen.lock()
                .unwrap()
                .push(format!("{refusal:?} {refusal:#?} {cloned:?}"));
            Ok::<_, Infallible>(response)
        }
    });
    let request = ask("alice", "/canary-path?canary-query")
        .header("cookie", "canary-cookie")
        .header("x-canary-name", "canary-value")
        .extension("canary-extension");
    send(&auth.layer(between), request.body(()).unwrap());
    let seen = seen.lock().unwrap().pop().unwrap();
    assert!(seen.starts_with("Refusal(Deny("), "{seen}");
    assert!(seen.contains("after five"), "{seen}");
    assert!(
        !seen.contains("canary") && !seen.contains("alice"),
        "{seen}"
    );
}
