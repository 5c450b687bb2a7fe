//! Which origin sent a request, for a policy and for a cookie.

use std::{convert::Infallible, fmt, sync::Arc};

use http::{Method, Request, Response};
use serde::Deserialize;
use tower::{Layer, ServiceExt, service_fn};
use tower_auth::{
    AuthLayer, Decision, Remedy, SameOrigin, Step,
    audit::Record,
    policy::{self, Access, Policy, PolicyExt},
    scheme::Bearer,
};

use crate::{
    corpus,
    service::{Ended, Service},
    watched::{Answer, Log, Shown},
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
    method: String,
    #[serde(default = "root")]
    target: String,
    fields: Vec<(String, String)>,
    #[serde(default)]
    also_from: Vec<String>,
    #[serde(default)]
    also_same_site: bool,
    #[serde(default)]
    also_navigation: bool,
    policy: u16,
    cookie: u16,
}

fn root() -> String {
    String::from("/")
}

corpus::rows!(Row);

impl Row {
    fn origins(&self, origins: SameOrigin) -> SameOrigin {
        let also_from = self.also_from.iter();
        let origins = also_from.fold(origins, |origins, origin| origins.also_from(origin));
        let origins = if self.also_same_site {
            origins.also_same_site()
        } else {
            origins
        };
        if self.also_navigation {
            origins.also_navigation()
        } else {
            origins
        }
    }

    fn send(&self, service: &Service<'_>, name: &str, value: &str) -> Ended {
        let mut fields = self.fields.clone();
        fields.push((name.to_owned(), value.to_owned()));
        let method = Method::from_bytes(self.method.as_bytes()).unwrap();
        service.send_by(&method, &self.target, &fields)
    }
}

// 6750-5.3-b, 6265bis-8.2-a
#[test]
fn origins_are_told_apart_as_the_corpus_says() {
    let table = corpus::load("origins.toml", |table: &Table| &table.row);
    let log = Log::default();
    let answer: Arc<Answer> = Arc::new(|_| Ok(true));
    let bearer = || log.bearer("api", answer.clone());
    for row in &table.row {
        let rule = row
            .origins(policy::same_origin())
            .and(policy::authenticated());
        let guarded = Service::new(&log, bearer(), rule);
        let ended = row.send(&guarded, "authorization", "Bearer abc");
        assert_eq!(ended.status, row.policy, "{}, as a policy", row.name);
        assert!(ended.challenges.is_empty(), "{}", row.name);

        let cookie = bearer().in_cookie("__Host-token", row.origins(SameOrigin::new()));
        let strict = bearer().in_cookie("__Host-token", row.origins(SameOrigin::new()));
        for cookie in [cookie, strict.strict()] {
            let cookie = Service::new(&log, cookie, policy::anyone());
            log.take();
            let ended = row.send(&cookie, "cookie", "__Host-token=abc");
            let counts = row.cookie == 200;
            let abc: Shown = vec![String::from("abc")];
            let expected = Ended {
                status: row.cookie,
                challenges: Vec::new(),
                shown: if counts {
                    vec![abc.clone()]
                } else {
                    Vec::new()
                },
                caller: counts.then_some(abc),
            };
            assert_eq!(ended, expected, "{}, with a cookie", row.name);
            if !counts {
                let stranger = row.send(&cookie, "cookie", "other=abc");
                assert_eq!(stranger.status, 200, "{}, without the cookie", row.name);
            }
        }
    }
}

/// What the policy calls itself.
struct Described(SameOrigin);

impl fmt::Display for Described {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Policy::<()>::describe(&self.0, f)
    }
}

#[test]
fn a_policy_of_origins_says_what_it_is_and_why_it_refuses() {
    let head = Request::post("/").header("sec-fetch-site", "cross-site");
    let head = head.body(()).unwrap().into_parts().0;
    for principal in [None, Some(&())] {
        let Step::Now(Decision::Deny(denial)) =
            policy::same_origin().decide(&Access::new(principal, &head))
        else {
            panic!("a call from another site is denied")
        };
        assert_eq!(denial.public_code(), Some("cross_origin"));
        assert_eq!(denial.remedy(), &Remedy::Nothing);
    }
    assert_eq!(Described(policy::same_origin()).to_string(), "same_origin");
}

// 6265bis-8.2-a
#[test]
fn a_cookie_of_another_origin_is_recorded_as_such_and_hidden_things_stay_hidden() {
    let send = |hidden: bool| {
        let bearer = Bearer::fixed("api", "abc", ()).in_cookie("__Host-token", SameOrigin::new());
        let rule = policy::authenticated();
        let rule = if hidden {
            rule.hide().boxed()
        } else {
            rule.boxed()
        };
        let layer = AuthLayer::new(bearer, rule).build_with(Vec::from).unwrap();
        let inner =
            service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(Vec::new())));
        let request = Request::post("/")
            .header("origin", "null")
            .header("cookie", "__Host-token=abc");
        let response = layer.layer(inner).oneshot(request.body(()).unwrap());
        tokio_test::block_on(response).unwrap()
    };
    let response = send(false);
    assert_eq!(response.status(), 403);
    let record = response.extensions().get::<Record>().unwrap();
    assert_eq!(record.attempt().as_str(), "cross_origin");
    assert_eq!(record.scheme(), Some("Bearer"));
    assert_eq!(send(true).status(), 404);
}

#[test]
fn origins_that_no_browser_sends_are_refused_when_the_layer_is_built() {
    let build = |origin: &str| {
        let rule = policy::same_origin().also_from(origin);
        let bearer = Bearer::fixed("api", "s3cret", ());
        AuthLayer::<_, Vec<u8>>::new(bearer, rule)
            .build_with(Vec::from)
            .map(drop)
    };
    for origin in [
        "https://app.example",
        "https://app.example:8443",
        "http://localhost:3000",
        "http://127.0.0.1",
        "https://[2001:db8::1]:8443",
        "https://a_b.example",
        "capacitor://localhost",
        "chrome-extension://abcdef",
        "app+x-1.0://host:443",
    ] {
        build(origin).unwrap_or_else(|error| panic!("{origin}: {error}"));
    }
    for origin in [
        "",
        "null",
        "*",
        "https://*.example",
        "app.example",
        "https:app.example",
        "https://",
        "://app.example",
        "1https://app.example",
        "HTTPS://app.example",
        "https://App.example",
        "https://app.example/",
        "https://app.example/path",
        "https://app.example?q",
        "https://app.example#f",
        "https://app.example:443",
        "http://app.example:80",
        "https://app.example:",
        "https://app.example:0",
        "https://app.example:08443",
        "https://app.example:+8443",
        "https://app.example:65536",
        "https://user@app.example",
        "https://app.example https://b.example",
        " https://app.example",
        "https://app.example\n",
        "https://bücher.example",
        "https://[::1",
        "https://[::1]x",
        "https://::1",
    ] {
        let error = build(origin).expect_err(origin).to_string();
        assert!(
            error.contains("is no origin that a browser sends"),
            "{error}"
        );
        assert_eq!(error.lines().count(), 1, "{error}");
    }
}
