//! What is added to responses that are not the layer's own, where it is told to.

use http::{
    HeaderMap, HeaderName, HeaderValue, Response,
    header::{CACHE_CONTROL, VARY},
};

use crate::{
    attempt::AttemptKind,
    challenge::{Ask, Challenges},
    outcome::{Mode, Outcome},
    scheme::Schemes,
};

use super::case::Case;

/// What is added to the inner service's responses, and to those of the not-found service alike.
#[derive(Default)]
pub(super) struct Extras {
    pub(super) no_store_on_not_found: bool,
    /// The fields that credentials may stand in and caches do not know of, if they are to be named.
    pub(super) vary: Option<Vec<HeaderName>>,
    pub(super) private: bool,
    pub(super) completes_challenges: bool,
}

impl Extras {
    /// Adds to a response what is to be added, and nothing else.
    pub(super) fn add_to<P, B>(
        &self,
        response: &mut Response<B>,
        case: &Case,
        schemes: &Schemes<P>,
        mode: Mode,
    ) where
        P: Clone + Send + Sync + 'static,
    {
        let status = Some(response.status());
        let headers = response.headers_mut();
        let is_private = case.attempt == AttemptKind::Verified
            && !schemes.are_known_to_caches(case.scheme, mode);
        if self.private && is_private && !headers.contains_key(CACHE_CONTROL) {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("private"));
        }
        if self.no_store_on_not_found && status == Outcome::<()>::Conceal.status(mode) {
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        for name in self.vary.iter().flatten() {
            if !varies_by(headers, name) {
                headers.append(VARY, HeaderValue::from(name.clone()));
            }
        }
        let asks = status == Outcome::Challenge(()).status(mode);
        if self.completes_challenges
            && asks
            && !headers.contains_key(mode.authenticate())
            && let Some(challenges) = schemes.challenges(Ask::Credentials, case.scheme)
        {
            challenge(headers, &challenges, mode);
        }
    }
}

/// Adds challenges, each on a line of its own.
pub(super) fn challenge(headers: &mut HeaderMap, challenges: &Challenges, mode: Mode) {
    for challenge in challenges.iter() {
        headers.append(mode.authenticate(), challenge.as_header_value().clone());
    }
}

fn varies_by(headers: &HeaderMap, name: &HeaderName) -> bool {
    let lines = headers.get_all(VARY).iter();
    let mut names = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b','));
    names.any(|there| {
        let there = there.trim_ascii();
        there == b"*" || there.eq_ignore_ascii_case(name.as_str().as_bytes())
    })
}
