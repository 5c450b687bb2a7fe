//! What the log says of claims that are not those of the principal.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tower_auth::{Fault, jwt::StandardClaims};

use crate::{
    hs256::sign,
    log::{assert_lines, logged},
    stand::{verifier, verify, verify_token},
};

const TYPE: &str = "at+jwt";

#[derive(Deserialize)]
#[expect(dead_code, reason = "only whether it can be read counts")]
struct Member {
    tenant: String,
    level: u8,
}

fn claims(more: &Value) -> Value {
    let mut claims = json!({
        "iss": "https://as.example.net", "sub": "alice", "aud": "rs", "iat": 1_773_246_471, "exp": 1_773_250_071,
    });
    let more = more.as_object().unwrap().clone();
    claims.as_object_mut().unwrap().extend(more);
    claims
}

/// What is logged of a token that holds these claims, too, and is no `C`.
fn said<C: DeserializeOwned + Send + Sync + 'static>(more: &Value) -> String {
    let claims = claims(more);
    let verifier = verifier::<C>(TYPE, &claims);
    let (read, log) = logged(|| verify(&verifier, TYPE, &claims.to_string()));
    assert_eq!(read.err(), Some(Fault::BadClaims), "{claims}");
    log
}

fn line(error: &str) -> String {
    let message = "the claims of a true token are not those of the principal";
    format!("DEBUG tower_auth: {message} error={error:?}\n")
}

#[test]
fn a_claim_that_is_missing_or_malformed_is_named() {
    let missing = said::<Member>(&json!({ "level": 2 }));
    assert!(
        missing.contains("error=\"missing field `tenant` at line 1 column "),
        "{missing}"
    );
    assert_lines(&missing, 1);
    for (more, name) in [
        (json!({ "azp": 7 }), "azp"),
        (json!({ "roles": { "clerk": true } }), "roles"),
        (json!({ "auth_time": "today" }), "auth_time"),
    ] {
        let said = said::<StandardClaims>(&more);
        assert_eq!(
            said.trim_start(),
            line(&format!("`{name}` is missing or malformed"))
        );
    }
    let claims = claims(&json!({ "realm_access": { "roles": 7 } }));
    let verifier = verifier::<StandardClaims>(TYPE, &claims).roles_at(["realm_access", "roles"]);
    let (read, log) = logged(|| verify(&verifier, TYPE, &claims.to_string()));
    assert!(read.is_err());
    assert_eq!(
        log.trim_start(),
        line("`realm_access` is missing or malformed")
    );
}

#[test]
fn what_a_claim_holds_is_not_logged() {
    for level in [
        "canary",
        "`canary` is missing or malformed",
        "missing field `canary`",
    ] {
        let said = said::<Member>(&json!({ "tenant": "a", "level": level }));
        assert!(
            said.contains("error=\"a claim is malformed at line 1 column "),
            "{said}"
        );
        assert!(!said.contains("canary"), "{said}");
    }
}

/// Forgers write nothing into it.
#[test]
fn nothing_is_logged_of_a_token_that_is_not_true() {
    let written = claims(&json!({}));
    let verifier = verifier::<Member>(TYPE, &written);
    let late = sign(&claims(&json!({ "exp": 1 })));
    let signed = sign(&written);
    let (message, _) = signed.rsplit_once('.').unwrap();
    let (_, others) = late.rsplit_once('.').unwrap();
    for (token, fault) in [
        (format!("{message}.{others}"), Fault::BadSignature),
        (late.clone(), Fault::Expired),
    ] {
        let (read, log) = logged(|| verify_token(&verifier, &token));
        assert_eq!(read.err(), Some(fault));
        assert_eq!(log, "");
    }
}
