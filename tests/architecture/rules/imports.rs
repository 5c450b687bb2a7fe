//! Who may import whom.

use std::collections::{BTreeMap, BTreeSet};

use crate::house::{House, Import, room};

/// The floors, lowest first, and their rooms.
pub(crate) const FLOORS: [&[&str]; 8] = [
    &[
        "step", "secret", "clock", "caught", "trace", "grammar", "json", "url",
    ],
    &[
        "decision",
        "challenge",
        "attempt",
        "credentials",
        "fault",
        "inspect",
        "metadata",
        "origin",
    ],
    &["outcome"],
    &["settle"],
    &[
        "address", "jwks", "jwt", "password", "throttle", "scheme", "verify", "policy",
    ],
    &["reply", "audit"],
    &["layer"],
    &["axum", "manual"],
];

/// Rooms that share a floor and do not know each other.
const STRANGERS: [&str; 2] = ["reply", "audit"];

/// The rooms that know tower.
const TOWER_ROOMS: [&str; 2] = ["layer", "axum"];

/// The one file elsewhere that does: what fetches keys through an HTTP client of the application's.
const TOWER_FILE: &str = "src/jwks/service.rs";

/// The rooms that know crates of others for authentication, each crate in one file.
const AUTH_ROOMS: [&str; 6] = ["address", "jwt", "password", "scheme", "verify", "policy"];

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
    let both_ways = |from: &str, to: &str| {
        reached
            .get(from)
            .is_some_and(|reached| reached.contains(to))
    };
    let mut circles = BTreeSet::new();
    for &start in graph.keys().filter(|start| both_ways(start, start)) {
        let together = reached[start]
            .iter()
            .copied()
            .filter(|other| both_ways(other, start));
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

/// Only some rooms know tower.
pub(crate) fn tower(house: &House) -> Vec<String> {
    let mut broken = Vec::new();
    for (name, file) in house
        .files
        .iter()
        .filter(|(name, _)| !TOWER_ROOMS.contains(&room(name)) && *name != TOWER_FILE)
    {
        for (used, line) in house.crates(file) {
            let is_tower = used == "tower" || used.starts_with("tower_");
            if is_tower && !["tower_auth", "tower_sessions"].contains(&used) {
                broken.push(format!(
                    "{name}:{line}: `{used}`: only {TOWER_ROOMS:?} know tower, and {TOWER_FILE}"
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
