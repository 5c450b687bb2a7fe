//! The guarded router: its table, and what strangers, users and admins get.

use std::error::Error;

use super::{
    client::{
        With::{Bearer, Nothing},
        ask,
    },
    printed::tried,
    running::Running,
};

type Outcome = Result<(), Box<dyn Error>>;

const NAME: &str = "guarded_router";
const METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"];

#[tokio::test]
async fn guarded_router_prints_what_is_open_to_whom_and_answers_each_line_as_it_says() -> Outcome {
    let mut example = Running::start(NAME)?;
    let mut table = Vec::new();
    for _ in 0..9 {
        table.push(example.next_line()?);
    }
    assert_eq!(
        table,
        [
            "",
            "  GET,HEAD  /                 anyone",
            "  GET,HEAD  /me               authenticated",
            "  GET,HEAD  /products         anyone",
            "  POST      /products         role(admin)",
            "  DELETE    /products/{name}  authenticated",
            "  GET,HEAD  /office           role(admin).hide()",
            "  GET,HEAD  /office/stock     role(admin).hide()",
            "",
        ]
    );
    let told = tried(&mut example, 16).await?;
    let products = [200, 401, 403, 201, 405, 401, 200, 404];
    let others = [401, 200, 404, 404, 404, 200, 404, 401];
    assert_eq!(told, [products, others].concat());
    Ok(())
}

#[tokio::test]
async fn guarded_router_hides_its_office_among_paths_that_do_not_exist() -> Outcome {
    let example = Running::start(NAME)?;
    for with in [Nothing, Bearer("alice-token")] {
        for method in METHODS {
            let fields = with.fields();
            let missing = ask(example.base(), method, "/no/such/path", &fields).await?;
            assert_eq!(missing.status, 404, "{missing:?}");
            assert_eq!(missing.field("cache-control"), "no-store");
            let missing = missing.dateless();
            for path in ["/office", "/office/", "/office/stock", "/office/no"] {
                let hidden = ask(example.base(), method, path, &fields).await?;
                assert_eq!(hidden.dateless(), missing, "{method} {path} with {with:?}");
            }
        }
    }
    let there = ask(
        example.base(),
        "GET",
        "/office",
        &Bearer("cathy-token").fields(),
    )
    .await?;
    assert_eq!((there.status, &*there.body), (200, "Behind the shop.\n"));
    Ok(())
}

#[tokio::test]
async fn guarded_router_names_no_methods_to_those_who_may_use_none() -> Outcome {
    let example = Running::start(NAME)?;
    for (path, with, status, allow) in [
        ("/products", Nothing, 405, "GET,HEAD,POST"),
        ("/products/coffee", Nothing, 401, ""),
        ("/products/coffee", Bearer("alice-token"), 405, "DELETE"),
        ("/office", Nothing, 404, ""),
        ("/office", Bearer("alice-token"), 404, ""),
        ("/office", Bearer("cathy-token"), 405, "GET,HEAD"),
    ] {
        let answer = ask(example.base(), "PATCH", path, &with.fields()).await?;
        let told = (answer.status, answer.field("allow"));
        assert_eq!(told, (status, allow), "{path} with {with:?}: {answer:?}");
    }
    Ok(())
}
