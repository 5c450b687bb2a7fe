//! Rules further in decide, and the layer that verified the caller answers.

use std::{
    convert::Infallible,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use http::{
    HeaderValue, Request, Response, StatusCode,
    header::{ALLOW, CACHE_CONTROL, WWW_AUTHENTICATE},
};
use tower::{Layer as _, ServiceExt as _, service_fn};
use tower_auth::{
    AuthLayer, Caller, Decision, NoBody, Outcome, Secret,
    audit::Record,
    policy::{self, PolicyExt as _, View},
    scheme::{ApiKey, Bearer},
};

use crate::stand::{
    Name, Reply, alice, another, counted, open, record, refusals, says, send, stranger,
};

#[test]
fn a_policy_without_its_layer_around_it_answers_500_and_lets_nobody_pass() {
    let lenient = || open().require(policy::anyone()).expect("a layer");
    let strict = || {
        open()
            .require(policy::authenticated().hide())
            .expect("a layer")
    };
    let waiting = policy::check_with((), async |(), _: View<Name>| true);
    let waiting = open().require(waiting).expect("a layer");
    for layer in [lenient(), strict(), waiting] {
        let (inner, calls) = counted::<Reply>();
        for request in [stranger(), alice()] {
            let response = send(layer.layer(inner.clone()), request);
            assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
            assert_eq!(response.headers().get(WWW_AUTHENTICATE), None);
            assert_eq!(response.extensions().len(), 1);
            assert_eq!(record(&response).outcome(), Outcome::Misconfigured);
        }
        assert_eq!(calls.load(Relaxed), 0);
    }
}

#[test]
fn a_policy_whose_callers_another_layer_verifies_answers_500_and_lets_nobody_pass() {
    let keys = ApiKey::fixed("X-API-Key", "api", "s3cret", 7_u32);
    let numbers: AuthLayer<u32, Reply> = AuthLayer::new(keys, policy::anyone())
        .build()
        .expect("a layer");
    let (inner, calls) = counted();
    let names = open().require(policy::anyone()).expect("a layer");
    let service = numbers.layer(names.layer(inner));
    for request in [stranger(), alice()] {
        let response = send(service.clone(), request);
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.extensions().len(), 1);
    }
    assert_eq!(calls.load(Relaxed), 0);
}

#[test]
fn a_policy_does_not_believe_another_layer_of_the_same_principals() {
    let (inner, calls) = counted();
    let names = open().require(policy::authenticated()).expect("a layer");
    let service = another().layer(names.layer(inner));
    for request in [stranger(), alice()] {
        let response = send(service.clone(), request);
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }
    assert_eq!(calls.load(Relaxed), 0);
}

#[test]
fn a_policy_finds_its_own_layer_behind_another_of_the_same_principals() {
    let (inner, calls) = counted();
    let names = open().require(policy::authenticated()).expect("a layer");
    let service = open().layer(another().layer(names.layer(inner)));
    assert_eq!(send(service.clone(), alice()).status(), StatusCode::OK);
    assert_eq!(send(service, stranger()).status(), StatusCode::UNAUTHORIZED);
    assert_eq!(calls.load(Relaxed), 1);
}

#[test]
fn a_not_found_service_that_refuses_is_answered_as_on_a_missing_path() {
    let refusing: Arc<OnceLock<AuthLayer<Name, Reply>>> = Arc::default();
    let asked = Arc::clone(&refusing);
    let not_found = service_fn(move |request: Request<NoBody>| {
        let layer = asked.get().expect("a layer");
        let strict = layer.require(policy::authenticated()).expect("a layer");
        let found = service_fn(async |_: Request<NoBody>| Ok::<_, Infallible>(Response::default()));
        strict.layer(found).oneshot(request)
    });
    let bearer = Bearer::fixed("api", "s3cret", "alice");
    let layer = AuthLayer::new(bearer, policy::anyone()).not_found(not_found);
    let layer = layer.build().expect("a layer");
    assert!(refusing.set(layer.clone()).is_ok());

    let (inner, calls) = counted();
    let hidden = layer.require(says(&Decision::hide())).expect("a layer");
    let response = send(layer.layer(hidden.layer(inner)), stranger());
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(
        response.headers()[WWW_AUTHENTICATE],
        r#"Bearer realm="api""#
    );
    assert_eq!(calls.load(Relaxed), 0);
}

#[test]
fn the_layer_that_verified_the_caller_answers_whatever_layers_stand_between() {
    let keys = ApiKey::fixed("X-API-Key", "api", "s3cret", 7_u32);
    let numbers: AuthLayer<u32, Reply> = AuthLayer::new(keys, policy::anyone())
        .build()
        .expect("a layer");
    let (inner, calls) = counted();
    let refusing = open()
        .require(policy::when(|name: &Name| *name == "bob"))
        .expect("a layer");
    let service = open().layer(numbers.layer(refusing.layer(inner)));

    let forbidden = send(service.clone(), alice());
    assert_eq!(forbidden.status(), StatusCode::FORBIDDEN);
    let challenged = send(service, stranger());
    assert_eq!(challenged.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(
        challenged.headers()[WWW_AUTHENTICATE],
        r#"Bearer realm="api""#
    );
    assert_eq!(calls.load(Relaxed), 0);
}

#[test]
fn a_caller_that_the_application_makes_up_proves_nothing() {
    let (inner, calls) = counted::<Reply>();
    let service = open()
        .require(policy::authenticated())
        .expect("a layer")
        .layer(inner.clone());
    let mut forged = stranger();
    forged.extensions_mut().insert(Caller("alice"));
    forged.extensions_mut().insert("alice");
    let response = send(service, forged.clone());
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);

    let service = open()
        .require(policy::authenticated())
        .expect("a layer")
        .layer(inner);
    let response = send(open().layer(service), forged);
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(calls.load(Relaxed), 0);
}

#[test]
fn nothing_of_how_a_refusal_travels_stays_on_the_response() {
    for (decision, statuses) in refusals() {
        for (request, status) in [stranger(), alice()].into_iter().zip(statuses) {
            let inside = open().require(says(&decision)).expect("a layer");
            let around = open().require(policy::anyone()).expect("a layer");
            let (inner, calls) = counted::<Reply>();
            let service = open().layer(around.layer(inside.layer(inner)));
            let inside = send(service, request.clone());
            assert_eq!(inside.status(), status);
            assert_eq!(inside.extensions().len(), 1);
            assert!(inside.extensions().get::<Record>().is_some());
            assert_eq!(calls.load(Relaxed), 0);

            // The outer layer answers as if it had decided itself.
            let bearer = Bearer::fixed("api", "s3cret", "alice");
            let outside = AuthLayer::new(bearer, says(&decision))
                .build()
                .expect("a layer");
            let (inner, _) = counted::<Reply>();
            let outside = send(outside.layer(inner), request);
            assert_eq!(outside.headers(), inside.headers());
            assert_eq!(
                format!("{:?}", record(&outside)),
                format!("{:?}", record(&inside))
            );
        }
    }
}

#[test]
fn the_answer_of_the_not_found_service_passes_with_all_it_has() {
    let not_found = service_fn(async |request: Request<NoBody>| {
        let mut response = Response::new(Reply::from("gone"));
        *response.status_mut() = StatusCode::IM_A_TEAPOT;
        response
            .headers_mut()
            .append(ALLOW, HeaderValue::from_static("BREW"));
        response
            .headers_mut()
            .append(ALLOW, HeaderValue::from_static("WHEN"));
        response.extensions_mut().insert(request.method().clone());
        Ok::<_, Infallible>(response)
    });
    let bearer = Bearer::fixed("api", "s3cret", "alice");
    let layer = AuthLayer::new(bearer, policy::anyone()).not_found(not_found);
    let layer = layer.build().expect("a layer");
    let hidden = layer
        .require(policy::when(|_: &Name| false).hide())
        .expect("a layer");
    let (inner, _) = counted();
    let response = send(layer.layer(hidden.layer(inner)), alice());
    assert_eq!(response.status(), StatusCode::IM_A_TEAPOT);
    let allow: Vec<_> = response.headers().get_all(ALLOW).iter().collect();
    assert_eq!(allow, ["BREW", "WHEN"]);
    assert_eq!(response.headers().len(), 2);
    assert_eq!(response.extensions().get(), Some(&http::Method::GET));
    assert_eq!(response.extensions().len(), 2);
    assert_eq!(record(&response).outcome(), Outcome::Conceal);
}

#[test]
fn credentials_are_verified_once_however_many_policies_stand_on_the_way() {
    let verified = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&verified);
    let bearer = Bearer::new("api", move |token: Secret<'_>| {
        counter.fetch_add(1, Relaxed);
        token.matches(&Secret::from("s3cret")).then_some("alice")
    });
    let layer: AuthLayer<Name, Reply> = AuthLayer::new(bearer, policy::anyone())
        .build()
        .expect("a layer");
    let now = || layer.require(policy::authenticated()).expect("a layer");
    let waiting = policy::check_with((), async |(), view: View<Name>| view.principal().is_some());
    let waiting = layer.require(waiting).expect("a layer");
    let denied = layer.require(says(&Decision::deny())).expect("a layer");

    let (inner, calls) = counted();
    let open = layer.layer(now().layer(waiting.layer(now().layer(inner.clone()))));
    assert_eq!(send(open, alice()).status(), StatusCode::OK);
    assert_eq!((verified.load(Relaxed), calls.load(Relaxed)), (1, 1));

    let closed = layer.layer(now().layer(waiting.layer(denied.layer(inner))));
    assert_eq!(send(closed, alice()).status(), StatusCode::FORBIDDEN);
    assert_eq!((verified.load(Relaxed), calls.load(Relaxed)), (2, 1));
}

#[test]
fn refusals_of_ours_are_not_to_be_stored() {
    for (decision, statuses) in refusals() {
        let inside = open().require(says(&decision)).expect("a layer");
        let (inner, _) = counted();
        let response = send(open().layer(inside.layer(inner)), stranger());
        let stored = response.headers().get(CACHE_CONTROL).is_none();
        assert_eq!(
            stored,
            statuses[0] == 404,
            "what is concealed carries what is missing carries"
        );
    }
}
