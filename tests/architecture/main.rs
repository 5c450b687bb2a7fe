//! The rules of the house, held against `src/`, and each shown to catch what breaks it.
//!
//! A rule is a function over the tree as text. One test holds it against the tree as it is; others
//! plant a violation in a copy and see it caught.

#![allow(
    clippy::indexing_slicing,
    reason = "a test that panics has failed, and says where"
)]

mod features;
mod house;
mod path;
mod rules;
mod token;

use std::{error::Error, fs, io, path::Path};

use self::{house::House, rules::Rule};

type Outcome = Result<(), Box<dyn Error>>;

/// A file, and what is appended to it.
type Planted<'a> = (&'a str, &'a str);

fn holds(rule: Rule) -> Outcome {
    let (broken, _) = around(rule, &[])?;
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
    Ok(())
}

/// Sees that `rule` reports what is planted, with all of `words`.
fn is_caught(rule: Rule, planted: &[Planted<'_>], words: &[&str]) -> Outcome {
    let (before, after) = around(rule, planted)?;
    let mut new = after.iter().filter(|report| !before.contains(report));
    let caught = new.any(|report| words.iter().all(|word| report.contains(word)));
    assert!(caught, "nothing of {after:#?} tells of {words:?}");
    Ok(())
}

/// What `rule` reports before and after.
fn around(rule: Rule, planted: &[Planted<'_>]) -> io::Result<(Vec<String>, Vec<String>)> {
    let mut tree = house::source()?;
    let before = rule(&House::new(&tree));
    for &(path, text) in planted {
        let file = tree.entry(path.to_owned()).or_default();
        if !file.is_empty() {
            file.push('\n');
        }
        file.push_str(text);
    }
    Ok((before, rule(&House::new(&tree))))
}

fn file(path: &str) -> io::Result<String> {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
}

#[test]
fn files_import_from_lower_floors_only() -> Outcome {
    holds(rules::floors)
}

#[test]
fn the_floors_are_those_that_contributors_are_shown() -> Outcome {
    let text = file("CONTRIBUTING.md")?;
    let rows = text
        .lines()
        .skip_while(|line| !line.starts_with("| floor |"));
    let rows = rows.skip(2).take_while(|line| line.starts_with('|'));
    let rooms = |row: &str| -> Vec<String> {
        let cell = row.split('|').nth(2).unwrap_or_default();
        let names = cell.split('`').skip(1).step_by(2);
        names
            .map(|name| name.trim_end_matches('/').to_owned())
            .collect()
    };
    assert_eq!(rows.map(rooms).collect::<Vec<_>>(), rules::FLOORS);
    Ok(())
}

#[test]
fn a_file_that_imports_from_a_higher_floor_is_caught() -> Outcome {
    let planted = [("src/clock.rs", "use crate::settle::settle;")];
    is_caught(
        rules::floors,
        &planted,
        &["src/clock.rs:", "`crate::settle::settle`", "floor 3"],
    )
}

#[test]
fn an_import_in_braces_from_a_higher_floor_is_caught() -> Outcome {
    let planted = [(
        "src/step.rs",
        "use crate::{clock::Clock, policy::{self, Access}};",
    )];
    is_caught(
        rules::floors,
        &planted,
        &["src/step.rs:", "`crate::policy::Access`", "floor 4"],
    )
}

#[test]
fn an_import_from_a_higher_floor_through_the_root_is_caught() -> Outcome {
    let planted = [("src/step.rs", "use crate::Outcome;")];
    is_caught(
        rules::floors,
        &planted,
        &["src/step.rs:", "`crate::Outcome`", "floor 2"],
    )
}

#[test]
fn an_import_of_what_the_root_does_not_list_is_caught() -> Outcome {
    let planted = [("src/step.rs", "use crate::nothing;")];
    is_caught(
        rules::floors,
        &planted,
        &["src/step.rs:", "`crate::nothing`"],
    )
}

#[test]
fn a_path_to_a_higher_floor_in_code_is_caught() -> Outcome {
    let planted = [(
        "src/decision/value.rs",
        "fn up() { let _ = super::super::outcome::Mode::Origin; }",
    )];
    is_caught(
        rules::floors,
        &planted,
        &["src/decision/value.rs:", "floor 2"],
    )
}

#[test]
fn a_path_to_a_higher_floor_in_an_inline_module_is_caught() -> Outcome {
    let planted = [(
        "src/trace.rs",
        "mod inner { use super::super::inspect::Inspection; }",
    )];
    is_caught(rules::floors, &planted, &["src/trace.rs:", "floor 1"])
}

#[test]
fn a_room_without_a_floor_is_caught() -> Outcome {
    let planted = [("src/attic/chest.rs", "//! A chest.")];
    is_caught(
        rules::floors,
        &planted,
        &["src/attic/chest.rs", "`attic` stands on no floor"],
    )
}

#[test]
fn replies_and_audit_that_know_each_other_are_caught() -> Outcome {
    let planted = [("src/reply/planted.rs", "use crate::audit::Record;")];
    is_caught(
        rules::floors,
        &planted,
        &["src/reply/planted.rs:", "do not know each other"],
    )
}

#[test]
fn docs_comments_texts_and_tests_import_what_they_like() -> Outcome {
    let text = r##"
/// See [`settle`](crate::settle::settle).
// use crate::layer::AuthLayer;
/* use crate::layer::AuthLayer; /* nested */ crate::layer::x() */
const TEXT: (&str, char) = (r#"" use crate::layer::AuthLayer; "#, '"');
#[cfg(test)]
mod tests {
    use crate::layer::AuthLayer;
}
"##;
    let (before, after) = around(rules::floors, &[("src/clock.rs", text)])?;
    assert_eq!(after, before);
    Ok(())
}

#[test]
fn nothing_imports_in_a_circle() -> Outcome {
    holds(rules::circles)
}

#[test]
fn files_that_import_each_other_are_caught() -> Outcome {
    let planted = [("src/decision/unavailable.rs", "use super::value::Decision;")];
    is_caught(
        rules::circles,
        &planted,
        &[
            "src/decision/unavailable.rs:",
            "src/decision/value.rs:",
            "circle",
        ],
    )
}

#[test]
fn a_circle_through_a_facade_is_caught() -> Outcome {
    let planted = [(
        "src/decision/unavailable.rs",
        "use crate::decision::Decision;",
    )];
    is_caught(
        rules::circles,
        &planted,
        &["src/decision/unavailable.rs:", "src/decision/value.rs:"],
    )
}

#[test]
fn a_circle_between_rooms_of_one_floor_is_caught() -> Outcome {
    let planted = [("src/decision/planted.rs", "use crate::challenge::Flaw;")];
    is_caught(
        rules::circles,
        &planted,
        &[
            "challenge, decision import each other",
            "src/decision/planted.rs:",
        ],
    )
}

#[test]
fn facades_only_list() -> Outcome {
    holds(rules::facades)
}

#[test]
fn an_item_in_a_facade_is_caught() -> Outcome {
    let planted = [("src/policy/mod.rs", "pub(crate) fn helper() {}")];
    is_caught(rules::facades, &planted, &["src/policy/mod.rs:", "`fn`"])
}

#[test]
fn an_inline_module_in_a_facade_is_caught() -> Outcome {
    let planted = [("src/lib.rs", "pub mod inline { pub struct Item; }")];
    is_caught(rules::facades, &planted, &["src/lib.rs:", "`mod`"])
}

#[test]
fn a_private_use_in_a_facade_is_caught() -> Outcome {
    let planted = [("src/lib.rs", "use std::fmt;")];
    is_caught(rules::facades, &planted, &["src/lib.rs:", "private `use`"])
}

#[test]
fn a_glob_in_a_facade_is_caught() -> Outcome {
    let planted = [("src/verify/mod.rs", "pub use self::fixed::*;")];
    is_caught(rules::facades, &planted, &["src/verify/mod.rs:", "`*`"])
}

#[test]
fn every_item_has_one_public_path() -> Outcome {
    holds(rules::one_path_each)
}

#[test]
fn a_type_with_two_public_paths_is_caught() -> Outcome {
    let planted = [("src/lib.rs", "pub use self::verify::TokenTable as Table;")];
    is_caught(
        rules::one_path_each,
        &planted,
        &[
            "`verify::table::TokenTable`",
            "tower_auth::Table",
            "tower_auth::verify::TokenTable",
        ],
    )
}

#[test]
fn a_type_in_a_public_file_and_in_a_facade_is_caught() -> Outcome {
    let planted = [
        ("src/lib.rs", "pub mod open;\npub use self::open::Door;"),
        ("src/open.rs", "pub struct Door;"),
    ];
    is_caught(
        rules::one_path_each,
        &planted,
        &["`open::Door`", "tower_auth::Door", "tower_auth::open::Door"],
    )
}

#[test]
fn one_line_says_404() -> Outcome {
    holds(rules::one_not_found)
}

#[test]
fn a_second_line_that_says_404_is_caught() -> Outcome {
    let planted = [(
        "src/settle.rs",
        "const GONE: StatusCode = StatusCode::NOT_FOUND;",
    )];
    is_caught(
        rules::one_not_found,
        &planted,
        &["src/outcome.rs:", "src/settle.rs:"],
    )
}

#[test]
fn a_404_in_digits_is_caught() -> Outcome {
    let planted = [("src/reply/planted.rs", "fn gone() -> u16 { 404 }")];
    is_caught(rules::one_not_found, &planted, &["src/reply/planted.rs:"])
}

#[test]
fn one_line_calls_the_inner_service() -> Outcome {
    holds(rules::one_call)
}

#[test]
fn a_second_call_of_the_inner_service_is_caught() -> Outcome {
    let planted = [(
        "src/layer/planted.rs",
        "fn again() { self.inner.call(request); }",
    )];
    is_caught(
        rules::one_call,
        &planted,
        &["src/layer/planted.rs:", "inner service"],
    )
}

#[test]
fn a_call_of_the_inner_service_in_disguise_is_caught() -> Outcome {
    let planted = [(
        "src/layer/planted.rs",
        "fn again() { Service::call(&mut x, request); }",
    )];
    is_caught(
        rules::one_call,
        &planted,
        &["src/layer/planted.rs:", "disguise"],
    )
}

#[test]
fn a_call_of_a_service_under_another_name_is_caught() -> Outcome {
    let planted = [(
        "src/layer/planted.rs",
        "fn again() { other.call(request); }",
    )];
    is_caught(
        rules::one_call,
        &planted,
        &["src/layer/planted.rs:", "another service"],
    )
}

#[test]
fn every_file_opens_with_one_sentence() -> Outcome {
    holds(rules::opening_sentence)
}

#[test]
fn a_file_that_opens_with_no_sentence_is_caught() -> Outcome {
    for text in [
        "use std::fmt;",
        "//! no full stop",
        "//! One sentence. And another.",
        "\n//! Late.",
    ] {
        let planted = [("src/policy/planted.rs", text)];
        is_caught(
            rules::opening_sentence,
            &planted,
            &["src/policy/planted.rs:1:"],
        )?;
    }
    Ok(())
}

#[test]
fn no_file_is_too_long() -> Outcome {
    holds(rules::length)
}

#[test]
fn a_file_that_is_too_long_is_caught() -> Outcome {
    let text = "//\n".repeat(401);
    let planted = [("src/policy/planted.rs", text.as_str())];
    is_caught(
        rules::length,
        &planted,
        &["src/policy/planted.rs:", "401 lines"],
    )
}

#[test]
fn only_some_rooms_know_tower() -> Outcome {
    holds(rules::tower)
}

#[test]
fn tower_in_another_room_is_caught() -> Outcome {
    for text in [
        "use tower_service::Service;",
        "use tower::{Layer, util};",
        "fn layered<S: ::tower_layer::Layer<()>>() {}",
    ] {
        let planted = [("src/reply/planted.rs", text)];
        is_caught(
            rules::tower,
            &planted,
            &["src/reply/planted.rs:", "know tower"],
        )?;
    }
    Ok(())
}

#[test]
fn tower_and_calls_in_another_file_of_the_keys_are_caught() -> Outcome {
    let planted = [("src/jwks/client.rs", "use tower_service::Service;")];
    is_caught(
        rules::tower,
        &planted,
        &["src/jwks/client.rs:", "know tower"],
    )?;
    for file in ["src/jwks/client.rs", "src/jwks/service.rs"] {
        let planted = [(file, "fn again() { client.call(request); }")];
        is_caught(rules::one_call, &planted, &[file, "another service"])?;
    }
    Ok(())
}

#[test]
fn crates_for_authentication_stay_in_their_rooms() -> Outcome {
    holds(rules::auth_crates)
}

#[test]
fn a_crate_for_authentication_in_another_room_is_caught() -> Outcome {
    let planted = [("src/layer/planted.rs", "use jsonwebtoken::decode;")];
    is_caught(
        rules::auth_crates,
        &planted,
        &["src/layer/planted.rs:", "`jsonwebtoken`"],
    )
}

#[test]
fn a_crate_for_authentication_in_two_files_is_caught() -> Outcome {
    let planted = [
        ("src/verify/one.rs", "use argon2::Argon2;"),
        ("src/verify/two.rs", "fn f() { argon2::Argon2::default(); }"),
    ];
    is_caught(
        rules::auth_crates,
        &planted,
        &["`argon2`", "src/verify/one.rs", "src/verify/two.rs"],
    )
}

#[test]
fn the_readme_and_the_front_page_list_every_feature() -> Outcome {
    let declared = features::declared(&file("Cargo.toml")?)?;
    let readme = file("README.md")?;
    let front_page = features::front_page(&file("src/lib.rs")?, &readme);
    for (page, text) in [("README.md", readme), ("the front page", front_page)] {
        let differences = features::differences(&text, &declared);
        assert!(differences.is_empty(), "{page}: {differences:#?}");
    }
    Ok(())
}

#[test]
fn a_table_that_differs_from_the_features_is_caught() -> Outcome {
    let declared = features::declared("[features]\ndefault = [\"a\"]\na = []\nb = []\n")?;
    let before = "# Crate\n| feature |\n|---|\n| other |\n\n## Features\n\nText.\n\n";
    let of = |rows: &str| {
        let table = format!("{before}| feature | what |\n|:---|---|\n{rows}\n\n| c |\n");
        features::differences(&table, &declared)
    };
    assert!(of("| `a` | one |\n| `b` | two |").is_empty());
    assert_eq!(of("| `a` | one |"), ["`b` is not listed"]);
    assert_eq!(
        of("| `a` | |\n| `b` | |\n| `c` | |"),
        ["`c` is listed, and no feature"]
    );
    assert_eq!(
        of("| `a` | |\n| `b` | |\n| `a` | |"),
        ["`a` is listed twice"]
    );
    assert_eq!(features::differences("# Features\n", &declared).len(), 1);
    Ok(())
}
