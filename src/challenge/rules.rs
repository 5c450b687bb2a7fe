//! Which values which parameter of a challenge may have.

use http::Uri;

use crate::grammar::is_token;

use super::error::Flaw;

/// Long enough for lists of scopes, short enough for every client's header buffer.
const LONGEST: usize = 1024;

/// A token of RFC 9110 §5.6.2.
pub(super) fn token(text: &str) -> Result<(), Flaw> {
    if text.is_empty() {
        Err(Flaw::Empty)
    } else if text.len() > LONGEST {
        Err(Flaw::TooLong)
    } else if is_token(text.as_bytes()) {
        Ok(())
    } else {
        Err(Flaw::NotAToken)
    }
}

/// The value of a parameter, by the definition of its name.
pub(super) fn value(name: &str, value: &str) -> Result<(), Flaw> {
    if value.len() > LONGEST {
        return Err(Flaw::TooLong);
    }
    if !value.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Err(Flaw::NotPrintableAscii);
    }
    match name.to_ascii_lowercase().as_str() {
        // RFC 7617 §2.1
        "charset" if !value.eq_ignore_ascii_case("utf-8") => Err(Flaw::NotDefined),
        // RFC 6750 §3, RFC 9470 §3
        "scope" | "acr_values" => list(value),
        "error" | "error_description" | "max_age" if value.is_empty() => Err(Flaw::Empty),
        "error" | "error_description" if value.contains(['"', '\\']) => {
            Err(Flaw::ForbiddenCharacter)
        }
        "error_uri" | "resource_metadata" => url(value),
        "max_age" if !value.bytes().all(|byte| byte.is_ascii_digit()) => Err(Flaw::NotSeconds),
        _ => Ok(()),
    }
}

/// One scope of RFC 6749 §3.3: printable, without space, quote and backslash.
fn scope(text: &str) -> Result<(), Flaw> {
    if text.is_empty() {
        Err(Flaw::Empty)
    } else if text.len() > LONGEST {
        Err(Flaw::TooLong)
    } else if !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        Err(Flaw::NotPrintableAscii)
    } else if text.contains([' ', '"', '\\']) {
        Err(Flaw::ForbiddenCharacter)
    } else {
        Ok(())
    }
}

fn list(value: &str) -> Result<(), Flaw> {
    if value.is_empty() {
        return Err(Flaw::Empty);
    }
    value.split(' ').try_for_each(|text| match scope(text) {
        Err(Flaw::Empty) => Err(Flaw::NotAList),
        judged => judged,
    })
}

/// Clients take it from the challenge as it stands, so it is absolute (RFC 9728 §5.1) and holds
/// no userinfo (RFC 9110 §4.2.4).
fn url(value: &str) -> Result<(), Flaw> {
    let absolute = value
        .parse::<Uri>()
        .ok()
        .filter(|uri| matches!(uri.scheme_str(), Some("https" | "http")))
        .and_then(|uri| uri.into_parts().authority)
        .is_some_and(|authority| !authority.host().is_empty() && !authority.as_str().contains('@'));
    if absolute && !value.contains(['"', '\\', ' ', '#']) {
        Ok(())
    } else {
        Err(Flaw::NotAUrl)
    }
}

/// Whether `text` is one scope of RFC 6749 §3.3.
pub(crate) fn is_scope(text: &str) -> bool {
    scope(text).is_ok()
}
