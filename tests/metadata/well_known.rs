//! Where the metadata of which resource stands.

use proptest::prelude::*;
use serde::Deserialize;
use serde_json::Value;
use tower_auth::{
    AuthLayer,
    metadata::{ResourceMetadata, ResourceMetadataBuilder},
    policy,
    scheme::Bearer,
};

use crate::corpus;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    row: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    requirement: String,
    resource: String,
    #[serde(default)]
    loopback: bool,
    url: Option<String>,
    path: Option<String>,
    problem: Option<String>,
}

corpus::rows!(Row);

fn rows() -> Vec<Row> {
    corpus::load("well_known.toml", |table: &Table| &table.row).row
}

fn builder(row: &Row) -> ResourceMetadataBuilder {
    let builder = ResourceMetadata::new(&row.resource);
    if row.loopback {
        builder.allow_http_on_loopback()
    } else {
        builder
    }
}

/// As a client finds the document (RFC 9728 §3.1), from the other end: it takes the URL apart as an URL, and puts the
/// name of the document in front of what stands behind the host.
fn as_a_client(resource: &str) -> String {
    let (scheme, rest) = resource.split_once("://").unwrap();
    let mut host = String::new();
    let mut behind = String::new();
    for character in rest.chars() {
        if behind.is_empty() && !matches!(character, '/' | '?') {
            host.push(character);
        } else {
            behind.push(character);
        }
    }
    let behind = match behind.as_str() {
        "/" => "",
        slash if slash.starts_with("/?") => &slash[1..],
        other => other,
    };
    format!("{scheme}://{host}/.well-known/oauth-protected-resource{behind}")
}

// 9728-3.3-a, 9728-6-a: code point by code point
fn is_for(metadata: &ResourceMetadata, resource: &str) {
    assert_eq!(metadata.resource().as_bytes(), resource.as_bytes());
    let document: Value = serde_json::from_str(metadata.json()).unwrap();
    assert_eq!(document["resource"].as_str().unwrap(), resource);
    assert_eq!(metadata.url(), as_a_client(resource));
}

#[test]
fn the_metadata_stands_where_the_corpus_says() {
    for row in rows() {
        let name = &row.name;
        match (builder(&row).build(), row.url, row.path, row.problem) {
            (Ok(metadata), Some(url), Some(path), None) => {
                assert_eq!(metadata.url(), url, "{name}");
                assert_eq!(metadata.path(), path, "{name}");
                is_for(&metadata, &row.resource);
                let uri: http::Uri = metadata.url().parse().expect(name);
                assert_eq!(uri.path(), path, "{name}");
            }
            (Err(error), None, None, Some(problem)) => {
                assert_eq!(error.to_string(), problem, "{name}");
            }
            (built, ..) => panic!("{name}: {built:?}"),
        }
    }
}

// 9728-5-a
#[test]
fn every_url_of_metadata_can_be_challenged_with() {
    for row in rows().into_iter().filter(|row| row.url.is_some()) {
        let metadata = builder(&row).build().unwrap();
        let bearer = Bearer::fixed("api", "s3cret", ()).resource_metadata(metadata.url());
        let layer = AuthLayer::<(), Vec<u8>>::new(bearer, policy::anyone());
        assert!(layer.build_with(Vec::from).is_ok(), "{}", row.name);
    }
}

// 9728-3-a
#[cfg(feature = "axum")]
#[tokio::test]
async fn a_router_takes_every_path_and_answers_there_alone() {
    use axum::{Router, body::Body};
    use http::{Request, StatusCode};
    use tower::ServiceExt;

    for row in rows().into_iter().filter(|row| row.url.is_some()) {
        let metadata = builder(&row).build().unwrap();
        let router: Router = metadata.router();
        let get = async |path: &str| {
            let request = Request::get(path).body(Body::empty()).unwrap();
            router.clone().oneshot(request).await.unwrap().status()
        };
        let path = metadata.path();
        assert_eq!(get(path).await, StatusCode::OK, "{}", row.name);
        // With its query, as it stands in the URL.
        let uri: http::Uri = metadata.url().parse().unwrap();
        let target = uri.path_and_query().unwrap().as_str();
        assert_eq!(get(target).await, StatusCode::OK, "{}", row.name);
        for other in [
            format!("{path}/"),
            format!("{path}/more"),
            format!("/before{path}"),
            String::from("/"),
        ] {
            assert_eq!(get(&other).await, StatusCode::NOT_FOUND, "{other}");
        }
    }
}

proptest! {
    // 9728-3-a, 9728-3.1-b, 9728-3.3-a
    #[test]
    fn a_client_finds_the_document_of_every_resource(
        host in "[a-z]{1,8}(\\.[a-z]{1,8}){0,2}(:[1-9][0-9]{0,3})?",
        path in "(/[a-zA-Z0-9_~!$&'()*+,;=:@-]{0,6}){0,4}",
        query in "(\\?[a-z0-9=&/?]{0,12})?",
    ) {
        let resource = format!("https://{host}{path}{query}");
        let metadata = ResourceMetadata::new(&resource).build().unwrap();
        is_for(&metadata, &resource);
    }

    // 9728-1.2-a
    #[test]
    fn whatever_is_taken_is_a_url_with_a_host(text in "(https://)?[ -~]{0,24}|https://[a-z]{1,3}[ -~]{0,4}|\\PC{0,12}") {
        if ResourceMetadata::new(&text).build().is_ok() {
            prop_assert!(text.is_ascii() && text.starts_with("https://"), "{text}");
            let uri: http::Uri = text.parse().expect("a URL");
            let host = uri.host().expect("a host");
            prop_assert!(!host.is_empty() && !host.contains('@'), "{text}");
            prop_assert!(!text.contains(['#', '"', '\\', ' ', '{', '<']), "{text}");
        }
    }
}
