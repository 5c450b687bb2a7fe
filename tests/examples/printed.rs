//! The lines that an example prints to be tried out, each asked as it stands there.

use std::error::Error;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    client::{Answer, send},
    running::Running,
};

/// What curl would send.
struct Sent {
    method: String,
    url: String,
    fields: Vec<(String, String)>,
    body: String,
}

/// Reads on until so many lines were tried, and sees that each is answered as it says. Returns the statuses.
pub(crate) async fn tried(example: &mut Running, lines: usize) -> Result<Vec<u16>, Box<dyn Error>> {
    let answers = answers(example, lines).await?;
    Ok(answers.iter().map(|answer| answer.status).collect())
}

/// The same. Returns the answers.
pub(crate) async fn answers(
    example: &mut Running,
    lines: usize,
) -> Result<Vec<Answer>, Box<dyn Error>> {
    let mut told = Vec::new();
    while told.len() < lines {
        let line = example.next_line()?;
        if let Some((promised, curl)) = line.trim_start().split_once("  curl ") {
            let answer = answered(curl).await?;
            assert_eq!(
                answer.status,
                promised.parse::<u16>()?,
                "{line}: {answer:?}"
            );
            // RFC 9110, section 15.5.2.
            let asks = answer.status != 401 || !answer.challenges().is_empty();
            assert!(asks, "{line}: {answer:?}");
            told.push(answer);
        }
    }
    Ok(told)
}

async fn answered(curl: &str) -> Result<Answer, Box<dyn Error>> {
    let Sent {
        method,
        url,
        fields,
        body,
    } = read(curl)?;
    send(&method, &url, &fields, &body).await
}

fn read(curl: &str) -> Result<Sent, Box<dyn Error>> {
    let (mut method, mut url, mut body) = (None, None, None);
    let mut fields = Vec::new();
    let mut words = words(curl)?.into_iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or("an option without its value");
        match word.as_str() {
            "-i" => {}
            "-X" => method = Some(value()?),
            "-d" => body = Some(value()?),
            "-u" => {
                let credentials = STANDARD.encode(value()?);
                fields.push(("authorization".into(), format!("Basic {credentials}")));
            }
            "-H" => {
                let field = value()?;
                let (name, value) = field.split_once(": ").ok_or("a field")?;
                fields.push((name.to_owned(), value.to_owned()));
            }
            _ if url.is_none() && word.starts_with("http://") => url = Some(word),
            _ => return Err(format!("`{word}` is not understood").into()),
        }
    }
    let usual = if body.is_some() { "POST" } else { "GET" };
    Ok(Sent {
        method: method.unwrap_or_else(|| usual.to_owned()),
        url: url.ok_or("no URL")?,
        fields,
        body: body.unwrap_or_default(),
    })
}

/// The words of a line, as a shell reads them: what stands in single quotes is taken as it is.
fn words(line: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let mut words = vec![String::new()];
    for (place, part) in line.split('\'').enumerate() {
        let quoted = place % 2 == 1;
        let mut pieces = if quoted {
            vec![part]
        } else {
            part.split(' ').collect()
        };
        let rest = pieces.split_off(1);
        words.last_mut().ok_or("a word")?.push_str(&pieces.concat());
        words.extend(rest.into_iter().map(String::from));
        if !quoted && part.contains(['"', '$', '\\', '`', '|', ';']) {
            return Err(format!("`{part}` is more than words").into());
        }
    }
    if line.matches('\'').count() % 2 == 1 {
        return Err("a quote is not closed".into());
    }
    words.retain(|word| !word.is_empty());
    Ok(words)
}
