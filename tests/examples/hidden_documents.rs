//! Documents that are loaded first: who sees and who changes which, and while the database is down.

use std::error::Error;

use super::{
    client::{
        Answer,
        With::{self, Bearer, Nothing},
        send,
    },
    printed::tried,
    running::Running,
};

type Outcome = Result<(), Box<dyn Error>>;

const NAME: &str = "hidden_documents";
const ALICE: With = Bearer("alice-token");
const BOB: With = Bearer("bob-token");
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

async fn asked(example: &Running, line: &str, with: With) -> Result<Answer, Box<dyn Error>> {
    let (method, path) = line.split_once(' ').ok_or("a method and a path")?;
    let url = format!("{}{path}", example.base());
    send(method, &url, &with.fields(), "New").await
}

#[tokio::test]
async fn hidden_documents_answers_each_line_as_it_says() -> Outcome {
    let mut example = Running::start(NAME)?;
    let told = tried(&mut example, 15).await?;
    let strangers = [200, 401, 404, 404, 404];
    let callers = [404, 404, 404, 200, 403, 204];
    let down = [204, 503, 503, 204];
    assert_eq!(told, [&strangers[..], &callers, &down].concat());
    Ok(())
}

#[tokio::test]
async fn hidden_documents_answer_as_those_that_do_not_exist() -> Outcome {
    let example = Running::start(NAME)?;
    for with in [Nothing, ALICE] {
        for method in METHODS {
            let line = |path: &str| format!("{method} {path}");
            let missing = asked(&example, &line("/no/such/path"), with)
                .await?
                .dateless();
            assert_eq!(missing.status, 404, "{missing:?}");
            for path in [
                "/documents/2",
                "/documents/999",
                "/documents/two",
                "/documents/%32",
            ] {
                let hidden = asked(&example, &line(path), with).await?.dateless();
                assert_eq!(hidden, missing, "{method} {path} with {with:?}");
            }
        }
    }
    // It is there.
    assert_eq!(
        asked(&example, "GET /documents/2", BOB).await?.body,
        "Can we fix it?\n"
    );
    Ok(())
}

#[tokio::test]
async fn hidden_documents_are_changed_by_their_owners_alone() -> Outcome {
    let example = Running::start(NAME)?;
    for (line, with, status) in [
        ("PUT /documents/1", Nothing, 401),
        ("PUT /documents/1", BOB, 403),
        ("PUT /documents/1", ALICE, 204),
        ("PUT /documents/2", Nothing, 404),
        ("PUT /documents/2", ALICE, 404),
        ("PUT /documents/3", Nothing, 404),
        ("PUT /documents/3", ALICE, 403),
        ("PATCH /documents/3", Nothing, 404),
        ("PATCH /documents/3", ALICE, 405),
        ("PUT /documents/999", BOB, 404),
    ] {
        assert_eq!(
            asked(&example, line, with).await?.status,
            status,
            "{line} with {with:?}"
        );
    }
    assert_eq!(
        asked(&example, "GET /documents/1", Nothing).await?.body,
        "New"
    );
    assert_eq!(
        asked(&example, "GET /documents/3", ALICE).await?.body,
        "Yes, we can!\n"
    );
    assert_eq!(asked(&example, "PUT /documents/3", BOB).await?.status, 204);
    assert_eq!(
        asked(&example, "GET /documents/3", ALICE).await?.body,
        "New"
    );
    Ok(())
}

#[tokio::test]
async fn hidden_documents_refuses_nobody_while_its_database_is_down() -> Outcome {
    let example = Running::start(NAME)?;
    assert_eq!(
        asked(&example, "POST /database/down", Nothing)
            .await?
            .status,
        401
    );
    assert_eq!(
        asked(&example, "POST /database/down", ALICE).await?.status,
        204
    );
    for with in [Nothing, ALICE, BOB] {
        for line in ["GET /documents/1", "GET /documents/2", "PUT /documents/999"] {
            let answer = asked(&example, line, with).await?;
            assert_eq!(answer.status, 503, "{line} with {with:?}: {answer:?}");
            assert!(!answer.body.contains("database"), "{answer:?}");
        }
        // What is no number is looked up nowhere.
        assert_eq!(
            asked(&example, "GET /documents/two", with).await?.status,
            404
        );
        assert_eq!(
            asked(&example, "GET /no/such/path", with).await?.status,
            404
        );
    }
    // The layer outside, which asks no database, has them already.
    let wrong = asked(&example, "GET /documents/1", Bearer("wrong")).await?;
    assert_eq!(wrong.status, 401, "{wrong:?}");

    assert_eq!(
        asked(&example, "POST /database/up", ALICE).await?.status,
        204
    );
    assert_eq!(
        asked(&example, "GET /documents/1", Nothing).await?.status,
        200
    );
    Ok(())
}
