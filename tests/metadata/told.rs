//! Who is told of the metadata, and that what it says of tokens is true.

use std::convert::Infallible;

use http::{Request, Response, StatusCode, header::WWW_AUTHENTICATE};
use serde_json::Value;
use tower::{Layer, ServiceExt, service_fn};
use tower_auth::{
    AuthLayer, BasicCredentials,
    challenge::read,
    metadata::{BearerMethod, ResourceMetadata},
    policy::{self, HasScope, Policy, PolicyExt, scope},
    scheme::{Basic, Bearer, SchemeExt, Schemes},
};

use crate::stand::{RESOURCE, metadata};

#[derive(Clone)]
struct Reader;

impl HasScope for Reader {
    fn has_scope(&self, scope: &str) -> bool {
        scope == "files:read"
    }
}

fn bearer() -> Bearer<Reader> {
    Bearer::fixed("files", "s3cret", Reader)
}

async fn answer(
    schemes: impl Into<Schemes<Reader>>,
    policy: impl Policy<Reader>,
    request: Request<()>,
) -> Response<Vec<u8>> {
    let layer = AuthLayer::new(schemes, policy)
        .build_with(Vec::from)
        .unwrap();
    let inner =
        service_fn(|_: Request<()>| async { Ok::<_, Infallible>(Response::new(Vec::new())) });
    layer.layer(inner).oneshot(request).await.unwrap()
}

fn get(authorization: Option<&str>) -> Request<()> {
    let request = Request::get("/mcp");
    let request = match authorization {
        Some(value) => request.header("authorization", value),
        None => request,
    };
    request.body(()).unwrap()
}

/// What the challenges of a response say of `name`, by scheme.
fn said(response: &Response<Vec<u8>>, name: &str) -> Vec<(String, Option<String>)> {
    let challenges = read(response.headers().get_all(WWW_AUTHENTICATE)).unwrap();
    let said = challenges.iter().map(|challenge| {
        let value = challenge.parameter(name).map(str::to_owned);
        (challenge.scheme().to_owned(), value)
    });
    said.collect()
}

// 9728-5-a, 9728-5.1-a
#[tokio::test]
async fn whoever_is_refused_and_could_pass_is_told_where_the_metadata_stands() {
    let link = metadata().url().to_owned();
    for (authorization, status) in [
        (None, StatusCode::UNAUTHORIZED),
        (Some("Bearer wrong"), StatusCode::UNAUTHORIZED),
        (Some("Bearer no token"), StatusCode::UNAUTHORIZED),
        (Some("Digest a=b"), StatusCode::UNAUTHORIZED),
        (Some("Bearer s3cret"), StatusCode::FORBIDDEN),
    ] {
        let bearer = bearer().resource_metadata(&link);
        let response = answer(bearer, scope("files:write"), get(authorization)).await;
        assert_eq!(response.status(), status, "{authorization:?}");
        let expected = [(String::from("Bearer"), Some(link.clone()))];
        assert_eq!(
            said(&response, "resource_metadata"),
            expected,
            "{authorization:?}"
        );
    }
}

// 9728-5.4-a
#[tokio::test]
async fn other_challenges_stand_beside_it() {
    let nobody = |_: BasicCredentials<'_>| None::<Reader>;
    let schemes = bearer()
        .resource_metadata(metadata().url())
        .scope_hint(["files:read"])
        .or(Basic::new("files", nobody));
    let response = answer(schemes, policy::authenticated(), get(None)).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    let link = Some(metadata().url().to_owned());
    let expected = [
        (String::from("Bearer"), link),
        (String::from("Basic"), None),
    ];
    assert_eq!(said(&response, "resource_metadata"), expected);
}

#[tokio::test]
async fn what_is_concealed_tells_of_no_metadata() {
    for authorization in [None, Some("Bearer wrong"), Some("Bearer s3cret")] {
        let bearer = bearer()
            .resource_metadata(metadata().url())
            .scope_hint(["files:read"]);
        let hidden = scope("files:write").hide();
        let response = answer(bearer, hidden, get(authorization)).await;
        assert_eq!(
            response.status(),
            StatusCode::NOT_FOUND,
            "{authorization:?}"
        );
        assert!(response.headers().is_empty(), "{:?}", response.headers());
    }
}

// 9728-2-d
#[tokio::test]
async fn a_token_is_taken_as_the_metadata_says_and_no_other_way() {
    let plain = || ResourceMetadata::new(RESOURCE);
    let both = plain().bearer_methods([BearerMethod::Header, BearerMethod::Query]);
    let query = plain().bearer_methods([BearerMethod::Query]);
    let in_query = || bearer().dangerously_in_query("access_token");
    for (document, schemes) in [
        (plain(), Schemes::from(bearer())),
        (both, bearer().or(in_query())),
        (query, Schemes::from(in_query())),
    ] {
        let document: Value = serde_json::from_str(document.build().unwrap().json()).unwrap();
        let methods = document["bearer_methods_supported"].as_array().unwrap();
        let layer = AuthLayer::new(schemes, policy::authenticated());
        let layer = layer.build_with(Vec::from).unwrap();
        let sent = [
            ("header", get(Some("Bearer s3cret"))),
            (
                "query",
                Request::get("/mcp?access_token=s3cret").body(()).unwrap(),
            ),
        ];
        for (method, request) in sent {
            let inner = service_fn(|_: Request<()>| async {
                Ok::<_, Infallible>(Response::new(Vec::<u8>::new()))
            });
            let response = layer.layer(inner).oneshot(request).await.unwrap();
            let said = methods.iter().any(|said| said == method);
            assert_eq!(
                response.status() == StatusCode::OK,
                said,
                "{method}: {document}"
            );
        }
    }
}
