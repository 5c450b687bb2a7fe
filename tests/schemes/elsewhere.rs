//! Tokens elsewhere than in `Authorization`, and answers to the letter of RFC 6750.

use std::sync::Arc;

use serde::Deserialize;
use tower_auth::{
    AuthLayer, SameOrigin,
    policy::{self, PolicyExt},
    scheme::{Bearer, SchemeExt, Schemes},
};

use crate::{
    corpus,
    service::{Ended, Service},
    watched::{Answer, Log, Shown},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    field: String,
    parameter: String,
    realm: String,
    tokens: Vec<String>,
    row: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    requirement: String,
    #[serde(default = "root")]
    target: String,
    #[serde(default)]
    fields: Vec<(String, String)>,
    shown: Option<String>,
    #[serde(default)]
    absent: bool,
    status: u16,
    error: Option<String>,
    #[serde(default)]
    strict: bool,
}

fn root() -> String {
    String::from("/")
}

corpus::rows!(Row);

#[derive(Clone, Copy, PartialEq)]
enum Rule {
    Known,
    Strangers,
    Hidden,
}

impl Table {
    /// Every place, with `Basic` between them. Of the query, a proxy could not take a token out.
    fn schemes(&self, log: &Log, strict: bool, proxy: bool) -> Schemes<Shown> {
        let known = self.tokens.clone();
        let answer: Arc<Answer> =
            Arc::new(move |shown: &Shown| Ok(known.contains(&shown.concat())));
        let bearer = || match (log.bearer(&self.realm, answer.clone()), strict) {
            (bearer, false) => bearer,
            (bearer, true) => bearer.strict(),
        };
        let parameter: &'static str = String::leak(self.parameter.clone());
        let schemes = bearer()
            .or(log.basic("staff area", Arc::new(|_| Ok(false))))
            .or(bearer().in_field(&self.field));
        if proxy {
            schemes
        } else {
            schemes.or(bearer().dangerously_in_query(parameter))
        }
    }

    fn layer<'a>(&self, log: &'a Log, strict: bool, proxy: bool, rule: Rule) -> Service<'a> {
        let schemes = self.schemes(log, strict, proxy);
        let policy = match rule {
            Rule::Known => policy::authenticated().boxed(),
            Rule::Strangers => policy::anyone().boxed(),
            Rule::Hidden => policy::authenticated().hide().boxed(),
        };
        let layer = if proxy {
            AuthLayer::proxy(schemes, policy)
        } else {
            AuthLayer::new(schemes, policy)
        };
        Service::of(log, layer)
    }

    fn ended(&self, row: &Row, strict: bool, proxy: bool, rule: Rule) -> Ended {
        let (status, error) = match row {
            row if row.strict && strict => (400, Some("invalid_request")),
            row if row.absent && rule == Rule::Strangers => (200, None),
            row if row.status == 401 && proxy => (407, row.error.as_deref()),
            row => (row.status, row.error.as_deref()),
        };
        let hidden = rule == Rule::Hidden && status != 200;
        let error = error.map(|error| format!(r#", error="{error}""#));
        let challenges = vec![
            format!(
                r#"Bearer realm="{}"{}"#,
                self.realm,
                error.unwrap_or_default()
            ),
            String::from(r#"Basic realm="staff area", charset="UTF-8""#),
        ];
        let shown: Vec<Shown> = row.shown.iter().map(|token| vec![token.clone()]).collect();
        Ended {
            status: if hidden { 404 } else { status },
            challenges: if status == 200 || hidden {
                Vec::new()
            } else {
                challenges
            },
            caller: shown.first().filter(|_| status == 200).cloned(),
            shown,
        }
    }
}

// 6750-2-a, 6750-3.1-a, 6750-3.1-b, 6750-3.1-d
#[test]
fn tokens_elsewhere_are_read_as_the_corpus_says() {
    let table = corpus::load("bearer_elsewhere.toml", |table: &Table| &table.row);
    let log = Log::default();
    for strict in [false, true] {
        for proxy in [false, true] {
            for rule in [Rule::Known, Rule::Strangers, Rule::Hidden] {
                let service = table.layer(&log, strict, proxy, rule);
                for row in &table.row {
                    if proxy && row.target.contains('?') {
                        continue;
                    }
                    let field = |(name, value): &(String, String)| match (name.as_str(), proxy) {
                        ("Authorization", true) => (format!("Proxy-{name}"), value.clone()),
                        _ => (name.clone(), value.clone()),
                    };
                    let fields: Vec<_> = row.fields.iter().map(field).collect();
                    let ended = service.send(&row.target, &fields);
                    let expected = table.ended(row, strict, proxy, rule);
                    assert_eq!(
                        ended, expected,
                        "{}, strict: {strict}, proxy: {proxy}",
                        row.name
                    );
                }
            }
        }
    }
}

// 9110-11.7.2-a
#[test]
fn what_cannot_be_removed_is_not_promised_to_be() {
    let feed = || Bearer::fixed("feed", "s3cret", ()).dangerously_in_query("access_token");
    let stripped = AuthLayer::<_, Vec<u8>>::new(feed(), policy::anyone()).strip_credentials();
    let proxy = AuthLayer::proxy(feed(), policy::anyone());
    for builder in [stripped, proxy] {
        let error = builder.build_with(Vec::from).unwrap_err();
        assert_eq!(
            error.to_string(),
            "credentials are to be removed, and those in the parameter `access_token` of the query \
             cannot be: read them elsewhere, or leave them in"
        );
    }
    let left = AuthLayer::<_, Vec<u8>>::new(feed(), policy::anyone());
    assert!(left.build_with(Vec::from).is_ok());
}

// 6750-3.1-a
#[test]
fn a_scheme_that_is_strict_words_what_it_would_have_read_and_no_more() {
    let log = Log::default();
    let answer: Arc<Answer> = Arc::new(|_| Ok(true));
    let field = |strict: bool| {
        let bearer = log
            .bearer("fields", answer.clone())
            .in_field("X-Access-Token");
        if strict { bearer.strict() } else { bearer }
    };
    let lenient = || log.bearer("api", answer.clone());
    let twice = ["Bearer a", "Bearer a"].map(|line| ("Authorization".into(), line.into()));
    let both = [("Authorization", "Bearer a"), ("X-Access-Token", "a")]
        .map(|(name, line)| (name.into(), line.into()));

    let service = Service::new(&log, lenient().or(field(true)), policy::anyone());
    assert_eq!(service.send("/", &twice).status, 401);
    let ended = service.send("/", &both);
    assert_eq!(ended.status, 400);
    assert_eq!(
        ended.challenges,
        [
            r#"Bearer realm="api""#,
            r#"Bearer realm="fields", error="invalid_request""#
        ]
    );

    let service = Service::new(&log, lenient().strict().or(field(false)), policy::anyone());
    let ended = service.send("/", &twice);
    assert_eq!(ended.status, 400);
    assert_eq!(
        ended.challenges,
        [
            r#"Bearer realm="api", error="invalid_request""#,
            r#"Bearer realm="fields""#
        ]
    );
    assert_eq!(service.send("/", &both).status, 400);
    assert!(log.take().is_empty());
}

// 9110-11.6.1-a, 6750-3.1-d
#[test]
fn of_challenges_for_the_same_the_one_that_was_tried_is_sent_in_the_place_of_the_first() {
    let log = Log::default();
    let answer: Arc<Answer> = Arc::new(|_| Ok(false));
    let bearer = |realm| log.bearer(realm, answer.clone());
    let schemes = bearer("api")
        .or(log.basic("api", answer.clone()))
        .or(bearer("API").in_field("X-Other"))
        .or(bearer("api")
            .in_field("X-Access-Token")
            .resource_metadata("https://e.example/api"))
        .or(bearer("api").dangerously_in_plain_cookie("token", SameOrigin::new()));
    let service = Service::new(&log, schemes, policy::authenticated());
    let [basic, other] = [
        r#"Basic realm="api", charset="UTF-8""#,
        r#"Bearer realm="API""#,
    ];
    let challenges = |name: &str, value: &str| {
        let fields = [(String::from(name), String::from(value))];
        service.send("/", &fields).challenges
    };

    assert_eq!(
        challenges("accept", "*/*"),
        [r#"Bearer realm="api""#, basic, other]
    );
    let wrong = r#"Bearer realm="api", error="invalid_token""#;
    assert_eq!(
        challenges("authorization", "Bearer a"),
        [wrong, basic, other]
    );
    assert_eq!(challenges("cookie", "token=a"), [wrong, basic, other]);
    let field =
        r#"Bearer realm="api", error="invalid_token", resource_metadata="https://e.example/api""#;
    assert_eq!(challenges("x-access-token", "a"), [field, basic, other]);
    let other = r#"Bearer realm="API", error="invalid_token""#;
    assert_eq!(
        challenges("x-other", "a"),
        [r#"Bearer realm="api""#, basic, other]
    );
    assert_eq!(challenges("authorization", "Basic dTpw").len(), 3);
}

#[test]
fn what_is_wrong_with_a_place_is_said_when_the_layer_is_built() {
    let bearer = || Bearer::fixed("api", "s3cret", ());
    let origins = SameOrigin::new;
    let cases: [(Bearer<()>, &str); 11] = [
        (
            bearer().in_cookie("", origins()),
            "`` is no name of a cookie: use letters, digits and hyphens, as in `__Host-token`",
        ),
        (
            bearer().in_cookie("a=b\n", origins()),
            "`a=b\\n` is no name of a cookie: use letters, digits and hyphens, as in `__Host-token`",
        ),
        (
            bearer().in_field("no name"),
            "`no name` is no name for a field of credentials: use letters, digits and hyphens, and no field that has a meaning of its own",
        ),
        (
            bearer().in_field("Cookie"),
            "`cookie` is no name for a field of credentials: use letters, digits and hyphens, and no field that has a meaning of its own",
        ),
        (
            bearer().dangerously_in_query(""),
            "`` is no name of a parameter: use letters, digits and underscores, as in `access_token`",
        ),
        (
            bearer().dangerously_in_query("a&b"),
            "`a&b` is no name of a parameter: use letters, digits and underscores, as in `access_token`",
        ),
        (
            bearer().dangerously_in_query("token[]"),
            "`token[]` is no name of a parameter: use letters, digits and underscores, as in `access_token`",
        ),
        (
            bearer().in_cookie("token", origins()),
            "`token` is a cookie that may go in the clear: call it `__Host-token`, or say `dangerously_in_plain_cookie`",
        ),
        (
            bearer().in_cookie("__host-token", origins()),
            "`__host-token` is a cookie that may go in the clear: call it `__Host-__host-token`, or say `dangerously_in_plain_cookie`",
        ),
        (
            bearer()
                .in_field("X-Token")
                .dangerously_in_plain_cookie("token", origins()),
            "a `Bearer` stands in two places: make one for each, and join them with `.or(..)`",
        ),
        (
            bearer()
                .dangerously_in_plain_cookie("token", origins().also_from("https://app.example/")),
            "`https://app.example/` is no origin that a browser sends: write `https://app.example`, in lower case, without a default port, a path or a slash at the end",
        ),
    ];
    for (bearer, problem) in cases {
        let layer = AuthLayer::<_, Vec<u8>>::new(bearer, policy::anyone());
        assert_eq!(
            layer.build_with(Vec::from).unwrap_err().to_string(),
            problem
        );
    }
    for (one, other) in [
        (bearer().in_field("X-Token"), bearer().in_field("x-token")),
        (
            bearer().dangerously_in_query("t"),
            bearer().dangerously_in_query("t"),
        ),
    ] {
        let layer = AuthLayer::<_, Vec<u8>>::new(one.or(other), policy::anyone());
        let error = layer.build_with(Vec::from).unwrap_err().to_string();
        assert!(error.starts_with("two schemes read the "), "{error}");
    }
}
