//! CORS outside of the layer and inside of it: what a browser would let scripts of a page read.

use std::error::Error;

use super::{
    client::{Answer, send},
    printed::tried,
    running::{Running, base_in},
};

type Outcome = Result<(), Box<dyn Error>>;

const ALICE: (&str, &str) = ("authorization", "Bearer alice-token");

struct Cors {
    example: Running,
    outside: String,
    inside: String,
    page: String,
}

impl Cors {
    fn start() -> Result<Self, Box<dyn Error>> {
        let mut example = Running::start("cors")?;
        let outside = example.base().to_owned();
        let inside = base_in(&example.next_line()?).ok_or("the other order")?;
        let page = base_in(&example.next_line()?).ok_or("the page")?;
        Ok(Self {
            example,
            outside,
            inside,
            page,
        })
    }

    /// What the API answers to a page of another origin.
    async fn ask(
        &self,
        base: &str,
        line: &str,
        fields: &[(&'static str, &str)],
    ) -> Result<Answer, Box<dyn Error>> {
        let (method, path) = line.split_once(' ').ok_or("a method and a path")?;
        let mut sent = vec![("origin", self.page.clone())];
        sent.extend(
            fields
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned())),
        );
        Ok(send(method, &format!("{base}{path}"), &sent, "")
            .await?
            .dateless())
    }

    fn may_be_read(&self, answer: &Answer) -> bool {
        answer.field("access-control-allow-origin") == self.page
    }
}

#[tokio::test]
async fn cors_answers_each_line_as_it_says() -> Outcome {
    let mut cors = Cors::start()?;
    let told = tried(&mut cors.example, 11).await?;
    assert_eq!(
        told,
        [200, 200, 401, 404, 404, 200, 401, 200, 401, 404, 404]
    );
    Ok(())
}

#[tokio::test]
async fn cors_outside_lets_scripts_read_every_answer_and_inside_no_refusal_but_404() -> Outcome {
    let cors = Cors::start()?;
    let wrong = ("authorization", "Bearer wrong-token");
    for (path, fields, status, inside) in [
        ("GET /me", &[ALICE][..], 200, true),
        ("GET /me", &[], 401, false),
        ("GET /me", &[wrong], 401, false),
        ("GET /notes/alice", &[ALICE], 200, true),
        ("GET /notes/bob", &[ALICE], 404, true),
        ("GET /no/such/path", &[ALICE], 404, true),
        ("PUT /me", &[ALICE], 405, true),
    ] {
        for (base, readable) in [(&cors.outside, true), (&cors.inside, inside)] {
            let answer = cors.ask(base, path, fields).await?;
            assert_eq!(answer.status, status, "{path}: {answer:?}");
            assert_eq!(cors.may_be_read(&answer), readable, "{path}: {answer:?}");
            let exposes = answer.field("access-control-expose-headers");
            assert_eq!(exposes == "www-authenticate", readable, "{answer:?}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn cors_lets_preflights_pass_in_either_order_and_nothing_else() -> Outcome {
    let cors = Cors::start()?;
    let asks = ("access-control-request-method", "GET");
    let header = ("access-control-request-headers", "authorization");
    for base in [&cors.outside, &cors.inside] {
        for path in ["/me", "/notes/bob", "/no/such/path"] {
            let line = format!("OPTIONS {path}");
            let answer = cors.ask(base, &line, &[asks, header]).await?;
            assert_eq!(answer.status, 200, "{path}: {answer:?}");
            assert!(cors.may_be_read(&answer), "{path}: {answer:?}");
            assert_eq!(
                answer.field("access-control-allow-headers"),
                "authorization"
            );
        }
        // Not from this page: the browser goes no further.
        let elsewhere = [
            ("origin".to_owned(), "http://example.com".to_owned()),
            (asks.0.into(), asks.1.into()),
        ];
        let answer = send("OPTIONS", &format!("{base}/me"), &elsewhere, "").await?;
        assert!(!cors.may_be_read(&answer), "{answer:?}");
        assert_ne!(
            answer.field("access-control-allow-origin"),
            "http://example.com"
        );
    }
    // Inside, what is no preflight is judged as ever.
    let answer = cors.ask(&cors.inside, "OPTIONS /me", &[]).await?;
    assert_eq!(answer.status, 401, "{answer:?}");
    let answer = cors.ask(&cors.inside, "GET /me", &[asks]).await?;
    assert_eq!(answer.status, 401, "{answer:?}");
    Ok(())
}

#[tokio::test]
async fn cors_hides_notes_of_others_in_either_order() -> Outcome {
    let cors = Cors::start()?;
    for base in [&cors.outside, &cors.inside] {
        for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"] {
            let ask =
                async |path: &str| cors.ask(base, &format!("{method} {path}"), &[ALICE]).await;
            let missing = ask("/no/such/path").await?;
            for path in ["/notes/bob", "/notes/nobody", "/notes/%ff"] {
                assert_eq!(ask(path).await?, missing, "{method} {path}");
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn cors_serves_a_page_that_knows_both_orders() -> Outcome {
    let cors = Cors::start()?;
    let page = cors.ask(&cors.page, "GET /", &[]).await?;
    assert_eq!(page.status, 200);
    for base in [&cors.outside, &cors.inside] {
        assert!(page.body.contains(base.as_str()), "{base}");
    }
    assert!(!page.body.contains("SIDE") && !page.body.contains("PAGE"));
    Ok(())
}
