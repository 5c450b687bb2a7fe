//! Rules about logins, row by row, through a layer.

use std::time::{Duration, SystemTime};

use http::{Response, header::WWW_AUTHENTICATE};
use serde::Deserialize;
use tower::{Layer, ServiceExt, service_fn};
use tower_auth::{
    AuthLayer, Clock, Login, Secret,
    policy::{BoxPolicy, ByLogin, PolicyExt, all_of, login, scope},
    scheme::{ApiKey, Bearer, SchemeExt},
};

use crate::{
    corpus::{self, load},
    member::{Member, request},
    support::{inner::Body, waiting::block_on},
};

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
    #[serde(default)]
    also: Vec<String>,
    #[serde(default)]
    caller: Caller,
    not_older_than: Option<f64>,
    one_of: Option<Vec<String>>,
    leeway: Option<u64>,
    scope: Option<String>,
    age: Option<f64>,
    acr: Option<String>,
    #[serde(default)]
    rights: Vec<String>,
    status: u16,
    line: Option<String>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Caller {
    #[default]
    ByToken,
    ByKey,
    Stranger,
    Rejected,
}

corpus::rows!(Row; also);

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
}

impl Row {
    fn member(&self) -> Member {
        let rights = self.rights.iter().map(|right| &*right.clone().leak());
        Member {
            login_time: self.age.map(|age| {
                let apart = Duration::from_secs_f64(age.abs());
                if age < 0.0 {
                    now() + apart
                } else {
                    now() - apart
                }
            }),
            acr: self.acr.clone(),
            rights: rights.collect(),
            ..Member::with(&[])
        }
    }

    fn login(&self) -> Login {
        let age = self.not_older_than.map(Duration::from_secs_f64);
        let age = age.map(Login::not_older_than);
        let classes = self.one_of.clone().map(Login::one_of);
        match (age, classes) {
            (Some(age), Some(classes)) => age.and(classes),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => panic!("{}: the row asks for nothing", self.name),
        }
    }

    /// The rule, joined with what else is needed in every way there is.
    fn rules(&self) -> Vec<BoxPolicy<Member>> {
        let by_login = || -> ByLogin {
            let rule = login(self.login()).clock(Clock::fixed(now()));
            match self.leeway {
                Some(leeway) => rule.leeway(Duration::from_secs(leeway)),
                None => rule,
            }
        };
        let Some(needed) = &self.scope else {
            return vec![by_login().boxed(), all_of([by_login()]).boxed()];
        };
        let scope = || scope(needed.clone());
        vec![
            by_login().and(scope()).boxed(),
            scope().and(by_login()).boxed(),
            all_of([by_login().boxed(), scope().boxed()]).boxed(),
            all_of([scope().boxed(), by_login().boxed()]).boxed(),
        ]
    }

    fn check(&self, rule: BoxPolicy<Member>) {
        let described = format!("{}, {}", self.name, rule.text());
        let by_key = matches!(self.caller, Caller::ByKey);
        let token = match self.caller {
            Caller::ByToken => Some("true"),
            Caller::Rejected => Some("false"),
            Caller::ByKey | Caller::Stranger => None,
        };
        let mut request = request(token, ());
        if by_key {
            let key = http::HeaderValue::from_static("true");
            request.headers_mut().insert("x-api-key", key);
        }

        let member = self.member();
        let verify = move |secret: Secret<'_>| (secret.expose() == "true").then(|| member.clone());
        let bearer = Bearer::new("api", verify.clone());
        let layer = if by_key {
            AuthLayer::new(bearer.or(ApiKey::new("x-api-key", "keys", verify)), rule).build()
        } else {
            AuthLayer::new(bearer, rule).build()
        };
        let service = layer.unwrap().layer(service_fn(|_| async {
            Ok::<_, std::convert::Infallible>(Response::new(Body::default()))
        }));
        let Ok(response) = block_on(service.oneshot(request));
        let line = response.headers().get(WWW_AUTHENTICATE);
        let line = line.map(|line| line.to_str().unwrap());
        assert_eq!(
            (response.status().as_u16(), line),
            (self.status, self.line.as_deref()),
            "{described}"
        );
    }
}

/// 9470-3-a to 9470-3-d, 9470-6.1-a, 9470-9-a
#[test]
fn every_login_ends_as_the_table_says() {
    let table: Table = load("logins.toml", |table: &Table| &table.row);
    for row in &table.row {
        for rule in row.rules() {
            row.check(rule);
        }
    }
}
