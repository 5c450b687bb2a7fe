//! The paths that stand in a file, in `use` declarations and in code.

use crate::token::{Token, closing, matches_at};

/// A path, and where it stands.
pub(crate) struct Path {
    pub(crate) line: usize,
    /// The inline modules of the file around it.
    pub(crate) inside: Vec<String>,
    pub(crate) segments: Vec<String>,
    pub(crate) place: Place,
}

pub(crate) enum Place {
    /// In a `use` declaration, under this name.
    Use { name: String, seen: Seen },
    /// In code.
    Code,
}

/// Who sees what a declaration declares.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    ByAll,
    InTheCrate,
    Here,
}

/// Every path of a file, and its inline modules.
pub(crate) fn read(tokens: &[Token]) -> (Vec<Path>, Vec<Vec<String>>) {
    let mut paths = Vec::new();
    let mut modules = Vec::new();
    let mut inside: Vec<(String, usize)> = Vec::new();
    let mut place = 0;
    while let Some(token) = tokens.get(place) {
        inside.retain(|&(_, end)| place < end);
        let names = || {
            inside
                .iter()
                .map(|(name, _)| name.clone())
                .collect::<Vec<_>>()
        };
        if token.is("mod") && tokens.get(place + 2).is_some_and(|next| next.is("{")) {
            let name = tokens[place + 1].text.clone();
            modules.push([names(), vec![name.clone()]].concat());
            inside.push((name, closing(tokens, place + 2)));
            place += 3;
        } else if token.is("use") && !matches_at(tokens, place + 1, &["<"]) {
            let seen = seen(tokens, place);
            let mut leaves = Vec::new();
            place = tree(tokens, place + 1, &[], &mut leaves);
            paths.extend(leaves.into_iter().map(|leaf| Path {
                line: leaf.line,
                inside: names(),
                segments: leaf.segments,
                place: Place::Use {
                    name: leaf.name,
                    seen,
                },
            }));
        } else if begins_path(tokens, place) {
            let (segments, end) = words(tokens, place);
            if segments.len() > 1 {
                let inside = names();
                paths.push(Path {
                    line: token.line,
                    inside,
                    segments,
                    place: Place::Code,
                });
            }
            place = end;
        } else {
            place += 1;
        }
    }
    (paths, modules)
}

/// Who sees the item whose keyword stands at `place`.
pub(crate) fn seen(tokens: &[Token], place: usize) -> Seen {
    let before = |back: usize| place.checked_sub(back).and_then(|place| tokens.get(place));
    if before(1).is_some_and(|token| token.is("pub")) {
        Seen::ByAll
    } else if before(1).is_some_and(|token| token.is(")")) {
        Seen::InTheCrate
    } else {
        Seen::Here
    }
}

fn begins_path(tokens: &[Token], place: usize) -> bool {
    let Some(before) = place.checked_sub(1) else {
        return tokens[place].is_word();
    };
    let (token, before_token) = (&tokens[place], &tokens[before]);
    let follows_path = before_token.is("::")
        && before
            .checked_sub(1)
            .is_some_and(|place| tokens[place].is_word() || tokens[place].is(">"));
    let restricts_visibility = before_token.is("in") && before > 1 && tokens[before - 2].is("pub");
    token.is_word() && !follows_path && !restricts_visibility
}

/// The words of the path that begins at `place`, and where it ends.
fn words(tokens: &[Token], mut place: usize) -> (Vec<String>, usize) {
    let mut words = vec![tokens[place].text.clone()];
    place += 1;
    while matches_at(tokens, place, &["::"]) && tokens.get(place + 1).is_some_and(Token::is_word) {
        words.push(tokens[place + 1].text.clone());
        place += 2;
    }
    (words, place)
}

struct Leaf {
    line: usize,
    segments: Vec<String>,
    name: String,
}

/// Reads one tree of a `use` declaration, and says where it ends.
fn tree(tokens: &[Token], mut place: usize, prefix: &[String], leaves: &mut Vec<Leaf>) -> usize {
    let mut segments = prefix.to_vec();
    let mut line = 0;
    while let Some(token) = tokens.get(place) {
        line = token.line;
        if token.is("{") {
            let end = closing(tokens, place);
            place += 1;
            while place < end {
                place = tree(tokens, place, &segments, leaves);
            }
            let after = end + 1;
            let separator = tokens
                .get(after)
                .is_some_and(|next| next.is(",") || next.is(";"));
            return after + usize::from(separator);
        } else if token.is("*") || (token.is_word() && !token.is("as")) {
            segments.push(token.text.clone());
        } else if !token.is("::") {
            break;
        }
        place += 1;
    }
    if segments.len() > prefix.len() {
        // `a::b::{self}` names `a::b`.
        if !prefix.is_empty() && segments.last().is_some_and(|last| last == "self") {
            segments.pop();
        }
        let mut name = segments.last().cloned().unwrap_or_default();
        if matches_at(tokens, place, &["as"]) {
            name.clone_from(&tokens[place + 1].text);
            place += 2;
        }
        leaves.push(Leaf {
            line,
            segments,
            name,
        });
    }
    let separator = tokens
        .get(place)
        .is_some_and(|next| next.is(",") || next.is(";"));
    place + usize::from(separator)
}
