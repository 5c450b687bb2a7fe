//! No credential is seen again: not in a log, not in an answer, not in what is printed.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has failed, and says where"
)]

#[cfg(all(feature = "address", feature = "password", feature = "throttle"))]
mod accounts;
mod canary;
mod judged;
#[path = "../support/log.rs"]
mod log;
mod query;
mod redacted;
mod shown;
mod silent;
mod told;

use http::{Method, Request};
use proptest::{option, prelude::*, sample::select, test_runner::RngSeed};
use tokio_test::block_on;
use tower::{Layer as _, ServiceExt as _};
use tower_auth::{
    AuthLayer, Refusal,
    audit::Record,
    policy::PolicyExt as _,
    reply::{Content, Plain, Problem, Refused},
};

use self::{
    canary::{Body, Canary, all_of, request},
    judged::{COOKIE, Judge, Kind, Name, schemes},
    log::logged,
    shown::{Answers, Loader, Rule, inner, page, policy},
};

#[derive(Clone, Copy, Debug)]
enum Words {
    Problem,
    Plain,
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Handling {
    Mark,
    Strip,
    Proxy,
}

/// How the secret is presented.
#[derive(Clone, Copy, Debug)]
enum Way {
    True,
    Wrong,
    Malformed,
    TooLong,
    Twice,
    NotUnderstood,
    Nameless,
}

#[derive(Clone, Debug)]
struct Case {
    kind: Kind,
    judge: Judge,
    rules: [Rule; 2],
    words: Words,
    handling: Handling,
    /// Whether rejected credentials count as none.
    lenient: bool,
    /// Whether preflights pass, and whether the request is one.
    preflights: (bool, bool),
    inner: Answers,
    page: Option<Answers>,
    /// Whether the layer stands twice on the way.
    twice: bool,
    way: Way,
    secret: Canary,
    other: Canary,
}

impl Case {
    fn layer(&self) -> AuthLayer<Name, Body> {
        let schemes = schemes(self.kind, self.judge, &self.secret.0);
        let outer = policy(self.rules[0]);
        let layer = match self.handling {
            Handling::Mark => AuthLayer::new(schemes, outer),
            Handling::Strip => AuthLayer::new(schemes, outer).strip_credentials(),
            Handling::Proxy => AuthLayer::proxy(schemes, outer),
        };
        let layer = match self.words {
            Words::Problem => layer.reply(Problem::new()),
            Words::Plain => layer.reply(Plain),
            Words::All => layer.reply(|refused: &Refused<'_>| {
                let [code, detail] = [refused.code(), refused.detail()];
                Content::text(format!("{code} {detail} {:?}", refused.head()))
            }),
        };
        let layer = if self.lenient {
            layer.treat_rejected_as_anonymous()
        } else {
            layer
        };
        let layer = match self.page {
            Some(answers) => layer.not_found(page(answers)),
            None => layer,
        };
        let layer = if self.preflights.0 {
            layer.pass_preflights()
        } else {
            layer
        };
        layer.build().expect("a layer")
    }

    fn request(&self) -> Request<()> {
        let authorization = match self.handling {
            Handling::Mark | Handling::Strip => "authorization",
            Handling::Proxy => "proxy-authorization",
        };
        let shown = match self.way {
            Way::True => &self.secret,
            _ => &self.other,
        };
        let secret = &shown.0;
        let (field, name, credentials) = match self.kind {
            Kind::Bearer | Kind::All => (authorization, "bearer ", secret.clone()),
            Kind::Basic => (authorization, "Basic ", shown.basic("alice")),
            Kind::Cookie => ("cookie", "a=1; __Host-token=", secret.clone()),
            Kind::PlainCookie => ("cookie", "a=1;token=", secret.clone()),
            Kind::Field => ("x-access-token", "", secret.clone()),
            Kind::ApiKey => ("x-api-key", "", secret.clone()),
        };
        let right = format!("{name}{credentials}");
        let odd = match self.way {
            Way::True | Way::Wrong | Way::Twice => right.clone(),
            Way::Malformed => format!("{name}{credentials}, {secret} \"{secret}\""),
            Way::TooLong => format!("{name}{}", credentials.repeat(700)),
            Way::NotUnderstood => format!("Digest response=\"{secret}\", cnonce=\"{credentials}\""),
            Way::Nameless => format!("{secret} {secret}"),
        };
        // Of cookies, only this one is credentials.
        let odd = match self.kind {
            Kind::Cookie if !odd.contains(COOKIE) => format!("{name}{odd}"),
            Kind::PlainCookie if !odd.contains("token=") => format!("{name}{odd}"),
            _ => odd,
        };
        let mut fields = vec![(field, odd.as_str())];
        if matches!(self.way, Way::Twice) {
            // Twice in the same field, or in two fields of two schemes.
            let second = if self.kind == Kind::All {
                "x-api-key"
            } else {
                field
            };
            fields.push((second, if second == field { &right } else { secret }));
        }
        let cookie = format!("{COOKIE}={secret}; b=2");
        if self.kind == Kind::All {
            fields.push(("cookie", &cookie));
        }
        if self.preflights.1 {
            fields.push(("origin", "https://a.example"));
            fields.push(("access-control-request-method", "PUT"));
        }
        let mut request = request(&fields);
        if self.preflights.1 {
            *request.method_mut() = Method::OPTIONS;
        }
        request
    }
}

fn case() -> impl Strategy<Value = Case> {
    use Rule::{
        Anyone, Authenticated, Away, Closed, Denied, Hidden, Loads, Login, Panic, Scopes, Waiting,
    };
    let rules = vec![
        Anyone,
        Anyone,
        Authenticated,
        Denied,
        Closed,
        Scopes,
        Login,
        Hidden,
        Away,
        Waiting,
        Panic,
        Loads(Loader::Finds),
        Loads(Loader::Nothing),
        Loads(Loader::Fails),
        Loads(Loader::Panics),
    ];
    let rules = [select(rules.clone()), select(rules)];
    let answers = || {
        select(vec![
            Answers::Shows,
            Answers::Shows,
            Answers::Denied,
            Answers::Hidden,
            Answers::NeedsLogin,
            Answers::Unavailable,
        ])
    };
    let secret = || "[A-Za-z0-9._~+/-]{16,40}".prop_map(Canary);
    (
        select(vec![
            Kind::Basic,
            Kind::Bearer,
            Kind::Cookie,
            Kind::PlainCookie,
            Kind::Field,
            Kind::ApiKey,
            Kind::All,
        ]),
        select(vec![
            Judge::Fixed,
            Judge::Table,
            Judge::Closure,
            Judge::Waiting,
            Judge::Outage,
            Judge::Panic,
        ]),
        rules,
        select(vec![Words::Problem, Words::Plain, Words::All]),
        (
            select(vec![Handling::Mark, Handling::Strip, Handling::Proxy]),
            any::<bool>(),
            (any::<bool>(), any::<bool>()),
            any::<bool>(),
        ),
        (answers(), option::of(answers())),
        select(vec![
            Way::True,
            Way::True,
            Way::Wrong,
            Way::Malformed,
            Way::TooLong,
            Way::Twice,
            Way::NotUnderstood,
            Way::Nameless,
        ]),
        secret(),
        secret(),
    )
        .prop_map(
            |(
                kind,
                judge,
                rules,
                words,
                (handling, lenient, preflights, twice),
                (inner, page),
                way,
                secret,
                other,
            )| Case {
                kind,
                judge,
                rules,
                words,
                handling,
                lenient,
                preflights,
                inner,
                page,
                twice,
                way,
                secret,
                other,
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1_000,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(7),
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_path_through_the_layers_shows_a_credential(case in case()) {
        let names = case.rules.map(|rule| policy(rule).text().to_string());
        let ((told, record), log) = logged(|| {
            let layer = case.layer();
            let inside = layer.require(policy(case.rules[1])).expect("a layer");
            let inside = inside.layer(inner(case.inner));
            let answer = if case.twice {
                block_on(layer.layer(layer.layer(inside)).oneshot(case.request()))
            } else {
                block_on(layer.layer(inside).oneshot(case.request()))
            };
            let response = answer.expect("an answer");
            assert!(response.extensions().get::<Refusal>().is_none());
            let record = response.extensions().get::<Record>().cloned();
            (all_of(response), record)
        });
        // Nothing of a request is in the policy's name.
        if let Some(name) = record.as_ref().and_then(Record::policy) {
            let known = names.iter().any(|known| known == name);
            prop_assert!(known || ["handler", "cors_preflight"].contains(&name), "{name}");
        }
        for canary in [&case.secret, &case.other] {
            canary.assert_not_in(&told, "the answer");
            canary.assert_not_in(&log, "the log");
        }
        prop_assert_eq!(log.is_empty(), cfg!(not(feature = "tracing")));
    }
}
