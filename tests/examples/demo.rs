//! The demo: who gets in where, with missing, wrong and right credentials.

use std::error::Error;

use super::{
    client::{
        With::{self, Basic, Bearer, Fields, Key, Nothing},
        ask,
    },
    printed::answers,
    running::Running,
};

const ALICE: With = Basic("alice:wonderland");
const BOB: With = Basic("bob:builder");
const CATHY: With = Basic("cathy:s3cr3t!");
const WRONG: With = Basic("alice:wrong");
const WRONG_TOKEN: With = Bearer("wrong-token");
const WRONG_KEY: With = Key("wrong-key");
const NOTHING_HERE: &str = "There is nothing here.\n";

/// What is sent, and what comes back: the status, and a part of the body.
const ROWS: &[(&str, With, u16, &str)] = &[
    ("GET /", Nothing, 200, "<h1>"),
    ("GET /", ALICE, 200, "<h1>"),
    ("GET /", WRONG, 401, ""),
    ("GET /public", Nothing, 200, ""),
    ("GET /public", ALICE, 200, ""),
    ("GET /public", WRONG, 200, ""),
    ("GET /public", WRONG_KEY, 200, ""),
    ("GET /public", Fields(&[("authorization", "")]), 200, ""),
    ("GET /optional", Nothing, 200, "stranger"),
    ("GET /optional", ALICE, 200, "alice"),
    ("GET /optional", Bearer("bob-token"), 200, "bob"),
    ("GET /optional", Key("cathy-key"), 200, "cathy"),
    ("GET /optional", WRONG, 401, ""),
    ("GET /optional", WRONG_TOKEN, 401, ""),
    ("GET /optional", WRONG_KEY, 401, ""),
    ("GET /basic/me", Nothing, 401, ""),
    ("GET /basic/me", WRONG, 401, ""),
    ("GET /basic/me", Basic("nobody:wonderland"), 401, ""),
    ("GET /basic/me", Basic("nobody:"), 401, ""),
    ("GET /basic/me", ALICE, 200, "alice"),
    ("GET /basic/me", BOB, 200, "bob"),
    ("GET /basic/me", CATHY, 200, "cathy"),
    (
        "GET /basic/me",
        Basic("Aladdin:open sesame"),
        200,
        "Aladdin",
    ),
    ("GET /basic/me", Basic("test:123£"), 200, "test"),
    ("GET /basic/me", Bearer("alice-token"), 401, ""),
    ("GET /basic/me", Key("alice-key"), 401, ""),
    ("GET /bearer/me", Nothing, 401, ""),
    ("GET /bearer/me", WRONG_TOKEN, 401, ""),
    ("GET /bearer/me", Bearer("expired-token"), 401, ""),
    ("GET /bearer/me", Bearer("alice-token"), 200, "alice"),
    ("GET /bearer/me", Bearer("cathy-token"), 200, "cathy"),
    ("GET /bearer/me", ALICE, 401, ""),
    ("GET /bearer/me", Key("alice-key"), 401, ""),
    ("GET /jwt/me", Nothing, 401, ""),
    ("GET /jwt/me", Bearer("alice-token"), 401, ""),
    ("GET /jwt/me", ALICE, 401, ""),
    ("GET /jwt/me", Key("alice-key"), 401, ""),
    ("POST /jwt/me", Bearer("alice-token"), 401, ""),
    ("GET /apikey/me", Nothing, 401, ""),
    ("GET /apikey/me", WRONG_KEY, 401, ""),
    ("GET /apikey/me", Key("alice-key"), 200, "alice"),
    ("GET /apikey/me", ALICE, 401, ""),
    ("GET /apikey/me", Bearer("alice-token"), 401, ""),
    ("GET /me", Nothing, 401, ""),
    ("GET /me", WRONG, 401, ""),
    ("GET /me", WRONG_TOKEN, 401, ""),
    ("GET /me", WRONG_KEY, 401, ""),
    ("GET /me", BOB, 200, "bob"),
    ("GET /me", Bearer("bob-token"), 200, "bob"),
    ("GET /me", Key("alice-key"), 200, "alice"),
    ("GET /admin", Nothing, 401, ""),
    ("GET /admin", WRONG, 401, ""),
    ("GET /admin", ALICE, 403, ""),
    ("GET /admin", Bearer("bob-token"), 403, ""),
    ("GET /admin", Key("alice-key"), 403, ""),
    ("GET /admin", CATHY, 200, "cathy"),
    ("GET /admin", Bearer("cathy-token"), 200, "cathy"),
    ("GET /admin", Key("cathy-key"), 200, "cathy"),
    ("POST /docs", Nothing, 401, ""),
    ("POST /docs", WRONG_TOKEN, 401, ""),
    ("POST /docs", Bearer("alice-token"), 403, ""),
    ("POST /docs", BOB, 403, ""),
    ("POST /docs", Bearer("bob-token"), 201, "bob"),
    ("POST /docs", Bearer("cathy-token"), 201, "cathy"),
    ("GET /docs/1", Nothing, 404, NOTHING_HERE),
    ("GET /docs/1", BOB, 404, NOTHING_HERE),
    ("GET /docs/1", WRONG, 401, ""),
    ("GET /docs/1", ALICE, 200, "alice"),
    ("GET /docs/1", Bearer("alice-token"), 200, "alice"),
    ("GET /docs/1", Key("alice-key"), 200, "alice"),
    ("GET /docs/1", CATHY, 200, "cathy"),
    ("GET /docs/2", Key("alice-key"), 404, NOTHING_HERE),
    ("GET /docs/2", Bearer("bob-token"), 200, "bob"),
    ("GET /docs/2", Key("cathy-key"), 200, "cathy"),
    ("GET /docs/999", Nothing, 404, NOTHING_HERE),
    ("GET /docs/999", ALICE, 404, NOTHING_HERE),
    ("GET /docs/999", CATHY, 404, NOTHING_HERE),
    ("GET /docs/one", CATHY, 400, ""),
    ("GET /office", Nothing, 403, "closed"),
    ("GET /office", CATHY, 403, "closed"),
    ("GET /office", WRONG, 401, ""),
    ("GET /broken", Nothing, 503, ""),
    ("GET /broken", CATHY, 503, ""),
    ("GET /broken", WRONG, 401, ""),
    ("GET /no/such/path", Nothing, 404, NOTHING_HERE),
    ("GET /no/such/path", CATHY, 404, NOTHING_HERE),
    ("GET /no/such/path", WRONG, 401, ""),
];

#[tokio::test]
async fn each_row_of_the_demo_is_as_told() -> Result<(), Box<dyn Error>> {
    let demo = Running::start("demo")?;
    for (line, with, status, part) in ROWS {
        let (method, path) = line.split_once(' ').ok_or("a method and a path")?;
        let answer = ask(demo.base(), method, path, &with.fields()).await?;
        let told = (answer.status, answer.body.contains(part));
        assert_eq!(told, (*status, true), "{line} with {with:?}: {answer:?}");
        let challenges = !answer.challenges().is_empty();
        let asks = *status == 401 || (path == "/docs" && matches!(with, Bearer("alice-token")));
        assert_eq!(challenges, asks, "{line} with {with:?}: {answer:?}");
    }
    Ok(())
}

const BEARER: &str = r#"Bearer realm="demo""#;
const INVALID: &str = r#"Bearer realm="demo", error="invalid_token""#;
const LACKING: &str = r#"Bearer realm="demo", error="insufficient_scope", scope="docs:write""#;
const MALFORMED: &str =
    r#"Bearer realm="demo", error="invalid_token", error_description="the token is malformed""#;
const ENDED: &str =
    r#"Bearer realm="demo", error="invalid_token", error_description="the token has expired""#;
const ELSEWHERE: &str = r#"Bearer realm="demo", error="invalid_token", error_description="the token is for another audience""#;
const BASIC: &str = r#"Basic realm="demo", charset="UTF-8""#;
const API_KEY: &str = r#"ApiKey realm="demo""#;

const CHALLENGES: &[(&str, With, &[&str])] = &[
    ("GET /me", Nothing, &[BEARER, BASIC, API_KEY]),
    ("GET /me", WRONG, &[BEARER, BASIC, API_KEY]),
    ("GET /me", WRONG_TOKEN, &[INVALID, BASIC, API_KEY]),
    ("GET /basic/me", Nothing, &[BASIC]),
    ("GET /basic/me", Bearer("alice-token"), &[BASIC]),
    ("GET /bearer/me", Nothing, &[BEARER]),
    ("GET /bearer/me", ALICE, &[BEARER]),
    ("GET /bearer/me", Bearer("expired-token"), &[INVALID]),
    ("GET /jwt/me", Nothing, &[BEARER]),
    ("GET /jwt/me", Bearer("alice-token"), &[MALFORMED]),
    ("GET /apikey/me", Nothing, &[API_KEY]),
    ("GET /apikey/me", WRONG_KEY, &[API_KEY]),
    ("POST /docs", Bearer("alice-token"), &[LACKING]),
    ("POST /docs", ALICE, &[]),
    ("GET /admin", ALICE, &[]),
    ("GET /office", Nothing, &[]),
];

#[tokio::test]
async fn the_demo_asks_for_what_would_help() -> Result<(), Box<dyn Error>> {
    let demo = Running::start("demo")?;
    for (line, with, challenges) in CHALLENGES {
        let (method, path) = line.split_once(' ').ok_or("a method and a path")?;
        let answer = ask(demo.base(), method, path, &with.fields()).await?;
        assert_eq!(answer.challenges(), *challenges, "{line} with {with:?}");
    }
    Ok(())
}

/// The lines of `GET /jwt/me`: the status, what asks for another token, and a part of the body.
const SIGNED: &[(u16, &[&str], &str)] = &[
    (401, &[BEARER], ""),
    (200, &[], "Hello, alice!\nscopes: docs:read\nroles: \n"),
    (
        200,
        &[],
        "Hello, cathy!\nscopes: docs:read docs:write\nroles: admin\n",
    ),
    (401, &[ENDED], ""),
    (401, &[ELSEWHERE], ""),
    (401, &[MALFORMED], ""),
];

#[tokio::test]
async fn each_line_that_the_demo_prints_is_answered_as_it_says() -> Result<(), Box<dyn Error>> {
    let mut demo = Running::start("demo")?;
    let answers = answers(&mut demo, 40).await?;
    let signed = answers.get(12..18).ok_or("lines with signed tokens")?;
    for (answer, (status, challenges, part)) in signed.iter().zip(SIGNED) {
        let told = (answer.status, answer.challenges());
        assert_eq!(told, (*status, challenges.to_vec()), "{answer:?}");
        assert!(answer.body.contains(part), "{answer:?}");
    }
    assert!(demo.next_line()?.is_empty());
    assert!(demo.next_line()?.starts_with("account"), "a try is left");
    Ok(())
}

#[tokio::test]
async fn what_is_posted_is_its_posters() -> Result<(), Box<dyn Error>> {
    let demo = Running::start("demo")?;
    let bob = Bearer("bob-token").fields();
    let posted = ask(demo.base(), "POST", "/docs", &bob).await?;
    assert_eq!(posted.status, 201);

    let path = posted.field("location");
    let read = ask(demo.base(), "GET", path, &bob).await?;
    assert_eq!(read.status, 200);
    assert!(read.body.contains("Hello"), "{}", read.body);

    let alice = ask(demo.base(), "GET", path, &ALICE.fields()).await?;
    assert_eq!(alice.status, 404);
    Ok(())
}
