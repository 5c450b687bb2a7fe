//! Rules on single routes: who gets in where, and what is asked for.

use std::error::Error;

use super::{
    client::{
        Answer,
        With::{self, Basic, Bearer, Nothing},
        ask,
    },
    printed::tried,
    running::Running,
};

type Outcome = Result<(), Box<dyn Error>>;

const NAME: &str = "per_route";
const CATHY: With = Basic("cathy:s3cr3t!");

async fn get(example: &Running, path: &str, with: With) -> Result<Answer, Box<dyn Error>> {
    ask(example.base(), "GET", path, &with.fields()).await
}

#[tokio::test]
async fn per_route_answers_each_line_as_it_says() -> Outcome {
    let mut example = Running::start(NAME)?;
    let told = tried(&mut example, 18).await?;
    let books = [200, 401, 403, 403, 201];
    let shelves = [401, 200, 200, 403];
    let staff = [200, 403, 200];
    let covers = [401, 200, 403];
    let old_site = [401, 401, 200];
    assert_eq!(
        told,
        [&books[..], &shelves, &staff, &covers, &old_site].concat()
    );
    Ok(())
}

#[tokio::test]
async fn per_route_asks_for_the_scope_in_the_words_of_the_scheme_that_verified() -> Outcome {
    let example = Running::start(NAME)?;
    for (with, status, challenges) in [
        (
            Nothing,
            401,
            &[
                r#"Bearer realm="library""#,
                r#"Basic realm="library", charset="UTF-8""#,
            ][..],
        ),
        (
            Bearer("alice-token"),
            403,
            &[r#"Bearer realm="library", error="insufficient_scope", scope="books:write""#],
        ),
        // Basic has no words for it.
        (CATHY, 403, &[]),
    ] {
        let answer = ask(example.base(), "POST", "/books", &with.fields()).await?;
        assert_eq!(answer.status, status, "{with:?}: {answer:?}");
        assert_eq!(answer.challenges(), challenges, "{with:?}: {answer:?}");
    }
    Ok(())
}

#[tokio::test]
async fn per_route_reads_the_shelf_as_the_router_does() -> Outcome {
    let example = Running::start(NAME)?;
    let alice = Bearer("alice-token");
    let own = get(&example, "/shelves/%61lice", alice).await?;
    assert_eq!(
        (own.status, &*own.body),
        (200, "The shelf of alice, for alice\n")
    );
    // What is no text is nobody's shelf.
    assert_eq!(get(&example, "/shelves/%ff", alice).await?.status, 403);
    assert_eq!(get(&example, "/shelves/bob", alice).await?.status, 403);
    Ok(())
}

#[tokio::test]
async fn per_route_guards_methods_that_a_route_does_not_have() -> Outcome {
    let example = Running::start(NAME)?;
    for path in [
        "/books",
        "/shelves/alice",
        "/staff/budget",
        "/covers/emma.png",
    ] {
        let answer = ask(example.base(), "DELETE", path, &[]).await?;
        assert_eq!(answer.status, 401, "{path}: {answer:?}");
        assert_eq!(answer.field("allow"), "", "{path}: {answer:?}");
    }
    Ok(())
}

#[tokio::test]
async fn per_route_serves_what_is_no_handler_and_what_has_no_route() -> Outcome {
    let example = Running::start(NAME)?;
    let cover = get(&example, "/covers/emma.png", Bearer("alice-token")).await?;
    assert_eq!(cover.body, "The cover of /emma.png\n");
    let old = get(&example, "/staff/no/such/page", CATHY).await?;
    assert_eq!(old.body, "The old site has /staff/no/such/page\n");
    Ok(())
}
