//! What a protected resource tells its clients of itself ([RFC 9728]): who it is, and who issues tokens for it.
//!
//! | file | what lives there |
//! |---|---|
//! | `builder` | [`ResourceMetadataBuilder`]: what can be said, and is checked |
//! | `document` | [`ResourceMetadata`]: the document, and the URL that it stands at |
//! | `answer` | how it is served |
//! | `member` | [`BearerMethod`], [`MemberValue`]: what members are made of |
//! | `write` | how members become a JSON object |
//! | `checks` | what is wrong with members |
//! | `rules` | which URL which member may have |
//!
//! The chapter [`oauth`](crate::manual::oauth) tells where to put it, and what clients do with it.
//!
//! [RFC 9728]: https://www.rfc-editor.org/rfc/rfc9728

mod answer;
mod builder;
mod checks;
mod document;
mod member;
mod rules;
mod write;

pub use self::builder::ResourceMetadataBuilder;
pub use self::document::ResourceMetadata;
pub use self::member::{BearerMethod, MemberValue};
