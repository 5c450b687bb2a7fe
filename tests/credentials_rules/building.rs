//! What is wrong is said when a layer is built: all of it, and what to change.

use std::collections::BTreeSet;

use http::HeaderName;
use tower_auth::{
    Attempt, AuthLayer, BuildError, Decision, Inspection, Step,
    challenge::{Ask, Challenge},
    policy::{Access, BoxPolicy, Policy, PolicyExt, all_of, any_of, anyone, role, scope},
    reply::Problem,
    scheme::{ApiKey, Basic, Bearer, Carrier, Presented, Scheme, SchemeExt, Schemes},
};

use crate::{
    Builder, open,
    support::{
        schemes::{Told, api_key, basic, bearer},
        user::{ALICE, User},
    },
};

/// A scheme and a policy of somebody's own, with problems of their own.
struct Own(&'static str);

impl Scheme for Own {
    type Principal = User;

    fn name(&self) -> &'static str {
        "Own"
    }

    fn carrier(&self) -> Carrier {
        Carrier::Field(HeaderName::from_static("x-own"))
    }

    fn attempt(&self, _: &Presented<'_>) -> Step<Attempt<User>> {
        Step::Now(Attempt::Absent)
    }

    fn challenge(&self, _: Ask<'_>) -> Option<Challenge> {
        None
    }

    fn inspect(&self, inspection: &mut Inspection) {
        inspection.problem(self.0);
        inspection.problem(format!("and {}", self.0));
    }
}

impl Policy<User> for Own {
    fn decide(&self, _: &Access<'_, User>) -> Step<Decision> {
        Step::Now(Decision::Allow)
    }

    fn inspect(&self, inspection: &mut Inspection) {
        inspection.problem(self.0);
    }
}

fn error(builder: Builder) -> BuildError {
    builder.build().expect_err("something is wrong")
}

/// All kinds of problems, in the order of the alphabet.
const KINDS: [&str; 11] = [
    "Challenge",
    "EmptyRealm",
    "EmptySecret",
    "FieldName",
    "Limit",
    "MisleadingRealm",
    "Name",
    "Other",
    "SchemeName",
    "SharedCredentials",
    "Url",
];

/// The problems, each as its kind and what is said of it.
fn problems(error: &BuildError) -> Vec<(&'static str, String)> {
    let problems = error.problems().iter().map(|problem| {
        let debug = format!("{problem:?}");
        let kind = KINDS.into_iter().find(|kind| {
            let rest = debug.strip_prefix(kind);
            rest.is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
        });
        (
            kind.unwrap_or_else(|| panic!("nothing checks {debug}")),
            problem.to_string(),
        )
    });
    problems.collect()
}

fn with_policy(policy: impl Policy<User>) -> Builder {
    AuthLayer::new(bearer(), policy)
}

/// One thing that is wrong, its kind, and what is said of it.
type Wrong = (Builder, &'static str, &'static str);

fn wrong_schemes() -> Vec<Wrong> {
    vec![
        (
            open(Told::explicit("Ba sic").mute()),
            "SchemeName",
            "`Ba sic` is no name of a scheme: use letters, digits and hyphens",
        ),
        (
            open(Told::explicit("").mute()),
            "SchemeName",
            "`` is no name of a scheme: use letters, digits and hyphens",
        ),
        (
            open(Basic::fixed("", "alice", "s3cret", ALICE)),
            "EmptyRealm",
            "the realm of `Basic` is empty: name what the credentials are for",
        ),
        (
            open(ApiKey::fixed("x-api-key", "", "s3cret", ALICE)),
            "EmptyRealm",
            "the realm of `ApiKey` is empty: name what the credentials are for",
        ),
        (
            open(Bearer::fixed("api scope=all", "s3cret", ALICE)),
            "MisleadingRealm",
            "the realm of `Bearer` reads like a parameter: leave out `error=`, `scope=` \
             and `resource_metadata=`, which clients search for",
        ),
        (
            open(Bearer::fixed("a\r\nx: y", "s3cret", ALICE)),
            "Challenge",
            "`Bearer` cannot challenge: `realm` of a challenge holds a control character or one \
             outside of ASCII: use printable ASCII",
        ),
        (
            open(bearer().resource_metadata("/relative")),
            "Challenge",
            "`Bearer` cannot challenge: `resource_metadata` of a challenge is no absolute URL: \
             begin with `https://`, name a host, leave out user, password and fragment",
        ),
        (
            open(bearer().or(basic()).or(bearer())),
            "SharedCredentials",
            "two schemes read `Bearer` credentials: keep one of them, the other would never be asked",
        ),
        (
            open(api_key().or(ApiKey::fixed("X-API-Key", "others", "s3cret", ALICE))),
            "SharedCredentials",
            "two schemes read the field `x-api-key`: keep one of them, the other would never be asked",
        ),
        (
            open(Bearer::fixed("api", "", ALICE)),
            "EmptySecret",
            "the fixed secret of `Bearer` is empty: is its variable set?",
        ),
        (
            open(Basic::fixed("api", "alice", "", ALICE)),
            "EmptySecret",
            "the fixed secret of `Basic` is empty: is its variable set?",
        ),
        (
            open(ApiKey::fixed("x-key", "api", "", ALICE)),
            "EmptySecret",
            "the fixed secret of `ApiKey` is empty: is its variable set?",
        ),
        (
            open(ApiKey::fixed("x key", "api", "s3cret", ALICE)),
            "FieldName",
            "`x key` is no name for a field of credentials: use letters, digits and hyphens, \
             and no field that has a meaning of its own",
        ),
        (
            open(ApiKey::fixed("Authorization", "api", "s3cret", ALICE)),
            "FieldName",
            "`authorization` is no name for a field of credentials: use letters, digits and \
             hyphens, and no field that has a meaning of its own",
        ),
        (
            open(bearer().longest_token(0)),
            "Limit",
            "the limit of `Bearer` is zero: no credentials would fit",
        ),
        (
            open(api_key().longest_key(0)),
            "Limit",
            "the limit of `ApiKey` is zero: no credentials would fit",
        ),
    ]
}

fn wrong_others() -> Vec<Wrong> {
    let scope_of_two = "`docs write` is no scope: use printable characters without spaces, quotes \
                        and backslashes";
    vec![
        (with_policy(scope("docs write")), "Name", scope_of_two),
        (
            with_policy(scope("")),
            "Name",
            "`` is no scope: name the one that is needed",
        ),
        (
            with_policy(scope("a\n\"b")),
            "Name",
            "`a\\n\\\"b` is no scope: use printable characters without spaces, quotes and backslashes",
        ),
        (
            with_policy(role("")),
            "Name",
            "`` is no role: name the one that is needed",
        ),
        // Wherever it stands.
        (
            with_policy(anyone().and(scope("docs write"))),
            "Name",
            scope_of_two,
        ),
        (
            with_policy(scope("docs write").or(anyone())),
            "Name",
            scope_of_two,
        ),
        (
            with_policy(anyone().then(scope("docs write"))),
            "Name",
            scope_of_two,
        ),
        (
            with_policy(scope("docs write").hide()),
            "Name",
            scope_of_two,
        ),
        (
            with_policy(scope("docs write").hide_from_principals()),
            "Name",
            scope_of_two,
        ),
        (
            with_policy(all_of([anyone().boxed(), scope("docs write").boxed()])),
            "Name",
            scope_of_two,
        ),
        (
            with_policy(any_of([scope("docs write")])),
            "Name",
            scope_of_two,
        ),
        (
            open(bearer()).reply(Problem::new().documented_at("/errors/")),
            "Url",
            "`/errors/` is no absolute URL: begin with `https://` and name a host",
        ),
        (
            with_policy(Own("my database has no address")),
            "Other",
            "my database has no address",
        ),
    ]
}

#[test]
fn each_misconfiguration_is_found_when_the_layer_is_built_and_says_what_to_change() {
    let mut found = BTreeSet::new();
    for (builder, kind, message) in wrong_schemes().into_iter().chain(wrong_others()) {
        found.insert(kind);
        let error = error(builder);
        let (kinds, messages): (Vec<_>, Vec<_>) = problems(&error).into_iter().unzip();
        // An empty realm is named once more by the challenge, at most.
        assert_eq!(kinds[0], kind, "{message}");
        assert_eq!(messages[0], message);
        assert_eq!(error.to_string(), messages.join("; "));
        assert!(kinds.len() == 1 || kind == "EmptyRealm", "{messages:?}");
    }
    assert_eq!(Vec::from_iter(found), KINDS);
}

#[test]
fn the_same_is_found_in_proxies_and_in_policies_of_single_routes() {
    let proxy = AuthLayer::proxy(Bearer::fixed("", "", ALICE), anyone());
    let kinds: Vec<_> = problems(&error(proxy))
        .into_iter()
        .map(|(kind, _)| kind)
        .collect();
    assert!(
        kinds.contains(&"EmptyRealm") && kinds.contains(&"EmptySecret"),
        "{kinds:?}"
    );

    let layer = open(bearer()).build().unwrap();
    let route =
        |policy: BoxPolicy<User>| layer.require(policy).err().map(|error| error.to_string());
    let wrong = route(scope("docs write").and(role("")).boxed()).unwrap();
    assert_eq!(
        wrong,
        "`docs write` is no scope: use printable characters without spaces, quotes and backslashes; \
         `` is no role: name the one that is needed"
    );
    assert_eq!(route(scope("docs:write").boxed()), None);
}

#[test]
fn all_that_is_wrong_is_told_at_once_in_the_order_of_the_parts() {
    let builder = AuthLayer::new(
        Bearer::fixed("api", "", ALICE)
            .or(api_key().longest_key(0))
            .or(bearer())
            .or(Own("my scheme")),
        role("").and(Own("my policy")),
    );
    let error = error(builder.reply(Problem::new().documented_at("errors")));
    let kinds: Vec<_> = problems(&error).into_iter().map(|(kind, _)| kind).collect();
    let expected = [
        "EmptySecret",
        "Limit",
        "SharedCredentials",
        "Other",
        "Other",
        "Name",
        "Other",
        "Url",
    ];
    assert_eq!(kinds, expected);
    assert_eq!(error.to_string().matches("; ").count(), expected.len() - 1);
}

#[test]
fn the_error_behind_a_challenge_that_cannot_be_written_is_kept() {
    let error = error(open(bearer().resource_metadata("/relative")));
    let source = std::error::Error::source(&error).expect("what is wrong with the challenge");
    assert!(
        source
            .to_string()
            .starts_with("`resource_metadata` of a challenge")
    );
}

#[test]
fn what_is_right_is_built() {
    let schemes = Schemes::from(bearer().resource_metadata("https://example.com/metadata"));
    let layer =
        AuthLayer::<_, crate::Body>::new(schemes.or(basic()).or(api_key()), scope("docs:read"))
            .reply(Problem::new().documented_at("https://example.com/errors/"))
            .build();
    assert!(layer.is_ok());
    let two_keys = api_key().or(ApiKey::fixed("x-other-key", "others", "s3cret", ALICE));
    assert!(open(two_keys).build().is_ok());
}
