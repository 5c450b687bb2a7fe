//! How a challenge becomes a field line.

use super::parameter::{Form, Parameter};

/// Room for what most challenges say.
const LIKELY: usize = 128;

/// One challenge as the value of one field line: `Scheme name="value", name="value"`.
///
/// Only `"` and `\` are escaped, as RFC 9110 §5.6.4 asks; the values are printable ASCII already.
pub(super) fn line(scheme: &str, parameters: &[Parameter]) -> String {
    let mut line = String::with_capacity(LIKELY);
    line.push_str(scheme);
    for (place, parameter) in parameters.iter().enumerate() {
        line.push_str(if place == 0 { " " } else { ", " });
        line.push_str(&parameter.name);
        line.push('=');
        match parameter.form {
            Form::Quoted => quote(&parameter.value, &mut line),
            Form::Token => line.push_str(&parameter.value),
        }
    }
    line
}

fn quote(value: &str, line: &mut String) {
    line.push('"');
    if !value.contains(['"', '\\']) {
        line.push_str(value);
        line.push('"');
        return;
    }
    for character in value.chars() {
        if matches!(character, '"' | '\\') {
            line.push('\\');
        }
        line.push(character);
    }
    line.push('"');
}
