//! Bytes as the text of a file of users, with stored hashes in it.
//!
//! Whatever the text is, nothing panics and nothing is slow. What is refused leaves the table as it
//! was, with an error in one line. What is accepted is what a second reader, which knows only the
//! formats, finds in it; it costs no more than the limits allow; it reads the same when it is written
//! again; and verifying a password against a cheap one ends in an answer.

#![no_main]

use std::collections::HashSet;

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use libfuzzer_sys::fuzz_target;
use tokio::runtime::{Builder, Runtime};
use tower_auth::{
    BasicCredentials,
    password::Pool,
    verify::{UserTable, Verdict, Verify as _},
};

const HASH: &str = "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA";
/// Blocks of 1 KiB, or rounds, that are worth the wait.
const CHEAP: u64 = 4096;

thread_local! {
    static RUNTIME: Runtime = Builder::new_current_thread().build().expect("a runtime");
    static POOL: Pool = Pool::new(1, 1);
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct User {
    line: usize,
    name: String,
    disabled: bool,
    fields: Vec<String>,
}

fn load(table: &UserTable<User>, text: &str) -> Result<(usize, Vec<User>), String> {
    let mut users = Vec::new();
    let loaded = table.load(text, |record| {
        let user = User {
            line: record.line(),
            name: record.user_id().to_owned(),
            disabled: record.is_disabled(),
            fields: record.fields().map(str::to_owned).collect(),
        };
        users.push(user.clone());
        Ok::<_, String>(user)
    });
    match loaded {
        Ok(number) => Ok((number, users)),
        Err(error) => {
            assert!(
                error
                    .line()
                    .is_none_or(|line| line <= text.split('\n').count())
            );
            Err(error.to_string())
        }
    }
}

/// A line, read by somebody else.
fn second(line: usize, text: &str) -> (User, &str) {
    let mut parts = text.split(':');
    let name = parts.next().expect("a name").to_owned();
    let hash = parts.next().expect("a hash");
    let bare = hash.trim_start_matches(['!', '*']);
    assert!(hash.len() - bare.len() <= 1, "two marks");
    let user = User {
        line,
        name,
        disabled: bare.len() < hash.len(),
        fields: parts.map(str::to_owned).collect(),
    };
    (user, bare)
}

fn number(pair: Option<&str>, name: &str) -> u64 {
    let digits = pair
        .and_then(|pair| pair.strip_prefix(name))
        .and_then(|rest| rest.strip_prefix('='))
        .expect("a parameter");
    let number = digits.parse::<u64>().expect("a number");
    assert_eq!(digits, number.to_string());
    number
}

/// What it costs to verify a hash, in blocks or rounds, if it is one and within the limits.
fn cost(hash: &str) -> u64 {
    let mut parts: Vec<_> = hash.split('$').collect();
    let output = parts.pop().expect("an output");
    let salt = parts.pop().expect("a salt");
    let parameters = parts.pop().expect("parameters");
    let bytes = |text: &str, least: usize| {
        let bytes = STANDARD_NO_PAD.decode(text).expect("base64");
        assert_eq!(STANDARD_NO_PAD.encode(&bytes), text);
        assert!((least..=64).contains(&bytes.len()));
        bytes.len()
    };
    bytes(salt, 8);
    let length = bytes(output, 16) as u64;
    let mut pairs = parameters.split(',');
    match parts.as_slice() {
        ["", "argon2id" | "argon2i" | "argon2d", version @ ..] => {
            assert!(matches!(version, [] | ["v=16"] | ["v=19"]));
            let (m, t, p) = (
                number(pairs.next(), "m"),
                number(pairs.next(), "t"),
                number(pairs.next(), "p"),
            );
            assert!(pairs.next().is_none());
            assert!(8 * p <= m && m <= 256 * 1024);
            assert!((1..=10).contains(&t) && (1..=4).contains(&p));
            m * t
        }
        ["", "scrypt"] => {
            let (ln, r, p) = (
                number(pairs.next(), "ln"),
                number(pairs.next(), "r"),
                number(pairs.next(), "p"),
            );
            assert!(pairs.next().is_none());
            assert!((1..=32).contains(&ln) && (1..=32).contains(&r) && (1..=4).contains(&p));
            assert!(128 * r << ln <= 256 * 1024 * 1024);
            (r * p << ln) / 8
        }
        ["", sha @ ("pbkdf2-sha256" | "pbkdf2-sha512")] => {
            let rounds = number(pairs.next(), "i");
            let size = if *sha == "pbkdf2-sha256" { 32 } else { 64 };
            if let Some(pair) = pairs.next() {
                assert_eq!(number(Some(pair), "l"), length);
            }
            assert!(pairs.next().is_none());
            let work = rounds * length.div_ceil(size);
            assert!((1..=2_000_000).contains(&work));
            work
        }
        other => panic!("{other:?} was accepted"),
    }
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    let table = UserTable::new().pool(POOL.with(Pool::clone));
    let before = User {
        line: 0,
        name: "before".to_owned(),
        disabled: false,
        fields: Vec::new(),
    };
    table.insert("before", HASH, before).expect("a user");
    let (number, users) = match load(&table, text) {
        Ok(loaded) => loaded,
        Err(error) => {
            assert!(!error.contains(char::is_control), "{error:?}");
            assert_eq!(table.len(), 1);
            return;
        }
    };

    assert_eq!((number, table.len()), (users.len(), users.len()));
    let names: HashSet<_> = users.iter().map(|user| user.name.as_str()).collect();
    assert_eq!(names.len(), users.len());
    assert!(
        names
            .iter()
            .all(|name| !name.is_empty() && name.len() <= 512)
    );

    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let lines = text
        .split('\n')
        .map(|line| line.strip_suffix('\r').unwrap_or(line));
    let lines = (1..)
        .zip(lines)
        .filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty());
    let found: Vec<_> = lines.map(|(number, line)| second(number, line)).collect();
    assert!(found.iter().map(|(user, _)| user).eq(&users));
    let costs: Vec<_> = found.iter().map(|(_, hash)| cost(hash)).collect();

    let written: Vec<_> = found
        .iter()
        .map(|(user, hash)| {
            let mark = if user.disabled { "*" } else { "" };
            let fields: String = user
                .fields
                .iter()
                .map(|field| format!(":{field}"))
                .collect();
            format!("{}:{mark}{hash}{fields}", user.name)
        })
        .collect();
    let (_, mut again) = load(&table, &written.join("\n")).expect("what was read");
    for (again, first) in again.iter_mut().zip(&users) {
        again.line = first.line;
    }
    assert_eq!(again, users);

    for (user, _) in users
        .iter()
        .zip(costs)
        .filter(|(_, cost)| *cost <= CHEAP)
        .take(4)
    {
        let step = table.verify(BasicCredentials::new(user.name.as_str(), "open sesame"));
        let verdict = RUNTIME.with(|runtime| runtime.block_on(step.wait()));
        match verdict {
            Verdict::Verified(principal) => {
                assert!(!user.disabled);
                assert_eq!(principal.name, user.name);
            }
            Verdict::Refused => {}
            Verdict::Faulty(_) | Verdict::Unavailable(_) => panic!("no answer"),
        }
    }
});
