//! A media type and bytes.

use bytes::Bytes;
use http::HeaderValue;

/// A response body with its media type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    media_type: HeaderValue,
    bytes: Bytes,
}

impl Content {
    /// Bytes of this media type.
    pub fn new(media_type: HeaderValue, bytes: impl Into<Bytes>) -> Self {
        Self {
            media_type,
            bytes: bytes.into(),
        }
    }

    /// `text/plain` in UTF-8.
    pub fn text(text: impl Into<String>) -> Self {
        Self::new(
            HeaderValue::from_static("text/plain; charset=utf-8"),
            text.into(),
        )
    }

    /// `text/html` in UTF-8.
    pub fn html(html: impl Into<String>) -> Self {
        Self::new(
            HeaderValue::from_static("text/html; charset=utf-8"),
            html.into(),
        )
    }

    /// `application/json`.
    pub fn json(json: impl Into<Bytes>) -> Self {
        Self::new(HeaderValue::from_static("application/json"), json)
    }

    /// The media type.
    #[must_use]
    pub const fn media_type(&self) -> &HeaderValue {
        &self.media_type
    }

    /// The bytes.
    #[must_use]
    pub const fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    pub(crate) fn into_parts(self) -> (HeaderValue, Bytes) {
        (self.media_type, self.bytes)
    }
}
