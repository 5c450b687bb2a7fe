//! What the service answers, whatever it is mounted in.

use std::{collections::BTreeMap, convert::Infallible, time::Duration};

use http::{Method, Request, Response, StatusCode};
use proptest::prelude::*;
use tower::{Service, ServiceExt};
use tower_auth::metadata::ResourceMetadata;

use crate::stand::{PATH, RESOURCE, fields, metadata};

/// A body that nobody may read, nor even drop without being told to.
struct Unread;

async fn ask(method: &Method, target: &str) -> Response<String> {
    let request = Request::builder().method(method).uri(target).body(Unread);
    let Ok(response) = metadata().oneshot(request.unwrap()).await;
    response
}

// 9728-3.1-a, 9728-3.2-a, 9728-7.10-a
#[tokio::test]
async fn a_get_is_answered_with_the_document() {
    let told = ask(&Method::GET, PATH).await;
    assert_eq!(told.status(), StatusCode::OK);
    let length = metadata().json().len().to_string();
    assert_eq!(
        fields(&told),
        BTreeMap::from([
            ("access-control-allow-origin", "*"),
            ("cache-control", "max-age=3600"),
            ("content-length", length.as_str()),
            ("content-type", "application/json"),
        ])
    );
    assert_eq!(told.body(), metadata().json());
}

#[tokio::test]
async fn a_head_is_answered_with_the_same_fields_and_no_document() {
    let (told, head) = (
        ask(&Method::GET, PATH).await,
        ask(&Method::HEAD, PATH).await,
    );
    assert_eq!(head.status(), StatusCode::OK);
    assert_eq!(head.headers(), told.headers());
    assert_eq!(head.body(), "");
}

#[tokio::test]
async fn a_preflight_is_allowed_to_pages_of_any_origin_with_any_fields() {
    let request = Request::options(PATH)
        .header("origin", "https://inspector.example")
        .header("access-control-request-method", "GET")
        .header("access-control-request-headers", "mcp-protocol-version")
        .body(());
    let Ok(answer) = metadata().oneshot(request.unwrap()).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    assert_eq!(
        fields(&answer),
        BTreeMap::from([
            ("access-control-allow-headers", "*, authorization"),
            ("access-control-allow-methods", "GET, HEAD, OPTIONS"),
            ("access-control-allow-origin", "*"),
            ("access-control-max-age", "3600"),
            ("allow", "GET, HEAD, OPTIONS"),
        ])
    );
    assert_eq!(answer.body(), "");
}

#[tokio::test]
async fn other_methods_are_not_allowed() {
    for method in [
        "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "QUERY", "get",
    ] {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let answer = ask(&method, "/").await;
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED, "{method}");
        let expected = [
            ("access-control-allow-origin", "*"),
            ("allow", "GET, HEAD, OPTIONS"),
        ];
        assert_eq!(fields(&answer), BTreeMap::from(expected), "{method}");
        assert_eq!(answer.body(), "", "{method}");
    }
}

#[tokio::test]
async fn where_it_is_asked_is_up_to_what_it_is_mounted_in() {
    for target in ["/", "*", "/elsewhere?a=b", "https://other.example/x"] {
        assert_eq!(
            ask(&Method::GET, target).await.body(),
            metadata().json(),
            "{target}"
        );
    }
}

#[tokio::test]
async fn a_service_is_ready_at_once_and_its_clones_share_what_they_tell() {
    let mut first = metadata();
    let mut second = first.clone();
    for service in [&mut first, &mut second] {
        let ready: Result<_, Infallible> = ServiceExt::<Request<()>>::ready(service).await;
        let Ok(ready) = ready;
        let Ok(told) = ready.call(Request::new(())).await;
        assert_eq!(told.status(), StatusCode::OK);
    }
    assert!(std::ptr::eq(first.json(), second.json()));
}

proptest! {
    // 9728-7.10-a
    #[test]
    fn the_age_is_told_in_whole_seconds_that_caches_know(age in prop_oneof![
        (0..100_000_u64, 0..1_000_u32).prop_map(|(seconds, milliseconds)| Duration::new(seconds, milliseconds * 1_000_000)),
        any::<u64>().prop_map(Duration::from_secs),
    ]) {
        let metadata = ResourceMetadata::new(RESOURCE).max_age(age).build().unwrap();
        let seconds = age.as_secs().min(1 << 31).to_string();
        let told = metadata.answer(&Method::GET);
        prop_assert_eq!(fields(&told)["cache-control"], format!("max-age={seconds}"));
        let preflight = metadata.answer(&Method::OPTIONS);
        prop_assert_eq!(fields(&preflight)["access-control-max-age"], seconds);
    }

    #[test]
    fn every_method_has_one_answer(method in "[!#-'*+.^-z|~0-9A-Z-]{1,12}|GET|HEAD|OPTIONS|get|HEADER") {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let status = match method.as_str() {
            "GET" | "HEAD" => 200,
            "OPTIONS" => 204,
            _ => 405,
        };
        prop_assert_eq!(metadata().answer(&method).status().as_u16(), status);
    }
}
