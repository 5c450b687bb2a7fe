//! A cursor over one field line.

use crate::grammar::{is_blank, is_tchar, token68_length};

use super::read_error::ReadFlaw;

/// A cursor over one field line. What it takes, it takes once, or looks at twice at most.
pub(super) struct Scan<'a> {
    line: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Scan<'a> {
    pub(super) const fn new(line: &'a [u8]) -> Self {
        Self { line, rest: line }
    }

    /// How many bytes were taken.
    pub(super) const fn at(&self) -> usize {
        self.line.len() - self.rest.len()
    }

    pub(super) const fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    /// Takes the bytes that belong together.
    pub(super) fn run(&mut self, belongs: impl Fn(u8) -> bool) -> &'a [u8] {
        let end = self.rest.iter().position(|&byte| !belongs(byte));
        self.take(end.unwrap_or(self.rest.len()))
    }

    /// Takes `byte`, if it comes next. Says whether it did.
    fn one(&mut self, byte: u8) -> bool {
        let next = self.rest.first() == Some(&byte);
        self.take(usize::from(next));
        next
    }

    pub(super) fn token(&mut self) -> Result<String, ReadFlaw> {
        match self.run(is_tchar) {
            [] => Err(ReadFlaw::Unexpected),
            token => Ok(text(token)),
        }
    }

    /// Takes a token68, if one comes next and is all of an element: `realm=` at the end of a
    /// line is one, `realm="x"` begins with none.
    pub(super) fn token68(&mut self) -> Option<String> {
        let before = self.rest;
        let token68 = self.take(token68_length(before));
        let alone = !token68.is_empty() && self.ends();
        if !alone {
            self.rest = before;
        }
        alone.then(|| text(token68))
    }

    /// Takes the name of a parameter and the `=` behind it, if both come next.
    pub(super) fn name(&mut self) -> Option<String> {
        let before = self.rest;
        let name = self.run(is_tchar);
        self.run(is_blank);
        let named = !name.is_empty() && self.one(b'=');
        if named {
            self.run(is_blank);
        } else {
            self.rest = before;
        }
        named.then(|| text(name))
    }

    /// Takes the value of a parameter: a token, or a quoted string.
    pub(super) fn value(&mut self) -> Result<String, ReadFlaw> {
        if self.one(b'"') {
            self.quoted()
        } else {
            self.token()
        }
    }

    /// Takes what stands between an element and the next, or the end of the line.
    pub(super) fn separator(&mut self) -> Result<(), ReadFlaw> {
        if !self.ends() {
            return Err(ReadFlaw::Unexpected);
        }
        self.empty_elements();
        Ok(())
    }

    /// Takes whitespace and commas.
    pub(super) fn empty_elements(&mut self) {
        self.run(|byte| is_blank(byte) || byte == b',');
    }

    /// RFC 9110 §5.6.4: a backslash stands for the byte behind it, and control characters do not
    /// stand at all.
    fn quoted(&mut self) -> Result<String, ReadFlaw> {
        let mut value = String::new();
        while !self.one(b'"') {
            self.one(b'\\');
            match self.rest.first() {
                Some(&byte) if byte == b'\t' || !byte.is_ascii_control() => {
                    value.push(char::from(byte));
                }
                Some(_) => return Err(ReadFlaw::Unexpected),
                None => return Err(ReadFlaw::Unclosed),
            }
            self.take(1);
        }
        Ok(value)
    }

    /// Takes whitespace. Says whether an element ends there.
    fn ends(&mut self) -> bool {
        self.run(is_blank);
        matches!(self.rest.first(), None | Some(b','))
    }

    fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .unwrap_or((self.rest, &[]));
        self.rest = rest;
        taken
    }
}

/// Byte by byte, so that those outside of ASCII are neither guessed at nor lost.
fn text(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}
