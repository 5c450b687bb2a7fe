//! How a challenge becomes a field line.

use super::parameter::{Form, Parameter};

/// A challenge as the value of one field line, `Scheme name="value", name="value"`, with one parameter more.
///
/// Only `"` and `\` are escaped, as RFC 9110 §5.6.4 asks; the values are printable ASCII already.
pub(super) fn behind(line: &str, is_first: bool, parameter: &Parameter) -> String {
    let Parameter { name, value, form } = parameter;
    // Room for what stands between them, too.
    let mut longer = String::with_capacity(line.len() + name.len() + value.len() + 8);
    longer.push_str(line);
    longer.push_str(if is_first { " " } else { ", " });
    longer.push_str(name);
    longer.push('=');
    match form {
        Form::Quoted => quote(value, &mut longer),
        Form::Token => longer.push_str(value),
    }
    longer
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
