//! `application/problem+json` ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)).

use std::{fmt::Write as _, time::SystemTime};

use http::{HeaderValue, StatusCode, Uri};
use humantime::format_rfc3339_seconds;

use crate::{
    inspect::{Inspection, Misconfiguration},
    json::write_string,
};

use super::{content::Content, contract::Reply, refused::Refused};

/// Problem details ([RFC 9457]): the default reply.
///
/// | member | what it says |
/// |---|---|
/// | `type` | a link to documentation: the status's definition, or [a page of yours](Self::documented_at) |
/// | `title` | the status, in words |
/// | `status` | the status, as a number |
/// | `detail` | what went wrong, for people |
/// | `code` | what went wrong, for programs ([`Refused::code`]) |
/// | `remedy` | what the caller can do next ([`NextStep`](super::NextStep)) |
/// | `timestamp` | when, in UTC (RFC 3339); [can be left out](Self::without_timestamp) |
///
/// Nothing tells of internals: no reason, no backend, no name of a policy.
///
/// [RFC 9457]: https://www.rfc-editor.org/rfc/rfc9457
#[derive(Clone, Debug, Default)]
pub struct Problem {
    documentation: Option<String>,
    timeless: bool,
}

impl Problem {
    /// Problems whose `type` links to the definition of their status.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            documentation: None,
            timeless: false,
        }
    }

    /// Makes `type` link to `base` with the code behind it: a page for each code. `base` is an
    /// absolute URL, which is checked when the layer is built.
    #[must_use]
    pub fn documented_at(mut self, base: impl Into<String>) -> Self {
        self.documentation = Some(base.into());
        self
    }

    /// Leaves out `timestamp`, so that two equal refusals are equal to the byte, whenever they are
    /// sent.
    #[must_use]
    pub fn without_timestamp(mut self) -> Self {
        self.timeless = true;
        self
    }
}

impl Reply for Problem {
    fn content(&self, refused: &Refused<'_>) -> Content {
        let link = match &self.documentation {
            Some(base) => format!("{base}{}", refused.code()),
            None => String::from(definition(refused.status())),
        };
        let status = refused.status().as_u16().to_string();
        let title = refused.status().canonical_reason().unwrap_or_default();

        let mut json = String::with_capacity(384);
        let mut member = |name: &str, value: &str| {
            json.push_str(if json.is_empty() { "{" } else { "," });
            // Names need no escapes.
            json.push('"');
            json.push_str(name);
            json.push_str("\":");
            if name == "status" {
                json.push_str(value);
            } else {
                write_string(value, &mut json);
            }
        };
        member("type", &link);
        member("title", title);
        member("status", &status);
        member("detail", refused.detail());
        member("code", refused.code());
        member("remedy", refused.next_step().as_str());
        if let Some(time) = timestamp(refused.time()).filter(|_| !self.timeless) {
            member("timestamp", &time);
        }
        json.push_str("}\n");
        Content::new(HeaderValue::from_static("application/problem+json"), json)
    }

    fn needs_head(&self) -> bool {
        false
    }

    fn inspect(&self, inspection: &mut Inspection) {
        if let Some(base) = &self.documentation {
            let absolute = base
                .parse::<Uri>()
                .is_ok_and(|uri| uri.scheme().is_some() && uri.host().is_some());
            if !absolute {
                inspection.problem(Misconfiguration::Url(base.clone()));
            }
        }
    }
}

/// In UTC (RFC 3339). `None` for a clock that stands before 1970 or after 9999.
fn timestamp(time: SystemTime) -> Option<String> {
    let mut text = String::new();
    let sound =
        time >= SystemTime::UNIX_EPOCH && write!(text, "{}", format_rfc3339_seconds(time)).is_ok();
    sound.then_some(text)
}

fn definition(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 => "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2",
        403 => "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.4",
        407 => "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.8",
        429 => "https://www.rfc-editor.org/rfc/rfc6585#section-4",
        500 => "https://www.rfc-editor.org/rfc/rfc9110#section-15.6.1",
        503 => "https://www.rfc-editor.org/rfc/rfc9110#section-15.6.4",
        _ => "about:blank",
    }
}
