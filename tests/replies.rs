//! What refusals say: problem details, plain text, a closure's page.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that panics has failed, and says where"
)]

use std::time::{Duration, SystemTime};

use http::{
    Method, Request, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE},
};
use proptest::prelude::*;
use serde_json::{Value, json};
use tower::{Layer as _, ServiceExt as _, service_fn};
use tower_auth::{
    AuthLayer, AuthLayerBuilder, Clock, Decision, Denied, Login, Misconfiguration, Remedy,
    Unavailable,
    policy::{self, Access, Policy},
    reply::{Content, Plain, Problem, Refused},
    scheme::Bearer,
};

type Builder = AuthLayerBuilder<User, Vec<u8>>;

#[derive(Clone)]
struct User;

const RIGHT: &str = "Bearer right";

fn layer(policy: impl Policy<User>) -> Builder {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    AuthLayer::new(Bearer::fixed("api", "right", User), policy).clock(Clock::fixed(time))
}

fn answer(builder: Builder, method: Method, credentials: Option<&str>) -> Response<Vec<u8>> {
    let inner = service_fn(|_: Request<()>| async {
        Ok::<_, std::convert::Infallible>(Response::new(b"inside".to_vec()))
    });
    let service = builder.build_with(Vec::from).unwrap().layer(inner);
    let mut request = Request::builder().method(method).uri("/");
    if let Some(credentials) = credentials {
        request = request.header("authorization", credentials);
    }
    let response = service.oneshot(request.body(()).unwrap());
    let Ok(response) = tokio_test::block_on(response);
    response
}

fn problem(builder: Builder, credentials: Option<&str>) -> Value {
    let response = answer(builder, Method::GET, credentials);
    assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
    serde_json::from_slice(response.body()).unwrap()
}

fn denying(denial: impl Fn() -> Denied + Send + Sync + 'static) -> impl Policy<User> {
    move |_: &Access<'_, User>| denial()
}

// 9457-3.1.3-a and its siblings: the members, their values, and nothing else.
#[test]
fn a_problem_tells_status_code_remedy_and_time() {
    assert_eq!(
        problem(layer(policy::authenticated()), None),
        json!({
            "type": "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2",
            "title": "Unauthorized",
            "status": 401,
            "detail": "This needs credentials, and the request carries none.",
            "code": "credentials_required",
            "remedy": "authenticate",
            "timestamp": "2023-11-14T22:13:20Z",
        })
    );
}

#[test]
fn each_refusal_has_a_code_and_a_remedy_of_its_own() {
    let fresh = || {
        Denied::new(Remedy::login(Login::not_older_than(Duration::from_secs(
            60,
        ))))
    };
    let scopes = || Denied::new(Remedy::scopes(["docs:write"]));
    let told = |builder, credentials| {
        let problem = problem(builder, credentials);
        let word = |name: &str| problem[name].as_str().unwrap().to_owned();
        (
            problem["status"].as_u64().unwrap(),
            word("code"),
            word("remedy"),
        )
    };
    let expect = |status, code: &str, remedy: &str| (status, code.to_owned(), remedy.to_owned());

    assert_eq!(
        told(layer(policy::anyone()), Some("Bearer wrong")),
        expect(401, "credentials_rejected", "authenticate")
    );
    assert_eq!(
        told(
            layer(denying(|| Denied::new(Remedy::OtherCredentials))),
            Some(RIGHT)
        ),
        expect(403, "forbidden", "use_other_credentials")
    );
    assert_eq!(
        told(layer(denying(|| Denied::new(Remedy::Nothing))), None),
        expect(403, "forbidden", "none")
    );
    assert_eq!(
        told(layer(denying(scopes)), Some(RIGHT)),
        expect(403, "insufficient_scope", "request_scopes")
    );
    assert_eq!(
        told(layer(denying(fresh)), Some(RIGHT)),
        expect(401, "insufficient_user_authentication", "log_in_again")
    );
    let outage = |_: &Access<'_, User>| Decision::from(Unavailable::new("the database is down"));
    assert_eq!(
        told(layer(outage), Some(RIGHT)),
        expect(503, "unavailable", "retry_later")
    );
}

#[test]
fn a_rejected_caller_is_told_of_the_credentials_and_not_of_the_policy() {
    let policy = denying(|| Denied::new(Remedy::OtherCredentials).code("admins_only"));
    assert_eq!(
        problem(layer(policy), Some("Bearer wrong"))["code"],
        "credentials_rejected"
    );

    let closed = denying(|| Denied::new(Remedy::Nothing).code("office_closed"));
    assert_eq!(
        problem(layer(closed), Some("Bearer wrong"))["code"],
        "office_closed"
    );
}

#[test]
fn the_problems_type_can_link_to_pages_of_your_own() {
    let documented = Problem::new().documented_at("https://docs.example/errors/");
    let problem = problem(layer(policy::authenticated()).reply(documented), None);
    assert_eq!(
        problem["type"],
        "https://docs.example/errors/credentials_required"
    );
}

#[test]
fn a_problem_without_a_timestamp_is_equal_to_the_byte_at_any_time() {
    let at = |seconds| {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let builder = layer(policy::authenticated()).clock(Clock::fixed(time));
        let timeless = Problem::new().without_timestamp();
        answer(builder.reply(timeless), Method::GET, None).into_body()
    };
    assert_eq!(at(0), at(1_000_000_000));
}

#[test]
fn a_link_that_is_not_absolute_is_refused_when_the_layer_is_built() {
    for base in ["", "/errors/", "errors", "docs.example/errors/"] {
        let builder = layer(policy::anyone()).reply(Problem::new().documented_at(base));
        let error = builder.build_with(Vec::from).err().unwrap();
        assert!(
            matches!(error.problems(), [Misconfiguration::Url(url)] if url == base),
            "{error}"
        );
    }
}

#[test]
fn a_plain_reply_is_one_line_of_text() {
    let response = answer(
        layer(policy::authenticated()).reply(Plain),
        Method::GET,
        None,
    );
    assert_eq!(
        response.headers()[CONTENT_TYPE],
        "text/plain; charset=utf-8"
    );
    assert_eq!(
        response.body(),
        b"This needs credentials, and the request carries none.\n"
    );
}

#[test]
fn a_closure_is_a_reply_and_cannot_choose_the_status() {
    let page = |refused: &Refused<'_>| {
        let accept = refused.head().headers.contains_key("accept");
        Content::html(format!("<h1>{} {accept}</h1>", refused.status().as_u16()))
    };
    let response = answer(
        layer(policy::authenticated()).reply(page),
        Method::GET,
        None,
    );
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(response.headers()[CONTENT_TYPE], "text/html; charset=utf-8");
    assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
    assert_eq!(response.body(), b"<h1>401 false</h1>");
}

// 9110-9.3.2-a
#[test]
fn a_reply_to_head_has_the_fields_of_get_and_no_content() {
    for policy in [Decision::deny, Decision::hide] {
        let ask = |method| answer(layer(move |_: &Access<'_, User>| policy()), method, None);
        let (get, head) = (ask(Method::GET), ask(Method::HEAD));
        assert_eq!(get.status(), head.status());
        assert_eq!(get.headers(), head.headers());
        assert!(head.body().is_empty());
        if let Some(length) = get.headers().get(CONTENT_LENGTH) {
            assert_eq!(length, &get.body().len().to_string());
        }
    }
}

#[test]
fn retry_after_is_told_in_whole_seconds_rounded_up() {
    for (after, told) in [
        (0, "0"),
        (1, "1"),
        (1_000, "1"),
        (1_001, "2"),
        (90_000, "90"),
    ] {
        let policy = move |_: &Access<'_, User>| {
            Decision::from(Unavailable::new("busy").retry_after(Duration::from_millis(after)))
        };
        let response = answer(layer(policy), Method::GET, None);
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()["retry-after"], told);
    }
}

proptest! {
    #[test]
    fn whatever_a_policy_says_reads_back_from_the_problem(code in ".*", detail in any::<String>()) {
        let said = (code.clone(), detail.clone());
        let policy = denying(move || {
            Denied::new(Remedy::Nothing).code(said.0.clone()).detail(said.1.clone()).reason("private")
        });
        let response = answer(layer(policy), Method::GET, None);
        let text = String::from_utf8(response.into_body()).unwrap();
        prop_assert!(!text.contains("private"));
        let problem: Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(problem["code"].as_str().unwrap(), code);
        prop_assert_eq!(problem["detail"].as_str().unwrap(), detail);
    }
}
