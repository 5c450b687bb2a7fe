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

use std::{collections::BTreeSet, error::Error, fs, io};

use self::{
    house::{House, Tree},
    rules::Rule,
};

type Outcome = Result<(), Box<dyn Error>>;

fn holds(rule: Rule) -> Outcome {
    let broken = rule(&House::new(&house::source()?));
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
    Ok(())
}

/// Sees that `rule` reports what `plant` breaks, with all of `words`.
fn is_caught(rule: Rule, plant: impl FnOnce(&mut Tree), words: &[&str]) -> Outcome {
    let mut tree = house::source()?;
    let before: BTreeSet<String> = rule(&House::new(&tree)).into_iter().collect();
    plant(&mut tree);
    let after = rule(&House::new(&tree));
    let caught = after.iter().filter(|report| !before.contains(*report));
    let caught: Vec<&String> = caught
        .filter(|report| words.iter().all(|word| report.contains(word)))
        .collect();
    assert!(
        !caught.is_empty(),
        "nothing of {after:#?} tells of {words:?}"
    );
    Ok(())
}

/// Sees that `rule` has nothing to say of what `plant` changes.
fn is_not_caught(rule: Rule, plant: impl FnOnce(&mut Tree)) -> Outcome {
    let mut tree = house::source()?;
    let before = rule(&House::new(&tree));
    plant(&mut tree);
    assert_eq!(rule(&House::new(&tree)), before);
    Ok(())
}

fn append(tree: &mut Tree, path: &str, text: &str) {
    let file = tree
        .entry(path.to_owned())
        .or_insert_with(|| "//! A planted file.\n".to_owned());
    file.push('\n');
    file.push_str(text);
}

#[test]
fn files_import_from_lower_floors_only() -> Outcome {
    holds(rules::floors)
}

#[test]
fn a_file_that_imports_from_a_higher_floor_is_caught() -> Outcome {
    let plant = |tree: &mut Tree| append(tree, "src/clock.rs", "use crate::settle::settle;");
    is_caught(
        rules::floors,
        plant,
        &["src/clock.rs:", "`crate::settle::settle`", "floor 3"],
    )
}

#[test]
fn an_import_in_braces_from_a_higher_floor_is_caught() -> Outcome {
    let plant = |tree: &mut Tree| {
        append(
            tree,
            "src/step.rs",
            "use crate::{\n    clock::Clock,\n    policy::{self, Access},\n};",
        )
    };
    is_caught(
        rules::floors,
        plant,
        &["src/step.rs:", "`crate::policy::Access`"],
    )
}

#[test]
fn an_import_from_a_higher_floor_through_the_root_is_caught() -> Outcome {
    let plant = |tree: &mut Tree| append(tree, "src/step.rs", "use crate::Outcome;");
    is_caught(rules::floors, plant, &["src/step.rs:", "`crate::Outcome`"])
}

#[test]
fn a_path_to_a_higher_floor_in_code_is_caught() -> Outcome {
    let plant = |tree: &mut Tree| {
        append(
            tree,
            "src/decision/value.rs",
            "fn up() { let _ = super::super::outcome::Mode::Origin; }",
        );
    };
    is_caught(rules::floors, plant, &["src/decision/value.rs:", "floor 2"])
}

#[test]
fn a_path_to_a_higher_floor_from_an_inline_module_is_caught() -> Outcome {
    let plant = |tree: &mut Tree| {
        append(
            tree,
            "src/trace.rs",
            "mod inner { use super::super::inspect::Inspection; }",
        )
    };
    is_caught(rules::floors, plant, &["src/trace.rs:", "floor 1"])
}

#[test]
fn a_room_without_a_floor_is_caught() -> Outcome {
    let plant = |tree: &mut Tree| append(tree, "src/attic/chest.rs", "");
    is_caught(
        rules::floors,
        plant,
        &["src/attic/chest.rs", "`attic` stands on no floor"],
    )
}

#[test]
fn replies_and_audit_that_know_each_other_are_caught() -> Outcome {
    let plant = |tree: &mut Tree| append(tree, "src/reply/planted.rs", "use crate::audit::Record;");
    is_caught(
        rules::floors,
        plant,
        &["src/reply/planted.rs:", "do not know each other"],
    )
}

#[test]
fn docs_comments_and_tests_import_from_where_they_like() -> Outcome {
    is_not_caught(rules::floors, |tree| {
        let text = "/// See [`settle`](crate::settle::settle).\n// use crate::layer::AuthLayer;\n\
                    /* use crate::layer::AuthLayer; /* nested */ crate::layer::x() */\n\
                    const TEXT: &str = r#\"use crate::layer::AuthLayer; \"\"#;\n\
                    #[cfg(test)]\nmod tests {\n    use crate::layer::AuthLayer;\n}\n";
        append(tree, "src/clock.rs", text);
    })
}

#[test]
fn nothing_imports_in_a_circle() -> Outcome {
    holds(rules::circles)
}

#[test]
fn files_that_import_each_other_are_caught() -> Outcome {
    let plant = |tree: &mut Tree| {
        append(
            tree,
            "src/decision/unavailable.rs",
            "use super::value::Decision;",
        )
    };
    is_caught(
        rules::circles,
        plant,
        &[
            "src/decision/unavailable.rs",
            "src/decision/value.rs",
            "circle",
        ],
    )
}

#[test]
fn a_circle_through_a_facade_is_caught() -> Outcome {
    let plant = |tree: &mut Tree| {
        append(
            tree,
            "src/decision/unavailable.rs",
            "use crate::decision::Decision;",
        )
    };
    is_caught(
        rules::circles,
        plant,
        &["src/decision/unavailable.rs", "src/decision/value.rs"],
    )
}

#[test]
fn a_circle_between_rooms_of_one_floor_is_caught() -> Outcome {
    let plant = |tree: &mut Tree| {
        append(
            tree,
            "src/decision/planted.rs",
            "use crate::challenge::Flaw;",
        )
    };
    is_caught(rules::circles, plant, &["challenge, decision"])
}

#[test]
fn facades_only_list() -> Outcome {
    holds(rules::facades)
}

#[test]
fn an_item_in_a_facade_is_caught() -> Outcome {
    let plant = |tree: &mut Tree| append(tree, "src/policy/mod.rs", "pub(crate) fn helper() {}");
    is_caught(rules::facades, plant, &["src/policy/mod.rs:", "`fn`"])
}

#[test]
fn a_private_use_in_a_facade_is_caught() -> Outcome {
    let plant = |tree: &mut Tree| append(tree, "src/lib.rs", "use std::fmt;");
    is_caught(rules::facades, plant, &["src/lib.rs:", "private `use`"])
}

#[test]
fn a_glob_in_a_facade_is_caught() -> Outcome {
    let plant = |tree: &mut Tree| append(tree, "src/verify/mod.rs", "pub use self::fixed::*;");
    is_caught(rules::facades, plant, &["src/verify/mod.rs:", "`*`"])
}

#[test]
fn every_item_has_one_public_path() -> Outcome {
    holds(rules::one_path_each)
}

#[test]
fn a_type_with_two_public_paths_is_caught() -> Outcome {
    let plant = |tree: &mut Tree| {
        append(
            tree,
            "src/lib.rs",
            "pub use self::verify::TokenTable as Table;",
        )
    };
    is_caught(
        rules::one_path_each,
        plant,
        &[
            "verify::table::TokenTable",
            "tower_auth::Table",
            "tower_auth::verify::TokenTable",
        ],
    )
}

#[test]
fn a_type_in_a_public_file_and_a_facade_is_caught() -> Outcome {
    let plant = |tree: &mut Tree| {
        append(
            tree,
            "src/lib.rs",
            "pub mod open;\npub use self::open::Door;",
        );
        append(tree, "src/open.rs", "pub struct Door;");
    };
    is_caught(
        rules::one_path_each,
        plant,
        &["open::Door", "tower_auth::Door", "tower_auth::open::Door"],
    )
}

#[test]
fn one_line_says_404() -> Outcome {
    holds(rules::one_not_found)
}

#[test]
fn a_second_line_that_says_404_is_caught() -> Outcome {
    let plant = |tree: &mut Tree| {
        append(
            tree,
            "src/settle.rs",
            "const GONE: StatusCode = StatusCode::NOT_FOUND;",
        )
    };
    is_caught(
        rules::one_not_found,
        plant,
        &["src/outcome.rs:", "src/settle.rs:"],
    )
}

#[test]
fn a_404_in_digits_is_caught() -> Outcome {
    let plant = |tree: &mut Tree| append(tree, "src/reply/planted.rs", "fn gone() -> u16 { 404 }");
    is_caught(rules::one_not_found, plant, &["src/reply/planted.rs:"])
}

#[test]
fn one_line_calls_the_inner_service() -> Outcome {
    holds(rules::one_call)
}

#[test]
fn a_second_call_of_the_inner_service_is_caught() -> Outcome {
    let plant = |tree: &mut Tree| {
        append(
            tree,
            "src/layer/planted.rs",
            "fn again() { self.inner.call(request); }",
        )
    };
    is_caught(
        rules::one_call,
        plant,
        &["src/layer/planted.rs:", "inner service"],
    )
}

#[test]
fn a_call_of_the_inner_service_in_disguise_is_caught() -> Outcome {
    let plant = |tree: &mut Tree| {
        append(
            tree,
            "src/layer/planted.rs",
            "fn again() { Service::call(&mut x, request); }",
        )
    };
    is_caught(
        rules::one_call,
        plant,
        &["src/layer/planted.rs:", "disguise"],
    )
}

#[test]
fn a_call_of_a_service_under_another_name_is_caught() -> Outcome {
    let plant = |tree: &mut Tree| {
        append(
            tree,
            "src/layer/planted.rs",
            "fn again() { other.call(request); }",
        )
    };
    is_caught(
        rules::one_call,
        plant,
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
        "use std::fmt;\n",
        "//! no full stop\n",
        "//! One sentence. And another.\n",
        "\n//! Late.\n",
    ] {
        let plant = |tree: &mut Tree| {
            drop(tree.insert("src/policy/planted.rs".to_owned(), text.to_owned()))
        };
        is_caught(
            rules::opening_sentence,
            plant,
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
    let plant = |tree: &mut Tree| append(tree, "src/policy/planted.rs", &"//\n".repeat(400));
    is_caught(
        rules::length,
        plant,
        &["src/policy/planted.rs:", "Give that a file"],
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
        "fn f<S: ::tower_layer::Layer<()>>() {}",
        "use tower::{Layer, util};",
    ] {
        let plant = |tree: &mut Tree| append(tree, "src/reply/planted.rs", text);
        is_caught(
            rules::tower,
            plant,
            &["src/reply/planted.rs:", "know tower"],
        )?;
    }
    Ok(())
}

#[test]
fn crates_for_authentication_stay_in_their_rooms() -> Outcome {
    holds(rules::auth_crates)
}

#[test]
fn a_crate_for_authentication_in_another_room_is_caught() -> Outcome {
    let plant = |tree: &mut Tree| append(tree, "src/layer/planted.rs", "use jsonwebtoken::decode;");
    is_caught(
        rules::auth_crates,
        plant,
        &["src/layer/planted.rs:", "`jsonwebtoken`"],
    )
}

#[test]
fn a_crate_for_authentication_in_two_files_is_caught() -> Outcome {
    let plant = |tree: &mut Tree| {
        append(tree, "src/verify/one.rs", "use argon2::Argon2;");
        append(
            tree,
            "src/verify/two.rs",
            "fn f() { argon2::Argon2::default(); }",
        );
    };
    is_caught(
        rules::auth_crates,
        plant,
        &["`argon2`", "src/verify/one.rs", "src/verify/two.rs"],
    )
}

fn file(path: &str) -> io::Result<String> {
    fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
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
    let table = |rows: &str| {
        format!(
            "# Crate\n| feature | x |\n|--|--|\n\n## Features\n\n| feature | what |\n|---|---|\n{rows}\ntext\n"
        )
    };
    let of = |rows: &str| features::differences(&table(rows), &declared);
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
    assert_eq!(features::differences("no table", &declared).len(), 1);
    Ok(())
}
