//! The corpora: tables of what goes in and what must come out, one TOML file each.

use std::{collections::HashSet, fs, path::Path};

use serde::de::DeserializeOwned;

/// What every row has.
pub(crate) trait Row {
    /// A name that no other row of the file has.
    fn name(&self) -> &str;
    /// The requirement that the row checks: number of the RFC, section, letter.
    fn requirement(&self) -> &str;
    /// Further ones.
    fn also(&self) -> &[String] {
        &[]
    }
}

/// Makes rows of types by their fields `name` and `requirement`, and `also` where that is said. Rows that
/// are all about one requirement have it behind the arrow.
macro_rules! rows {
    ($($row:ty),+) => {$(
        impl $crate::corpus::Row for $row {
            fn name(&self) -> &str {
                &self.name
            }

            fn requirement(&self) -> &str {
                &self.requirement
            }
        }
    )+};
    ($row:ty; also) => {
        impl $crate::corpus::Row for $row {
            fn name(&self) -> &str {
                &self.name
            }

            fn requirement(&self) -> &str {
                &self.requirement
            }

            fn also(&self) -> &[String] {
                &self.also
            }
        }
    };
    ($($row:ty),+ => $requirement:expr) => {$(
        impl $crate::corpus::Row for $row {
            fn name(&self) -> &str {
                &self.name
            }

            fn requirement(&self) -> &str {
                $requirement
            }
        }
    )+};
}

pub(crate) use rows;

/// Reads `tests/corpus/<file>`. Names stand there once, requirements are ids.
pub(crate) fn load<T, R>(file: &str, rows: impl Fn(&T) -> &[R]) -> T
where
    T: DeserializeOwned,
    R: Row,
{
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/corpus")
        .join(file);
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let table: T = toml::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));

    let mut names = HashSet::new();
    for row in rows(&table) {
        assert!(
            is_name(row.name()),
            "{file}: `{}` is no name of a row",
            row.name()
        );
        assert!(
            names.insert(row.name()),
            "{file}: two rows are named `{}`",
            row.name()
        );
        let further = row.also().iter().map(String::as_str);
        for id in further.chain([row.requirement()]) {
            assert!(
                is_requirement(id),
                "{file}: `{}` cites `{id}`, which is no requirement",
                row.name()
            );
        }
    }
    assert!(!names.is_empty(), "{file} has no rows");
    table
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

/// `9110-11.6.1-a`, `6265bis-8.2-a` for a draft, `fetch-cors-a` for the Fetch standard, or `D-fail-closed`
/// for one of our own.
fn is_requirement(id: &str) -> bool {
    if let Some(own) = id.strip_prefix("D-") {
        return is_name(&own.replace('-', "_"));
    }
    let parts: Vec<&str> = id.split('-').collect();
    let [rfc, section, letter] = parts.as_slice() else {
        return false;
    };
    let rfc = rfc.strip_suffix("bis").unwrap_or(rfc);
    let is_letter = letter.len() == 1 && letter.bytes().all(|byte| byte.is_ascii_lowercase());
    if rfc == "fetch" {
        return is_name(section) && is_letter;
    }
    rfc.len() == 4
        && rfc.bytes().all(|byte| byte.is_ascii_digit())
        && section
            .split('.')
            .all(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
        && is_letter
}
