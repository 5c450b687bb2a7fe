//! `Forwarded` ([RFC 7239](https://www.rfc-editor.org/rfc/rfc7239)), read from the right.

use std::borrow::Cow;

use crate::grammar::{is_blank, is_tchar};

use super::node::Hop;

/// More parameters in one element are not read: four are registered, and few others in use.
const MOST_PARAMETERS: usize = 16;

/// The hops on one line, the last one first. Each is read when it is asked for, and nothing left of
/// it: neither an unclosed quote nor anything else there changes what it says.
pub(super) fn hops(line: &[u8]) -> impl Iterator<Item = Hop> {
    let mut left = Some(Backwards(line));
    std::iter::from_fn(move || {
        let mut line = left.take()?;
        let Some(hop) = line.element() else {
            return Some(Hop::Unreadable);
        };
        if line.skip(b',') {
            left = Some(line);
        }
        Some(hop)
    })
}

/// What is left of a line that is read from its end.
struct Backwards<'a>(&'a [u8]);

impl<'a> Backwards<'a> {
    /// Reads an element (§4), and leaves the comma in front of it. `None` breaks the grammar.
    fn element(&mut self) -> Option<Hop> {
        let mut names = Vec::new();
        let mut node = None;
        self.skip_blanks();
        if self.ends() {
            return Some(Hop::Empty);
        }
        loop {
            if !self.ends() && !self.is_at(b';') {
                let value = self.value()?;
                let name = self.skip(b'=').then(|| self.token())??;
                let is_known = |known: &&[u8]| known.eq_ignore_ascii_case(name);
                if names.iter().any(is_known) || names.len() == MOST_PARAMETERS {
                    return None;
                }
                names.push(name);
                if name.eq_ignore_ascii_case(b"for") {
                    node = Some(value);
                }
                self.skip_blanks();
            }
            if self.ends() {
                return Some(Hop::from_node(&node?));
            }
            if !self.skip(b';') {
                return None;
            }
            self.skip_blanks();
        }
    }

    fn value(&mut self) -> Option<Cow<'a, [u8]>> {
        if self.skip(b'"') {
            self.rest_of_quoted()
        } else {
            self.token().map(Cow::Borrowed)
        }
    }

    fn token(&mut self) -> Option<&'a [u8]> {
        let outside = self.0.iter().rposition(|&byte| !is_tchar(byte));
        let (before, token) = self.0.split_at(outside.map_or(0, |place| place + 1));
        self.0 = before;
        (!token.is_empty()).then_some(token)
    }

    /// What is left of a quoted string (RFC 9110 §5.6.4) whose closing quote was read. The opening
    /// one is the next that is not escaped.
    fn rest_of_quoted(&mut self) -> Option<Cow<'a, [u8]>> {
        if ends_in_escape(self.0) {
            return None;
        }
        let mut end = self.0;
        loop {
            let quote = end.iter().rposition(|&byte| byte == b'"')?;
            end = end.get(..quote)?;
            if !ends_in_escape(end) {
                let text = self.0.get(quote + 1..)?;
                self.0 = end;
                return Some(unescape(text));
            }
        }
    }

    fn skip_blanks(&mut self) {
        while let [before @ .., last] = self.0
            && is_blank(*last)
        {
            self.0 = before;
        }
    }

    fn skip(&mut self, byte: u8) -> bool {
        let before = self.0.strip_suffix(&[byte]);
        self.0 = before.unwrap_or(self.0);
        before.is_some()
    }

    fn is_at(&self, byte: u8) -> bool {
        self.0.last() == Some(&byte)
    }

    /// Whether the element ends here.
    fn ends(&self) -> bool {
        self.0.is_empty() || self.is_at(b',')
    }
}

/// Whether what follows `text` is escaped: after an odd number of backslashes.
fn ends_in_escape(text: &[u8]) -> bool {
    let backslashes = text.iter().rev().take_while(|&&byte| byte == b'\\');
    backslashes.count() % 2 == 1
}

fn unescape(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.contains(&b'\\') {
        return Cow::Borrowed(text);
    }
    let mut bytes = text.iter();
    let next = || match bytes.next() {
        Some(b'\\') => bytes.next(),
        other => other,
    };
    std::iter::from_fn(next).copied().collect()
}
