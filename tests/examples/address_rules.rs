//! Each line that the example prints, asked as it stands there.

use std::error::Error;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    client::ask,
    running::{Running, command},
};

/// So many lines are printed.
const TRIES: usize = 11;

/// The status that a line promises, and the one that comes back.
async fn promised_and_told(line: &str) -> Result<(u16, u16), Box<dyn Error>> {
    let (status, rest) = line.trim().split_once("  curl -i ").ok_or("a status")?;
    let (arguments, url) = rest.rsplit_once(' ').ok_or("a URL")?;
    let path = url.rfind('/').ok_or("a path")?;
    let (base, path) = url.split_at(path);
    let mut fields = Vec::new();
    let mut words = arguments.split('\'').map(str::trim);
    while let (Some(option), Some(value)) = (words.next(), words.next()) {
        match option {
            "-u" => {
                let credentials = format!("Basic {}", STANDARD.encode(value));
                fields.push(("authorization", credentials));
            }
            "-H" => {
                let value = value.strip_prefix("X-Forwarded-For: ").ok_or("the field")?;
                fields.push(("x-forwarded-for", value.to_owned()));
            }
            other => return Err(format!("`{other}` is no option").into()),
        }
    }
    let answer = ask(base, "GET", path, &fields).await?;
    Ok((status.parse()?, answer.status))
}

#[tokio::test]
async fn address_rules_answers_as_it_says() -> Result<(), Box<dyn Error>> {
    let mut example = Running::start("address_rules")?;
    let mut seen = [0; 3];
    for _ in 0..TRIES {
        let line = example.next_line()?;
        let (promised, told) = promised_and_told(&line).await?;
        assert_eq!(told, promised, "{line}");
        let kinds = [200, 401, 403];
        let kind = kinds.iter().position(|status| *status == told);
        *seen.get_mut(kind.ok_or("a status")?).ok_or("a status")? += 1;
    }
    assert_eq!(seen, [5, 1, 5]);
    Ok(())
}

#[test]
fn address_rules_tells_of_a_bad_network_in_one_line() -> Result<(), Box<dyn Error>> {
    for (office, why) in [
        ("192.0.2.0/33", "`192.0.2.0/33` is no network"),
        ("192.0.2.7/24", "write `192.0.2.0/24` or `192.0.2.7`"),
        ("", "`` is no network"),
    ] {
        let output = command("address_rules", "0")?
            .env("OFFICE", office)
            .output()?;
        let told = String::from_utf8(output.stderr)?;
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert_eq!(told.lines().count(), 1, "{told}");
        assert!(told.contains(why), "{told}");
    }
    Ok(())
}
