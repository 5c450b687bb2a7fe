//! What is wrong is said before anything is served: all of it, and what to change.

use std::error::Error as _;

use tower_auth::{
    BuildError,
    metadata::{ResourceMetadata, ResourceMetadataBuilder},
};

use crate::stand::RESOURCE;

fn problems(builder: ResourceMetadataBuilder) -> Vec<String> {
    let error = builder.build().err();
    let problems = error.iter().flat_map(BuildError::problems);
    problems.map(ToString::to_string).collect()
}

type Wrong = (
    fn(ResourceMetadataBuilder) -> ResourceMetadataBuilder,
    &'static str,
);

// 9728-2-b, 9728-2-c, 9728-2.2-a
const WRONG: &[Wrong] = &[
    // Authorization servers: issuers (RFC 8414 §2).
    (
        |it| it.authorization_server("http://as.example.net"),
        "`http://as.example.net` in `authorization_servers` is not `https`: write that",
    ),
    (
        |it| it.authorization_server("http://localhost:8080/realms/a"),
        "`http://localhost:8080/realms/a` in `authorization_servers` is not `https`: write that, or say \
         `allow_http_on_loopback` while you develop",
    ),
    (
        |it| it.authorization_server("https://as.example.net?a=b"),
        "`https://as.example.net?a=b` in `authorization_servers` has a query, and issuers have none: leave \
         out `?` and what is behind it",
    ),
    (
        |it| it.authorization_server("https://as.example.net/#a"),
        "`https://as.example.net/#a` in `authorization_servers` has a fragment: leave out `#` and what is behind it",
    ),
    (
        |it| it.authorization_server("as.example.net"),
        "`as.example.net` in `authorization_servers` is no absolute URL: begin with `https://`, name a host, \
         and escape what is no character of a URL",
    ),
    (
        |it| it.authorization_server("https://me:s3cret@as.example.net"),
        "the URL in `authorization_servers` names a user or a password: leave them out",
    ),
    // The keys of the resource.
    (
        |it| it.jwks_uri("http://rs.example.com/keys"),
        "`http://rs.example.com/keys` in `jwks_uri` is not `https`: write that",
    ),
    (
        |it| it.jwks_uri("https://rs.example.com/keys#1"),
        "`https://rs.example.com/keys#1` in `jwks_uri` has a fragment: leave out `#` and what is behind it",
    ),
    // Pages.
    (
        |it| it.documentation("/docs"),
        "`/docs` in `resource_documentation` is no absolute URL: begin with `https://`, name a host, and \
         escape what is no character of a URL",
    ),
    (
        |it| it.policy("javascript://rs.example.com/%0Aalert(1)"),
        "`javascript://rs.example.com/%0Aalert(1)` in `resource_policy_uri` is neither `https` nor `http`: \
         name a page that browsers open",
    ),
    (
        |it| it.terms_of_service("https://rs.example.com/<terms>"),
        "`https://rs.example.com/<terms>` in `resource_tos_uri` is no absolute URL: begin with `https://`, \
         name a host, and escape what is no character of a URL",
    ),
    // Words.
    (
        |it| it.scopes(["files:read", "two words"]),
        "`two words` is no scope: use printable characters without spaces, quotes and backslashes",
    ),
    (
        |it| it.scopes([""]),
        "`` is no scope: name the one that is needed",
    ),
    (
        |it| it.signing_algorithms(["ES256", "none"]),
        "`none` signs nothing: leave it out of `resource_signing_alg_values_supported`",
    ),
    (
        |it| it.signing_algorithms(["nOnE"]),
        "`nOnE` signs nothing: leave it out of `resource_signing_alg_values_supported`",
    ),
    (
        |it| it.signing_algorithms(["ES 256"]),
        "`ES 256` is no name of an algorithm: write it as JWS does, as in `ES256`",
    ),
    (
        |it| it.name(" "),
        "`resource_name` is empty, or holds characters that nobody sees: name the resource for people",
    ),
    (
        |it| it.name("Files\u{202E}"),
        "`resource_name` is empty, or holds characters that nobody sees: name the resource for people",
    ),
    // Members of your own.
    (
        |it| it.member("resource", "https://other.example.com"),
        "the member `resource` has a method of its own: use that",
    ),
    (
        |it| it.member("scopes_supported", ["a"]),
        "the member `scopes_supported` has a method of its own: use that",
    ),
    (
        |it| it.member("x", "a").member("x", "b"),
        "the member `x` stands there twice: give it once",
    ),
    (
        |it| it.member("", "a"),
        "`` is no name of a member: use letters, digits and underscores",
    ),
    (
        |it| it.member("a\n", "a"),
        "`a\\n` is no name of a member: use letters, digits and underscores",
    ),
    (
        |it| it.member("x", ""),
        "the member `x` is empty: give it a value, or leave it out",
    ),
    (
        |it| it.member("signed_metadata", "e30.e30.c2ln"),
        "`signed_metadata` would take precedence over all other members, and nothing here checks it: leave it out",
    ),
];

#[test]
fn each_problem_says_what_to_change() {
    for (configure, message) in WRONG {
        let builder = configure(ResourceMetadata::new(RESOURCE));
        assert_eq!(problems(builder), [*message]);
    }
}

#[test]
fn all_that_is_wrong_is_told_at_once_in_the_order_of_the_members() {
    let builder = ResourceMetadata::new("http://rs.example.com")
        .member("jwks_uri", "https://rs.example.com/keys")
        .name("")
        .signing_algorithms(["none"])
        .scopes(["a b", "c\"d"])
        .terms_of_service("terms")
        .jwks_uri("keys")
        .authorization_server("as");
    let told = problems(builder.clone());
    let about = [
        "`resource`",
        "`authorization_servers`",
        "`jwks_uri`",
        "`resource_tos_uri`",
        "`a b`",
        "`c\\\"d`",
        "`none`",
        "`resource_name`",
        "member `jwks_uri`",
    ];
    assert_eq!(told.len(), about.len(), "{told:#?}");
    for (told, about) in told.iter().zip(about) {
        assert!(told.contains(about), "{told} is not about {about}");
    }
    let error = builder.build().unwrap_err();
    assert_eq!(error.to_string(), told.join("; "));
    assert!(error.source().is_none());
}

#[test]
fn every_member_that_has_a_method_is_taken() {
    let builder = ResourceMetadata::new(RESOURCE)
        .authorization_server("https://as.example.net")
        .jwks_uri("https://rs.example.com/keys")
        .scopes(["a"])
        .signing_algorithms(["ES256"])
        .name("Files")
        .documentation("https://rs.example.com/a")
        .policy("https://rs.example.com/b")
        .terms_of_service("https://rs.example.com/c");
    let metadata = builder.build().unwrap();
    let document: serde_json::Map<_, _> = serde_json::from_str(metadata.json()).unwrap();
    assert_eq!(document.len(), 10);
    for member in document.keys() {
        let builder = ResourceMetadata::new(RESOURCE).member(member, "a");
        let taken = format!("the member `{member}` has a method of its own: use that");
        assert_eq!(problems(builder), [taken]);
    }
}

// 9728-1.2-a, 9728-2-b: on the machine itself, and nowhere else
#[test]
fn http_is_allowed_on_loopback_hosts_where_that_was_said() {
    let of = |host: &str| {
        ResourceMetadata::new(&format!("http://{host}:3000/mcp"))
            .authorization_server(&format!("http://{host}:8080/realms/a"))
            .jwks_uri(&format!("http://{host}/keys"))
    };
    for host in [
        "localhost",
        "app.localhost",
        "127.0.0.1",
        "127.1.2.3",
        "[::1]",
    ] {
        assert_eq!(problems(of(host)).len(), 3, "{host}");
        let allowed = problems(of(host).allow_http_on_loopback());
        assert!(allowed.is_empty(), "{host}: {allowed:?}");
    }
    for host in [
        "192.168.0.1",
        "localhost.example.com",
        "notlocalhost",
        "0.0.0.0",
        "[::2]",
    ] {
        let allowed = problems(of(host).allow_http_on_loopback());
        assert_eq!(allowed.len(), 3, "{host}: {allowed:?}");
        assert!(
            allowed[0].ends_with("is not `https`: write that"),
            "{allowed:?}"
        );
    }
}
