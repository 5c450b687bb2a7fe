//! How members become a JSON object (RFC 9728 §3.2).

use std::fmt::Write as _;

use crate::json::write_string;

use super::member::{MemberValue, Value};

/// One object of these members, in this order. Lists that are empty are left out.
pub(super) fn object(members: &[(&str, MemberValue)]) -> String {
    let mut json = String::from("{");
    for (name, MemberValue(value)) in members {
        if matches!(value, Value::List(list) if list.is_empty()) {
            continue;
        }
        if json.len() > 1 {
            json.push(',');
        }
        write_string(name, &mut json);
        json.push(':');
        write_value(value, &mut json);
    }
    json.push('}');
    json
}

fn write_value(value: &Value, json: &mut String) {
    match value {
        Value::Text(text) => write_string(text, json),
        // Writing to a string cannot fail.
        Value::Number(number) => drop(write!(json, "{number}")),
        Value::Flag(flag) => drop(write!(json, "{flag}")),
        Value::List(list) => {
            json.push('[');
            for (place, text) in list.iter().enumerate() {
                if place > 0 {
                    json.push(',');
                }
                write_string(text, json);
            }
            json.push(']');
        }
    }
}
