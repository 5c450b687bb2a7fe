//! Challenges that are made up: as they are configured, and as they arrive.

use proptest::{collection::vec, prelude::*, sample::select};
use serde::Deserialize;

pub(crate) const TOKEN: &str = "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}";

/// A parameter as it is configured: one of the two is given.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) quoted: Option<String>,
    pub(crate) token: Option<String>,
}

/// Parameters with rules of their own, and others.
pub(crate) fn parameter() -> impl Strategy<Value = Parameter> {
    let known = select(vec![
        ("charset", "utf-8"),
        ("scope", "a b,c"),
        ("SCOPE", "d"),
        ("scope", " "),
        ("error", "invalid_token"),
        ("error_description", "a, b"),
        ("error_description", r#"a "b""#),
        ("error_uri", "https://e.example/?a=b"),
        ("resource_metadata", "https://e.example/x"),
        ("acr_values", "a b"),
        ("max_age", "5"),
        ("realm", "again"),
    ]);
    let known = known.prop_map(|(name, value)| (name.to_owned(), value.to_owned()));
    let other = (TOKEN, "[ -~]{0,20}");
    (prop_oneof![known, other], any::<bool>()).prop_map(|((name, value), bare)| Parameter {
        name,
        quoted: (!bare).then(|| value.clone()),
        token: bare.then_some(value),
    })
}

/// A challenge that arrives, in one of the many ways to write it.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    challenge: Content,
    text: String,
    line_ends: bool,
}

/// A scheme, and its parameters or its token68.
pub(crate) type Content = (String, Result<Vec<(String, String)>, String>);

pub(crate) fn arrival() -> impl Strategy<Value = Arrival> {
    let parameters = vec(written_parameter(), 0..6);
    let token68 = "[0-9A-Za-z._~+/-]{1,9}={0,3}";
    let content = prop_oneof![4 => parameters.prop_map(Ok), 1 => token68.prop_map(Err)];
    (
        TOKEN,
        " {1,3}(|[ \t]{0,2},[ \t,]{0,3})",
        "[ \t]{0,2},[ \t,]{0,3}",
        content,
        any::<bool>(),
    )
        .prop_map(|(scheme, opening, separator, content, line_ends)| {
            let (challenge, text) = match content {
                Ok(parameters) => {
                    let (mut names, mut texts) = (Vec::new(), Vec::new());
                    for (place, (name, value, text)) in parameters.into_iter().enumerate() {
                        // The number keeps names apart.
                        names.push((format!("{name}{place}"), value));
                        texts.push(format!("{name}{place}{text}"));
                    }
                    let text = if texts.is_empty() {
                        scheme.clone()
                    } else {
                        format!("{scheme}{opening}{}", texts.join(&separator))
                    };
                    (Ok(names), text)
                }
                Err(token68) => {
                    let text = format!("{scheme} {token68}");
                    (Err(token68), text)
                }
            };
            Arrival {
                challenge: (scheme, challenge),
                text: text + &separator,
                line_ends,
            }
        })
}

/// A name, a value, and how both are written behind the name.
fn written_parameter() -> impl Strategy<Value = (String, String, String)> {
    let quoted = vec(("[ -~\t\u{80}-\u{FF}]", any::<bool>()), 0..12).prop_map(|characters| {
        let (mut value, mut text) = (String::new(), String::from('"'));
        for (character, escaped) in characters {
            if escaped || matches!(character.as_str(), "\"" | "\\") {
                text.push('\\');
            }
            text.push_str(&character);
            value.push_str(&character);
        }
        text.push('"');
        (value, text)
    });
    let bare = TOKEN.prop_map(|token| (token.clone(), token));
    (TOKEN, "[ \t]{0,2}=[ \t]{0,2}", prop_oneof![quoted, bare]).prop_map(
        |(name, equals, (value, text)): (String, String, (String, String))| {
            (name, value, equals + &text)
        },
    )
}

/// The challenges that lines hold, and the lines.
pub(crate) fn lay_out(arrivals: Vec<Arrival>) -> (Vec<Content>, Vec<Vec<u8>>) {
    let mut lines = vec![Vec::new()];
    for arrival in &arrivals {
        let bytes = arrival
            .text
            .chars()
            .map(|character| u8::try_from(character).unwrap());
        lines.last_mut().unwrap().extend(bytes);
        if arrival.line_ends {
            lines.push(Vec::new());
        }
    }
    (
        arrivals
            .into_iter()
            .map(|arrival| arrival.challenge)
            .collect(),
        lines,
    )
}

/// Bytes that are nearly challenges, and bytes that are nothing.
pub(crate) fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let pieces = select(vec![
        "Basic",
        "a",
        "=",
        "==",
        " ",
        "\t",
        ",",
        "\"",
        "\\",
        "x=y",
        "realm=\"x\"",
        "\\\"",
        "\u{0}",
        "\r\n",
        "é",
        "YQ==",
        "a=b",
        "Newauth ",
        ", ",
    ]);
    let nearly = vec(pieces, 0..16).prop_map(|pieces| pieces.concat().into_bytes());
    prop_oneof![3 => nearly, 1 => vec(any::<u8>(), 0..64)]
}
