//! Base64url, of which there is one spelling for one text.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// Decodes base64url without padding (RFC 7515 §2): no other character, no bits left over.
pub(super) fn decode(text: impl AsRef<[u8]>) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}
