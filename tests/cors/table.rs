//! The table of preflights.

use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;

use crate::corpus;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    pub(crate) ends: Vec<Ends>,
    pub(crate) methods: Vec<Method>,
    pub(crate) origins: Vec<Lines>,
    pub(crate) asked: Vec<Lines>,
    pub(crate) row: Vec<Row>,
}

/// How a request ends that is no preflight: the status, by policy and credentials.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ends {
    pub(crate) policy: String,
    pub(crate) none: u16,
    pub(crate) good: u16,
    pub(crate) bad: u16,
}

/// Methods, and whether a preflight may have them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Method {
    pub(crate) text: String,
    pub(crate) fits: bool,
}

/// The lines of a field, and whether a preflight may have them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lines {
    pub(crate) lines: Vec<String>,
    pub(crate) fits: bool,
}

/// A whole request.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(not(feature = "axum"), expect(dead_code, reason = "they are sent"))]
pub(crate) struct Row {
    pub(crate) name: String,
    requirement: String,
    #[serde(default)]
    also: Vec<String>,
    pub(crate) method: String,
    pub(crate) target: Option<String>,
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) is_preflight: bool,
}

corpus::rows!(Row; also);

impl Table {
    pub(crate) fn load() -> Self {
        corpus::load("preflights.toml", |table: &Self| &table.row)
    }
}

impl Lines {
    pub(crate) fn add_to(&self, fields: &mut HeaderMap, name: &HeaderName) {
        for line in &self.lines {
            let line = HeaderValue::from_bytes(line.as_bytes()).unwrap();
            fields.append(name, line);
        }
    }
}
