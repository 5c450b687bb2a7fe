//! A server of the Model Context Protocol: what clients are told, and what tools do for whom.

use std::error::Error;

use serde_json::{Value, json};

use super::{
    client::{Answer, ask, send},
    printed::answers,
    running::Running,
};

type Outcome = Result<(), Box<dyn Error>>;

/// The statuses of the lines that it prints, and what stands between the realm and the URL of the metadata.
const ANSWERS: &[(u16, Option<&str>)] = &[
    (401, Some(r#"scope="notes:read""#)),
    (200, None),
    (200, None),
    (200, None),
    (
        403,
        Some(r#"error="insufficient_scope", scope="notes:read notes:write""#),
    ),
    (200, None),
    (200, None),
    (
        401,
        Some(
            r#"error="invalid_token", error_description="the token has expired", scope="notes:read""#,
        ),
    ),
];

fn challenges(base: &str, says: Option<&str>) -> Vec<String> {
    let metadata = format!("{base}/.well-known/oauth-protected-resource/mcp");
    let challenge =
        |says| format!(r#"Bearer realm="notes", {says}, resource_metadata="{metadata}""#);
    says.map(challenge).into_iter().collect()
}

fn result(answer: &Answer) -> Result<Value, Box<dyn Error>> {
    let message: Value = serde_json::from_str(&answer.body)?;
    Ok(message.get("result").ok_or("a result")?.clone())
}

/// 9728-5.1-a
#[tokio::test]
async fn mcp_resource_server_answers_each_line_as_it_says() -> Outcome {
    let mut server = Running::start("mcp_resource_server")?;
    let answers = answers(&mut server, ANSWERS.len()).await?;
    for (place, (answer, (status, says))) in answers.iter().zip(ANSWERS).enumerate() {
        assert_eq!(answer.status, *status, "line {place}: {answer:?}");
        let wanted = challenges(server.base(), *says);
        assert_eq!(answer.challenges(), wanted, "line {place}");
    }
    let [_, metadata, tools, whoami, _, added, listed, _] = &answers[..] else {
        panic!("{answers:?}");
    };
    let metadata: Value = serde_json::from_str(&metadata.body)?;
    assert_eq!(metadata["resource"], format!("{}/mcp", server.base()));
    assert_eq!(
        metadata["scopes_supported"],
        json!(["notes:read", "notes:write"])
    );
    let names = result(tools)?["tools"].take();
    let names = names.as_array().ok_or("tools")?.iter();
    let names: Vec<_> = names.filter_map(|tool| tool["name"].as_str()).collect();
    assert_eq!(names, ["add_note", "list_notes", "whoami"]);
    assert_eq!(result(whoami)?["content"][0]["text"], "alice by curl");
    assert_eq!(result(added)?["content"][0]["text"], "Note 1 is written.");
    assert_eq!(result(listed)?["content"][0]["text"], "Buy bread.");
    Ok(())
}

/// Pages of other origins are clients, too: they must be able to ask, and to read what is asked of them.
#[tokio::test]
async fn pages_may_ask_the_mcp_resource_server_and_read_its_challenge() -> Outcome {
    let server = Running::start("mcp_resource_server")?;
    let fields = [
        ("origin", "https://client.example.com".to_owned()),
        ("access-control-request-method", "POST".to_owned()),
        (
            "access-control-request-headers",
            "authorization,content-type".to_owned(),
        ),
    ];
    let asked = ask(server.base(), "OPTIONS", "/mcp", &fields).await?;
    assert_eq!(asked.status, 200);
    assert_eq!(asked.field("access-control-allow-origin"), "*");
    let allowed = asked.field("access-control-allow-headers").to_lowercase();
    assert!(allowed.contains("authorization"), "{allowed}");

    let refused = ask(server.base(), "POST", "/mcp", &fields[..1]).await?;
    assert_eq!(refused.status, 401);
    let readable = refused.field("access-control-expose-headers");
    assert_eq!(readable, "www-authenticate");
    Ok(())
}

/// D-fail-closed
#[tokio::test]
async fn what_cannot_be_judged_in_a_body_does_not_reach_the_tools() -> Outcome {
    let mut server = Running::start("mcp_resource_server")?;
    let bearer = loop {
        let line = server.next_line()?;
        if let Some((_, behind)) = line.split_once("-H 'Authorization: ") {
            break behind.split('\'').next().ok_or("a token")?.to_owned();
        }
    };
    let fields = [
        ("authorization", bearer),
        ("content-type", "application/json".to_owned()),
        ("accept", "application/json, text/event-stream".to_owned()),
    ];
    let url = format!("{}/mcp", server.base());
    let add = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add_note","arguments":{"text":"a"}}}"#;
    let long = format!("{add}{}", " ".repeat(65 * 1024));
    for (body, status) in [
        (add.to_owned(), 403),
        (format!("[{add}]"), 403),
        // The last of two counts, and nothing else is what the tools see.
        (
            add.replace("\"name\":", "\"name\":\"whoami\",\"name\":"),
            403,
        ),
        (add.replace("add_note", "another"), 403),
        (add.replace("\"name\":\"add_note\",", ""), 403),
        ("{".to_owned(), 400),
        (long, 413),
    ] {
        let answer = send("POST", &url, &fields, &body).await?;
        assert_eq!(answer.status, status, "{body:.200}");
    }
    let list = r#"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"list_notes"}}"#;
    let listed = send("POST", &url, &fields, list).await?;
    assert_eq!(
        result(&listed)?["content"],
        json!([{ "type": "text", "text": "" }])
    );
    Ok(())
}
