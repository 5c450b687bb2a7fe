//! What is written as a challenge is read back as the same, by our reader and by another.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics has failed, and says where"
)]

#[path = "../corpus/mod.rs"]
mod corpus;
#[path = "../independent/mod.rs"]
mod independent;
mod made_up;

use http::{HeaderMap, HeaderValue, header::WWW_AUTHENTICATE};
use proptest::{collection::vec, prelude::*};
use serde::Deserialize;
use tower_auth::challenge::{
    Challenge, ChallengeError, Challenges, Flaw, ReadChallenge, ReadFlaw, read,
};

const LONGEST: usize = 16 * 1024;

use self::made_up::{Content, Parameter, TOKEN};

// The corpora.

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    row: Vec<WrittenRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRow {
    name: String,
    requirement: String,
    scheme: String,
    realm: String,
    #[serde(default)]
    parameters: Vec<Parameter>,
    line: Option<String>,
    refused: Option<Refused>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refused {
    part: String,
    flaw: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arrived {
    row: Vec<ArrivedRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ArrivedRow {
    name: String,
    requirement: String,
    lines: Vec<String>,
    challenges: Option<Vec<Expected>>,
    refused: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    scheme: String,
    #[serde(default)]
    parameters: Vec<(String, String)>,
    token68: Option<String>,
}

corpus::rows!(WrittenRow, ArrivedRow);

#[test]
fn challenges_are_written_as_the_corpus_says() {
    let Written { row } = corpus::load("challenge_write.toml", |table: &Written| &table.row);
    for row in row {
        let name = &row.name;
        let built = build(&row.scheme, &row.realm, &row.parameters);
        match (row.line, row.refused) {
            (Some(line), None) => {
                let challenge = built.unwrap_or_else(|error| panic!("{name}: {error}"));
                assert_eq!(challenge.as_header_value(), line.as_str(), "{name}");
                assert_eq!(challenge.to_string(), line, "{name}");
                assert_reads_back(name, &challenge);
            }
            (None, Some(refused)) => {
                let error = built.expect_err(name);
                assert_eq!(error.part(), refused.part, "{name}");
                assert_eq!(format!("{:?}", error.flaw()), refused.flaw, "{name}");
            }
            _ => panic!("{name}: a row has a line, or is refused"),
        }
    }
}

#[test]
fn lines_are_read_as_the_corpus_says() {
    let Arrived { row } = corpus::load("challenge_read.toml", |table: &Arrived| &table.row);
    for row in row {
        let name = &row.name;
        let challenges = read(&row.lines);
        match (row.challenges, row.refused) {
            (Some(expected), None) => {
                let challenges = challenges.unwrap_or_else(|error| panic!("{name}: {error}"));
                assert_eq!(challenges.len(), expected.len(), "{name}: {challenges:?}");
                for (challenge, expected) in challenges.iter().zip(&expected) {
                    assert_eq!(challenge.scheme(), expected.scheme, "{name}");
                    assert_eq!(challenge.token68(), expected.token68.as_deref(), "{name}");
                    assert_eq!(owned(challenge.parameters()), expected.parameters, "{name}");
                }
            }
            (None, Some(refused)) => {
                let error = challenges.expect_err(name);
                assert_eq!(format!("{:?}", error.flaw()), refused, "{name}: {error}");
            }
            _ => panic!("{name}: a row has challenges, or is refused"),
        }
    }
}

// What no table can say.

// 9110-11.6.1-a
#[test]
fn a_list_without_a_challenge_cannot_be_made() {
    assert!(Challenges::all_of([]).is_none());
}

// 9110-5.4-a: no client is sent more than its buffer holds
#[test]
fn a_part_of_a_challenge_has_1024_bytes_at_most() {
    let (fits, too_long) = ("x".repeat(1024), "x".repeat(1025));
    let challenge = Challenge::new(&fits, &fits)
        .unwrap()
        .with(&fits, &fits)
        .unwrap();
    assert_reads_back("the longest", &challenge);

    let flaw = |built: Result<Challenge, ChallengeError>| built.unwrap_err().flaw();
    assert_eq!(flaw(Challenge::new(&too_long, "x")), Flaw::TooLong);
    assert_eq!(flaw(Challenge::new("Basic", &too_long)), Flaw::TooLong);
    assert_eq!(flaw(challenge.with(&too_long, "x")), Flaw::TooLong);
    assert_eq!(flaw(challenge.with("a", &too_long)), Flaw::TooLong);
    assert_eq!(flaw(challenge.with_token("a", &too_long)), Flaw::TooLong);
}

// 9110-5.6.1-b
#[test]
fn ten_thousand_empty_elements_are_skipped() {
    let line = format!(
        "{}Basic {}realm=\"x\"{}",
        ",".repeat(5_000),
        ", ".repeat(1_000),
        ",".repeat(5_000)
    );
    let challenges = read([line]).unwrap();
    assert_eq!(challenges.len(), 1);
    assert_eq!(challenges[0].parameter("realm"), Some("x"));
}

// 9110-5.4-a
#[test]
fn sixteen_kib_are_read_over_all_lines_and_no_more() {
    let half = ",".repeat(LONGEST / 2);
    assert_eq!(read([&half, &half]), Ok(Vec::new()));

    let error = read([&half, &half, &String::from(",")]).unwrap_err();
    assert_eq!((error.flaw(), error.line()), (ReadFlaw::TooLong, 2));
}

// 9110-11.2-b
#[test]
fn a_parameter_is_found_in_whatever_case() {
    let challenges = read([r#"Basic ReAlM="x""#]).unwrap();
    assert_eq!(challenges[0].parameter("rEaLm"), Some("x"));
    assert_eq!(challenges[0].parameter("real"), None);
}

// 9110-11.6.1-d
#[test]
fn lines_are_read_where_they_stand_in_the_headers() {
    let mut headers = HeaderMap::new();
    headers.append(WWW_AUTHENTICATE, HeaderValue::from_static("Newauth"));
    headers.append(
        WWW_AUTHENTICATE,
        HeaderValue::from_bytes(b"Basic realm=\"\xE4\"").unwrap(),
    );
    let challenges = read(headers.get_all(WWW_AUTHENTICATE)).unwrap();
    let schemes: Vec<_> = challenges.iter().map(ReadChallenge::scheme).collect();
    assert_eq!(schemes, ["Newauth", "Basic"]);
    assert_eq!(challenges[1].parameter("realm"), Some("ä"));
}

#[test]
fn an_error_tells_the_place_and_never_the_text() {
    let error = read(["Newauth", r#"Basic realm="s3cret"oops"#]).unwrap_err();
    assert_eq!(
        (error.flaw(), error.line(), error.at()),
        (ReadFlaw::Unexpected, 1, 20)
    );
    assert_eq!(
        error.to_string(),
        "line 1 is no list of challenges, at byte 20"
    );
    assert!(!format!("{error:?}").contains("s3cret"));
}

// Whatever is made up.

proptest! {
    // 7235-4.1-a, 9110-11.5-c, 9110-5.6.4-b
    #[test]
    fn every_challenge_that_can_be_built_reads_back(
        scheme in TOKEN,
        realm in "[ -~]{0,40}",
        parameters in vec(made_up::parameter(), 0..6),
    ) {
        let mut challenge = Challenge::new(&scheme, &realm).unwrap();
        for parameter in parameters {
            match add(&challenge, &parameter) {
                Ok(more) => challenge = more,
                Err(error) => prop_assert_eq!(error.part(), parameter.name),
            }
        }
        assert_reads_back("made up", &challenge);
    }

    // 9110-5.5-b, 9110-5.6.4-a
    #[test]
    fn no_challenge_breaks_its_line(scheme in any::<String>(), realm in any::<String>(), name in any::<String>()) {
        let built = Challenge::new(&scheme, &realm).and_then(|challenge| challenge.with(&name, &realm));
        if let Ok(challenge) = built {
            prop_assert!(challenge.as_header_value().as_bytes().iter().all(|byte| matches!(byte, b' '..=b'~')));
            assert_reads_back("made up", &challenge);
        }
    }

    // 9110-5.6.1-b, 9110-5.6.3-a, 9110-5.6.4-c, 9110-11.3-c, 9110-11.6.1-d
    #[test]
    fn every_list_that_the_grammar_allows_is_read(
        (expected, lines) in vec(made_up::arrival(), 0..5).prop_map(made_up::lay_out)
    ) {
        let challenges = read(&lines);
        prop_assert!(challenges.is_ok(), "{:?} of {}", challenges, lines.join(&b'\n').escape_ascii());
        let challenges: Vec<_> = challenges.unwrap().iter().map(forget).collect();
        prop_assert_eq!(challenges, expected, "{}", lines.join(&b'\n').escape_ascii());
    }

    // 9110-5.5-c
    #[test]
    fn no_bytes_make_the_reader_panic(lines in vec(made_up::hostile(), 0..4)) {
        if let Err(error) = read(&lines) {
            prop_assert!(error.at() <= lines[error.line()].len());
        }
    }

    #[test]
    fn what_both_readers_take_both_read_alike(line in made_up::hostile()) {
        let theirs = std::str::from_utf8(&line).map(independent::read);
        if let (Ok(ours), Ok(Ok(theirs))) = (read([&line]), theirs) {
            let ours: Vec<_> = ours
                .iter()
                .filter(|challenge| challenge.token68().is_none())
                .map(|challenge| (challenge.scheme().to_owned(), owned(challenge.parameters())))
                .collect();
            prop_assert_eq!(ours, theirs);
        }
    }
}

fn assert_reads_back(name: &str, challenge: &Challenge) {
    let scheme = challenge.scheme().to_owned();
    let parameters = owned(challenge.parameters());

    let ours = read([challenge.as_header_value()])
        .unwrap_or_else(|error| panic!("{name}: {error}: {challenge}"));
    assert_eq!(ours.len(), 1, "{name}: {challenge}");
    assert_eq!(ours[0].scheme(), scheme, "{name}");
    assert_eq!(owned(ours[0].parameters()), parameters, "{name}");
    assert_eq!(ours[0].token68(), None, "{name}");

    let theirs = independent::read(&challenge.to_string());
    assert_eq!(theirs, Ok(vec![(scheme, parameters)]), "{name}");
}

fn build(scheme: &str, realm: &str, parameters: &[Parameter]) -> Result<Challenge, ChallengeError> {
    parameters
        .iter()
        .try_fold(Challenge::new(scheme, realm)?, |challenge, parameter| {
            add(&challenge, parameter)
        })
}

fn add(challenge: &Challenge, parameter: &Parameter) -> Result<Challenge, ChallengeError> {
    match (&parameter.quoted, &parameter.token) {
        (Some(value), None) => challenge.with(&parameter.name, value),
        (None, Some(value)) => challenge.with_token(&parameter.name, value),
        _ => panic!("`{}` has a quoted value, or a token", parameter.name),
    }
}

fn owned<'a>(parameters: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<(String, String)> {
    parameters
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn forget(challenge: &ReadChallenge) -> Content {
    let content = match challenge.token68() {
        Some(token68) => Err(token68.to_owned()),
        None => Ok(owned(challenge.parameters())),
    };
    (challenge.scheme().to_owned(), content)
}
