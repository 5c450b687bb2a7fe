//! The one reader of `Cookie` ([RFC 6265 §4.2](https://www.rfc-editor.org/rfc/rfc6265#section-4.2)).

use http::{HeaderMap, HeaderValue, header::COOKIE, request::Parts};

use crate::{grammar::is_token, inspect::Inspection, origin::SameOrigin};

use super::{contract::Redact, field::Field};

/// The most that is looked at: what longer ones hold is malformed, wherever the cookie stands.
const LONGEST: usize = 8 * 1024;
const MOST: usize = 64;

/// What browsers keep only if it came over TLS (draft RFC 6265bis §4.1.3).
const PREFIXES: [&str; 2] = ["__Host-", "__Secure-"];

/// What stands between two lines that are joined (RFC 9113 §8.2.3).
const JOINT: usize = "; ".len();

/// A cookie, and the origins that may have the browser send it.
pub(super) struct Cookie {
    name: String,
    origins: SameOrigin,
    plain: bool,
}

impl Cookie {
    /// A cookie that browsers keep only if it came over TLS: its name says so.
    pub(super) fn prefixed(name: &str, origins: SameOrigin) -> Self {
        Self {
            name: name.to_owned(),
            origins,
            plain: false,
        }
    }

    /// A cookie of any name.
    pub(super) fn plain(name: &str, origins: SameOrigin) -> Self {
        Self {
            plain: true,
            ..Self::prefixed(name, origins)
        }
    }

    /// Reads the cookie, which may be there once, and not at all if it is empty. Pairs stand
    /// between semicolons, with spaces and tabs around them; within, nothing is trimmed or decoded,
    /// and quotes are part of the value. The order of two of the same name says nothing
    /// (RFC 6265 §4.2.2).
    pub(super) fn read<'a>(&self, headers: &'a HeaderMap) -> Field<'a> {
        let lines = || headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes);
        let length: usize = lines().map(|line| line.len() + JOINT).sum();
        let pairs = || lines().flat_map(pieces).filter(|piece| !is_empty(piece));
        if length > LONGEST + JOINT || pairs().nth(MOST).is_some() {
            // Whoever shares the domain can set many. They make this one malformed, and none of none.
            return if pairs().any(|pair| self.is(pair)) {
                Field::Malformed
            } else {
                Field::Absent
            };
        }
        let mut values = pairs().filter_map(|pair| self.value(pair));
        match (values.next(), values.next()) {
            (None | Some([]), None) => Field::Absent,
            (Some(value), None) => Field::Once(value),
            (_, Some(_)) => Field::Malformed,
        }
    }

    /// Whether the cookie may count on this request.
    pub(super) fn counts(&self, head: &Parts) -> bool {
        if self.plain {
            self.origins.allows_ambient(head)
        } else {
            self.origins.allows_secure(head)
        }
    }

    /// Marks all lines of cookies as sensitive, or removes this cookie from them.
    pub(super) fn redact(&self, headers: &mut HeaderMap, how: Redact) {
        match how {
            Redact::Mark => {
                let lines = headers.iter_mut().filter(|(name, _)| *name == COOKIE);
                lines.for_each(|(_, line)| line.set_sensitive(true));
            }
            Redact::Remove => self.remove(headers),
        }
    }

    pub(super) fn inspect(&self, inspection: &mut Inspection) {
        self.origins.inspect(inspection);
        if !is_token(self.name.as_bytes()) {
            inspection.problem(format!(
                "`{}` is no name of a cookie: use letters, digits and hyphens, as in `__Host-token`",
                self.name.escape_debug()
            ));
        } else if !self.plain && !PREFIXES.iter().any(|prefix| self.name.starts_with(prefix)) {
            inspection.problem(format!(
                "`{0}` is a cookie that may go in the clear: call it `__Host-{0}`, or say \
                 `dangerously_in_plain_cookie`",
                self.name
            ));
        }
    }

    fn remove(&self, headers: &mut HeaderMap) {
        let mut lines = headers.get_all(COOKIE).iter();
        if !lines.any(|line| pieces(line.as_bytes()).any(|piece| self.is(piece))) {
            return;
        }
        let lines = headers.get_all(COOKIE).iter();
        let lines: Vec<_> = lines.filter_map(|line| self.without(line)).collect();
        headers.remove(COOKIE);
        for line in lines {
            headers.append(COOKIE, line);
        }
    }

    /// The line without this cookie, if another is left.
    fn without(&self, line: &HeaderValue) -> Option<HeaderValue> {
        let all = line.as_bytes();
        if !pieces(all).any(|piece| self.is(piece)) {
            return Some(line.clone());
        }
        let others: Vec<_> = pieces(all).filter(|piece| !self.is(piece)).collect();
        if others.iter().all(|piece| is_empty(piece)) {
            return None;
        }
        let mut rest = HeaderValue::from_bytes(others.join(&b';').trim_ascii()).ok()?;
        rest.set_sensitive(line.is_sensitive());
        Some(rest)
    }

    fn is(&self, piece: &[u8]) -> bool {
        self.value(piece).is_some()
    }

    /// The value, if the piece is this cookie.
    fn value<'a>(&self, piece: &'a [u8]) -> Option<&'a [u8]> {
        let rest = piece.trim_ascii().strip_prefix(self.name.as_bytes())?;
        rest.strip_prefix(b"=")
    }
}

fn pieces(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|&byte| byte == b';')
}

fn is_empty(piece: &[u8]) -> bool {
    piece.trim_ascii().is_empty()
}
