//! Accounts: what the example prints, locks, files that are wrong, and lines for them.

use std::{
    env,
    error::Error,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{self, Output, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{
    client::{
        Answer,
        With::{self, Basic, Nothing},
        ask,
    },
    running::{Running, command},
};

type Outcome = Result<(), Box<dyn Error>>;

const NAME: &str = "accounts";
const ALICE: With = Basic("alice:wonderland");
const BOB: With = Basic("bob:builder");
const DORA: With = Basic("dora:explorer");
const CATHY: With = Basic("cathy:s3cr3t!");

/// The accounts that the example has on board.
const ON_BOARD: &str = include_str!("../../examples/accounts/users.txt");

/// A file that is there until it is dropped.
struct File(PathBuf);

impl File {
    fn new(text: &str) -> Result<Self, Box<dyn Error>> {
        static FILES: AtomicUsize = AtomicUsize::new(0);
        let number = FILES.fetch_add(1, Ordering::Relaxed);
        let name = format!("tower-auth-accounts-{}-{number}", process::id());
        let file = Self(env::temp_dir().join(name));
        file.write(text)?;
        Ok(file)
    }

    fn write(&self, text: &str) -> Outcome {
        Ok(fs::write(&self.0, text)?)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

async fn send(example: &Running, line: &str, with: With) -> Result<Answer, Box<dyn Error>> {
    let (method, path) = line.split_once(' ').ok_or("a method and a path")?;
    ask(example.base(), method, path, &with.fields()).await
}

async fn status(example: &Running, line: &str, with: With) -> Result<u16, Box<dyn Error>> {
    Ok(send(example, line, with).await?.status)
}

/// The statuses that a printed line promises, and those that come back.
async fn promised_and_told(base: &str, line: &str) -> Result<[Vec<u16>; 2], Box<dyn Error>> {
    let (sent, answer) = line.split_once(" # ").ok_or("an answer")?;
    let promised = answer.split(':').next().ok_or("a status")?;
    let promised: Result<Vec<u16>, _> = promised.split(' ').map(str::parse).collect();
    let sent = sent.strip_prefix("curl -i ").ok_or("curl")?;
    let (options, path) = sent.split_once(&format!("'{base}")).ok_or("a URL")?;
    let path = path.trim_end().strip_suffix('\'').ok_or("the end of it")?;
    let (method, mut fields) = (
        if options.contains("-X POST") {
            "POST"
        } else {
            "GET"
        },
        vec![],
    );
    let mut words = options.split_whitespace();
    while let Some(option) = words.next() {
        match (option, words.next()) {
            ("-u", Some(user)) => {
                let credentials = STANDARD.encode(user.trim_matches('\''));
                fields.push(("authorization", format!("Basic {credentials}")));
            }
            ("-X", Some("POST")) => {}
            (other, _) => return Err(format!("`{other}` is no option").into()),
        }
    }
    let paths: Vec<_> = match path.strip_suffix("[1-6]") {
        Some(stem) => (1..=6).map(|try_| format!("{stem}{try_}")).collect(),
        None => vec![path.to_owned()],
    };
    let mut told = Vec::new();
    for path in paths {
        let answer = ask(base, method, &path, &fields).await?;
        // RFC 6585 §4: how long to wait may be told, and is.
        let waits = answer.field("retry-after").parse::<u32>();
        let waits = waits.is_ok_and(|seconds| (1..=10).contains(&seconds));
        assert_eq!(waits, answer.status == 429, "{line}: {answer:?}");
        assert_eq!(!answer.challenges().is_empty(), answer.status == 401);
        told.push(answer.status);
    }
    Ok([promised?, told])
}

#[tokio::test]
async fn accounts_answers_each_line_as_it_says() -> Outcome {
    let mut example = Running::start(NAME)?;
    assert_eq!(example.next_line()?, "");
    let mut seen = Vec::new();
    for _ in 0..13 {
        let line = example.next_line()?;
        let [promised, told] = promised_and_told(example.base(), &line).await?;
        assert_eq!(told, promised, "{line}");
        seen.extend(told);
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen, [200, 204, 401, 403, 429]);
    Ok(())
}

#[tokio::test]
async fn accounts_hands_roles_from_the_database_to_handlers() -> Outcome {
    let example = Running::start(NAME)?;
    for (who, hello) in [
        (ALICE, "Hello, Alice Liddell! Your roles: []\n"),
        (BOB, "Hello, Bob the Builder! Your roles: [\"editor\"]\n"),
        (
            CATHY,
            "Hello, Cathy Catwell! Your roles: [\"admin\", \"editor\"]\n",
        ),
    ] {
        assert_eq!(send(&example, "GET /me", who).await?.body, hello);
    }
    Ok(())
}

#[tokio::test]
async fn accounts_are_locked_and_unlocked_while_serving_by_admins_alone() -> Outcome {
    let example = Running::start(NAME)?;
    let (lock, unlock) = ("POST /accounts/alice/lock", "POST /accounts/alice/unlock");
    for (who, refused) in [(Nothing, 401), (BOB, 403)] {
        assert_eq!(status(&example, lock, who).await?, refused);
    }
    assert_eq!(status(&example, "GET /me", ALICE).await?, 200);
    assert_eq!(status(&example, lock, CATHY).await?, 204);
    // What was proven a moment ago does not outlive the lock.
    assert_eq!(status(&example, "GET /me", ALICE).await?, 401);
    assert_eq!(status(&example, unlock, CATHY).await?, 204);
    assert_eq!(status(&example, "GET /me", ALICE).await?, 200);

    assert_eq!(
        status(&example, "POST /accounts/nobody/lock", CATHY).await?,
        404
    );
    // Whoever locked themselves out could not undo it.
    assert_eq!(
        status(&example, "POST /accounts/cathy/lock", CATHY).await?,
        409
    );
    assert_eq!(status(&example, "GET /accounts", CATHY).await?, 200);
    Ok(())
}

#[tokio::test]
async fn accounts_obeys_no_other_site_that_sends_the_password_of_an_admin() -> Outcome {
    let example = Running::start(NAME)?;
    for (site, expected) in [("cross-site", 403), ("same-origin", 204)] {
        let mut fields = CATHY.fields();
        fields.push(("sec-fetch-site", site.to_owned()));
        let answer = ask(example.base(), "POST", "/accounts/bob/lock", &fields).await?;
        assert_eq!(answer.status, expected, "{site}: {answer:?}");
    }
    Ok(())
}

#[tokio::test]
async fn accounts_of_a_file_are_read_again_and_stay_where_the_file_is_wrong() -> Outcome {
    let file = File::new(ON_BOARD)?;
    let example = Running::start_with(NAME, &[file.path()])?;
    let hash = |name: &str| {
        let line = ON_BOARD.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split(':').nth(1))
            .unwrap_or_default()
    };
    let [alice, cathy] = [hash("alice"), hash("cathy")];
    let wrong = [
        (
            format!("{ON_BOARD}eve:hunter2:Eve"),
            "line 7: user `eve`: ",
            "hunter2",
        ),
        (format!("alice:{alice}"), "line 1: user `alice`: ", alice),
        (
            format!("alice:{alice}:Alice:admin"),
            "line 1: user `alice`: ",
            alice,
        ),
        (
            format!("# so\ncathy:{cathy}:Cathy\ncathy:{cathy}:Cathy"),
            "line 3: user `cathy`: ",
            cathy,
        ),
        (format!("\n\n{alice}"), "line 3: ", alice),
        (String::new(), "no user", alice),
    ];
    assert_eq!(
        status(&example, "POST /accounts/bob/lock", CATHY).await?,
        204
    );
    for (text, place, secret) in &wrong {
        file.write(text)?;
        let told = send(&example, "POST /accounts/reload", CATHY).await?;
        assert_eq!(told.status, 422, "{text}: {told:?}");
        let body = &told.body;
        assert!(body.contains(place) && body.lines().count() == 1, "{body}");
        let piece = secret.rsplit('$').next().unwrap_or_default();
        assert!(!body.contains(piece), "{body}");
        // All is as it was, the lock too.
        assert_eq!(
            send(&example, "GET /accounts", CATHY).await?.body,
            "4 accounts\n"
        );
        assert_eq!(status(&example, "GET /me", ALICE).await?, 200);
    }
    assert_eq!(status(&example, "GET /me", BOB).await?, 401);

    fs::remove_file(&file.0)?;
    let told = send(&example, "POST /accounts/reload", CATHY).await?;
    assert_eq!(told.status, 422, "{told:?}");
    assert!(told.body.contains("cannot be read"), "{told:?}");

    file.write(ON_BOARD)?;
    let unlock = "POST /accounts/dora/unlock";
    assert_eq!(status(&example, unlock, CATHY).await?, 204);
    assert_eq!(status(&example, "GET /me", DORA).await?, 200);
    let reload = "POST /accounts/reload";
    assert_eq!(status(&example, reload, CATHY).await?, 200);
    // The lock outlives it. So does the one of the file, which was undone only here.
    assert_eq!(status(&example, "GET /me", BOB).await?, 401);
    assert_eq!(status(&example, "GET /me", DORA).await?, 401);

    file.write(&format!("cathy:{cathy}:Cathy the Second"))?;
    let told = send(&example, "POST /accounts/reload", CATHY).await?;
    assert_eq!((told.status, &*told.body), (200, "1 accounts\n"));
    let told = send(&example, "GET /me", CATHY).await?;
    assert!(told.body.contains("Cathy the Second"), "{told:?}");
    assert_eq!(status(&example, "GET /me", ALICE).await?, 401);
    Ok(())
}

/// What the example says on its way out.
fn ends(arguments: &[&str], typed: &str) -> Result<Output, Box<dyn Error>> {
    let mut example = command(NAME, "0")?
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut stdin = example.stdin.take().ok_or("nothing is read")?;
    // It may have ended before it read all.
    let _ = stdin.write_all(typed.as_bytes());
    drop(stdin);
    Ok(example.wait_with_output()?)
}

#[test]
fn accounts_does_not_start_with_a_file_that_is_missing_or_wrong_and_says_why_in_one_line() -> Outcome
{
    let wrong = File::new("alice:wonderland:Alice\n")?;
    let nobody = File::new("# soon\n")?;
    let gone = Path::new(wrong.path()).join("gone");
    for (file, why) in [
        (gone.to_str().ok_or("a path")?, "cannot be read"),
        (wrong.path(), "line 1: user `alice`: this is no hash"),
        (nobody.path(), "no user is in this text"),
    ] {
        let output = ends(&[file], "")?;
        let told = String::from_utf8(output.stderr)?;
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert_eq!(told.lines().count(), 1, "{told}");
        assert!(told.contains(why) && told.contains(file), "{told}");
        assert!(!told.contains("wonderland"), "{told}");
    }
    Ok(())
}

#[tokio::test]
async fn accounts_makes_a_line_that_logs_in() -> Outcome {
    let output = ends(&["hash"], "eve\r\nEve Adams\r\nhunter 2\r\n")?;
    assert_eq!(output.status.code(), Some(0));
    let line = String::from_utf8(output.stdout)?;
    assert!(
        line.starts_with("eve:$argon2id$v=19$m=19456,t=2,p=1$"),
        "{line}"
    );
    assert_eq!(line.lines().count(), 1, "{line}");
    assert!(!line.contains("hunter"), "{line}");

    let file = File::new(&line)?;
    let example = Running::start_with(NAME, &[file.path()])?;
    let told = send(&example, "GET /me", Basic("eve:hunter 2")).await?;
    assert_eq!(
        (told.status, &*told.body),
        (200, "Hello, Eve Adams! Your roles: []\n")
    );
    assert_eq!(status(&example, "GET /me", Basic("eve:hunter")).await?, 401);
    assert_eq!(status(&example, "GET /me", ALICE).await?, 401);
    Ok(())
}

#[test]
fn accounts_makes_no_line_that_could_not_be_loaded() -> Outcome {
    for (typed, why) in [
        ("", "the password is empty"),
        ("eve\nEve\n\n", "the password is empty"),
        ("\nEve\nhunter2\n", "the user-id is empty"),
        ("e:ve\nEve\nhunter2\n", "user `e`"),
        ("eve\n\nhunter2\n", "write the full name"),
        ("eve\nEve: it is\nhunter2\n", "write the full name"),
        ("eve\nEve\nhunter\u{7}2\n", "the password holds a character"),
        ("#eve\nEve\nhunter2\n", "no user"),
    ] {
        let output = ends(&["hash"], typed)?;
        let told = String::from_utf8(output.stderr)?;
        assert_eq!(output.status.code(), Some(1), "{typed:?}: {told}");
        assert_eq!(output.stdout, b"", "{typed:?}");
        let last = told.lines().last().unwrap_or_default();
        assert!(
            last.starts_with("Error: ") && last.contains(why),
            "{typed:?}: {told}"
        );
        assert!(!told.contains("hunter"), "{told}");
    }
    Ok(())
}
