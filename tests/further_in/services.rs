//! Services that refuse by themselves: with a refusal among the extensions of what they answer.

use std::convert::Infallible;

use http::{
    HeaderMap, HeaderValue, Request, Response, StatusCode,
    header::{ALLOW, CONTENT_TYPE, SET_COOKIE, WWW_AUTHENTICATE},
};
use http_body_util::BodyExt as _;
use tokio_test::block_on;
use tower::{Layer as _, Service, service_fn};
use tower_auth::{
    AuthLayer, Decision, Denied, Hidden, Login, NeedsLogin, Outcome, Refusal, Remedy, Unavailable,
    policy,
    scheme::{ApiKey, Basic, Bearer, SchemeExt as _},
};

use crate::stand::{Name, Reply, alice, another, open, record, says, send, stranger};

/// A refusal, the decision that it is, and the statuses for a stranger, for alice, and where no layer
/// stands outside.
fn refusals() -> Vec<(Refusal, Decision, [u16; 3])> {
    let denied = || {
        Denied::new(Remedy::OtherCredentials)
            .code("no")
            .detail("No.")
    };
    let closed = || Denied::new(Remedy::Nothing);
    let scopes = || Denied::new(Remedy::scopes(["write"]));
    let fresh = || NeedsLogin::again(Login::one_of(["mfa"]));
    let away = || Unavailable::new("away").retry_after(std::time::Duration::from_secs(9));
    vec![
        (denied().into(), denied().into(), [401, 403, 403]),
        (closed().into(), closed().into(), [403, 403, 403]),
        (scopes().into(), scopes().into(), [401, 403, 403]),
        (
            NeedsLogin::new().into(),
            NeedsLogin::new().into(),
            [401, 403, 403],
        ),
        (fresh().into(), fresh().into(), [401, 401, 403]),
        (Hidden::new().into(), Hidden::new().into(), [404; 3]),
        (away().into(), away().into(), [503; 3]),
        (
            std::io::Error::other("away").into(),
            Unavailable::from(std::io::Error::other("away")).into(),
            [503; 3],
        ),
    ]
}

/// How a service puts it into its answer.
const WAYS: [fn(Refusal) -> Response<Reply>; 2] = [
    |refusal| refusal.response(Reply::from("my own words")),
    |refusal| {
        let mut response = Response::new(Reply::from("my own words"));
        *response.status_mut() = StatusCode::IM_A_TEAPOT;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/tea"));
        headers.insert(SET_COOKIE, HeaderValue::from_static("a=1"));
        headers.insert(ALLOW, HeaderValue::from_static("BREW"));
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Tea"));
        response.extensions_mut().insert("of my own");
        response.extensions_mut().insert(refusal);
        response
    },
];

fn refuses(
    refusal: Refusal,
    way: fn(Refusal) -> Response<Reply>,
) -> impl Service<Request<()>, Response = Response<Reply>, Error = Infallible, Future: Send> + Clone
{
    service_fn(move |_: Request<()>| {
        let response = way(refusal.clone());
        async { Ok(response) }
    })
}

/// What the caller is told.
fn told(response: Response<Reply>) -> (StatusCode, HeaderMap, bytes::Bytes) {
    let (head, body) = response.into_parts();
    let body = block_on(body.collect()).expect("a body").to_bytes();
    (head.status, head.headers, body)
}

#[test]
fn a_refusal_of_a_service_is_answered_as_one_of_the_layers_own_and_nothing_else_of_it_is_left() {
    for (refusal, decision, statuses) in refusals() {
        for (request, status) in [stranger(), alice()].into_iter().zip(statuses) {
            let bearer = Bearer::fixed("api", "s3cret", "alice");
            let own = AuthLayer::new(bearer, says(&decision)).build();
            let own = send(
                own.expect("a layer")
                    .layer(refuses(refusal.clone(), WAYS[0])),
                request.clone(),
            );
            for way in WAYS {
                let answered = send(open().layer(refuses(refusal.clone(), way)), request.clone());
                assert_eq!(answered.status(), status, "{decision:?}");
                assert_eq!(answered.extensions().len(), 1);
                let (its, owns) = (record(&answered), record(&own));
                assert_eq!(its.policy(), Some("handler"));
                assert_eq!(
                    (
                        its.outcome(),
                        its.status(),
                        its.attempt(),
                        its.scheme(),
                        its.code(),
                        its.reason()
                    ),
                    (
                        owns.outcome(),
                        owns.status(),
                        owns.attempt(),
                        owns.scheme(),
                        owns.code(),
                        owns.reason()
                    ),
                );
                let [mut answered, mut own] = [answered, own.clone()].map(told);
                // The time of the refusal is in the body.
                for (_, headers, body) in [&mut answered, &mut own] {
                    *body = without_time(body);
                    headers.remove("content-length");
                }
                assert_eq!(answered, own);
            }
        }
    }
}

/// A problem without the time that it names.
fn without_time(body: &[u8]) -> bytes::Bytes {
    let Ok(serde_json::Value::Object(mut problem)) = serde_json::from_slice(body) else {
        return bytes::Bytes::copy_from_slice(body);
    };
    problem.retain(|name, _| name != "time" && name != "timestamp");
    serde_json::to_vec(&problem).expect("a problem").into()
}

#[test]
fn with_no_layer_outside_a_refusal_is_safe_by_itself() {
    for (refusal, decision, [.., status]) in refusals() {
        let response = send(refuses(refusal, WAYS[0]), stranger());
        assert_eq!(response.status(), status, "{decision:?}");
        assert!(response.headers().is_empty());
    }
}

#[test]
fn the_nearest_layer_answers_and_the_next_is_told_of_a_pass() {
    let keys = ApiKey::fixed("X-API-Key", "inner", "s3cret", 7_u32);
    let inner: AuthLayer<u32, Reply> = AuthLayer::new(keys, policy::anyone())
        .build()
        .expect("a layer");
    let denied = || Refusal::from(Denied::new(Remedy::OtherCredentials));
    let service = open().layer(inner.layer(refuses(denied(), WAYS[1])));
    let response = send(service, alice());
    // To the nearest layer, alice is nobody.
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(
        response.headers()[WWW_AUTHENTICATE],
        r#"ApiKey realm="inner""#
    );
    assert_eq!(record(&response).outcome(), Outcome::Challenge(()));
    assert_eq!(response.extensions().len(), 1);
}

#[test]
fn a_refusal_asks_for_the_login_that_the_scheme_which_verified_can_ask_for() {
    let schemes = Basic::fixed("staff", "alice", "other", "alice")
        .or(Bearer::fixed("api", "s3cret", "alice"));
    let layer: AuthLayer<Name, Reply> = AuthLayer::new(schemes, policy::anyone())
        .build()
        .expect("a layer");
    let fresh = NeedsLogin::again(Login::one_of(["mfa"]));
    let response = send(layer.layer(refuses(fresh.into(), WAYS[0])), alice());
    let challenges: Vec<_> = response
        .headers()
        .get_all(WWW_AUTHENTICATE)
        .iter()
        .collect();
    assert_eq!(
        challenges,
        [r#"Bearer realm="api", error="insufficient_user_authentication", acr_values="mfa""#]
    );
}

#[test]
fn a_refusal_that_was_answered_is_none_for_anybody_further_out() {
    let denied = Refusal::from(Denied::new(Remedy::OtherCredentials));
    let service = another().layer(open().layer(refuses(denied, WAYS[0])));
    let response = send(service, stranger());
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(
        response.headers().get_all(WWW_AUTHENTICATE).iter().count(),
        1
    );
    assert!(response.extensions().get::<Refusal>().is_none());
}
