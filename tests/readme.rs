//! What the README shows is what runs.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that panics has failed, and says where"
)]

use std::fs;

fn file(path: &str) -> String {
    fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// Up to where the program starts: the example takes its port from the environment, and the
/// README does not.
fn before_main(code: &str) -> &str {
    code.split("#[tokio::main]").next().unwrap().trim()
}

#[test]
fn the_quick_start_is_the_example_that_is_run() {
    let readme = file("README.md");
    let shown = readme.split("```rust,no_run\n").nth(1).unwrap();
    let example = file("examples/axum_basic.rs");
    let run = example.split("mod listen;\n").nth(1).unwrap();
    assert_eq!(before_main(shown), before_main(run));
}

#[test]
fn every_example_that_the_readme_names_is_there() {
    let readme = file("README.md");
    for name in [
        "demo",
        "axum_basic",
        "hyper_service",
        "custom_scheme",
        "custom_policy",
    ] {
        assert!(readme.contains(&format!("`{name}`")), "{name}");
        let alone = format!("{}/examples/{name}.rs", env!("CARGO_MANIFEST_DIR"));
        let folder = format!("{}/examples/{name}/main.rs", env!("CARGO_MANIFEST_DIR"));
        assert!(
            fs::exists(alone).unwrap() || fs::exists(folder).unwrap(),
            "{name}"
        );
    }
}
