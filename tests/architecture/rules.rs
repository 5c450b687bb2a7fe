//! The rules of the house: each says what breaks it, and where.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    house::{File, House, Import, room},
    path::{Seen, seen},
    token::{Token, closing, matches_at},
};

/// A rule, as a report of what breaks it. An empty report is a kept rule.
pub(crate) type Rule = fn(&House) -> Vec<String>;

/// The floors, lowest first, and their rooms.
const FLOORS: [&[&str]; 8] = [
    &["step", "secret", "clock", "trace", "grammar"],
    &["decision", "challenge", "attempt", "credentials", "inspect"],
    &["outcome"],
    &["settle"],
    &["scheme", "verify", "policy"],
    &["reply", "audit"],
    &["layer"],
    &["axum", "testing", "manual"],
];

/// Rooms that share a floor and do not know each other.
const STRANGERS: [&str; 2] = ["reply", "audit"];

/// The rooms that know tower.
const TOWER_ROOMS: [&str; 3] = ["layer", "testing", "axum"];

/// The rooms that know crates of others for authentication, each crate in one file.
const AUTH_ROOMS: [&str; 3] = ["scheme", "verify", "policy"];

const AUTH_CRATES: [&str; 15] = [
    "argon2",
    "bcrypt",
    "cookie",
    "ipnet",
    "jsonwebtoken",
    "ldap3",
    "oauth2",
    "openidconnect",
    "password_hash",
    "pbkdf2",
    "redis",
    "scrypt",
    "totp_rs",
    "tower_sessions",
    "webauthn_rs",
];

/// What the inner service is called in `layer`.
const INNER: &str = "inner";

/// The file that calls the other service there is: the not-found service.
const CALLS_ANOTHER: &str = "src/layer/not_found.rs";

/// Longer files are two files.
const LONGEST: usize = 400;

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// A file imports from lower floors, or from rooms beside its own.
pub(crate) fn floors(house: &House) -> Vec<String> {
    let mut broken = Vec::new();
    for name in house.files.keys().filter(|name| *name != "src/lib.rs") {
        if floor(room(name)).is_none() {
            broken.push(format!(
                "{name}: the room `{}` stands on no floor: give it one in `FLOORS` and in CONTRIBUTING.md",
                room(name)
            ));
        }
    }
    for Import {
        from,
        to,
        line,
        path,
    } in house.imports()
    {
        if from == "src/lib.rs" {
            continue;
        }
        if to == "src/lib.rs" {
            broken.push(format!(
                "{from}:{line}: `{path}` is nothing that src/lib.rs lists"
            ));
        } else if let (Some(own), Some(other)) = (floor(room(from)), floor(room(to))) {
            if other > own {
                broken.push(format!(
                    "{from}:{line}: `{path}` is on floor {other}, above floor {own}: \
                     move what is shared down, or take it as an argument"
                ));
            } else if room(from) != room(to)
                && STRANGERS.contains(&room(from))
                && STRANGERS.contains(&room(to))
            {
                broken.push(format!(
                    "{from}:{line}: `{path}`: `{}` and `{}` do not know each other",
                    room(from),
                    room(to)
                ));
            }
        }
    }
    broken
}

/// Neither files nor rooms import each other in a circle.
pub(crate) fn circles(house: &House) -> Vec<String> {
    let mut imports = house.imports();
    imports.retain(|import| import.from != "src/lib.rs" && import.to != "src/lib.rs");
    [
        circles_of(&imports, |file| file),
        circles_of(&imports, room),
    ]
    .concat()
}

fn circles_of(imports: &[Import<'_>], node: fn(&str) -> &str) -> Vec<String> {
    let edges = imports
        .iter()
        .map(|import| (node(import.from), node(import.to), import));
    let edges: Vec<_> = edges.filter(|(from, to, _)| from != to).collect();
    let mut graph = Graph::new();
    for (from, to, _) in &edges {
        graph.entry(from).or_default().insert(to);
    }
    let report = |circle: Vec<&str>| {
        let inside = edges
            .iter()
            .filter(|(from, to, _)| circle.contains(from) && circle.contains(to));
        let lines: Vec<_> = inside
            .map(|(.., import)| format!("  {}:{}: {}", import.from, import.line, import.path))
            .collect();
        format!(
            "{} import each other in a circle: move what they share to a file of its own\n{}",
            circle.join(", "),
            lines.join("\n")
        )
    };
    in_circles(&graph).into_iter().map(report).collect()
}

type Graph<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// The groups of nodes that all reach each other.
fn in_circles<'a>(graph: &Graph<'a>) -> Vec<Vec<&'a str>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> = graph
        .keys()
        .map(|&start| (start, reached(graph, start)))
        .collect();
    let reaches = |from: &str, to: &str| {
        reached
            .get(from)
            .is_some_and(|reached| reached.contains(to))
    };
    let mut circles = BTreeSet::new();
    for &start in graph.keys().filter(|start| reaches(start, start)) {
        let together = reached[start]
            .iter()
            .copied()
            .filter(|other| reaches(other, start));
        circles.insert(together.collect::<Vec<_>>());
    }
    circles.into_iter().collect()
}

fn reached<'a>(graph: &Graph<'a>, start: &str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut next = vec![start];
    while let Some(node) = next.pop() {
        for &neighbour in graph.get(node).into_iter().flatten() {
            if reached.insert(neighbour) {
                next.push(neighbour);
            }
        }
    }
    reached
}

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

/// One line of the crate calls the inner service; one more calls the not-found service.
pub(crate) fn one_call(house: &House) -> Vec<String> {
    let mut broken = Vec::new();
    let mut inner = Vec::new();
    let mut others = Vec::new();
    for (name, file) in house
        .files
        .iter()
        .filter(|(name, _)| room(name) != "testing")
    {
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
    let expected = matches!(others.as_slice(), [at] if at.starts_with(CALLS_ANOTHER));
    if !expected && !others.is_empty() {
        broken.push(format!(
            "another service is called on one line of {CALLS_ANOTHER}; here: [{}]",
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

/// Only some rooms know tower.
pub(crate) fn tower(house: &House) -> Vec<String> {
    let mut broken = Vec::new();
    for (name, file) in house
        .files
        .iter()
        .filter(|(name, _)| !TOWER_ROOMS.contains(&room(name)))
    {
        for (used, line) in house.crates(file) {
            let is_tower = used == "tower" || used.starts_with("tower_");
            if is_tower && !["tower_auth", "tower_sessions"].contains(&used) {
                broken.push(format!(
                    "{name}:{line}: `{used}`: only {TOWER_ROOMS:?} know tower"
                ));
            }
        }
    }
    broken
}

/// Crates of others for authentication stay in their rooms, each in one file.
pub(crate) fn auth_crates(house: &House) -> Vec<String> {
    let mut broken = Vec::new();
    let mut users = BTreeMap::<&str, BTreeSet<&str>>::new();
    for (name, file) in &house.files {
        for (used, line) in house
            .crates(file)
            .filter(|(used, _)| AUTH_CRATES.contains(used))
        {
            users.entry(used).or_default().insert(name);
            if !AUTH_ROOMS.contains(&room(name)) {
                broken.push(format!(
                    "{name}:{line}: `{used}`: only {AUTH_ROOMS:?} know crates for authentication"
                ));
            }
        }
    }
    for (used, files) in users.into_iter().filter(|(_, files)| files.len() > 1) {
        let files: Vec<_> = files.into_iter().collect();
        broken.push(format!(
            "`{used}` is known by several files: {}",
            files.join(", ")
        ));
    }
    broken
}
