//! What must not compile does not, and the compiler says what to do instead.
#![cfg(all(feature = "axum", feature = "tracing"))]

use std::{env, process::Command};

/// The compiler whose words the `.stderr` files hold: others word the same in other ways.
const WORDED_BY: &str = "rustc 1.95.";

#[test]
fn what_must_not_compile_does_not_and_says_what_to_do() {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let told = Command::new(rustc)
        .arg("--version")
        .output()
        .expect("a compiler");
    let version = String::from_utf8_lossy(&told.stdout);
    if !version.starts_with(WORDED_BY) {
        assert!(
            env::var_os("CI").is_none(),
            "tests/ui is worded by {WORDED_BY}, not by {version}"
        );
        eprintln!("left out: {version} words errors in another way than {WORDED_BY}");
        return;
    }
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
