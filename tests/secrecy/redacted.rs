//! What becomes of credentials on the way in.

use std::{convert::Infallible, io};

use http::{HeaderMap, Request, Response, StatusCode};
use tokio_test::block_on;
use tower::{Layer as _, ServiceExt as _, service_fn};
use tower_auth::{
    AuthLayer, AuthLayerBuilder, SameOrigin, Secret, policy,
    policy::{Access, PolicyExt as _},
    reply::{Content, Refused},
    scheme::{ApiKey, Basic, Bearer, SchemeExt as _, Schemes},
};

use crate::canary::{Body, request};

fn schemes() -> Schemes<&'static str> {
    let bearer = Bearer::fixed("api", "canary", "alice");
    let key = ApiKey::fixed("X-API-Key", "api", "canary", "alice");
    bearer
        .or(Basic::fixed("api", "alice", "canary", "alice"))
        .or(key)
}

/// The fields that the inner service is shown.
fn shown(layer: AuthLayerBuilder<&'static str, Body>, fields: &[(&str, &str)]) -> HeaderMap {
    let inner = service_fn(async |request: Request<()>| {
        let mut response = Response::new(Body::default());
        *response.headers_mut() = request.headers().clone();
        Ok::<_, Infallible>(response)
    });
    let service = layer.build().expect("a layer").layer(inner);
    let response = block_on(service.oneshot(request(fields))).expect("an answer");
    assert_eq!(response.status(), StatusCode::OK);
    response.into_parts().0.headers
}

const TRUE: [(&str, &str); 3] = [
    ("authorization", "Bearer canary"),
    ("authorization", "Basic YWxpY2U6Y2FuYXJ5"),
    ("x-api-key", "canary"),
];

#[test]
fn the_inner_service_reads_credentials_and_prints_that_they_are_sensitive() {
    for (name, value) in TRUE {
        let layer = AuthLayer::new(schemes(), policy::authenticated());
        let headers = shown(layer, &[(name, value), ("accept", "text/html")]);
        assert_eq!(headers[name], value);
        assert!(headers[name].is_sensitive());
        let printed = format!("{headers:?}");
        assert_eq!(
            printed,
            format!(r#"{{"{name}": Sensitive, "accept": "text/html"}}"#)
        );
    }
}

#[test]
fn stripped_credentials_do_not_reach_the_inner_service_and_other_fields_do() {
    for (name, value) in TRUE {
        let layer = AuthLayer::new(schemes(), policy::authenticated()).strip_credentials();
        let headers = shown(layer, &[(name, value), ("accept", "text/html")]);
        assert_eq!(format!("{headers:?}"), r#"{"accept": "text/html"}"#);
    }
}

#[test]
fn a_cookie_is_read_further_in_and_printed_as_sensitive_and_others_are_left_where_it_is_stripped() {
    let layer = || {
        let bearer = Bearer::fixed("api", "canary", "alice");
        let cookie = bearer.in_cookie("__Host-token", SameOrigin::new());
        AuthLayer::new(schemes().or(cookie), policy::authenticated())
    };
    let fields = [
        ("cookie", "a=1; __Host-token=canary"),
        ("accept", "text/html"),
        ("cookie", "b=2"),
    ];
    let headers = shown(layer(), &fields);
    let lines: Vec<_> = headers.get_all("cookie").iter().collect();
    assert_eq!(lines, ["a=1; __Host-token=canary", "b=2"]);
    let printed = format!("{headers:?}");
    assert!(!printed.contains("canary"), "{printed}");

    let headers = shown(layer().strip_credentials(), &fields);
    let lines: Vec<_> = headers.get_all("cookie").iter().collect();
    assert_eq!(lines, ["a=1", "b=2"]);
    assert_eq!(headers["accept"], "text/html");
}

#[test]
fn credentials_for_a_proxy_do_not_reach_the_inner_service_and_those_for_the_origin_do() {
    let layer = AuthLayer::proxy(
        Bearer::fixed("proxy", "canary", "alice"),
        policy::authenticated(),
    );
    let fields = [
        ("proxy-authorization", "Bearer canary"),
        ("authorization", "Bearer other"),
    ];
    let headers = shown(layer, &fields);
    assert_eq!(
        format!("{headers:?}"),
        r#"{"authorization": "Bearer other"}"#
    );
}

#[test]
fn a_policy_sees_credentials_marked_or_not_at_all() {
    for strip in [false, true] {
        let policy = move |access: &Access<'_, &'static str>| {
            let printed = format!("{:?}", access.headers());
            assert!(!printed.contains("canary"));
            access.headers().contains_key("authorization") != strip
        };
        let layer = AuthLayer::new(schemes(), policy.boxed());
        let layer = if strip {
            layer.strip_credentials()
        } else {
            layer
        };
        shown(layer, &[("authorization", "Bearer canary")]);
    }
}

#[test]
fn a_reply_sees_credentials_marked_even_where_they_could_not_be_judged() {
    let away = |_: Secret<'_>| Err::<Option<&'static str>, _>(io::Error::other("away"));
    let layer = AuthLayer::new(Bearer::new("api", away), policy::anyone());
    let layer = layer.reply(|refused: &Refused<'_>| Content::text(format!("{:?}", refused.head())));
    let inner =
        service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(Body::default())));
    let service = layer.build().expect("a layer").layer(inner);
    let request = request(&[("authorization", "Bearer canary")]);
    let response = block_on(service.oneshot(request)).expect("an answer");
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    let told = crate::canary::all_of(response);
    assert!(
        told.contains("Sensitive") && !told.contains("canary"),
        "{told}"
    );
}
