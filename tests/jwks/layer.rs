//! What callers are answered, by a real layer: 200, 401 or 503.

use std::convert::Infallible;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{
    HeaderMap, Request, Response, StatusCode,
    header::{AUTHORIZATION, RETRY_AFTER, WWW_AUTHENTICATE},
};
use serde_json::json;
use tokio::time::sleep;
use tower::{Layer as _, Service, ServiceExt as _, service_fn, util::BoxCloneSyncService};
use tower_auth::{
    AuthLayer,
    jwks::RemoteKeys,
    jwt::{Issuer as Trusted, JwtVerifier, StandardClaims},
    policy,
    scheme::Bearer,
};

use crate::{
    desk::{Desk, Says},
    keys::{AUDIENCE, ISSUER, forged, set, token},
    stand::{COOLDOWN, HOUR, SECOND},
};

const MANY: usize = 10_000;

pub(crate) type Guarded = BoxCloneSyncService<Request<()>, Response<Vec<u8>>, Infallible>;

/// A service for whoever has a token that these keys verify.
pub(crate) fn guarded(keys: &RemoteKeys) -> Guarded {
    let trusted = Trusted::new(ISSUER, AUDIENCE, keys.clone());
    let bearer = Bearer::new("api", JwtVerifier::<StandardClaims>::new(trusted));
    let layer = AuthLayer::new(bearer, policy::authenticated())
        .build_with(Vec::from)
        .unwrap();
    let service = service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(Vec::new())));
    BoxCloneSyncService::new(layer.layer(service))
}

#[test]
fn keys_of_one_issuer_are_not_given_to_another() {
    let built = |name: &str| {
        let keys = RemoteKeys::discover(ISSUER, Desk::with(""))
            .build()
            .unwrap();
        let trusted = Trusted::new(name, AUDIENCE, keys);
        let bearer = Bearer::new("api", JwtVerifier::<StandardClaims>::new(trusted));
        let layer = AuthLayer::new(bearer, policy::authenticated());
        layer.build_with(Vec::from).map(|_| ())
    };
    assert!(built(ISSUER).is_ok());
    let other = format!("{ISSUER}/");
    assert_eq!(
        built(&other).unwrap_err().to_string(),
        format!(
            "the keys of the issuer `{other}` are those of `{ISSUER}`: name the same issuer for both"
        )
    );
}

pub(crate) async fn send(service: &Guarded, token: &str) -> (StatusCode, HeaderMap) {
    let request = Request::get("/").header(AUTHORIZATION, format!("Bearer {token}"));
    let mut service = service.clone();
    let service = service.ready().await.unwrap();
    let response = service.call(request.body(()).unwrap()).await.unwrap();
    (response.status(), response.headers().clone())
}

async fn status(service: &Guarded, kid: &str) -> u16 {
    send(service, &token(kid)).await.0.as_u16()
}

#[tokio::test(start_paused = true)]
async fn a_key_that_is_known_is_200_and_one_that_is_not_is_401() {
    let desk = Desk::with(&set(&["a"]));
    let service = guarded(&desk.keys());
    assert_eq!(status(&service, "a").await, 200);
    let (refused, fields) = send(&service, &token("b")).await;
    assert_eq!(refused, StatusCode::UNAUTHORIZED);
    let challenge = fields[WWW_AUTHENTICATE].to_str().unwrap();
    assert!(
        challenge.contains(r#"error="invalid_token""#),
        "{challenge}"
    );
    assert!(!fields.contains_key(RETRY_AFTER));
    assert_eq!(desk.fetches(), 1);
    // A true name, and another's signature.
    let (a, b) = (token("a"), token("b"));
    let stolen = format!(
        "{}.{}",
        a.rsplit_once('.').unwrap().0,
        b.rsplit_once('.').unwrap().1
    );
    assert_eq!(send(&service, &stolen).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test(start_paused = true)]
async fn an_issuer_that_cannot_be_reached_is_503_whatever_the_token_says() {
    let desk = Desk::with("");
    desk.says(Says::Down);
    let service = guarded(&desk.keys());
    for kid in ["a", "b", "c"] {
        let (failed, fields) = send(&service, &token(kid)).await;
        assert_eq!(failed, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(fields[RETRY_AFTER], "1");
        assert!(!fields.contains_key(WWW_AUTHENTICATE));
    }
    assert_eq!(desk.fetches(), 1);
    sleep(HOUR).await;
    let (failed, fields) = send(&service, &token("a")).await;
    assert_eq!(failed, StatusCode::SERVICE_UNAVAILABLE);
    let wait: u64 = fields[RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert!((1..=30).contains(&wait), "{wait}");

    desk.publish(&set(&["a"]));
    sleep(COOLDOWN).await;
    assert_eq!(status(&service, "a").await, 200);
    assert_eq!(status(&service, "b").await, 401);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_of_this_issuer_makes_nobody_fetch() {
    let desk = Desk::with("");
    desk.says(Says::Down);
    let service = guarded(&desk.keys());
    let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = part(json!({ "typ": "at+jwt", "alg": "EdDSA", "kid": "a" }));
    let claims =
        part(json!({ "iss": "https://evil.example", "aud": AUDIENCE, "sub": "a", "exp": 1 }));
    let of_another = format!("{header}.{claims}.{}", "A".repeat(86));
    for token in ["s3cret", "a.b.c", &of_another] {
        assert_eq!(
            send(&service, token).await.0,
            StatusCode::UNAUTHORIZED,
            "{token}"
        );
    }
    assert_eq!(desk.fetches(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_outage_is_200_for_a_day_then_503_and_200_again() {
    let desk = Desk::with(&set(&["a"]));
    let keys = desk.keys();
    let service = guarded(&keys);
    assert_eq!(status(&service, "a").await, 200);
    desk.says(Says::Status(500));
    for _ in 0..23 {
        sleep(HOUR).await;
        assert_eq!(status(&service, "a").await, 200);
        assert_eq!(status(&service, "b").await, 401);
    }
    sleep(HOUR + SECOND).await;
    assert_eq!(status(&service, "a").await, 503);
    assert_eq!(status(&service, "b").await, 503);
    desk.publish(&set(&["a"]));
    sleep(COOLDOWN).await;
    assert_eq!(status(&service, "a").await, 200);
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_unknown_keys_are_401_with_one_fetch_in_a_cooldown() {
    let desk = Desk::with(&set(&["a"]));
    let service = guarded(&desk.keys());
    assert_eq!(status(&service, "a").await, 200);
    for fetches in 2..4 {
        sleep(COOLDOWN).await;
        let callers: Vec<_> = (0..MANY)
            .map(|number| {
                let service = service.clone();
                let token = forged(&format!("unknown-{number}"));
                tokio::spawn(async move { send(&service, &token).await.0 })
            })
            .collect();
        for caller in callers {
            assert_eq!(caller.await.unwrap(), StatusCode::UNAUTHORIZED);
        }
        assert_eq!(status(&service, "a").await, 200);
        assert_eq!(desk.fetches(), fetches);
    }
}
