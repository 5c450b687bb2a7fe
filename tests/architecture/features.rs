//! The table of features: what it lists, and what the manifest declares.

use std::collections::BTreeSet;

/// What the manifest declares, `default` aside, which is a choice of the others.
pub(crate) fn declared(manifest: &str) -> Result<BTreeSet<String>, toml::de::Error> {
    let manifest: toml::Table = toml::from_str(manifest)?;
    let features = manifest.get("features").and_then(toml::Value::as_table);
    let names = features
        .into_iter()
        .flat_map(|features| features.keys().cloned());
    Ok(names.filter(|name| name != "default").collect())
}

/// What the table under the heading with `Features` lists: the first column, without backticks.
pub(crate) fn listed(markdown: &str) -> Vec<String> {
    let section = markdown
        .lines()
        .map(str::trim)
        .skip_while(|line| !is_heading(line) || !line.contains("Features"));
    let table = section
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'));
    let mut rows = table
        .filter_map(|row| row.split('|').nth(1))
        .map(|cell| cell.trim().replace('`', ""));
    if rows.next().as_deref() != Some("feature") {
        return Vec::new();
    }
    rows.filter(|cell| !cell.starts_with([':', '-'])).collect()
}

/// The text that rustdoc shows on the front page.
pub(crate) fn front_page(lib: &str, readme: &str) -> String {
    if lib.contains(r#"include_str!("../README.md")"#) {
        return readme.to_owned();
    }
    let lines = lib.lines().map_while(|line| line.strip_prefix("//!"));
    lines.collect::<Vec<_>>().join("\n")
}

/// How the table differs from what is declared.
pub(crate) fn differences(markdown: &str, declared: &BTreeSet<String>) -> Vec<String> {
    let listed = listed(markdown);
    if listed.is_empty() {
        return vec![
            "no table with a column `feature` stands under a heading with `Features`".to_owned(),
        ];
    }
    let mut differences = Vec::new();
    let mut seen = BTreeSet::new();
    for name in listed {
        if !declared.contains(&name) {
            differences.push(format!("`{name}` is listed, and no feature"));
        }
        if !seen.insert(name.clone()) {
            differences.push(format!("`{name}` is listed twice"));
        }
    }
    differences.extend(
        declared
            .difference(&seen)
            .map(|name| format!("`{name}` is not listed")),
    );
    differences
}

fn is_heading(line: &str) -> bool {
    line.starts_with('#')
}
