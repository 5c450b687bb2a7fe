//! What the document says, as another reader of JSON reads it.

use std::fmt;

use proptest::{collection::vec, option, prelude::*};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Value, json};
use tower_auth::metadata::{BearerMethod, MemberValue, ResourceMetadata, ResourceMetadataBuilder};

use crate::stand::{RESOURCE, metadata};

/// The members of an object as they stand there: those that stand there twice are there twice.
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Reader)
    }
}

fn members(builder: ResourceMetadataBuilder) -> Vec<(String, Value)> {
    let metadata = builder.build().unwrap();
    let Members(members) = serde_json::from_str(metadata.json()).expect("one object");
    members
}

fn owned(members: &[(&str, Value)]) -> Vec<(String, Value)> {
    let members = members.iter();
    members
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect()
}

// 9728-2-a, 9728-2-d, 9728-2-e: what it says unless it is told more
#[test]
fn it_says_which_resource_and_how_to_send_a_token_and_promises_nothing() {
    assert_eq!(
        members(ResourceMetadata::new(RESOURCE)),
        owned(&[
            ("resource", json!(RESOURCE)),
            ("bearer_methods_supported", json!(["header"])),
        ])
    );
}

// 9728-2-f
#[test]
fn it_says_all_that_it_is_told() {
    let builder = ResourceMetadata::new(RESOURCE)
        .authorization_server("https://as1.example.com")
        .authorization_server("https://as2.example.net/tenant")
        .jwks_uri("https://rs.example.com/keys?of=responses")
        .scopes(["profile", "email"])
        .scopes(vec![String::from("phone")])
        .bearer_methods([BearerMethod::Header, BearerMethod::Query])
        .signing_algorithms(["ES256", "PS256"])
        .name("Dateien \u{1F5C2} \"f\u{fc}r alle\"")
        .documentation("https://rs.example.com/docs#tokens")
        .policy("http://rs.example.com/policy")
        .terms_of_service("https://rs.example.com/terms?lang=en")
        .member("resource_name#en", "Files")
        .member("dpop_bound_access_tokens_required", true)
        .member("x_limits", [1, 2].map(|limit| limit.to_string()))
        .member("x_version", 3_u32)
        .member("x_offset", -3);
    assert_eq!(
        members(builder),
        owned(&[
            ("resource", json!(RESOURCE)),
            (
                "authorization_servers",
                json!(["https://as1.example.com", "https://as2.example.net/tenant"])
            ),
            (
                "jwks_uri",
                json!("https://rs.example.com/keys?of=responses")
            ),
            ("scopes_supported", json!(["profile", "email", "phone"])),
            ("bearer_methods_supported", json!(["header", "query"])),
            (
                "resource_signing_alg_values_supported",
                json!(["ES256", "PS256"])
            ),
            ("resource_name", json!("Dateien \u{1F5C2} \"für alle\"")),
            (
                "resource_documentation",
                json!("https://rs.example.com/docs#tokens")
            ),
            ("resource_policy_uri", json!("http://rs.example.com/policy")),
            (
                "resource_tos_uri",
                json!("https://rs.example.com/terms?lang=en")
            ),
            ("resource_name#en", json!("Files")),
            ("dpop_bound_access_tokens_required", json!(true)),
            ("x_limits", json!(["1", "2"])),
            ("x_version", json!(3)),
            ("x_offset", json!(-3)),
        ])
    );
}

// 9728-3.2-b
#[test]
fn lists_without_elements_are_left_out() {
    let none = Vec::<String>::new;
    let builder = ResourceMetadata::new(RESOURCE)
        .scopes(none())
        .bearer_methods([])
        .signing_algorithms(none())
        .member("x_list", none());
    assert_eq!(members(builder), owned(&[("resource", json!(RESOURCE))]));
}

#[test]
fn what_is_said_twice_stands_there_once_and_of_a_text_the_last() {
    let builder = ResourceMetadata::new(RESOURCE)
        .authorization_server("https://as.example.net")
        .authorization_server("https://as.example.net")
        .authorization_server("https://as.example.net/")
        .scopes(["b", "a", "b", "B"])
        .bearer_methods([BearerMethod::Query])
        .bearer_methods([BearerMethod::Header, BearerMethod::Header])
        .signing_algorithms(["ES256", "ES256"])
        .name("one")
        .name("two");
    assert_eq!(
        members(builder),
        owned(&[
            ("resource", json!(RESOURCE)),
            (
                "authorization_servers",
                json!(["https://as.example.net", "https://as.example.net/"])
            ),
            ("scopes_supported", json!(["b", "a", "B"])),
            ("bearer_methods_supported", json!(["header"])),
            ("resource_signing_alg_values_supported", json!(["ES256"])),
            ("resource_name", json!("two")),
        ])
    );
}

// 9728-3.2-a
#[test]
fn the_document_is_one_object_without_a_byte_around_it() {
    let metadata = metadata();
    assert_eq!(
        metadata.json(),
        r#"{"resource":"https://rs.example.com/mcp","authorization_servers":["https://as.example.net"],"bearer_methods_supported":["header"]}"#
    );
}

fn value() -> impl Strategy<Value = (MemberValue, Value)> {
    prop_oneof![
        "\\PC{1,12}|[\u{0}-\u{7f}]{1,8}".prop_map(|text| (text.as_str().into(), json!(text))),
        vec(any::<String>(), 1..4).prop_map(|list| (list.clone().into(), json!(list))),
        any::<bool>().prop_map(|flag| (flag.into(), json!(flag))),
        any::<i32>().prop_map(|number| (number.into(), json!(number))),
        any::<u32>().prop_map(|number| (number.into(), json!(number))),
    ]
}

type Say = fn(ResourceMetadataBuilder, &str) -> ResourceMetadataBuilder;

fn url() -> impl Strategy<Value = String> {
    "https://[a-z]{1,6}\\.example(/[a-z'&:@]{0,6}){0,2}"
}

fn list(given: &[String]) -> Vec<&str> {
    let mut list = Vec::<&str>::new();
    for text in given {
        if !list.contains(&text.as_str()) {
            list.push(text);
        }
    }
    list
}

proptest! {
    // 9728-2-a, 9728-3.2-a, 9728-3.2-b
    #[test]
    fn another_reader_reads_back_what_was_configured(
        resource in url(),
        issuers in vec(url(), 0..3),
        keys in option::of(url()),
        scopes in vec("[!#-\\[\\]-~]{1,6}", 0..4),
        algorithms in vec("[A-MO-Z][A-Z0-9]{0,5}", 0..3),
        name in option::of("[a-z]\\PC{0,12}"),
        pages in vec(option::of(url()), 3),
        own in proptest::collection::btree_map("x_[a-z#\"\\\\\u{e9}]{0,6}", value(), 0..4),
    ) {
        // Characters that nobody sees are a problem of their own.
        prop_assume!(name.as_deref().is_none_or(is_seen));
        let mut builder = ResourceMetadata::new(&resource)
            .scopes(scopes.clone())
            .signing_algorithms(algorithms.clone());
        for issuer in &issuers {
            builder = builder.authorization_server(issuer);
        }
        let texts: [(Option<&String>, Say); 5] = [
            (keys.as_ref(), ResourceMetadataBuilder::jwks_uri),
            (name.as_ref(), ResourceMetadataBuilder::name),
            (pages[0].as_ref(), ResourceMetadataBuilder::documentation),
            (pages[1].as_ref(), ResourceMetadataBuilder::policy),
            (pages[2].as_ref(), ResourceMetadataBuilder::terms_of_service),
        ];
        for (text, say) in texts {
            if let Some(text) = text {
                builder = say(builder, text);
            }
        }
        for (name, (value, _)) in &own {
            builder = builder.member(name, value.clone());
        }

        let mut expected = vec![
            ("resource", Some(json!(resource))),
            ("authorization_servers", Some(json!(list(&issuers)))),
            ("jwks_uri", keys.map(Value::from)),
            ("scopes_supported", Some(json!(list(&scopes)))),
            ("bearer_methods_supported", Some(json!(["header"]))),
            ("resource_signing_alg_values_supported", Some(json!(list(&algorithms)))),
            ("resource_name", name.map(Value::from)),
            ("resource_documentation", pages[0].clone().map(Value::from)),
            ("resource_policy_uri", pages[1].clone().map(Value::from)),
            ("resource_tos_uri", pages[2].clone().map(Value::from)),
        ];
        expected.extend(own.iter().map(|(name, (_, value))| (name.as_str(), Some(value.clone()))));
        let expected = expected.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let expected: Vec<_> = expected.filter(|(_, value)| *value != json!([])).collect();
        prop_assert_eq!(members(builder), owned(&expected));
    }
}

fn is_seen(name: &str) -> bool {
    let unseen = ['\u{061C}', '\u{200E}', '\u{200F}', '\u{FEFF}'];
    let between =
        |character: char| matches!(character, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    !name.contains(unseen) && !name.contains(between)
}
