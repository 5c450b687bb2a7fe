//! What everybody who uses this crate builds, whatever features they choose.

use std::{collections::BTreeSet, error::Error, process::Command};

/// As many as a reviewer reads in one sitting, this one counted.
const MOST: usize = 20;

#[test]
fn without_features_there_are_few_packages_to_trust() -> Result<(), Box<dyn Error>> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--no-default-features"])
        .args(["--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()?;
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");

    let tree = String::from_utf8(output.stdout)?;
    let packages: BTreeSet<_> = tree.lines().filter_map(name_and_version).collect();
    assert!(packages.iter().any(|(name, _)| *name == "http"), "{tree}");
    assert!(
        packages.len() <= MOST,
        "{} packages, more than {MOST}: {packages:#?}",
        packages.len()
    );
    Ok(())
}

fn name_and_version(line: &str) -> Option<(&str, &str)> {
    let mut words = line.split_whitespace();
    Some((words.next()?, words.next()?))
}
