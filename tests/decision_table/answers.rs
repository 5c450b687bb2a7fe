//! What a row says of the answer.

use std::error::Error;

use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use tower_auth::challenge::read;

use crate::{
    independent,
    layers::{MISSING, TIMESTAMP},
    support::{connections::Heard, schemes::CANARY},
    table::{Case, Challenge},
};

type Checked = Result<(), Box<dyn Error>>;

/// Sees that a case was answered as its row says.
pub(crate) fn is_answered(case: &Case<'_>, heard: &Heard) -> Checked {
    match case.row.outcome.as_str() {
        "pass" => is_from_the_inner_service(case, heard),
        "conceal" => is_from_the_not_found_service(case, heard),
        _ => is_a_refusal(case, heard)?,
    }
    tells_nothing_private(case, heard);
    Ok(())
}

/// 9110-11.6.1-c: the response stays as it is.
fn is_from_the_inner_service(case: &Case<'_>, heard: &Heard) {
    assert_eq!(heard.status, StatusCode::OK, "{case}");
    assert_eq!(Some(text(heard)), case.row.caller, "{case}");
    let length = text(heard).len().to_string();
    let fields = [
        ("www-authenticate", "Negotiate"),
        ("content-length", &length),
    ];
    assert_eq!(heard.fields, map(&fields), "{case}");
}

/// D-hidden-identical
fn is_from_the_not_found_service(case: &Case<'_>, heard: &Heard) {
    assert_eq!(heard.status, StatusCode::NOT_FOUND, "{case}");
    assert_eq!(text(heard), MISSING, "{case}");
    let length = MISSING.len().to_string();
    let fields = [("server", "the application"), ("content-length", &length)];
    assert_eq!(heard.fields, map(&fields), "{case}");
}

/// 9110-15.5-a, 9457-3-a, 9457-3-b, 6585-4-b
fn is_a_refusal(case: &Case<'_>, heard: &Heard) -> Checked {
    assert_eq!(Some(heard.status.as_u16()), case.status(), "{case}");

    let body: Value = serde_json::from_slice(&heard.body)?;
    assert_eq!(body["status"], heard.status.as_u16(), "{case}");
    assert_eq!(
        body["title"],
        json!(heard.status.canonical_reason()),
        "{case}"
    );
    assert_eq!(body["timestamp"], TIMESTAMP, "{case}");
    let said = [
        ("code", &case.row.code),
        ("detail", &case.row.detail),
        ("remedy", &case.row.next),
    ];
    for (name, expected) in said {
        let told = body[name].as_str().unwrap_or_default();
        assert!(!told.is_empty(), "no `{name}`: {case}");
        if let Some(expected) = expected {
            assert_eq!(told, expected, "`{name}`: {case}");
        }
    }

    let sent = heard.fields.get_all(case.mode.authenticate());
    let lines: Vec<_> = sent
        .iter()
        .map(|line| line.to_str())
        .collect::<Result<_, _>>()?;
    let challenges = read_alike(&lines)?;
    assert_eq!(challenges, case.challenges(), "{case}");
    // 9110-11.6.1-e
    assert_eq!(challenges.len(), lines.len(), "one line for each: {case}");
    if matches!(
        heard.status,
        StatusCode::UNAUTHORIZED | StatusCode::PROXY_AUTHENTICATION_REQUIRED
    ) {
        assert!(!challenges.is_empty(), "a bare {}: {case}", heard.status);
    }

    // No other field is there, and each stands there once, challenges aside.
    let mut others = heard.fields.clone();
    others.remove(case.mode.authenticate());
    let length = heard.body.len().to_string();
    let after = case.row.retry_after.map(|seconds| seconds.to_string());
    let mut fields = vec![
        ("content-type", "application/problem+json"),
        ("cache-control", "no-store"),
        ("content-length", &length),
    ];
    fields.extend(after.as_deref().map(|after| ("retry-after", after)));
    assert_eq!(others, map(&fields), "{case}");
    Ok(())
}

/// D-redact, 9457-5-a
fn tells_nothing_private(case: &Case<'_>, heard: &Heard) {
    let told = format!("{:?} {}", heard.fields, text(heard));
    for private in case.secrets().chain([CANARY]) {
        assert!(
            !told.contains(private),
            "`{private}` is told: {case}\n{told}"
        );
    }
}

/// Sees that all is as it would be for GET, and that nothing stands in the body.
pub(crate) fn is_the_head_of(head: &Heard, get: &Heard) {
    assert_eq!((head.status, &head.fields), (get.status, &get.fields));
    assert!(head.body.is_empty());
}

/// Reads challenges with our reader and with another, which must read the same.
pub(crate) fn read_alike(lines: &[&str]) -> Result<Vec<Challenge>, Box<dyn Error>> {
    let ours = read(lines)?.into_iter().map(|challenge| {
        let parameters = challenge.parameters();
        let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned()));
        (challenge.scheme().to_owned(), parameters.collect())
    });
    let ours: Vec<Challenge> = ours.collect();
    let mut theirs = Vec::new();
    for line in lines {
        let read = independent::read(line)?;
        theirs.extend(
            read.into_iter()
                .map(|(scheme, parameters)| (scheme, parameters.into_iter().collect())),
        );
    }
    assert_eq!(ours, theirs);
    Ok(ours)
}

fn text(heard: &Heard) -> String {
    String::from_utf8_lossy(&heard.body).into_owned()
}

fn map(fields: &[(&'static str, &str)]) -> HeaderMap {
    fields
        .iter()
        .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
        .collect()
}
