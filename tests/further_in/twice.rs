//! One and the same layer stands twice on the way: around an application and again around a part of it.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use http::{Request, Response, StatusCode, header::WWW_AUTHENTICATE};
use tower::{Layer as _, Service, service_fn};
use tower_auth::{
    AuthLayer, AuthLayerBuilder, Caller, Decision, Denied, Login, NeedsLogin, Outcome, Refusal,
    Rejection, Remedy, Secret,
    policy::{self, Access, BoxPolicy, PolicyExt as _, View},
    scheme::{ApiKey, Basic, Bearer, SchemeExt as _},
};

use crate::stand::{Name, Reply, alice, counted, record, refusals, says, send, stranger};

/// A layer that counts how often it verifies.
fn counting(policy: BoxPolicy<Name>) -> (AuthLayerBuilder<Name, Reply>, Arc<AtomicUsize>) {
    let verified = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&verified);
    let bearer = Bearer::new("api", move |token: Secret<'_>| {
        counter.fetch_add(1, Relaxed);
        token.matches(&Secret::from("s3cret")).then_some("alice")
    });
    (AuthLayer::new(bearer, policy), verified)
}

/// Says one thing where it is asked for the first time about a request, and another where it is again.
fn at_first_and_again(first: Decision, again: Decision) -> BoxPolicy<Name> {
    #[derive(Clone)]
    struct Before;
    let policy = move |access: &Access<'_, Name>| {
        access.hand_on(Before);
        let decision = match access.extension::<Before>() {
            None => &first,
            Some(Before) => &again,
        };
        decision.clone()
    };
    policy.boxed()
}

/// Answers with the name of the caller, and the fields that it is shown.
fn greeting()
-> impl Service<Request<()>, Response = Response<Reply>, Error = Infallible, Future: Send> + Clone {
    service_fn(async |request: Request<()>| {
        let name = Caller::<Name>::of(request.extensions()).copied();
        let mut response = Response::new(Reply::from(name.unwrap_or("nobody")));
        *response.headers_mut() = request.headers().clone();
        response.extensions_mut().insert(name.unwrap_or("nobody"));
        Ok(response)
    })
}

fn name(response: &Response<Reply>) -> Name {
    response.extensions().get().copied().expect("a name")
}

#[test]
fn a_caller_is_verified_once_and_known_each_time() {
    for policy in [
        policy::anyone().boxed(),
        policy::check_with((), async |(), _: View<Name>| true).boxed(),
    ] {
        let (layer, verified) = counting(policy);
        let layer = layer.build().expect("a layer");
        let rule = layer.require(policy::authenticated()).expect("a layer");
        let service = layer.layer(layer.layer(rule.layer(layer.layer(greeting()))));
        let response = send(service.clone(), alice());
        assert_eq!(
            (response.status(), name(&response)),
            (StatusCode::OK, "alice")
        );
        assert_eq!(verified.load(Relaxed), 1);
        assert_eq!(send(service, stranger()).status(), StatusCode::UNAUTHORIZED);
        assert_eq!(verified.load(Relaxed), 1);
    }
}

#[test]
fn credentials_that_are_stripped_are_known_further_in() {
    let (layer, verified) = counting(policy::authenticated().boxed());
    let layer = layer.strip_credentials().build().expect("a layer");
    let response = send(layer.layer(layer.layer(greeting())), alice());
    assert_eq!(
        (response.status(), name(&response)),
        (StatusCode::OK, "alice")
    );
    assert!(response.headers().is_empty(), "they were stripped");
    assert_eq!(verified.load(Relaxed), 1);
}

#[test]
fn those_whose_credentials_were_disregarded_stay_strangers_and_are_not_verified_again() {
    let (layer, verified) = counting(policy::anyone().boxed());
    let layer = layer
        .treat_rejected_as_anonymous()
        .build()
        .expect("a layer");
    let wrong = Request::get("/").header("authorization", "Bearer wrong");
    let response = send(
        layer.layer(layer.layer(greeting())),
        wrong.body(()).expect("a request"),
    );
    assert_eq!(
        (response.status(), name(&response)),
        (StatusCode::OK, "nobody")
    );
    assert_eq!(verified.load(Relaxed), 1);

    // What was disregarded is told where the layer refuses the second time, too.
    let policy = at_first_and_again(Decision::Allow, Decision::deny());
    let (layer, _) = counting(policy);
    let layer = layer.treat_rejected_as_anonymous();
    let layer = layer.build().expect("a layer");
    let wrong = Request::get("/").header("authorization", "Bearer wrong");
    let refused = send(
        layer.layer(layer.layer(greeting())),
        wrong.body(()).expect("a request"),
    );
    assert_eq!(record(&refused).outcome(), Outcome::Challenge(()));
    assert_eq!(record(&refused).disregarded(), Some(Rejection::Refused));
}

#[test]
fn the_policy_is_asked_each_time_and_each_time_it_can_refuse() {
    for (decision, statuses) in refusals() {
        for (request, status) in [stranger(), alice()].into_iter().zip(statuses) {
            let (again, verified) = counting(at_first_and_again(Decision::Allow, decision.clone()));
            let again = again.build().expect("a layer");
            let (inner, calls) = counted::<Reply>();
            let refused = send(again.layer(again.layer(inner.clone())), request.clone());

            // It answers once, as if it had decided at first.
            let (first, _) = counting(says(&decision));
            let first = send(
                first.build().expect("a layer").layer(inner),
                request.clone(),
            );
            assert_eq!(refused.status(), status);
            assert_eq!(refused.headers(), first.headers());
            let [told, expected] = [&refused, &first].map(|response| {
                let told = record(response);
                (
                    told.outcome(),
                    told.attempt(),
                    told.scheme(),
                    told.reason().map(str::to_owned),
                )
            });
            assert_eq!(told, expected);
            assert_eq!(refused.extensions().len(), 1);
            assert_eq!(calls.load(Relaxed), 0);
            let presented = request.headers().contains_key("authorization");
            assert_eq!(verified.load(Relaxed), usize::from(presented));
        }
    }
}

#[test]
fn what_is_refused_further_in_is_answered_once() {
    let schemes = Basic::fixed("staff", "alice", "other", "alice")
        .or(Bearer::fixed("api", "s3cret", "alice"));
    let layer: AuthLayer<Name, Reply> = AuthLayer::new(schemes, policy::anyone())
        .complete_challenges()
        .build()
        .expect("a layer");
    let denied = || {
        service_fn(async |_: Request<()>| {
            let denied = Refusal::from(Denied::new(Remedy::OtherCredentials));
            Ok::<_, Infallible>(denied.response(Reply::default()))
        })
    };
    let response = send(layer.layer(layer.layer(denied())), stranger());
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    let challenges: Vec<_> = response
        .headers()
        .get_all(WWW_AUTHENTICATE)
        .iter()
        .collect();
    assert_eq!(
        challenges,
        [
            r#"Basic realm="staff", charset="UTF-8""#,
            r#"Bearer realm="api""#
        ]
    );
    assert_eq!(response.extensions().len(), 1);

    // The scheme that verified is known at the second place, too.
    let fresh = || {
        service_fn(async |_: Request<()>| {
            let fresh = Refusal::from(NeedsLogin::again(Login::one_of(["mfa"])));
            Ok::<_, Infallible>(fresh.response(Reply::default()))
        })
    };
    let response = send(layer.layer(layer.layer(fresh())), alice());
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(
        response.headers().get_all(WWW_AUTHENTICATE).iter().count(),
        1
    );
    assert_eq!(record(&response).scheme(), Some("Bearer"));
}

#[test]
fn layers_of_other_callers_between_verify_for_themselves() {
    let numbers = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&numbers);
    let keys = ApiKey::new("X-API-Key", "api", move |key: Secret<'_>| {
        counter.fetch_add(1, Relaxed);
        key.matches(&Secret::from("key")).then_some(7_u32)
    });
    let keys: AuthLayer<u32, Reply> = AuthLayer::new(keys, policy::authenticated())
        .build()
        .expect("a layer");
    let (names, verified) = counting(policy::authenticated().boxed());
    let names = names.build().expect("a layer");
    let (others, of_others) = counting(policy::authenticated().boxed());
    let others = others.build().expect("a layer");

    let mut request = alice();
    let key = http::HeaderValue::from_static("key");
    request.headers_mut().insert("x-api-key", key);
    let inner = keys.layer(others.layer(names.layer(greeting())));
    let service = names.layer(others.layer(keys.layer(names.layer(inner))));
    let response = send(service.clone(), request);
    assert_eq!(
        (response.status(), name(&response)),
        (StatusCode::OK, "alice")
    );
    // Each of the three its own, and once: other layers of the same callers, too.
    let count = [&verified, &of_others, &numbers].map(|count| count.load(Relaxed));
    assert_eq!(count, [1, 1, 1]);

    // Who is known to one is not to another.
    let response = send(service, alice());
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(
        response.headers()[WWW_AUTHENTICATE],
        r#"ApiKey realm="api""#
    );
    assert_eq!(record(&response).outcome(), Outcome::Challenge(()));
}

#[test]
fn a_rule_believes_its_own_layer_whichever_stood_again_before_it() {
    let (a, of_a) = counting(policy::anyone().boxed());
    let (b, of_b) = counting(policy::anyone().boxed());
    let (a, b) = (a.build().expect("a layer"), b.build().expect("a layer"));
    let (for_a, for_b) = (
        a.require(policy::authenticated()).expect("a layer"),
        b.require(policy::authenticated()).expect("a layer"),
    );
    let (inner, calls) = counted();
    let rules = for_a.layer(for_b.layer(inner));
    let turns = a.layer(b.layer(a.layer(b.layer(rules.clone()))));
    assert_eq!(send(turns.clone(), alice()).status(), StatusCode::OK);
    assert_eq!(send(turns, stranger()).status(), StatusCode::UNAUTHORIZED);
    let count = [&calls, &of_a, &of_b].map(|count| count.load(Relaxed));
    assert_eq!(count, [1, 1, 1]);

    // Nor does the first forget the other where the two stand together.
    let together = b.layer(a.layer(a.layer(rules)));
    assert_eq!(send(together, alice()).status(), StatusCode::OK);
    let count = [&calls, &of_a, &of_b].map(|count| count.load(Relaxed));
    assert_eq!(count, [2, 2, 2]);
}
