//! What `Bearer` says to whom, and what clients find who only search.

use std::time::Duration;

use proptest::{collection::vec, prelude::*};
use serde::Deserialize;
use tower_auth::{
    AuthLayer, BuildError, Fault, Login, Missing, Rejection, Remedy,
    challenge::{Ask, Challenge},
    policy,
    scheme::{Bearer, Scheme},
};

use crate::corpus;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    metadata: String,
    row: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    requirement: String,
    #[serde(default)]
    hint: Vec<String>,
    /// Instead of that of the table.
    metadata: Option<String>,
    /// How often it is given.
    #[serde(default)]
    link: usize,
    asked: Option<Asked>,
    #[serde(default)]
    needs: Vec<String>,
    line: Option<String>,
    #[serde(default)]
    problems: Vec<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Asked {
    Credentials,
    NotUnderstood,
    Refused,
    Expired,
    Malformed,
    InvalidRequest,
    Scopes,
    Login,
}

corpus::rows!(Row);

/// What is missing: a login, where one is asked for, and these scopes.
fn missing(asked: Asked, needs: &[String]) -> Option<Missing> {
    let scopes = (!needs.is_empty()).then(|| Remedy::scopes(needs.to_vec()));
    let login = matches!(asked, Asked::Login)
        .then(|| Remedy::login(Login::not_older_than(Duration::from_secs(300))));
    let remedy = match (scopes, login) {
        (Some(scopes), Some(login)) => scopes.and(login),
        (one, other) => one.or(other)?,
    };
    match remedy {
        Remedy::Missing(missing) => Some(missing),
        Remedy::Nothing | Remedy::OtherCredentials => None,
    }
}

fn challenge(bearer: &Bearer<()>, asked: Asked, needs: &[String]) -> Option<Challenge> {
    let missing = missing(asked, needs);
    bearer.challenge(match asked {
        Asked::Credentials => Ask::Credentials,
        Asked::NotUnderstood => Ask::Again(Rejection::NotUnderstood),
        Asked::Refused => Ask::Again(Rejection::Refused),
        Asked::Expired => Ask::Again(Rejection::Faulty(Fault::Expired)),
        Asked::Malformed => Ask::Again(Rejection::Malformed),
        Asked::InvalidRequest => Ask::Again(Rejection::InvalidRequest),
        Asked::Scopes => Ask::MoreScopes(missing.as_ref()?),
        Asked::Login => Ask::StepUp(missing.as_ref()?),
    })
}

fn built(bearer: Bearer<()>) -> Result<(), BuildError> {
    let layer = AuthLayer::<(), Vec<u8>>::new(bearer, policy::anyone());
    layer.build_with(Vec::from).map(drop)
}

#[test]
fn bearer_says_what_the_corpus_says() {
    let table = corpus::load("bearer_challenges.toml", |table: &Table| &table.row);
    for row in table.row {
        let name = &row.name;
        let url = row.metadata.as_deref().unwrap_or(&table.metadata);
        let bearer = || {
            let bearer = Bearer::fixed("api", "s3cret", ());
            // In whatever order they are given.
            let linked = (0..row.link).fold(bearer, |bearer, _| bearer.resource_metadata(url));
            linked.scope_hint(&row.hint)
        };
        let problems = built(bearer()).err();
        let problems = problems.iter().flat_map(BuildError::problems);
        let problems: Vec<_> = problems.map(ToString::to_string).collect();
        assert_eq!(problems, row.problems, "{name}");

        let Some(line) = row.line else {
            assert!(row.asked.is_none() && !problems.is_empty(), "{name}");
            continue;
        };
        let asked = row.asked.expect(name);
        let challenge = challenge(&bearer(), asked, &row.needs).expect(name);
        assert_eq!(challenge.to_string(), line, "{name}");
        searches_find(&challenge);
    }
}

/// Clients of MCP find a parameter by searching the whole field for its name, and take what stands behind it
/// in quotes. They find what is there, or nothing.
fn searches_find(challenge: &Challenge) {
    let field = challenge.to_string();
    for searched in ["error", "scope", "resource_metadata"] {
        let found = field.split_once(&format!("{searched}=\""));
        let found = found.and_then(|(_, rest)| rest.split('"').next());
        let mut parameters = challenge.parameters();
        let there = parameters.find_map(|(name, value)| (name == searched).then_some(value));
        assert_eq!(found, there, "{searched} in {field}");
        let times = field.matches(&format!("{searched}=")).count();
        assert_eq!(times, usize::from(there.is_some()), "{searched} in {field}");
    }
}

/// Pieces that mislead whoever only searches, and pieces that do not.
fn piece() -> impl Strategy<Value = String> {
    let misleading = [
        "error=",
        "scope=",
        "resource_metadata=",
        "Scope=\"a\"",
        "error",
    ];
    let misleading = prop::sample::select(misleading.to_vec()).prop_map(str::to_owned);
    prop_oneof![1 => misleading, 4 => "[!#-Z^-~]{1,6}"]
}

proptest! {
    // 6750-3-e, 9728-5.1-a
    #[test]
    fn whatever_can_be_built_misleads_no_client_that_searches(
        realm in vec(piece(), 1..3),
        hint in vec(piece(), 0..3),
        query in prop::option::of("(a=[a-z]{1,4}|scope=[a-z]|error=x)"),
        needs in vec("[a-z]{1,6}:[a-z]{1,6}", 1..3),
    ) {
        let url = query.map(|query| format!("https://rs.example.com/metadata?{query}"));
        let bearer = || {
            let bearer = Bearer::fixed(&realm.join(" "), "s3cret", ()).scope_hint(&hint);
            match &url {
                Some(url) => bearer.resource_metadata(url),
                None => bearer,
            }
        };
        if built(bearer()).is_ok() {
            for asked in [Asked::Credentials, Asked::Refused, Asked::Expired, Asked::Scopes, Asked::Login] {
                searches_find(&challenge(&bearer(), asked, &needs).expect("a challenge"));
            }
        }
    }
}
