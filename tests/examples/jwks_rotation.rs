//! Keys that rotate under load: the example ends by itself, and says what it saw.

use std::error::Error;

use super::running::command;

type Outcome = Result<(), Box<dyn Error>>;

/// The numbers of a line.
fn numbers(line: &str) -> Vec<u32> {
    let words = line.split(|one: char| !one.is_ascii_digit());
    words.filter_map(|word| word.parse().ok()).collect()
}

#[test]
fn no_request_with_a_valid_token_fails_while_keys_rotate() -> Outcome {
    let output = command("jwks_rotation", "0")?.output()?;
    let said = String::from_utf8(output.stdout)?;
    let told = String::from_utf8(output.stderr)?;
    assert!(output.status.success(), "{said}{told}");
    assert_eq!(told, "");

    let (events, sums) = said.split_once("\n\n").ok_or("sums")?;
    for event in [
        "key 1 signs",
        "the issuer is away",
        "the issuer is back",
        "key 3 signs",
    ] {
        assert!(events.contains(event), "{said}");
    }
    let last = events.lines().last().ok_or("an event")?;
    let lasted = numbers(last)[0];
    let sums: Vec<_> = sums.lines().collect();
    let [valid, unknown, asked, known] = sums[..] else {
        panic!("{said}");
    };
    assert!(
        matches!(numbers(valid)[..], [sent, passed] if sent == passed && sent > 500),
        "{said}"
    );
    assert!(
        matches!(numbers(unknown)[..], [sent, refused] if sent == refused && sent >= 10_000),
        "{said}"
    );
    // One in a second, the first and the last.
    assert!(
        matches!(numbers(asked)[..], [times] if (5..=lasted + 3).contains(&times)),
        "{said}"
    );
    assert_eq!(known, "The keys that are known: key-3");
    Ok(())
}
