//! What turns a refusal into a response body.
//!
//! | file | what lives there |
//! |---|---|
//! | `contract` | [`Reply`], which every reply is |
//! | `content` | [`Content`]: a media type and bytes |
//! | `refused` | [`Refused`]: what a reply may tell |
//! | `problem` | [`Problem`]: `application/problem+json`, the default |
//! | `plain` | [`Plain`]: one line of text |
//!
//! A reply never chooses the status, and is never asked about a concealed resource: there the
//! application's own not-found service answers.

mod content;
mod contract;
mod plain;
mod problem;
mod refused;

pub use self::content::Content;
pub use self::contract::Reply;
pub use self::plain::Plain;
pub use self::problem::Problem;
pub use self::refused::{NextStep, Refused};
