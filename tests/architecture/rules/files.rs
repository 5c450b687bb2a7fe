//! What files may hold.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    house::{File, House, room},
    path::{Seen, seen},
    token::{Token, closing, matches_at},
};

/// What the inner service is called in `layer`.
const INNER: &str = "inner";

/// The files that call the other services there are: method routers without their handlers, the HTTP client
/// that fetches keys, and the not-found service.
const CALL_ANOTHER: [&str; 3] = [
    "src/axum/methods.rs",
    "src/jwks/service.rs",
    "src/layer/not_found.rs",
];

/// Longer files are two files.
const LONGEST: usize = 400;

/// `mod.rs` and `lib.rs` list: `mod`, `pub use` and `pub(crate) use`, by name.
pub(crate) fn facades(house: &House) -> Vec<String> {
    let mut broken = Vec::new();
    for (name, file) in house.files.iter().filter(|(name, _)| File::is_facade(name)) {
        let tokens = &file.tokens;
        let mut place = 0;
        while let Some(token) = tokens.get(place) {
            let mut refuse = |what: &str| broken.push(format!("{name}:{}: {what}", token.line));
            let end = (place..tokens.len())
                .find(|&end| tokens[end].is(";"))
                .unwrap_or(tokens.len());
            if matches_at(tokens, place, &["#"]) {
                let open = place
                    + if matches_at(tokens, place + 1, &["!"]) {
                        2
                    } else {
                        1
                    };
                place = closing(tokens, open) + 1;
            } else if token.is("pub") {
                let restricted = matches_at(tokens, place + 1, &["("]);
                place = if restricted {
                    closing(tokens, place + 1) + 1
                } else {
                    place + 1
                };
            } else if token.is("mod") && matches_at(tokens, place + 2, &[";"]) {
                place = end + 1;
            } else if token.is("use") {
                if seen(tokens, place) == Seen::Here {
                    refuse("a private `use`: an index lists, it does not use");
                }
                if tokens[place..end].iter().any(|token| token.is("*")) {
                    refuse("`*`: an index names what it lists");
                }
                place = end + 1;
            } else {
                refuse(&format!(
                    "`{}`: an index holds only `mod` and `pub use`: move the item to a file",
                    token.text
                ));
                break;
            }
        }
    }
    broken
}

/// Every item has one public path.
pub(crate) fn one_path_each(house: &House) -> Vec<String> {
    let mut shown = BTreeMap::<String, BTreeSet<String>>::new();
    for (path, item) in house.public_paths() {
        shown.entry(item).or_default().insert(path);
    }
    let twice = shown.into_iter().filter(|(_, paths)| paths.len() > 1);
    twice
        .map(|(item, paths)| {
            let paths: Vec<_> = paths.iter().map(String::as_str).collect();
            format!("`{item}` has several public paths: {}", paths.join(", "))
        })
        .collect()
}

/// One line of the crate says 404.
pub(crate) fn one_not_found(house: &House) -> Vec<String> {
    let is_not_found = |token: &Token| token.is("NOT_FOUND") || token.is("404");
    let mut lines = BTreeSet::new();
    for (name, file) in &house.files {
        lines.extend(
            file.tokens
                .iter()
                .filter(|token| is_not_found(token))
                .map(|token| (name, token.line)),
        );
    }
    if lines.len() == 1 {
        return Vec::new();
    }
    let lines: Vec<_> = lines
        .iter()
        .map(|(name, line)| format!("{name}:{line}"))
        .collect();
    vec![format!(
        "one line says 404, in `outcome`; here it is {}: [{}]",
        lines.len(),
        lines.join(", ")
    )]
}

/// One line of the crate calls the inner service; one more calls the not-found service, one asks a method
/// router for its methods, and one asks an HTTP client for keys.
pub(crate) fn one_call(house: &House) -> Vec<String> {
    let mut broken = Vec::new();
    let mut inner = Vec::new();
    let mut others = Vec::new();
    for (name, file) in &house.files {
        for (place, token) in file.tokens.iter().enumerate() {
            let at = format!("{name}:{}", token.line);
            let called = |how: &[&str]| matches_at(&file.tokens, place, how);
            let receiver = place
                .checked_sub(1)
                .map_or("", |before| file.tokens[before].text.as_str());
            if called(&["::", "call", "("])
                || called(&[".", "oneshot", "("])
                || called(&[".", "call_all", "("])
            {
                broken.push(format!(
                    "{at}: calls a service in disguise: write `{INNER}.call(..)`"
                ));
            } else if called(&[".", "call", "("]) && receiver == INNER && room(name) == "layer" {
                inner.push(at);
            } else if called(&[".", "call", "("]) {
                others.push(at);
            }
        }
    }
    if inner.len() != 1 {
        broken.push(format!(
            "the inner service is called on one line of src/layer; here: [{}]",
            inner.join(", ")
        ));
    }
    let expected = |at: &String| CALL_ANOTHER.iter().any(|file| at.starts_with(file));
    if others.len() > CALL_ANOTHER.len() || !others.iter().all(expected) {
        broken.push(format!(
            "another service is called on one line each of {CALL_ANOTHER:?}; here: [{}]",
            others.join(", ")
        ));
    }
    broken
}

/// Every file opens with one sentence that says what it is.
pub(crate) fn opening_sentence(house: &House) -> Vec<String> {
    let files = house
        .files
        .iter()
        .filter(|(_, file)| !opens_with_one_sentence(&file.text));
    files
        .map(|(name, _)| {
            format!(
                "{name}:1: opens with no `//!` sentence that stands alone and ends in a full stop"
            )
        })
        .collect()
}

fn opens_with_one_sentence(text: &str) -> bool {
    let lines = text
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .map(str::trim);
    let paragraph = lines
        .take_while(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    let ends = paragraph.match_indices(". ").filter(|(place, _)| {
        let rest = paragraph.get(place + 2..).unwrap_or_default();
        rest.starts_with(char::is_uppercase)
    });
    paragraph.ends_with('.') && ends.count() == 0
}

/// No file is so long that nobody reads it to the end.
pub(crate) fn length(house: &House) -> Vec<String> {
    let lengths = house
        .files
        .iter()
        .map(|(name, file)| (name, file.text.lines().count()));
    let long = lengths.filter(|&(_, lines)| lines > LONGEST);
    long.map(|(name, lines)| format!(
        "{name}: {lines} lines, more than {LONGEST}: which second thing does it do? Give that a file"
    )).collect()
}
