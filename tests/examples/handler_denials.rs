//! Handlers that refuse: the codes, the challenges and the bodies that come of it.

use std::error::Error;

use serde_json::Value;

use super::{
    client::{
        With::{self, Bearer, Nothing},
        ask,
    },
    printed::tried,
    running::Running,
};

type Outcome = Result<(), Box<dyn Error>>;

const NAME: &str = "handler_denials";
const ALICE: With = Bearer("alice-token");
const BOB: With = Bearer("bob-token");

#[tokio::test]
async fn handler_denials_answers_each_line_as_it_says() -> Outcome {
    let mut example = Running::start(NAME)?;
    let told = tried(&mut example, 17).await?;
    let accounts = [401, 200, 404, 404, 404, 404];
    let payments = [200, 401, 200, 403];
    let others = [401, 200, 403, 403, 503, 401, 404];
    assert_eq!(told, [&accounts[..], &payments, &others].concat());
    Ok(())
}

#[tokio::test]
async fn handler_denials_tells_what_would_change_each_refusal() -> Outcome {
    let example = Running::start(NAME)?;
    let plain = r#"Bearer realm="bank""#;
    let scope = r#"Bearer realm="bank", error="insufficient_scope", scope="pay""#;
    let again = r#"Bearer realm="bank", error="insufficient_user_authentication", max_age="300""#;
    for (line, with, status, code, remedy, challenges) in [
        (
            "POST /payments/1",
            BOB,
            403,
            "insufficient_scope",
            "request_scopes",
            &[scope][..],
        ),
        (
            "POST /payments/101",
            ALICE,
            401,
            "insufficient_user_authentication",
            "log_in_again",
            &[again],
        ),
        (
            "POST /payments/1",
            Nothing,
            401,
            "credentials_required",
            "authenticate",
            &[plain],
        ),
        (
            "POST /vote",
            Nothing,
            401,
            "customers_vote",
            "authenticate",
            &[plain],
        ),
        ("GET /vault", Nothing, 403, "time_lock", "none", &[]),
        ("GET /vault", ALICE, 403, "time_lock", "none", &[]),
        (
            "GET /statement",
            BOB,
            403,
            "forbidden",
            "use_other_credentials",
            &[],
        ),
        (
            "GET /statement",
            ALICE,
            503,
            "unavailable",
            "retry_later",
            &[],
        ),
        (
            "GET /archive",
            Nothing,
            401,
            "credentials_required",
            "authenticate",
            &[plain],
        ),
    ] {
        let (method, path) = line.split_once(' ').ok_or("a method and a path")?;
        let answer = ask(example.base(), method, path, &with.fields()).await?;
        assert_eq!(answer.status, status, "{line} with {with:?}: {answer:?}");
        assert_eq!(answer.challenges(), challenges, "{line} with {with:?}");
        let problem: Value = serde_json::from_str(&answer.body)?;
        let told = [&problem["code"], &problem["remedy"]];
        assert_eq!(told, [code, remedy], "{line} with {with:?}: {answer:?}");
    }
    Ok(())
}

#[tokio::test]
async fn handler_denials_keeps_reasons_errors_and_what_stood_on_the_response_to_itself() -> Outcome
{
    let example = Running::start(NAME)?;
    let vault = ask(example.base(), "GET", "/vault", &[]).await?;
    assert!(vault.body.contains("Monday at nine"), "{vault:?}");
    for (path, secret) in [
        ("/vault", "time lock is set"),
        ("/statement", "No such file"),
        ("/statement", "statement.txt"),
        ("/archive", "ever reads"),
        ("/accounts/2", "another"),
    ] {
        let answer = ask(example.base(), "GET", path, &ALICE.fields()).await?;
        assert!(answer.status >= 400, "{path}: {answer:?}");
        assert!(
            !format!("{answer:?}").contains(secret),
            "{path}: {answer:?}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn handler_denials_hides_as_the_router_misses() -> Outcome {
    let example = Running::start(NAME)?;
    let fields = ALICE.fields();
    let missing = ask(example.base(), "GET", "/no/such/path", &fields).await?;
    assert_eq!((missing.status, &*missing.body), (404, "No such page.\n"));
    let missing = missing.dateless();
    for path in ["/accounts/2", "/accounts/999", "/accounts/one", "/archive"] {
        let hidden = ask(example.base(), "GET", path, &fields).await?;
        assert_eq!(hidden.dateless(), missing, "{path}");
    }
    Ok(())
}
