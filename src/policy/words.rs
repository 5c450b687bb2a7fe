//! How the names of policies are written.

use std::fmt;

/// A type or a function's own name, without path and generics: `Leaf` of `app::rules::Leaf<u8>`.
/// `None` where it has none, as closures.
pub(super) fn own_name(path: &str) -> Option<&str> {
    let (mut depth, mut start, mut end) = (0_usize, 0, path.len());
    for (place, letter) in path.char_indices() {
        match letter {
            '<' => {
                if depth == 0 {
                    end = place;
                }
                depth += 1;
            }
            '>' => depth = depth.saturating_sub(1),
            // A tuple, or a pointer to a function: of several types, and none of its own.
            '(' if depth == 0 => return None,
            ':' if depth == 0 => (start, end) = (place + 1, path.len()),
            _ => {}
        }
    }
    let name = path.get(start..end)?;
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    (!name.is_empty() && name.chars().all(is_word)).then_some(name)
}

/// A name that somebody gave: as it is, or quoted and escaped where it could be taken for something
/// else, or for more than one line.
pub(super) struct Given<'a>(pub(super) &'a str);

impl fmt::Display for Given<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"\"'`\\(),".contains(&byte);
        if !self.0.is_empty() && self.0.bytes().all(is_plain) {
            f.write_str(self.0)
        } else {
            write!(f, "{:?}", self.0)
        }
    }
}

/// Writes `function(given, given)`.
pub(super) fn call(
    f: &mut fmt::Formatter<'_>,
    function: &str,
    given: impl IntoIterator<Item = impl fmt::Display>,
) -> fmt::Result {
    write!(f, "{function}(")?;
    for (place, one) in given.into_iter().enumerate() {
        if place > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{one}")?;
    }
    f.write_str(")")
}

#[cfg(test)]
mod tests {
    use std::any::type_name;

    use super::*;

    struct Plain;
    struct Of<T>(T);

    trait Makes {
        fn make() -> &'static str;
    }

    impl Makes for Of<Of<Plain>> {
        fn make() -> &'static str {
            struct Local<T>(T);
            type_name::<Local<Plain>>()
        }
    }

    fn function<T>(_: T) {}

    fn name_of<T>(_: T) -> Option<&'static str> {
        own_name(type_name::<T>())
    }

    #[test]
    fn a_type_is_called_by_its_own_name() {
        let names = [
            (type_name::<Plain>(), Some("Plain")),
            (type_name::<Of<Plain>>(), Some("Of")),
            (type_name::<Of<Of<Plain>>>(), Some("Of")),
            (<Of<Of<Plain>>>::make(), Some("Local")),
            (type_name::<u8>(), Some("u8")),
            (type_name::<(Plain, Plain)>(), None),
            (type_name::<fn(Plain) -> Plain>(), None),
        ];
        for (path, name) in names {
            assert_eq!(own_name(path), name, "{path}");
        }
    }

    #[test]
    fn a_function_is_called_by_its_own_name_and_a_closure_has_none() {
        assert_eq!(name_of(function::<Plain>), Some("function"));
        assert_eq!(name_of(<Of<Of<Plain>>>::make), Some("make"));
        assert_eq!(name_of(|| ()), None);
        let pointer: fn(Plain) = function;
        assert_eq!(name_of(pointer), None);
    }

    #[test]
    fn a_name_that_reads_like_something_else_is_quoted() {
        for (given, written) in [
            ("docs:write", "docs:write"),
            ("", r#""""#),
            ("the owner", r#""the owner""#),
            ("a), role(b", r#""a), role(b""#),
            ("a\nb", r#""a\nb""#),
            ("\u{1b}[31m", r#""\u{1b}[31m""#),
            ("\u{202e}abc", r#""\u{202e}abc""#),
            (r#"a"b"#, r#""a\"b""#),
            ("größe", r#""größe""#),
        ] {
            assert_eq!(Given(given).to_string(), written);
        }
    }
}
