//! Policies as text.

use std::{
    fmt::{self, Write as _},
    marker::PhantomData,
};

use super::{contract::Policy, gather::Rule};

/// A policy as text: what [`Policy::describe`] writes. See [`PolicyExt::text`](super::PolicyExt::text).
pub struct Text<'a, P, A: ?Sized>(Part<'a, P, A>);

impl<'a, P, A: Policy<P> + ?Sized> Text<'a, P, A> {
    pub(super) const fn of(policy: &'a A) -> Self {
        Self(Part::of(policy))
    }

    /// What the policy writes, or `None` where its `describe` gives an error of its own.
    pub(super) fn written(&self) -> Option<String> {
        let mut text = String::new();
        write!(text, "{}", self.0).ok().map(|()| text)
    }
}

impl<P, A: Policy<P> + ?Sized> fmt::Display for Text<'_, P, A> {
    // `to_string` panics where an error is given, and flags of the format are the business of `joined`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.written().as_deref().unwrap_or("unnamed"))
    }
}

impl<P, A: Policy<P> + ?Sized> fmt::Debug for Text<'_, P, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A part of a policy as text, with the flags of the format handed on.
pub(super) struct Part<'a, P, A: ?Sized> {
    policy: &'a A,
    principal: PhantomData<fn(&P)>,
}

impl<'a, P, A: Policy<P> + ?Sized> Part<'a, P, A> {
    pub(super) const fn of(policy: &'a A) -> Self {
        Self {
            policy,
            principal: PhantomData,
        }
    }
}

impl<P, A: Policy<P> + ?Sized> fmt::Display for Part<'_, P, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.policy.describe(f)
    }
}

/// Writes `any_of(a, b)`, and within another `any_of` only `a, b`, so that chains read as one list. A
/// part is told by the fill of its format which list it stands in: `&` for `all_of`, `|` for `any_of`.
/// Without a width, a fill changes nothing of what a policy writes with the same formatter.
pub(super) fn joined(
    f: &mut fmt::Formatter<'_>,
    rule: Rule,
    parts: impl IntoIterator<Item = impl fmt::Display>,
) -> fmt::Result {
    let within_its_like = match rule {
        Rule::All => f.fill() == '&',
        Rule::Any => f.fill() == '|',
    };
    let mut parts = parts.into_iter().peekable();
    let opens = !within_its_like || parts.peek().is_none();
    if opens {
        write!(f, "{}(", rule.name())?;
    }
    for (place, part) in parts.enumerate() {
        if place > 0 {
            f.write_str(", ")?;
        }
        match rule {
            Rule::All => write!(f, "{part:&<}")?,
            Rule::Any => write!(f, "{part:|<}")?,
        }
    }
    if opens { f.write_str(")") } else { Ok(()) }
}
