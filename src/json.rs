//! How a string is written in JSON, and an object is read (RFC 8259).

use std::fmt::Write as _;

#[cfg(feature = "jwt")]
use serde::de::DeserializeOwned;

/// Appends `text` as a JSON string.
///
/// Written here since problems and the metadata of resources need no more, and a JSON library would be a
/// fifth of all packages that this crate brings along. Tests hold it against one.
pub(crate) fn write_string(text: &str, json: &mut String) {
    json.push('"');
    if !text.bytes().any(is_escaped) {
        json.push_str(text);
        json.push('"');
        return;
    }
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            // Writing to a string cannot fail.
            '\0'..='\u{1f}' => drop(write!(json, "\\u{:04x}", u32::from(character))),
            _ => json.push(character),
        }
    }
    json.push('"');
}

/// Reads an object. Serde alone takes a list of its members' values, too.
#[cfg(feature = "jwt")]
pub(crate) fn read_object<T: DeserializeOwned>(text: &[u8]) -> Option<T> {
    if !begins_object(text) {
        return None;
    }
    serde_json::from_slice(text).ok()
}

/// Whether it is an object, if it is JSON at all.
#[cfg(feature = "jwt")]
pub(crate) fn begins_object(text: &[u8]) -> bool {
    text.trim_ascii_start().starts_with(b"{")
}

const fn is_escaped(byte: u8) -> bool {
    matches!(byte, b'"' | b'\\' | 0..=0x1f)
}
