//! One line of text.

use super::{content::Content, contract::Reply, refused::Refused};

/// One line of `text/plain`: what went wrong, for people.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plain;

impl Reply for Plain {
    fn content(&self, refused: &Refused<'_>) -> Content {
        Content::text(format!("{}\n", refused.detail()))
    }

    fn needs_head(&self) -> bool {
        false
    }
}
