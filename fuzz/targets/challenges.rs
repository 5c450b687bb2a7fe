//! Bytes as challenges: read from field lines, and written from names and values.
//!
//! The first byte of the input says what becomes of its lines. `r` reads them, and writes again
//! what was read; any other byte takes them as scheme, realm, and names and values in turn, and
//! reads again what was written: with our own reader, and with one of somebody else's.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tower_auth::challenge::{Challenge, ReadChallenge, read};

type Parameters = Vec<(String, String)>;

fn owned<'a>(parameters: impl Iterator<Item = (&'a str, &'a str)>) -> Parameters {
    parameters
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// What is read from lines is what is read from each of them; and where it can be written, it
/// comes back.
fn read_and_write(lines: &[&[u8]]) {
    let whole = read(lines.iter().copied());
    let parts: Result<Vec<_>, _> = lines.iter().map(|line| read([line])).collect();
    // A limit on the whole may refuse what each part is short enough for.
    let Ok(whole) = whole else { return };
    let parts = parts
        .expect("lines that can be read together can be read alone")
        .concat();
    assert_eq!(whole, parts);

    for challenge in whole {
        let names: Vec<_> = challenge
            .parameters()
            .map(|(name, _)| name.to_ascii_lowercase())
            .collect();
        assert!((1..names.len()).all(|place| !names[..place].contains(&names[place])));
        assert!(challenge.token68().is_none() || names.is_empty());
        if let Some((written, expected)) = write(&challenge) {
            check(&written, challenge.scheme(), &expected);
        }
    }
}

/// Writes what was read, the realm first. `None` where it may not be written.
fn write(challenge: &ReadChallenge) -> Option<(Challenge, Parameters)> {
    let realm = challenge.parameter("realm")?;
    let mut written = Challenge::new(challenge.scheme(), realm).ok()?;
    let mut expected = vec![("realm".to_owned(), realm.to_owned())];
    for (name, value) in challenge.parameters() {
        if !name.eq_ignore_ascii_case("realm") {
            written = written.with(name, value).ok()?;
            expected.push((name.to_owned(), value.to_owned()));
        }
    }
    Some((written, expected))
}

/// What can be written comes back.
fn write_and_read(kind: u8, lines: &[&[u8]]) {
    let texts: Result<Vec<_>, _> = lines.iter().map(|line| str::from_utf8(line)).collect();
    let Ok([scheme, realm, pairs @ ..]) = texts.as_deref() else {
        return;
    };
    let Ok(mut challenge) = Challenge::new(scheme, realm) else {
        return;
    };
    let mut expected = owned([("realm", *realm)].into_iter());
    for pair in pairs.chunks_exact(2) {
        let (name, value) = (pair[0], pair[1]);
        let as_token = kind == b't';
        let longer = if as_token {
            challenge.with_token(name, value)
        } else {
            challenge.with(name, value)
        };
        match longer {
            Ok(longer) => challenge = longer,
            Err(error) => {
                assert!(!error.to_string().contains('\n'));
                continue;
            }
        }
        expected.extend(owned([(name, value)].into_iter()));
    }
    check(&challenge, scheme, &expected);
}

fn check(challenge: &Challenge, scheme: &str, expected: &Parameters) {
    let line = challenge
        .as_header_value()
        .to_str()
        .expect("challenges are ASCII");
    assert_eq!(line, challenge.to_string());
    assert_eq!(challenge.scheme(), scheme);
    assert_eq!(&owned(challenge.parameters()), expected);

    // Several long values may make a line that is longer than a reader takes.
    if line.len() > 8 * 1024 {
        return;
    }
    let ours = read([line]).expect("what we write we read");
    let [ours] = ours.as_slice() else {
        panic!("{line:?} is read as {}", ours.len())
    };
    assert_eq!(ours.scheme(), scheme);
    assert_eq!(&owned(ours.parameters()), expected);

    let theirs = http_auth::parse_challenges(line).expect("what we write others read");
    let [theirs] = theirs.as_slice() else {
        panic!("{line:?} is read as {}", theirs.len())
    };
    assert_eq!(theirs.scheme, scheme);
    let parameters = theirs
        .params
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.to_unescaped()));
    assert_eq!(&parameters.collect::<Vec<_>>(), expected);
}

fuzz_target!(|data: &[u8]| {
    let Some((&kind, rest)) = data.split_first() else {
        return;
    };
    let lines: Vec<_> = rest.split(|&byte| byte == b'\n').take(16).collect();
    match kind {
        b'r' => read_and_write(&lines),
        _ => write_and_read(kind, &lines),
    }
});
