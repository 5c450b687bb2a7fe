//! What the demo hides: its answers, held against those for a path that does not exist.

use std::error::Error;

use super::{
    client::{
        Answer,
        With::{self, Basic, Bearer, Fields, Key, Nothing},
        ask,
    },
    running::Running,
};

const METHODS: [&str; 9] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE",
];

/// None, of somebody who may not read document 2, and bad ones of every kind.
const CREDENTIALS: [With; 13] = [
    Nothing,
    Basic("alice:wonderland"),
    Bearer("alice-token"),
    Key("alice-key"),
    Basic("alice:wrong"),
    Bearer("expired-token"),
    Bearer("not a token"),
    Key("wrong-key"),
    Fields(&[("authorization", "")]),
    Fields(&[("authorization", "Digest username=\"bob\"")]),
    Fields(&[("authorization", "Basic ====")]),
    Fields(&[("x-api-key", "alice-key"), ("x-api-key", "alice-key")]),
    Fields(&[
        ("authorization", "Bearer alice-token"),
        ("x-api-key", "alice-key"),
    ]),
];

const FIELDS: [&[(&str, &str)]; 4] = [
    &[],
    &[("accept", "application/json"), ("range", "bytes=0-3")],
    &[
        ("if-none-match", "*"),
        ("if-modified-since", "Fri, 20 Nov 2026 12:00:00 GMT"),
    ],
    &[
        ("origin", "http://localhost"),
        ("access-control-request-method", "GET"),
    ],
];

#[tokio::test]
async fn a_hidden_document_looks_like_a_missing_path() -> Result<(), Box<dyn Error>> {
    let demo = Running::start("demo")?;
    for method in METHODS {
        for with in CREDENTIALS {
            for more in FIELDS {
                let mut fields = with.fields();
                fields.extend(
                    more.iter()
                        .map(|(name, value)| (*name, (*value).to_owned())),
                );
                let missing = dateless(&demo, method, "/no/such/path", &fields).await?;
                assert!(matches!(missing.status, 401 | 404), "{missing:?}");
                for path in [
                    "/docs/2",
                    "/docs/2?page=1",
                    "/docs/999",
                    "/docs/%32",
                    "/docs/x",
                ] {
                    let hidden = dateless(&demo, method, path, &fields).await?;
                    assert_eq!(hidden, missing, "{method} {path} with {fields:?}");
                }
            }
        }
    }
    Ok(())
}

/// Credentials are judged before anything is looked for, so what tells is only whether they are
/// true.
#[tokio::test]
async fn bad_credentials_are_401_on_every_path_and_others_404() -> Result<(), Box<dyn Error>> {
    let demo = Running::start("demo")?;
    for (place, with) in CREDENTIALS.into_iter().enumerate() {
        let answer = ask(demo.base(), "GET", "/docs/2", &with.fields()).await?;
        let status = if place < 4 { 404 } else { 401 };
        assert_eq!(answer.status, status, "{with:?}");
    }
    Ok(())
}

async fn dateless(
    demo: &Running,
    method: &str,
    path: &str,
    fields: &[(&'static str, String)],
) -> Result<Answer, Box<dyn Error>> {
    Ok(ask(demo.base(), method, path, fields).await?.dateless())
}
