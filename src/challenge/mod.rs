//! Challenges: what asks for credentials ([RFC 9110 §11.6.1]).
//!
//! | file | what lives there |
//! |---|---|
//! | `value` | [`Challenge`], valid by construction and rendered once |
//! | `parameter` | one `name="value"` of it |
//! | `rules` | which values which parameter may have |
//! | `write` | how it becomes a field line |
//! | `read` | [`read()`]: how field lines become challenges again |
//! | `scan` | a cursor over one field line |
//! | `read_error` | [`ReadError`]: why field lines could not be read |
//! | `list` | [`Challenges`]: at least one |
//! | `ask` | [`Ask`]: what is asked of a caller |
//! | `error` | [`ChallengeError`]: what a challenge may not say |
//!
//! [RFC 9110 §11.6.1]: https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1

mod ask;
mod error;
mod list;
mod parameter;
mod read;
mod read_error;
mod rules;
mod scan;
mod value;
mod write;

pub use self::ask::Ask;
pub use self::error::{ChallengeError, Flaw};
pub use self::list::Challenges;
pub use self::read::{ReadChallenge, read};
pub use self::read_error::{ReadError, ReadFlaw};
pub use self::value::Challenge;

pub(crate) use self::rules::is_scope;
