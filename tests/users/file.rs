//! The corpus of files of users.

use serde::Deserialize;
use tower_auth::verify::{UserRecord, UserTable};

use crate::{
    corpus,
    stand::{RIGHT, SESAME, Said, ask, run, small},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Corpus {
    pub(crate) hash: String,
    password: String,
    pub(crate) row: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Row {
    pub(crate) name: String,
    requirement: String,
    text: String,
    users: Option<Vec<Loaded>>,
    error: Option<String>,
}

#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct Loaded {
    user_id: String,
    disabled: bool,
    fields: Vec<String>,
}

corpus::rows!(Row);

impl Row {
    pub(crate) fn text(&self, hash: &str) -> String {
        self.text.replace("{hash}", hash)
    }
}

pub(crate) fn corpus() -> Corpus {
    let corpus = corpus::load("users_file.toml", |corpus: &Corpus| &corpus.row);
    assert_eq!(
        (corpus.hash.as_str(), corpus.password.as_str()),
        (SESAME, RIGHT)
    );
    corpus
}

fn user(record: &UserRecord<'_>) -> Result<Loaded, String> {
    let fields: Vec<_> = record.fields().map(str::to_owned).collect();
    if fields == ["refuse me"] {
        return Err("no role is called `refuse me`".to_owned());
    }
    Ok(Loaded {
        user_id: record.user_id().to_owned(),
        disabled: record.is_disabled(),
        fields,
    })
}

#[test]
fn files_are_read_as_the_corpus_says() {
    let corpus = corpus();
    for row in &corpus.row {
        let users = UserTable::new().parameters(small());
        let mut read = Vec::new();
        let loaded = users.load(&row.text(&corpus.hash), |record| {
            let user = user(record)?;
            read.push(user.clone());
            Ok::<_, String>(user)
        });
        match (&row.users, &row.error) {
            (Some(expected), None) => {
                assert_eq!(loaded.ok(), Some(expected.len()), "{}", row.name);
                assert_eq!(&read, expected, "{}", row.name);
                assert_eq!(users.len(), expected.len(), "{}", row.name);
            }
            (None, Some(expected)) => {
                let error = loaded.unwrap_err();
                assert_eq!(&error.to_string(), expected, "{}", row.name);
                let line = expected
                    .strip_prefix("line ")
                    .and_then(|rest| rest.split(':').next());
                let line = line.map(|line| line.parse().unwrap());
                assert_eq!(error.line(), line, "{}", row.name);
                let named = expected.contains("user `");
                assert_eq!(error.user_id().is_some(), named, "{}", row.name);
                assert!(users.is_empty(), "{}", row.name);
            }
            _ => panic!("{}: either users or an error", row.name),
        }
    }
}

#[test]
fn whom_a_file_names_is_let_in_unless_disabled() {
    let corpus = corpus();
    run(async {
        for row in &corpus.row {
            let text = row.text(&corpus.hash);
            let Some(expected) = row.users.as_ref().filter(|_| text.contains(SESAME)) else {
                continue;
            };
            let users = UserTable::new().parameters(small());
            users.load(&text, user).unwrap();
            for user in expected {
                let said = ask(&users, &user.user_id, RIGHT).await;
                let due = if user.disabled {
                    Said::Refused
                } else {
                    Said::In(user.clone())
                };
                assert_eq!(said, due, "{}", row.name);
                users.enable(&user.user_id);
                let said = ask(&users, &user.user_id, RIGHT).await;
                assert_eq!(said, Said::In(user.clone()), "{}", row.name);
            }
        }
    });
}

#[test]
fn loading_again_replaces_all_at_once_and_an_error_leaves_the_table_as_it_was() {
    let corpus = corpus();
    let users = UserTable::new().parameters(small());
    let name = |record: &UserRecord<'_>| Ok::<_, String>(record.user_id().to_owned());
    users
        .load(&format!("ann:{SESAME}\nbob:{SESAME}\n"), name)
        .unwrap();
    run(async {
        for row in corpus.row.iter().filter(|row| row.error.is_some()) {
            let text = format!("carl:{SESAME}\n{}", row.text(SESAME));
            if row.error.as_ref().unwrap().contains("refuse me") || users.load(&text, name).is_ok()
            {
                // Not an error of the text, or none with a user before it.
                users
                    .load(&format!("ann:{SESAME}\nbob:{SESAME}\n"), name)
                    .unwrap();
                continue;
            }
            assert_eq!(users.len(), 2, "{}", row.name);
        }
        assert_eq!(ask(&users, "ann", RIGHT).await, Said::In("ann".to_owned()));
        assert_eq!(ask(&users, "carl", RIGHT).await, Said::Refused);
        users.load(&format!("carl:{SESAME}"), name).unwrap();
        assert_eq!(ask(&users, "ann", RIGHT).await, Said::Refused);
        assert_eq!(
            ask(&users, "carl", RIGHT).await,
            Said::In("carl".to_owned())
        );
    });
}

#[test]
fn an_error_of_the_application_is_one_line_and_kept() {
    let users = UserTable::<()>::new();
    let error = users
        .load(&format!("ann:{SESAME}"), |record| {
            assert_eq!(record.line(), 1);
            Err(std::io::Error::other("two\nlines"))
        })
        .unwrap_err();
    assert_eq!(error.to_string(), "line 1: user `ann`: two\\nlines");
    let source = std::error::Error::source(&error).unwrap();
    assert!(source.is::<std::io::Error>());
}
