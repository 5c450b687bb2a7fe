//! No credential is seen again: not in a log, not in an answer, not in what is printed.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has failed, and says where"
)]

mod canary;
#[path = "../support/log.rs"]
mod log;
mod redacted;
mod silent;
mod told;

use std::{convert::Infallible, io, panic::resume_unwind, sync::Arc};

use http::{Request, Response};
use proptest::{prelude::*, sample::select, test_runner::RngSeed};
use tokio_test::block_on;
use tower::{Layer as _, ServiceExt as _, service_fn};
use tower_auth::{
    AuthLayer, BasicCredentials, Decision, Denial, Login, Remedy, SameOrigin, Secret, Unavailable,
    policy::{self, Access, BoxPolicy, PolicyExt as _, View},
    reply::{Content, Plain, Problem, Refused},
    scheme::{ApiKey, Basic, Bearer, SchemeExt as _, Schemes},
    verify::{FixedSecret, TokenTable, check_with},
};

use self::{
    canary::{Body, Canary, all_of, request},
    log::logged,
};

type Name = &'static str;

/// What judges the secret.
#[derive(Clone, Copy, Debug)]
enum Judge {
    Fixed,
    Table,
    Closure,
    Waiting,
    Outage,
    Panic,
}

/// A scheme of secrets, with a verifier of this kind.
macro_rules! judged {
    ($judge:expr, $key:expr, |$verifier:ident| $scheme:expr) => {{
        let key: Arc<str> = Arc::from($key);
        match $judge {
            Judge::Fixed => {
                let $verifier = FixedSecret::new(&*key, "alice");
                $scheme
            }
            Judge::Table => {
                let $verifier = TokenTable::new();
                $verifier.insert(&*key, "alice");
                $scheme
            }
            Judge::Closure => {
                let $verifier = move |secret: Secret<'_>| {
                    secret.matches(&Secret::from(&*key)).then_some("alice")
                };
                $scheme
            }
            Judge::Waiting => {
                let $verifier = check_with(key, async |key: Arc<str>, secret: Secret<'static>| {
                    secret.matches(&Secret::from(&*key)).then_some("alice")
                });
                $scheme
            }
            Judge::Outage => {
                let $verifier = |_: Secret<'_>| Err::<Option<Name>, _>(io::Error::other("away"));
                $scheme
            }
            Judge::Panic => {
                let $verifier =
                    |_: Secret<'_>| -> Option<Name> { resume_unwind(Box::new("planned")) };
                $scheme
            }
        }
    }};
}

fn is(credentials: &BasicCredentials<'_>, password: &str) -> bool {
    let known = credentials.user_id() == "alice";
    known && credentials.password().matches(&Secret::from(password))
}

fn basic(judge: Judge, password: &str) -> Basic<Name> {
    let password: Arc<str> = Arc::from(password);
    match judge {
        Judge::Fixed | Judge::Table => Basic::fixed("api", "alice", &*password, "alice"),
        Judge::Closure => Basic::new("api", move |credentials: BasicCredentials<'_>| {
            is(&credentials, &password).then_some("alice")
        }),
        Judge::Waiting => Basic::new(
            "api",
            check_with(
                password,
                async |password: Arc<str>, credentials: BasicCredentials<'static>| {
                    is(&credentials, &password).then_some("alice")
                },
            ),
        ),
        Judge::Outage => Basic::new("api", |_: BasicCredentials<'_>| {
            Err::<Option<Name>, _>(io::Error::other("away"))
        }),
        Judge::Panic => Basic::new("api", |_: BasicCredentials<'_>| -> Option<Name> {
            resume_unwind(Box::new("planned"))
        }),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Basic,
    Bearer,
    Cookie,
    Field,
    ApiKey,
    All,
}

fn schemes(kind: Kind, judge: Judge, secret: &str) -> Schemes<Name> {
    let bearer = || judged!(judge, secret, |verifier| Bearer::new("api", verifier));
    let key = || {
        judged!(judge, secret, |verifier| ApiKey::new(
            "X-API-Key",
            "api",
            verifier
        ))
    };
    match kind {
        Kind::Basic => basic(judge, secret).into(),
        Kind::Bearer => bearer().into(),
        Kind::Cookie => bearer().in_cookie(COOKIE, SameOrigin::new()).into(),
        Kind::Field => bearer().strict().in_field("X-Access-Token").into(),
        Kind::ApiKey => key().into(),
        Kind::All => {
            let cookie = bearer().in_cookie(COOKIE, SameOrigin::new());
            bearer().or(basic(judge, secret)).or(cookie).or(key())
        }
    }
}

const COOKIE: &str = "__Host-token";

#[derive(Clone, Copy, Debug)]
enum Rule {
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
}

/// A policy that tells, where it can, all that it is shown.
fn policy(rule: Rule) -> BoxPolicy<Name> {
    let deny = |remedy: Remedy| {
        let policy = move |access: &Access<'_, Name>| {
            let seen = format!("{:?} {:?}", access.headers(), access.raw_head());
            Denial::new(remedy.clone())
                .code("no")
                .detail("No.")
                .reason(seen)
        };
        policy.boxed()
    };
    match rule {
        Rule::Anyone => policy::anyone().boxed(),
        Rule::Authenticated => policy::authenticated().boxed(),
        Rule::Denied => deny(Remedy::OtherCredentials),
        Rule::Closed => deny(Remedy::Nothing),
        Rule::Scopes => deny(Remedy::scopes(["write"])),
        Rule::Login => deny(Remedy::login(Login::one_of(["mfa"]))),
        Rule::Hidden => deny(Remedy::OtherCredentials).hide().boxed(),
        Rule::Away => (|access: &Access<'_, Name>| {
            let seen = format!("{:?}", access.raw_head());
            Decision::from(Unavailable::from(io::Error::other(seen)))
        })
        .boxed(),
        Rule::Waiting => policy::check_with((), async |(), view: View<Name>| {
            let seen = format!("{:?} {:?}", view.headers(), view.raw_head());
            Denial::new(Remedy::OtherCredentials).reason(seen)
        })
        .boxed(),
        Rule::Panic => {
            (|_: &Access<'_, Name>| -> bool { resume_unwind(Box::new("planned")) }).boxed()
        }
    }
}

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
        request(&fields)
    }
}

fn case() -> impl Strategy<Value = Case> {
    use Rule::{
        Anyone, Authenticated, Away, Closed, Denied, Hidden, Login, Panic, Scopes, Waiting,
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
    ];
    let rules = [select(rules.clone()), select(rules)];
    let secret = || "[A-Za-z0-9._~+/-]{16,40}".prop_map(Canary);
    (
        select(vec![
            Kind::Basic,
            Kind::Bearer,
            Kind::Cookie,
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
        select(vec![Handling::Mark, Handling::Strip, Handling::Proxy]),
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
            |(kind, judge, rules, words, handling, way, secret, other)| Case {
                kind,
                judge,
                rules,
                words,
                handling,
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
        let (told, log) = logged(|| {
            // An inner service that shows all that can be printed of the request.
            let inner = service_fn(async |request: Request<()>| {
                Ok::<_, Infallible>(Response::new(Body::from(format!("{request:?}"))))
            });
            let layer = case.layer();
            let inside = layer.require(policy(case.rules[1])).expect("a layer");
            let service = layer.layer(inside.layer(inner));
            all_of(block_on(service.oneshot(case.request())).expect("an answer"))
        });
        for canary in [&case.secret, &case.other] {
            canary.assert_not_in(&told, "the answer");
            canary.assert_not_in(&log, "the log");
        }
        prop_assert_eq!(log.is_empty(), cfg!(not(feature = "tracing")));
    }
}
